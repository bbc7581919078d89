"""picsi against a running server: each field of its answer, each of its errors."""

import io
import re
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
import requests
from PIL import Image

from acceptance.live import PATIENCE_S, Json, Pictures, Server, new_token, until

SNOWFLAKE = re.compile(r"[0-9]{17,20}")
FIELDS = [
    "jobid",
    "verb",
    "status",
    "options",
    "source_image",
    "target_image_gif_or_video",
    "created",
    "updated",
    "discord",
    "server",
    "channel",
    "replyUrl",
    "replyRef",
    "messageId",
    "content",
    "attachments",
    "timestamp",
    "code",
]
ATTACHMENT = {
    "url",
    "proxy_url",
    "width",
    "height",
    "content_type",
    "id",
    "filename",
    "size",
}
MISSING = "Required param source_image or target_image_gif_or_video is missing or empty"
NO_FILE = "Param source_image or target_image_gif_or_video is not File or Blob"
TOO_LONG = "Optional param replyUrl or replyRef is too long"
NOT_A_URL = "Optional param replyUrl is not a valid http or https URL"


@pytest.fixture(scope="module")
def answer(server: Server, pictures: Pictures) -> requests.Response:
    """A whole, successful exchange with every optional field set."""
    channel = server.swap(pictures.faceless, pictures.faceless).json()["channel"]
    return server.swap(
        pictures.source,
        pictures.target,
        options="-m",
        channel=channel,
        replyUrl="https://webhook.site/abc",
        replyRef="my reference é",
    )


@pytest.fixture(scope="module")
def job(answer: requests.Response) -> Json:
    """The job of that exchange."""
    fields: Json = answer.json()
    return fields


def test_the_answer_is_json_with_status_200(answer: requests.Response) -> None:
    """Never 201, 202 or a redirect."""
    assert 200 == answer.status_code
    assert "application/json" == answer.headers["content-type"]


def test_the_fields_are_those_of_the_specification_in_its_order(job: Json) -> None:
    """A finished job with everything set has exactly the fields of the example."""
    assert FIELDS == list(job)


def test_what_was_sent_is_echoed(job: Json, pictures: Pictures) -> None:
    """Options, addresses, and the files as size and type by content."""
    assert "-m" == job["options"]
    assert "https://webhook.site/abc" == job["replyUrl"]
    assert "my reference é" == job["replyRef"]
    assert {"size": len(pictures.source), "type": "image/png"} == job["source_image"]
    assert {"size": len(pictures.target), "type": "image/jpeg"} == job["target_image_gif_or_video"]


def test_the_words_and_numbers_of_a_finished_job(job: Json) -> None:
    """Status, verb and code as clients compare them."""
    assert ("faceswap-picsi", "completed", 200) == (job["verb"], job["status"], job["code"])
    assert re.fullmatch(r"<@[0-9]{17,20}>.*", job["content"])
    assert "eng…secured…ine" == job["discord"]


def test_ids_have_the_shapes_that_clients_rely_on(job: Json) -> None:
    """Snowflakes are strings of digits; a job id is safe in a URL and as a file name."""
    for name in ("server", "channel", "messageId"):
        assert SNOWFLAKE.fullmatch(job[name])
    assert re.fullmatch(r"[A-Za-z0-9]+(-[A-Za-z0-9:_-]+)?", job["jobid"])
    assert len(job["jobid"]) < 200


def test_times_are_utc_in_the_two_forms_of_the_contract(job: Json) -> None:
    """Milliseconds and Z for the job, microseconds and an offset for the message."""
    for name in ("created", "updated"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", job[name])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", job["timestamp"])
    created, timestamp = (datetime.fromisoformat(job[name]) for name in ("created", "timestamp"))

    assert job["created"] <= job["updated"]
    assert timedelta(0) <= timestamp - created.replace(microsecond=0) < timedelta(minutes=1)
    assert timestamp <= datetime.now(UTC)


def test_the_attachment_is_what_it_says(job: Json, pictures: Pictures) -> None:
    """Fetched without the token it has the size, type, width and height of its entry."""
    (entry,) = job["attachments"]
    fetched = requests.get(entry["url"], timeout=PATIENCE_S)
    picture = Image.open(io.BytesIO(fetched.content))
    target = Image.open(io.BytesIO(pictures.target))

    assert ATTACHMENT == set(entry)
    assert 200 == fetched.status_code
    assert entry["size"] == len(fetched.content) == int(fetched.headers["content-length"])
    assert "image/jpeg" == entry["content_type"] == fetched.headers["content-type"]
    assert (entry["width"], entry["height"]) == picture.size == target.size
    assert "JPEG" == picture.format
    assert SNOWFLAKE.fullmatch(entry["id"])
    assert entry["url"] == entry["proxy_url"]


