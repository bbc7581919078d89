"""``POST /v1/faceswap/account/{channel}``."""

import json
from typing import Any

import pytest

from api.accounts import ACCOUNT, CHANNEL, OTHER, OTHER_SERVER, SERVER, names, put
from api.world import World

URL = f"/v1/faceswap/account/{CHANNEL}"


def test_an_account_is_made_without_a_word(world: World) -> None:
    """204 and no body; the account is there."""
    answer = put(world)

    assert (204, b"") == (answer.status_code, answer.content)
    assert CHANNEL in names(world)


@pytest.mark.parametrize("path", [URL, f"{URL}/"])
def test_a_channel_may_be_a_number(world: World, path: str) -> None:
    """As the original's own example sends it: 19 digits, not one of them lost."""
    body = f'{{"discord": "ABCsecretxyz", "server": "{SERVER}", "channel": {CHANNEL}}}'
    answer = world.caller.post(path, content=body, headers=world.bearer)

    assert 204 == answer.status_code
    assert CHANNEL == world.get(URL).json()["channel"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"discord": None}, "Required param discord is missing or empty"),
        ({"discord": ""}, "Required param discord is missing or empty"),
        ({"server": ""}, "Required param server is missing or empty"),
        ({"channel": ""}, "Required param channel is missing or empty"),
        ({"server": "s"}, "Required param channel (s) is not valid Discord channel id"),
        ({"channel": "c"}, "Required param channel (c) is not valid Discord channel id"),
        ({"channel": 1.5}, "Required param channel (1.5) is not valid Discord channel id"),
        (
            {"channel": OTHER},
            f"Required param channel ({OTHER}) not matching to /faceswap/account/{CHANNEL}",
        ),
    ],
)
def test_every_fault_has_its_sentence(world: World, changes: dict[str, Any], said: str) -> None:
    """The contract's words, and 400 twice."""
    answer = put(world, **changes)

    assert (400, said, 400) == (
        answer.status_code,
        answer.json()["error"],
        answer.json()["code"],
    )
    assert CHANNEL not in names(world)


@pytest.mark.parametrize("name", ["discord", "server"])
def test_a_value_of_another_account_is_refused(world: World, name: str) -> None:
    """The sentence names that account."""
    put(world)
    different = {"discord": "XYZanotherabc", "server": OTHER_SERVER}
    answer = put(world, OTHER, **(different | {name: ACCOUNT[name]}))

    assert (400, f"Channel {CHANNEL} configuration has same {name} value") == (
        answer.status_code,
        answer.json()["error"],
    )


@pytest.mark.parametrize(
    "body", ["", "[]", "no json", "[" * 100_000, "null", '"x"', json.dumps({"discord": {}})]
)
def test_a_body_that_is_no_account_is_refused(world: World, body: str) -> None:
    """400 with a sentence, whatever was sent."""
    answer = world.caller.post(URL, content=body, headers=world.bearer)

    assert 400 == answer.status_code == answer.json()["code"]


def test_a_body_that_is_too_long_is_refused(world: World) -> None:
    """And not read to its end."""
    answer = world.caller.post(URL, content=b"x" * 2_000_000, headers=world.bearer)

    assert 400 == answer.status_code


def test_a_token_is_enough(world: World) -> None:
    """401 without one; a subscription that is over does not close accounts."""
    assert 401 == world.caller.post(URL, json=ACCOUNT).status_code

    world.suspend()

    assert 204 == put(world).status_code


def test_jobs_run_in_the_account_and_show_it(world: World) -> None:
    """It need not be named; the job has its server and the masked value."""
    put(world)
    job = world.picsi().json()

    assert (CHANNEL, SERVER, "ABC…secured…xyz") == (job["channel"], job["server"], job["discord"])
