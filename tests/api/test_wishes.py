"""What callers may ask for in headers; without them nothing changes."""

from collections.abc import Callable
from threading import Timer
from typing import Any

import httpx
import pytest

from api.world import World, png
from mien.contract import HEADSHOT, LISTID
from mien.jobs.model import Status

Worlds = Callable[..., World]
KEY = {"Idempotency-Key": "order-17"}


def send(world: World, headers: dict[str, str], **data: str) -> httpx.Response:
    """A picsi request with those headers."""
    return world.picsi(headers=world.bearer | headers, data=data)


def ends(world: World) -> World:
    """Let every job end as soon as it is accepted."""
    world.on_job = world.end
    return world


# Prefer


def test_who_prefers_not_to_wait_does_not(world_of: Worlds) -> None:
    """`started` at once, with 200; the answer says that the wish was heard."""
    world = world_of(wait_s=600)
    answer = send(world, {"Prefer": "respond-async"})

    assert (200, "started") == (answer.status_code, answer.json()["status"])
    assert "respond-async" == answer.headers["preference-applied"]


def test_who_prefers_to_wait_waits(world: World) -> None:
    """A service that does not wait by itself answers with the end."""
    world.on_job = lambda job_id: Timer(0.1, world.end, [job_id]).start()
    answer = send(world, {"Prefer": "wait=60"})

    assert ("completed", "wait=60") == (
        answer.json()["status"],
        answer.headers["preference-applied"],
    )


def test_a_command_that_does_not_wait_can(world: World) -> None:
    """A headshot whose caller prefers to wait is answered with its end."""
    world.on_job = lambda job_id: Timer(0.1, world.end, [job_id]).start()
    answer = world.call(HEADSHOT, {"Prefer": "wait=60"})

    assert "completed" == answer.json()["status"]
    assert "started" == world.call(HEADSHOT).json()["status"]


@pytest.mark.parametrize("path", ["/v1/faceswap/jobs/?jobid=", "/v1/faceswap/jobs?jobid="])
def test_reading_a_job_can_wait_for_its_end(world: World, path: str) -> None:
    """One call in the place of many."""
    job_id = world.submitted()
    Timer(0.1, world.end, [job_id]).start()
    answer = world.caller.get(path + job_id, headers=world.bearer | {"Prefer": "wait=60"})

    assert ("completed", "wait=60") == (
        answer.json()["status"],
        answer.headers["preference-applied"],
    )


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("respond-async, wait=0", "wait=0"),
        ("wait=0", "wait=0"),
        ('Wait = "0"', "wait=0"),
        ("handling=lenient, RESPOND-ASYNC", "respond-async"),
        ("respond-async; x=1", "respond-async"),
    ],
)
def test_preferences_are_read_as_the_standard_writes_them(
    world_of: Worlds, prefer: str, applied: str
) -> None:
    """Several, with parameters, in any case; of a wait and an async answer the wait counts."""
    answer = send(world_of(wait_s=600), {"Prefer": prefer})

    assert ("started", applied) == (
        answer.json()["status"],
        answer.headers["preference-applied"],
    )


@pytest.mark.parametrize(
    "prefer", ["", "wait", "wait=", "wait=x", "wait=-1", "wait=1.5", "x" * 999]
)
def test_a_preference_that_makes_no_sense_is_none(world: World, prefer: str) -> None:
    """It is not an error, and the answer does not say that it was heard."""
    answer = send(world, {"Prefer": prefer})

    assert 200 == answer.status_code
    assert "preference-applied" not in answer.headers


# Idempotency-Key


def test_the_same_request_again_is_the_same_job(world: World) -> None:
    """The same answer, and one job."""
    first, second = send(ends(world), KEY, options="-m"), send(world, KEY, options="-m")

    assert (200, 200) == (first.status_code, second.status_code)
    assert same(first) == same(second)
    assert 1 == len(world.announced)


def same(answer: httpx.Response) -> dict[str, Any]:
    """An answer without the times in its links."""
    job: dict[str, Any] = answer.json()
    for attachment in job.get("attachments", []):
        for name in ("url", "proxy_url"):
            attachment[name] = attachment[name].partition("?")[0]
    return job