def test_the_address_of_a_result_ends_in_its_extension(job: Json) -> None:
    """Clients read it with this expression, from the path before any question mark."""
    (entry,) = job["attachments"]
    found = re.search(r"\.([^.?]+)(?=\?|$)", entry["url"])

    assert found
    assert "jpg" == found.group(1)
    assert entry["filename"].endswith(".jpg")


def test_a_result_is_sent_with_careful_headers(job: Json) -> None:
    """Shown in place, never sniffed, kept by nobody else; parts of it can be fetched."""
    (entry,) = job["attachments"]
    head = requests.head(entry["url"], timeout=PATIENCE_S)
    part = requests.get(entry["url"], headers={"Range": "bytes=0-9"}, timeout=PATIENCE_S)

    assert 200 == head.status_code
    assert str(entry["size"]) == head.headers["content-length"]
    assert "nosniff" == head.headers["x-content-type-options"]
    assert head.headers["cache-control"].startswith("private, max-age=")
    assert f'inline; filename="{entry["filename"]}"' == head.headers["content-disposition"]
    assert (206, 10) == (part.status_code, len(part.content))
    assert f"bytes 0-9/{entry['size']}" == part.headers["content-range"]


def test_a_result_is_not_sent_without_its_signature(job: Json) -> None:
    """Without, or with another, signature there is no such file."""
    (entry,) = job["attachments"]
    bare = entry["url"].partition("?")[0]
    for url in (bare, entry["url"][:-1] + "x", entry["url"].replace("ex=", "ex=f")):
        refused = requests.get(url, timeout=PATIENCE_S)

        assert 404 == refused.status_code
        assert {"error": "There is no such file.", "code": 404} == refused.json()


def test_a_job_is_read_at_both_forms_of_its_address(server: Server, job: Json) -> None:
    """With and without the slash, the same job with a link that works."""
    for form in ("jobs/", "jobs"):
        url = f"{server.url}/v1/faceswap/{form}?jobid={job['jobid']}"
        read = requests.get(
            url, headers=server.bearer, allow_redirects=False, timeout=PATIENCE_S
        ).json()
        link = read["attachments"][0].pop("url")
        unlinked = {**job, "attachments": [{**job["attachments"][0]}]}
        for entry in (read["attachments"][0], unlinked["attachments"][0]):
            entry.pop("proxy_url", None)
            entry.pop("url", None)

        assert unlinked == read
        assert 200 == requests.get(link, timeout=PATIENCE_S).status_code


def test_picsi_is_posted_at_both_forms_of_its_address(server: Server) -> None:
    """No redirect, which would lose the body or the token."""
    for form in ("picsi", "picsi/"):
        refused = requests.post(
            f"{server.url}/v1/faceswap/{form}",
            headers=server.bearer,
            allow_redirects=False,
            timeout=PATIENCE_S,
        )

        assert (400, MISSING) == (refused.status_code, refused.json()["error"])


def test_optional_fields_left_out_or_empty_are_left_out_of_the_job(
    server: Server, pictures: Pictures
) -> None:
    """An empty text counts as absent, and absent is not echoed."""
    job = server.swap(
        pictures.faceless, pictures.target, options="", channel="", replyUrl="", surprise="x"
    ).json()

    assert not {"options", "replyUrl", "replyRef", "surprise"} & set(job)


def test_a_picture_without_a_face_fails_and_says_which(server: Server, pictures: Pictures) -> None:
    """HTTP 200, code 200, status failed, a sentence, and the picture at fault."""
    answer = server.swap(pictures.faceless, pictures.target)
    job = answer.json()

    assert (200, "failed", 200) == (answer.status_code, job["status"], job["code"])
    assert job["error"].startswith("No face found in the source picture.")
    assert "source" in job["errorDetails"]
    assert "attachments" not in job

    other = server.swap(pictures.source, pictures.faceless).json()

    assert other["error"].startswith("No face found in the target picture.")
    assert "target" in other["errorDetails"]


