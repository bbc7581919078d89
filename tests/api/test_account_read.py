"""``GET /v1/faceswap/account/{channel}``."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.accounts import CHANNEL, SERVER, put
from api.world import World
from mien.jobs.credits import Credits

PATH = f"/v1/faceswap/account/{CHANNEL}"


@pytest.mark.parametrize("path", [PATH, f"{PATH}/"])
def test_an_account_is_shown_masked(world: World, path: str) -> None:
    """Server, channel, and the ends of the secret."""
    put(world)
    answer = world.get(path)

    assert 200 == answer.status_code
    assert {"server": SERVER, "channel": CHANNEL, "discord": "ABC…secured…xyz"} == answer.json()
    assert "secretx" not in answer.text


def test_credits_are_in_the_contracts_form(world: World) -> None:
    """Total, used, and when that was."""
    put(world)
    changed = datetime(2023, 9, 9, 2, 4, 51, 926000, tzinfo=UTC)
    budget = Credits(total=50, used=1, since=changed, changed=changed)
    world.directory.set_credits(replace(world.channels[1], credits=budget))

    assert {"timestamp": "2023-09-09T02:04:51.926000+00:00", "total": 50, "used": 1} == (
        world.get(PATH).json()["credits"]
    )


@pytest.mark.parametrize("channel", ["1", "x", CHANNEL, "é", "%00"])
def test_what_is_not_there_or_another_users_is_404(world: World, channel: str) -> None:
    """The same words for both."""
    put(world)
    answer = world.caller.get(f"/v1/faceswap/account/{channel}", headers=world.stranger)

    assert (404, {"error": "Configuration not found", "code": 404}) == (
        answer.status_code,
        answer.json(),
    )


def test_a_token_is_enough(world: World) -> None:
    """401 without one; a subscription that is over does not close accounts."""
    put(world)

    assert 401 == world.caller.get(PATH).status_code

    world.suspend()

    assert 200 == world.get(PATH).status_code
