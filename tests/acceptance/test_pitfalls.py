"""What real clients of the original do, one by one; each has broken a server that did not expect it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from acceptance.live import PATIENCE_S, Json, Pictures, Server, until
from acceptance.people import Person, set_credits, somebody
from mien.contract import OPERATIONS
from mien.jobs.model import Status
from net.receiver import Receiver

MISSING = "Required param source_image or target_image_gif_or_video is missing or empty"
NO_FILE = "Param source_image or target_image_gif_or_video is not File or Blob"


@pytest.fixture(scope="module")
def anna(server: Server) -> Person:
    """A user of this file."""
    return somebody(server, "pitfalls")


@pytest.fixture(scope="module")
def job(anna: Person, pictures: Pictures) -> Json:
    """A swap of theirs."""
    return anna.done("picsi", swap_of(pictures))


def swap_of(pictures: Pictures) -> Json:
    """Files of a swap."""
    return {"source_image": pictures.source, "target_image_gif_or_video": pictures.target}


def test_a_blob_without_a_type_is_a_picture(anna: Person, pictures: Pictures) -> None:
    """1. `new Blob([bytes])` is a file called "blob" of no type: its bytes say what it is."""
    blob = ("blob", pictures.source, "application/octet-stream")
    lying = ("a.txt", pictures.target, "text/plain")
    job = anna.done("picsi", {"source_image": blob, "target_image_gif_or_video": lying})

    assert ("image/png", "image/jpeg") == (
        job["source_image"]["type"],
        job["target_image_gif_or_video"]["type"],
    )


def test_parts_without_a_file_name_are_texts(anna: Person, pictures: Pictures) -> None:
    """2. `(None, value)` of python-requests; a file sent that way is told so; an empty text is absent."""
    files = swap_of(pictures)
    empty = anna.done("picsi", files, options="", channel="", replyUrl="", replyRef="")
    text = anna.send("picsi", {**files, "source_image": (None, pictures.source)})
    none = anna.send("picsi", {**files, "source_image": (None, "")})

    assert not {"options", "replyUrl", "replyRef"} & set(empty)
    assert (400, NO_FILE) == (text.status_code, text.json()["error"])
    assert (400, MISSING) == (none.status_code, none.json()["error"])


def exchanges(anna: Person, pictures: Pictures) -> Iterator[requests.Response]:
    """Good and bad calls of every kind."""
    files = swap_of(pictures)
    yield anna.send("picsi", files)
    yield anna.send("picsi")
    yield anna.send("headshot", prompt="me, a king")
    yield anna.send("listid")
    yield anna.send("delid")
    for method, path in (
        ("GET", "/v1/faceswap/jobs/"),
        ("GET", "/v1/faceswap/jobs/?jobid=x"),
        ("GET", "/v1/faceswap/nothing"),
        ("PUT", "/v1/faceswap/picsi"),
    ):
        yield anna.request(method, path)
    yield requests.get(f"{anna.server.url}/v1/faceswap/jobs/", timeout=PATIENCE_S)


def test_every_answer_is_json_and_a_submit_is_200(anna: Person, pictures: Pictures) -> None:
    """3. Errors too, with the status in `code`; never 201, 202 or a redirect."""
    statuses = []
    for answer in exchanges(anna, pictures):
        assert "application/json" == answer.headers["content-type"]
        assert answer.status_code == answer.json()["code"]
        assert [] == answer.history
        statuses.append(answer.status_code)

    assert [200, 400, 200, 200, 400, 400, 404, 404, 405, 401] == statuses


@pytest.mark.parametrize("form", ["jobs", "jobs/"])
def test_jobs_are_read_with_and_without_a_slash(anna: Person, job: Json, form: str) -> None:
    """4. Both addresses are called; a redirect would lose the token."""
    answer = anna.request("GET", f"/v1/faceswap/{form}?jobid={job['jobid']}", allow_redirects=False)

    assert (200, job["jobid"]) == (answer.status_code, answer.json()["jobid"])


def test_results_are_fetched_without_the_token(job: Json) -> None:
    """5. And the extension is read from the path before any question mark."""
    (entry,) = job["attachments"]
    found = re.search(r"\.([^.?]+)(?=\?|$)", entry["url"])

    assert 200 == requests.get(entry["url"], timeout=PATIENCE_S).status_code
    assert found
    assert "jpg" == found.group(1)


def test_results_are_images_or_videos(job: Json) -> None:
    """6. The type of every attachment begins with one of the two words."""
    assert all(re.match("(image|video)/", one["content_type"]) for one in job["attachments"])


def test_job_ids_are_safe_as_addresses_and_file_names(anna: Person, job: Json) -> None:
    """7. Unescaped in a URL; what stands before a dash is unique, and no colon is in it."""
    ids = [job["jobid"], *(anna.done("listid")["jobid"] for _ in range(3))]

    assert all(re.fullmatch("[A-Za-z0-9]{1,199}", one.split("-")[0]) for one in ids)
    assert 4 == len({one.split("-")[0] for one in ids})


def test_no_other_status_is_ever_used() -> None:
    """8. Clients take an unknown word for a failure."""
    words = {"created", "started", "progress", "moderated", "completed", "failed", "cancelled"}

    assert words == {status.value for status in Status}


def test_who_has_spent_everything_is_not_told_to_come_back(
    server: Server, pictures: Pictures
) -> None:
    """9. 429 is retried for ever; so an empty budget is 402, and only "busy" is 429."""
    spent = somebody(server, "pitfalls-spent")
    (channel,) = spent.request("GET", "/v1/faceswap/account").json()
    set_credits(server, channel, 0)
    answer = spent.send("picsi", swap_of(pictures))

    assert (402, "No configured channel has available credits") == (
        answer.status_code,
        answer.json()["error"],
    )
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize("channel", [123456789012345678, "123456789012345678"])
def test_an_account_names_its_channel_as_number_or_text(anna: Person, channel: int | str) -> None:
    """11. Both are sent; the answer has no body."""
    fields = {"channel": channel, "server": "223456789012345678", "discord": f"{channel!r}-secret"}
    answer = anna.request("POST", f"/v1/faceswap/account/{channel}", json=fields)
    removed = anna.request("DELETE", f"/v1/faceswap/account/{channel}")

    assert (204, b"", 204) == (answer.status_code, answer.content, removed.status_code)


def test_a_callback_is_good_by_its_code_alone(anna: Person, pictures: Pictures) -> None:
    """10. A completed job has the code 200 and no error; its callback is the same object."""
    with (
        Receiver() as receiver,
        Server(anna.server.folder.with_name("callbacks"), callback_allow_private="1") as server,
    ):
        bob = somebody(server, "bob")
        job = bob.done("picsi", swap_of(pictures), replyUrl=receiver.url())
        until(lambda: receiver.requests)
        body = receiver.requests[0].partition(b"\r\n\r\n")[2]
        told: dict[str, Any] = json.loads(body)

    assert ("completed", 200) == (told["status"], told["code"])
    assert "error" not in told
    assert unlinked(job) == unlinked(told)


def unlinked(job: Json) -> Json:
    """``job`` without the addresses of its results, which are signed anew each time."""
    entries = [
        {name: value for name, value in entry.items() if "url" not in name}
        for entry in job.get("attachments", [])
    ]
    return {**job, "attachments": entries}


def test_the_content_keeps_its_greeting(anna: Person, job: Json) -> None:
    """12. `<@digits>` stands first, whatever follows."""
    for one in (job, anna.done("listid")):
        assert re.match(r"<@[0-9]{17,20}>", one["content"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_browsers_may_ask_before_they_call(server: Server, name: str) -> None:
    """13. A preflight needs no token and allows method and headers; the answer allows any origin."""
    operation = OPERATIONS[name]
    asked = {
        "Origin": "https://docs.example",
        "Access-Control-Request-Method": operation.method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    address = f"{server.url}{operation.path}"
    before = requests.options(address, headers=asked, timeout=PATIENCE_S)
    call = requests.request(
        operation.method, address, headers={"Origin": "https://docs.example"}, timeout=PATIENCE_S
    )

    assert 204 == before.status_code
    assert operation.method in before.headers["access-control-allow-methods"]
    assert "authorization" in before.headers["access-control-allow-headers"].lower()
    assert "*" == before.headers["access-control-allow-origin"]
    assert (401, "*") == (call.status_code, call.headers["access-control-allow-origin"])