def test_another_boundary_and_file_name_are_the_same_request(world: World) -> None:
    """What is asked for counts, not how it is written."""
    first = send(world, KEY).json()["jobid"]
    files = {
        "target_image_gif_or_video": ("other.png", png(), "application/octet-stream"),
        "source_image": ("blob", png()),
    }
    again = world.picsi(headers=world.bearer | KEY, files=files, data={"unknown": "ignored"})

    assert first == again.json()["jobid"]


@pytest.mark.parametrize("data", [{"options": "-f"}, {"replyRef": "x"}, {"channel": "own"}])
def test_another_request_under_the_same_key_is_409(world: World, data: dict[str, str]) -> None:
    """Whatever differs; no job is made."""
    send(world, KEY)
    named = {name: world.channels[0].id if text == "own" else text for name, text in data.items()}
    answer = send(world, KEY, **named)

    assert (409, 409) == (answer.status_code, answer.json()["code"])
    assert (
        "This Idempotency-Key was used for another request in the last 24 hours."
        == (answer.json()["error"])
    )
    assert "Idempotency-Key" == answer.json()["errorDetails"]
    assert 1 == len(world.announced)


def test_another_picture_under_the_same_key_is_409(world: World) -> None:
    """One byte is enough."""
    send(world, KEY)
    files = {"source_image": png(), "target_image_gif_or_video": png() + b"\0"}
    answer = world.picsi(headers=world.bearer | KEY, files=files)

    assert 409 == answer.status_code


def test_a_key_belongs_to_its_token(world: World) -> None:
    """Another token of the same user may use it for something else."""
    mine = send(world, KEY).json()["jobid"]
    other = world.picsi(headers=world.another_token | KEY, data={"options": "-f"})

    assert 200 == other.status_code
    assert mine != other.json()["jobid"]


def test_a_refused_request_leaves_its_key_free(world: World) -> None:
    """What was wrong can be mended under the same key."""
    assert 400 == send(world, KEY, options="--levitate").status_code
    assert 200 == send(world, KEY, options="-m").status_code


def test_without_a_key_each_request_is_a_job(world: World) -> None:
    """The contract's own manner."""
    assert send(world, {}).json()["jobid"] != send(world, {}).json()["jobid"]


def test_every_command_takes_a_key(world: World) -> None:
    """Those without a picture too."""
    first, second = (world.call(LISTID, KEY).json()["jobid"] for _ in range(2))

    assert first == second
    assert 409 == world.call(HEADSHOT, KEY).status_code


def test_a_repeat_takes_a_key(world: World) -> None:
    """Asked twice it is one more job, not two."""
    path = f"/v1/mien/jobs/{world.submitted()}/repeat"
    answers = [world.caller.post(path, headers=world.bearer | KEY) for _ in range(2)]

    assert 1 == len({answer.json()["jobid"] for answer in answers})
    assert 2 == len(world.announced)


@pytest.mark.parametrize("key", ["", " ", '""', "x" * 256, 'a"b', "ünï"])
def test_a_key_that_is_none_is_400(world: World, key: str) -> None:
    """Ignoring it would make two jobs of a request that its caller wants to be one."""
    headers = world.bearer | {"Idempotency-Key": key.encode()}
    answer = world.picsi(headers=headers)

    assert (400, "Idempotency-Key") == (answer.status_code, answer.json()["errorDetails"])
    assert [] == world.announced


def test_a_quoted_key_is_the_same_key(world: World) -> None:
    """The draft writes it as a quoted string, most clients do not."""
    first = send(world, KEY).json()["jobid"]

    assert first == send(world, {"Idempotency-Key": '"order-17"'}).json()["jobid"]


# Cancel-After


def test_a_job_can_be_given_a_time(world: World) -> None:
    """It is written down with the job, and for the contract's clients nothing changes."""
    job_id = send(world, {"Cancel-After": "30"}).json()["jobid"]
    job = world.jobs.find(job_id)

    assert job is not None
    assert job.cancel_at is not None
    assert 30 == (job.cancel_at - job.created).total_seconds()