def test_the_changed_face_is_the_only_change(server: Server, pictures: Pictures, job: Json) -> None:
    """The result of a real swap differs from its target around the face, and not in the corner."""
    fetched = requests.get(job["attachments"][0]["url"], timeout=PATIENCE_S)
    result = Image.open(io.BytesIO(fetched.content)).convert("RGB")
    target = Image.open(io.BytesIO(pictures.target)).convert("RGB")
    face, corner = (180, 60, 270, 200), (400, 400, 500, 500)

    def difference(box: tuple[int, int, int, int]) -> float:
        ours, theirs = result.crop(box).tobytes(), target.crop(box).tobytes()
        return sum(abs(a - b) for a, b in zip(ours, theirs, strict=True)) / len(ours)

    assert difference(face) > 5
    assert difference(corner) < 2


def no_files(_: Pictures) -> Json:
    """A form with texts only."""
    return {"data": {"options": "-m"}, "files": {"x": (None, "y")}}


def one_file(pictures: Pictures) -> Json:
    """The target is missing."""
    return {"files": {"source_image": pictures.source}}


def empty_file(pictures: Pictures) -> Json:
    """The target is there, and empty."""
    return {"files": {"source_image": pictures.source, "target_image_gif_or_video": b""}}


def text_file(pictures: Pictures) -> Json:
    """The target is sent as python-requests sends a text, and is large."""
    text = (None, pictures.target)
    return {"files": {"source_image": pictures.source, "target_image_gif_or_video": text}}


def long_text(name: str, pictures: Pictures) -> Json:
    """One character over the limit."""
    files = {"source_image": pictures.source, "target_image_gif_or_video": pictures.target}
    return {"files": files, "data": {name: "x" * 1025}}


#: What is sent, the sentence, and the fields that the details name.
REFUSED: dict[str, tuple[Callable[[Pictures], Json], str, str]] = {
    "no files": (no_files, MISSING, "source_image, target_image_gif_or_video"),
    "one file": (one_file, MISSING, "target_image_gif_or_video"),
    "an empty file": (empty_file, MISSING, "target_image_gif_or_video"),
    "a text": (text_file, NO_FILE, "target_image_gif_or_video"),
    "a long url": (partial(long_text, "replyUrl"), TOO_LONG, "replyUrl"),
    "a long ref": (partial(long_text, "replyRef"), TOO_LONG, "replyRef"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_each_400_has_the_words_of_the_specification(
    server: Server, pictures: Pictures, case: str
) -> None:
    """The sentence is literal, and the details begin with the fields that are at fault."""
    request_of, error, fields = REFUSED[case]
    answer = server.post(**request_of(pictures))
    body = answer.json()

    assert (400, 400, error) == (answer.status_code, body["code"], body["error"])
    assert fields == body["errorDetails"].partition(":")[0]


def test_a_text_that_is_too_long_is_told_by_how_much(server: Server, pictures: Pictures) -> None:
    """The details hold the value and the limit."""
    body = server.post(**long_text("replyRef", pictures)).json()

    assert "replyRef: characters 1025, limit 1024" == body["errorDetails"]


def test_an_unknown_channel_is_named_in_the_error(server: Server, pictures: Pictures) -> None:
    """Its name stands where the specification writes <channel>."""
    answer = server.swap(pictures.source, pictures.target, channel="123")

    assert 400 == answer.status_code
    assert (
        "Configuration not found for channel 123, to create POST v1/faceswap/account/123"
        == answer.json()["error"]
    )


def test_the_channel_of_another_user_is_unknown(server: Server, pictures: Pictures) -> None:
    """Each user has channels and jobs of their own, and sees no others."""
    token = new_token(server.folder, "hers", user="somebody")
    theirs = {"Authorization": f"Bearer {token}"}
    mine = server.swap(pictures.faceless, pictures.faceless).json()
    answer = requests.post(
        f"{server.url}/v1/faceswap/picsi",
        headers=theirs,
        files={"source_image": b"x", "target_image_gif_or_video": b"x"},
        data={"channel": mine["channel"]},
        timeout=PATIENCE_S,
    )
    read = requests.get(
        f"{server.url}/v1/faceswap/jobs/?jobid={mine['jobid']}", headers=theirs, timeout=PATIENCE_S
    )

    assert answer.json()["error"].startswith("Configuration not found for channel")
    assert (404, f"Unable to locate job {mine['jobid']}") == (
        read.status_code,
        read.json()["error"],
    )


def test_the_errors_come_in_the_order_of_the_specification(
    server: Server, pictures: Pictures
) -> None:
    """A request with every fault is answered with the first; mended, with the next, to the last."""
    bad = {"replyUrl": "x" * 2000, "channel": "123", "options": "-z"}
    text, file = (None, "text"), b"no picture"
    names = ("source_image", "target_image_gif_or_video")
    steps = [
        ({names[0]: text}, bad, MISSING),
        ({names[0]: text, names[1]: file}, bad, NO_FILE),
        ({names[0]: file, names[1]: file}, bad, TOO_LONG),
        ({names[0]: file, names[1]: file}, {**bad, "replyUrl": "x"}, NOT_A_URL),
        ({names[0]: file, names[1]: file}, {**bad, "replyUrl": ""}, "Configuration not found"),
        ({names[0]: file, names[1]: file}, {"options": "-z"}, "Option -z is unknown"),
        ({names[0]: file, names[1]: file}, {}, "The source file"),
    ]
    for files, data, error in steps:
        answer = server.post(files=files, data=data)

        assert 400 == answer.status_code
        assert answer.json()["error"].startswith(error)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer wrong", "Basic eDp5", "Bearer é€", "x" * 4000]
)
def test_without_a_token_that_is_known_everything_is_401(server: Server, header: str) -> None:
    """The body is exactly the specification's, for every operation that needs a token."""
    headers = {"Authorization": header.encode()} if header else {}
    for method, path in (("POST", "picsi"), ("GET", "jobs/?jobid=x"), ("GET", "jobs")):
        answer = requests.request(
            method, f"{server.url}/v1/faceswap/{path}", headers=headers, timeout=PATIENCE_S
        )

        assert 401 == answer.status_code
        assert {"error": "Unauthorized", "code": 401} == answer.json()
        assert "application/json" == answer.headers["content-type"]


def test_the_scheme_of_the_token_is_read_in_any_case(server: Server) -> None:
    """`bearer` and `BEARER` are the same scheme."""
    for scheme in ("bearer", "BEARER"):
        answer = requests.get(
            f"{server.url}/v1/faceswap/jobs",
            headers={"Authorization": f"{scheme} {server.token}"},
            timeout=PATIENCE_S,
        )

        assert 200 == answer.status_code


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ("", 400, "Query param jobid not provided"),
        ("?jobid=", 400, "Query param jobid not provided"),
        ("?jobid=nothing", 404, "Unable to locate job nothing"),
        ("?jobid=%00", 404, "Unable to locate job \ufffd"),
        ("?jobid=..%2F..%2Fetc%2Fpasswd", 404, "Unable to locate job ../../etc/passwd"),
        ("?jobid=%F0%9F%99%82%FF", 404, "Unable to locate job 🙂\ufffd"),
        ("?jobid=" + "x" * 10_000, 404, "Unable to locate job " + "x" * 10_000),
    ],
)
def test_job_ids_that_cannot_be(server: Server, query: str, status: int, error: str) -> None:
    """Whatever is asked for, the answer is the contract's sentence."""
    url = f"{server.url}/v1/faceswap/jobs/{query}"
    answer = requests.get(url, headers=server.bearer, timeout=PATIENCE_S)

    assert status == answer.status_code
    assert (error, status) == (answer.json()["error"], answer.json()["code"])


