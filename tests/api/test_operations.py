"""Every command of the contract alike: its paths, its fields, its errors in their order, its answer."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api.world import World, png
from mien.api.operations import refusals
from mien.contract import CHANGEBG, HEADSHOT, OPERATIONS, PICSI, ChannelRule, Operation
from mien.jobs.access import digest_of
from mien.jobs.accounts import Channel

Worlds = Callable[..., World]
LONG = "x" * 1025

every = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
asynchronous = pytest.mark.parametrize(
    "operation", [HEADSHOT, CHANGEBG], ids=lambda each: each.name
)


def wrongs(operation: Operation) -> Iterator[tuple[dict[str, Any], dict[str, str], str]]:
    """Requests that mend one fault after the other: files, texts, and the error that is next."""
    texts = {"replyUrl": LONG, "replyRef": LONG, "channel": "123"}
    texts |= {text.name: "" for text in operation.texts if text.required}
    files: dict[str, Any] = {}
    if operation.joined:
        missing = f"Required param {' or '.join(operation.required)} is missing or empty"
        yield files, texts, missing
        files = dict.fromkeys(operation.file_names, (None, "text"))
        yield files, texts, f"Param {' or '.join(operation.file_names)} is not File or Blob"
        files = {name: png() for name in operation.file_names}
        yield files, texts, "Optional param replyUrl or replyRef is too long"
        texts = {**texts, "replyRef": ""}
        yield files, texts, "Optional param replyUrl or replyRef is too long"
    else:
        for name in operation.required:
            yield files, texts, f"Required param {name} is missing or empty"
            if name in operation.file_names:
                files = {**files, name: (None, "text")}
            else:
                example = next(each.example for each in operation.texts if each.name == name)
                texts = {**texts, name: example}
        for name in operation.file_names:
            yield files, texts, f"Param {name} is not File or Blob"
            files = {**files, name: png()}
        yield files, texts, "Optional param replyRef is too long"
        texts = {**texts, "replyRef": ""}
        yield files, texts, "Optional param replyUrl is too long"
    texts = {**texts, "replyUrl": "nothing"}
    yield files, texts, "Optional param replyUrl is not a valid http or https URL"
    texts = {**texts, "replyUrl": ""}
    unknown = "Configuration not found for channel 123, to create POST v1/faceswap/account/123"
    yield files, texts, unknown


@every
def test_errors_come_in_the_order_and_the_words_of_the_page(
    world: World, operation: Operation
) -> None:
    """
    A request with every fault is answered with the first; mended, with the next, to the last.
    """
    for files, texts, error in wrongs(operation):
        answer = world.call(operation, files=files, **texts)

        assert (400, error) == (answer.status_code, answer.json()["error"])
        assert 400 == answer.json()["code"]
    assert [] == world.announced


@every
def test_what_is_described_is_what_is_answered(world: World, operation: Operation) -> None:
    """
    The description states the errors of the page in their order, and no others before the channel.
    """
    described = [each.sentence for each in refusals(operation) if each.status == 400]
    answered = dict.fromkeys(error for _, _, error in wrongs(operation))

    assert list(answered) == [sentence for sentence in described if sentence in answered]


@every
def test_a_good_request_becomes_a_job_of_its_verb(world: World, operation: Operation) -> None:
    """
    200, `started`, every text and file of the request echoed, and one job handed out.
    """
    answer = world.call(operation, replyRef="mine")
    job = answer.json()
    wanted = {text.name: text.example for text in operation.texts if text.required}

    assert (200, 200, "started") == (answer.status_code, job["code"], job["status"])
    assert (operation.verb, "mine") == (job["verb"], job["replyRef"])
    assert wanted == {name: job[name] for name in wanted}
    for name in operation.file_names:
        assert {"size": len(png()), "type": "image/png"} == job[name]
    assert [job["jobid"]] == world.announced


@every
def test_both_forms_of_a_path_answer_without_a_redirect(world: World, operation: Operation) -> None:
    """
    With and without the slash the same 400 for an empty request, or the same job.
    """
    answers = [
        world.caller.request(operation.method, operation.path + slash, headers=world.bearer)
        for slash in ("", "/")
    ]

    assert answers[0].status_code == answers[1].status_code
    assert answers[0].status_code in {200, 400}
    if operation.required:
        assert answers[0].json() == answers[1].json()


@every
def test_nothing_is_done_without_a_token(world: World, operation: Operation) -> None:
    """
    401 before the body is looked at, and 402 when the subscription is over.
    """
    bare = world.caller.request(operation.method, operation.path)
    world.suspend()
    over = world.call(operation)

    assert (401, {"error": "Unauthorized", "code": 401}) == (bare.status_code, bare.json())
    assert 402 == over.status_code
    assert "Account has no subscription or subscription expired" == over.json()["error"]


@every
def test_a_second_channel_has_to_be_named_where_the_page_says_so(
    world: World, operation: Operation
) -> None:
    """
    One channel may be left out; of two, only the commands that choose at random take any.
    """
    found = world.directory.find_token(digest_of(world.key))
    assert found is not None
    first = world.directory.channels(found[1].id)[0]
    assert first.id == world.call(operation).json()["channel"]
    second = Channel(id="77", user_id=first.user_id, server="78", discord="x")
    world.directory._channels.append(second)

    unnamed, named = world.call(operation), world.call(operation, channel="77")

    assert "77" == named.json()["channel"]
    if operation.channel is ChannelRule.RANDOM_WITH_CREDITS:
        assert unnamed.json()["channel"] in {first.id, "77"}
    else:
        assert (400, "Required param channel is missing or empty") == (
            unnamed.status_code,
            unnamed.json()["error"],
        )


@every
def test_fields_may_come_as_json_where_the_page_says_so(world: World, operation: Operation) -> None:
    """
    An object of texts does as well as a form; elsewhere it counts as an empty form.
    """
    fields: dict[str, Any] = {each.name: each.example for each in operation.texts if each.required}
    answer = world.caller.request(
        operation.method, operation.path, json={**fields, "replyRef": "é"}, headers=world.bearer
    )

    if operation.json:
        assert (200, "é") == (answer.status_code, answer.json().get("replyRef"))
    elif operation.required:
        assert 400 == answer.status_code
        assert answer.json()["error"].endswith("is missing or empty")
        assert "multipart/form-data" in answer.json()["errorDetails"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", "The body is no valid object of JSON."),
        (b"[1]", "The body is no valid object of JSON."),
        (b"\xff\xfe\xff", "The body is no valid object of JSON."),
        (b"[" * 100_000, "The body is no valid object of JSON."),
        (b"", "Required param prompt is missing or empty"),
        (b"{}", "Required param prompt is missing or empty"),
        (b'{"prompt": null}', "Required param prompt is missing or empty"),
        (b'{"prompt": ""}', "Required param prompt is missing or empty"),
        (b'{"prompt": {"a": 1}}', "The field prompt is no text."),
        (b'{"prompt": true}', "The field prompt is no text."),
        (b'{"prompt": "a\\u0000b"}', "The field prompt holds a NUL character."),
        (json.dumps({"prompt": "x" * 6001}).encode(), "Required param prompt is too long"),
        (
            json.dumps({"prompt": "x" * 2_000_000}).encode(),
            "The request is larger than 1.04858 MB.",
        ),
    ],
)
def test_json_that_cannot_be_used_is_400(world: World, body: bytes, error: str) -> None:
    """
    Each with a sentence, none with a crash.
    """
    headers = {**world.bearer, "content-type": "application/json; charset=utf-8"}
    answer = world.caller.post("/v1/faceswap/headshot", content=body, headers=headers)

    assert (400, error) == (answer.status_code, answer.json()["error"])


def test_a_number_is_taken_for_its_digits(world: World) -> None:
    """
    A channel sent as a JSON number keeps all its 19 digits; half a character becomes U+FFFD.
    """
    answer = world.caller.post(
        "/v1/faceswap/headshot",
        content=b'{"prompt": "a \\ud800", "channel": 1150077131873505281}',
        headers={**world.bearer, "content-type": "application/json"},
    )
    mended = world.caller.post(
        "/v1/faceswap/headshot",
        content=b'{"prompt": "a \\ud800", "other": [1]}',
        headers={**world.bearer, "content-type": "application/json"},
    )

    assert answer.json()["error"].startswith(
        "Configuration not found for channel 1150077131873505281,"
    )
    assert "a \ufffd" == mended.json()["prompt"]


@asynchronous
def test_a_command_that_does_not_block_answers_at_once(
    world_of: Worlds, operation: Operation
) -> None:
    """
    `started`, though a blocking call would wait an hour; its end is read as any job's.
    """
    world = world_of(wait_s=3600)
    job = world.call(operation).json()
    world.end(job["jobid"])

    assert "started" == job["status"]
    assert "completed" == world.get(f"/v1/faceswap/jobs?jobid={job['jobid']}").json()["status"]


def test_a_text_of_a_command_has_a_limit(world: World) -> None:
    """
    What is longer than a Discord option can be is refused by its field, not cut.
    """
    answer = world.call(PICSI, options="-m " * 2001)

    assert (400, "Optional param options is too long") == (
        answer.status_code,
        answer.json()["error"],
    )
    assert "options: characters 6003, limit 6000" == answer.json()["errorDetails"]
