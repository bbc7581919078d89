"""Every error row of the contract, in its literal words and in the order of its page."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.test_operations import wrongs
from api.test_upstream import DISCORD_BUSY
from api.world import World
from mien.contract import OPERATIONS

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "contract" / "http.yaml"
Worlds = Callable[..., World]

UNKNOWN = "Configuration not found for channel 123, to create POST v1/faceswap/account/123"
REF, URL = "Optional param replyRef is too long", "Optional param replyUrl is too long"
IDNAME = "Required param idname is missing or empty"
IMAGE, NO_FILE = "Required param image is missing or empty", "Param image is not File or Blob"

#: The 400s of each command's page, in the page's order.
PAGES: Mapping[str, list[str]] = {
    "picsi": [
        "Required param source_image or target_image_gif_or_video is missing or empty",
        "Param source_image or target_image_gif_or_video is not File or Blob",
        "Optional param replyUrl or replyRef is too long",
        UNKNOWN,
    ],
    "headshot": ["Required param prompt is missing or empty", REF, URL, UNKNOWN],
    "changebg": [
        "Required param a_background_photo_of is missing or empty",
        IMAGE,
        NO_FILE,
        REF,
        URL,
        UNKNOWN,
    ],
    "saveid": [IDNAME, IMAGE, NO_FILE, REF, URL, UNKNOWN],
    "setid": [IDNAME, REF, URL, UNKNOWN],
    "swapid": [IDNAME, IMAGE, NO_FILE, REF, URL, UNKNOWN],
    "listid": [REF, URL, UNKNOWN],
    "delid": [IDNAME, REF, URL, UNKNOWN],
    "delall": [REF, URL, UNKNOWN],
    "inswapper": ["Required param targetMessageId is missing or empty", REF, URL, UNKNOWN],
    "swap": [
        "Required param saveid_image is missing or empty",
        "Required param swapid_image is missing or empty",
        "Param saveid_image is not File or Blob",
        "Param swapid_image is not File or Blob",
        REF,
        URL,
        UNKNOWN,
    ],
}
#: Ours, between the page's: an address that is none.
OURS = "Optional param replyUrl is not a valid http or https URL"

LOCK = re.compile("Unable to lock Discord after [0-9]+ attempts")
NO_JOBID, NO_JOB = "Query param jobid not provided", "Unable to locate job nothing"
UNAUTHORIZED = "Unauthorized"
EXPIRED = "Account has no subscription or subscription expired"


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_400s_of_a_command(world: World, name: str) -> None:
    """
    A request with every fault is mended one by one, and gets each sentence of the page in turn.
    """
    operation = OPERATIONS[name]
    answers = [world.call(operation, files=files, **texts) for files, texts, _ in wrongs(operation)]
    errors = list(dict.fromkeys(answer.json()["error"] for answer in answers))

    assert {400} == {answer.status_code for answer in answers}
    assert PAGES[name] == [error for error in errors if error != OURS]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_lane_that_is_full(world_of: Worlds, name: str) -> None:
    """
    One job runs and one waits; the next is told to come back.
    """
    world = world_of(queue_depth=1, workers=1)
    answers = [world.call(OPERATIONS[name]) for _ in range(3)]
    full = answers[-1]

    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert LOCK.fullmatch(full.json()["error"])
    assert {"error", "code"} == set(full.json())
    assert 10 <= int(full.headers["retry-after"]) <= 30


@dataclass(frozen=True)
class Row:
    """An error of an operation that is no command."""

    method: str
    path: str
    status: int
    error: str
    #: Of JSON, where it takes one.
    body: Mapping[str, str] | None = None


#: A channel's id, and what an account of it may be.
CHANNEL = "1150077000000000011"
ACCOUNT = {"discord": "ABCsecretxyz", "server": "1150077000000000021", "channel": CHANNEL}
ONE = f"/v1/faceswap/account/{CHANNEL}"
NO_ACCOUNT = "Configuration not found"


def without(name: str) -> Row:
    """An account that lacks a field."""
    error = f"Required param {name} is missing or empty"
    return Row("POST", ONE, 400, error, ACCOUNT | {name: ""})


def malformed(name: str, value: str) -> Row:
    """An account with an id that is none; the sentence says channel for both."""
    error = f"Required param channel ({value}) is not valid Discord channel id"
    return Row("POST", ONE, 400, error, ACCOUNT | {name: value})


ROWS = [
    Row("GET", "/v1/faceswap/jobs/", 400, NO_JOBID),
    Row("GET", "/v1/faceswap/jobs/?jobid=nothing", 404, NO_JOB),
    Row("GET", "/v1/faceswap/jobs/cancel/", 400, NO_JOBID),
    Row("GET", "/v1/faceswap/jobs/cancel", 400, NO_JOBID),
    Row("GET", "/v1/faceswap/jobs/cancel/?jobid=nothing", 404, NO_JOB),
    Row("GET", ONE, 404, NO_ACCOUNT),
    Row("DELETE", ONE, 404, NO_ACCOUNT),
    *(without(name) for name in ACCOUNT),
    malformed("server", "<server>"),
    malformed("channel", "123"),
    Row(
        "POST",
        "/v1/faceswap/account/123",
        400,
        f"Required param channel ({CHANNEL}) not matching to /faceswap/account/123",
        ACCOUNT,
    ),
    Row("POST", "/v2/account", 400, "replyUrl is too long", {"replyUrl": "x" * 1025}),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
def test_an_error_of_another_operation(world: World, row: Row) -> None:
    """
    Status, sentence and code.
    """
    answer = world.caller.request(row.method, row.path, headers=world.bearer, json=row.body)

    assert (row.status, row.error) == (answer.status_code, answer.json()["error"])
    assert row.status == answer.json()["code"]


#: Everything that takes a token: method and path.
GUARDED = [
    *((one.method, one.path) for one in OPERATIONS.values()),
    ("GET", "/v1/faceswap/jobs/?jobid=x"),
    ("GET", "/v1/faceswap/jobs"),
    ("GET", "/v1/faceswap/jobs/cancel/?jobid=x"),
]


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_nobody_and_who_has_not_paid(world: World, method: str, path: str) -> None:
    """
    401 without a token, 402 when the subscription is over; before anything else is looked at.
    """

    def refused(headers: Mapping[str, str]) -> tuple[int, object]:
        answer: httpx.Response = world.caller.request(method, path, headers=headers)
        return answer.status_code, answer.json()

    assert (401, {"error": UNAUTHORIZED, "code": 401}) == refused({})
    world.suspend()
    assert (402, {"error": EXPIRED, "code": 402}) == refused(world.bearer)


#: Sentences of http.yaml that are not for commands and jobs.
ELSEWHERE = frozenset(
    {
        "Required param channel is missing or empty",  # of several channels: test_operations
        "Job has expired",  # of the vendor's other products; ours is `NO_JOB`
        "No configured channel has available credits",  # test_credits
        "Required param channel (123) not matching to /faceswap/account/123",  # `ROWS`, with ids
        "Channel 123 configuration has same discord value",  # of two accounts: test_account_put
        "Channel 123 configuration has same server value",
    }
)


def test_the_table_has_every_error_of_the_contract() -> None:
    """
    Each literal sentence of http.yaml is claimed by a test of this file.
    """
    if not BESIDE.is_file():
        pytest.skip("needs the contract beside the checkout, as http.yaml")
    rows = re.findall(r'error(?:s)?: (?:\[)?"([^"]+)"', BESIDE.read_text())
    known = {error for page in PAGES.values() for error in page}
    known |= {row.error for row in ROWS} | {UNAUTHORIZED, EXPIRED, DISCORD_BUSY, *ELSEWHERE}

    def claimed(sentence: str) -> bool:
        filled = sentence.replace("<channel>", "123").replace("<jobid>", "nothing")
        return filled in known or bool(LOCK.fullmatch(filled.replace("<attempts>", "1")))

    assert [] == [sentence for sentence in rows if not claimed(sentence)]