def test_a_refused_token_is_answered_before_the_body_is_sent(server: Server) -> None:
    """The server answers 401 to the headers alone, while the body is still to come."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    head = (
        f"POST /v1/faceswap/picsi HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nAuthorization: Bearer no\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as wire:
        wire.sendall(head.encode())

        assert wire.recv(1000).startswith(b"HTTP/1.1 401 ")


def test_two_requests_at_the_same_time_are_both_answered(
    server: Server, pictures: Pictures
) -> None:
    """Neither waits for ever, and each gets its own job."""
    jobs: list[Json] = []

    def send() -> None:
        jobs.append(server.swap(pictures.source, pictures.target).json())

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)

    assert ["completed", "completed"] == [job["status"] for job in jobs]
    assert jobs[0]["jobid"] != jobs[1]["jobid"]


def test_a_caller_who_hangs_up_does_not_end_the_job(server: Server, pictures: Pictures) -> None:
    """The connection is closed unread while a worker works: the job is done all the same."""
    before = server.log.count("job started"), server.log.count("status=completed")
    request = httpx.Request(
        "POST",
        f"{server.url}/v1/faceswap/picsi",
        headers=server.bearer,
        files={"source_image": pictures.source, "target_image_gif_or_video": pictures.target},
    )
    body = request.read()
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with socket.create_connection((request.url.host, request.url.port or 80)) as wire:
        wire.sendall(f"POST {request.url.path} HTTP/1.1\r\n{head}\r\n".encode() + body)
        until(lambda: server.log.count("job started") > before[0])
    until(lambda: server.log.count("status=completed") > before[1])

    assert "Traceback" not in server.log
