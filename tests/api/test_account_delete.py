"""``DELETE /v1/faceswap/account/{channel}``."""

import httpx
import pytest

from api.accounts import CHANNEL, names, put
from api.world import World

PATH = f"/v1/faceswap/account/{CHANNEL}"


def delete(world: World, path: str = PATH) -> httpx.Response:
    """A DELETE with the token."""
    return world.caller.request("DELETE", path, headers=world.bearer)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/"])
def test_an_account_is_deleted_without_a_word(world: World, path: str) -> None:
    """204 and no body; it is not there any more, and jobs do not go there."""
    put(world)
    answer = delete(world, path)

    assert (204, b"") == (answer.status_code, answer.content)
    assert CHANNEL not in names(world)
    refused = world.picsi(data={"channel": CHANNEL})
    assert (400, f"Configuration not found for channel {CHANNEL}") == (
        refused.status_code,
        refused.json()["error"].partition(",")[0],
    )


def test_what_is_not_there_is_404(world: World) -> None:
    """A second time too, and for another user's."""
    put(world)
    stranger = world.caller.request("DELETE", PATH, headers=world.stranger)

    assert 404 == stranger.status_code
    assert 204 == delete(world).status_code
    again = delete(world)
    assert (404, {"error": "Configuration not found", "code": 404}) == (
        again.status_code,
        again.json(),
    )


def test_a_job_that_was_accepted_goes_on(world: World) -> None:
    """It is read, listed, and comes to its end."""
    put(world)
    job_id = world.submitted(channel=CHANNEL)
    delete(world)

    assert [job_id] == world.get("/v1/faceswap/jobs").json()

    world.end(job_id)

    assert "completed" == world.get(f"/v1/faceswap/jobs?jobid={job_id}").json()["status"]


def test_a_token_is_enough(world: World) -> None:
    """401 without one; a subscription that is over does not close accounts."""
    put(world)

    assert 401 == world.caller.request("DELETE", PATH).status_code

    world.suspend()

    assert 204 == delete(world).status_code
