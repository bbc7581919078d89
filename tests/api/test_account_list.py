"""``GET /v1/faceswap/account``."""

from api.accounts import CHANNEL, OTHER, OTHER_SERVER, SERVER, put
from api.world import World

PATH = "/v1/faceswap/account"


def test_accounts_are_an_object_by_channel(world: World) -> None:
    """Those that were configured and the one that came with the user; nothing else."""
    put(world)
    put(world, OTHER, discord="XYZanotherabc", server=OTHER_SERVER)
    answer = world.get(PATH)

    assert 200 == answer.status_code
    assert {world.channels[0].id, CHANNEL, OTHER} == set(answer.json())
    assert {"server": SERVER, "channel": CHANNEL, "discord": "ABC…secured…xyz"} == (
        answer.json()[CHANNEL]
    )
    assert answer.json() == world.get(f"{PATH}/").json()


def test_nothing_configured_is_404(world: World) -> None:
    """When even the first channel was deleted."""
    world.caller.request("DELETE", f"{PATH}/{world.channels[0].id}", headers=world.bearer)
    answer = world.get(PATH)

    assert (404, {"error": "Configuration not found", "code": 404}) == (
        answer.status_code,
        answer.json(),
    )
    refused = world.picsi()
    assert (400, "for channel channel, to create POST v1/faceswap/account/channel") == (
        refused.status_code,
        refused.json()["error"].removeprefix("Configuration not found "),
    )


def test_a_user_sees_their_own_with_every_token(world: World) -> None:
    """Another user does not see them."""
    put(world)

    assert CHANNEL in world.caller.get(PATH, headers=world.another_token).json()
    assert CHANNEL not in world.caller.get(PATH, headers=world.stranger).json()


def test_a_token_is_enough(world: World) -> None:
    """401 without one; a subscription that is over does not close accounts."""
    assert 401 == world.caller.get(PATH).status_code

    world.suspend()

    assert 200 == world.get(PATH).status_code