@pytest.mark.parametrize("after", ["", "0", "-1", "x", "1e3", "9999999", "nan", "30s", "٣"])
def test_a_time_that_is_none_is_400(world: World, after: str) -> None:
    """Ignoring it would let run what its caller wants to end."""
    headers = world.bearer | {"Cancel-After": after.encode()}
    answer = world.picsi(headers=headers)

    assert (400, "Cancel-After") == (answer.status_code, answer.json()["errorDetails"])
    assert [] == world.announced


# RateLimit and problem+json


def test_a_full_lane_says_what_is_limited(world_of: Worlds) -> None:
    """One runs and two wait: three places, none left, come back in ten seconds."""
    world = world_of(queue_depth=2, workers=1)
    answers = [world.picsi() for _ in range(4)]

    assert [200, 200, 200, 429] == [answer.status_code for answer in answers]
    assert '"lane";q=3;qu="concurrent-requests"' == answers[-1].headers["ratelimit-policy"]
    assert '"lane";r=0;t=10' == answers[-1].headers["ratelimit"]
    assert "10" == answers[-1].headers["retry-after"]
    assert "ratelimit" not in answers[0].headers


PROBLEMS = [
    ("GET", "/nothing", 404, "Not Found"),
    ("DELETE", "/health", 405, "Method Not Allowed"),
    ("GET", "/v1/faceswap/jobs", 401, "Unauthorized"),
    ("GET", "/files/1/x.png", 404, "Not Found"),
]


@pytest.mark.parametrize(("method", "path", "status", "title"), PROBLEMS)
def test_errors_are_problems_for_who_asks_for_problems(
    world: World, method: str, path: str, status: int, title: str
) -> None:
    """RFC 9457's members, and the contract's beside them."""
    headers = {"Accept": "application/json, application/problem+json"}
    answer = world.caller.request(method, path, headers=headers)
    body = answer.json()

    assert "application/problem+json" == answer.headers["content-type"]
    assert (status, "about:blank", title, status, status) == (
        answer.status_code,
        body["type"],
        body["title"],
        body["status"],
        body["code"],
    )
    assert body["detail"] == body["error"]


def test_a_problem_keeps_headers_and_details(world_of: Worlds) -> None:
    """What a 429 says stands in its headers in either form."""
    world = world_of(queue_depth=1, workers=1)
    asking = world.bearer | {"Accept": "application/problem+json"}
    full = [world.picsi(headers=asking) for _ in range(3)][-1]
    wrong = world.picsi(headers=asking, files={})

    assert (429, "10") == (full.status_code, full.headers["retry-after"])
    assert "Too Many Requests" == full.json()["title"]
    assert int(full.headers["content-length"]) == len(full.content)
    assert "source_image" in wrong.json()["errorDetails"]


@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/*", "application/json", "application/problem+json;q=0", "text/html"],
)
def test_nobody_else_gets_problems(world: World, accept: str) -> None:
    """The contract's form and nothing else."""
    answer = world.caller.get("/v1/faceswap/jobs", headers={"Accept": accept})

    assert {"error": "Unauthorized", "code": 401} == answer.json()
    assert "application/json" == answer.headers["content-type"]


def test_successes_stay_as_they_are(world: World) -> None:
    """Only errors are problems."""
    asking = world.bearer | {"Accept": "application/problem+json"}
    answer = world.picsi(headers=asking)

    assert (200, "application/json") == (answer.status_code, answer.headers["content-type"])


def test_browsers_may_read_what_answers_say(world: World) -> None:
    """From other origins too."""
    exposed = world.picsi().headers["access-control-expose-headers"]

    assert {"RateLimit", "RateLimit-Policy", "Preference-Applied", "X-Request-Id"} <= set(
        exposed.split(", ")
    )


def test_waits_end_for_all_who_wait(world: World) -> None:
    """Who comes later with the same key waits for the same job, and hears of its end."""
    started: list[str] = []
    world.on_job = started.append
    first = send(world, KEY | {"Prefer": "wait=0"}).json()["jobid"]
    Timer(0.1, world.end, [first, Status.FAILED]).start()
    second = send(world, KEY | {"Prefer": "wait=60"})

    assert (first, "failed") == (second.json()["jobid"], second.json()["status"])
    assert [first] == started
