"""What the tests of accounts share."""

from typing import Any

import httpx

from api.world import World

CHANNEL, OTHER = "1150077000000000011", "1150077000000000012"
SERVER, OTHER_SERVER = "1150077000000000021", "1150077000000000022"
ACCOUNT: dict[str, Any] = {"discord": "ABCsecretxyz", "server": SERVER, "channel": CHANNEL}


def put(world: World, path: str = CHANNEL, **changes: object) -> httpx.Response:
    """A POST of the account of that channel."""
    body = ACCOUNT | {"channel": path} | changes
    url = f"/v1/faceswap/account/{path}"
    return world.caller.post(url, json=body, headers=world.bearer)


def names(world: World) -> set[str]:
    """Channels that the list shows."""
    return set(world.get("/v1/faceswap/account").json())
