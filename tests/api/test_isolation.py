"""What belongs to one user does not exist for another; all tokens of a user see the same."""

import pytest

from api.accounts import CHANNEL, put
from api.test_identities import saved
from api.world import World

#: Of somebody's job, account and identity: method, path, what its owner gets.
ONE = [
    ("GET", "/v1/faceswap/jobs/?jobid={job}", 200),
    ("GET", "/v1/mien/jobs/{job}", 200),
    ("GET", "/v1/mien/jobs/{job}/events", 200),
    ("POST", "/v1/mien/deliveries/{job}", 404),  # it is pending, and cannot be sent again
    ("GET", "/v1/faceswap/account/{channel}", 200),
    ("GET", "/v1/mien/identities/anna", 200),
    ("GET", "/v1/faceswap/jobs/cancel/?jobid={job}", 200),
    ("DELETE", "/v1/mien/jobs/{job}", 200),
    ("DELETE", "/v1/mien/identities/anna", 200),
    ("DELETE", "/v1/faceswap/account/{channel}", 204),
]
LISTS = [
    "/v1/faceswap/jobs",
    "/v1/mien/jobs",
    "/v1/mien/deliveries",
    "/v1/faceswap/account",
    "/v1/mien/identities",
    "/v1/mien/me",
    "/v1/mien/scenes",
    "/v2/account",
]


@pytest.fixture
def job(world: World) -> str:
    """The default user has an account, an identity, and a job that has ended with a callback."""
    put(world)
    saved(world, "anna")
    job_id = world.submitted(replyUrl="https://hooks.example/", channel=CHANNEL)
    world.end(job_id)
    return job_id


@pytest.mark.parametrize(("method", "path", "status"), ONE)
def test_one_thing(world: World, job: str, method: str, path: str, status: int) -> None:
    """404 for the stranger, who changes nothing by asking; the owner's other token sees it."""
    where = path.format(job=job, channel=CHANNEL)
    stranger = world.caller.request(method, where, headers=world.stranger)

    assert 404 == stranger.status_code == stranger.json()["code"]
    assert status == world.caller.request(method, where, headers=world.another_token).status_code


@pytest.mark.parametrize("path", LISTS)
def test_all_things(world: World, job: str, path: str) -> None:
    """The stranger's list has nothing of the owner's; both tokens of the owner see one list."""
    stranger = world.caller.get(path, headers=world.stranger)
    own = world.get(path).json()

    assert 200 == stranger.status_code
    assert not [name for name in (job, CHANNEL, "anna") if name in stranger.text]
    assert without_links(own) == without_links(
        world.caller.get(path, headers=world.another_token).json()
    )


def without_links(answer: object) -> object:
    """``answer`` without what is signed anew each time."""
    if isinstance(answer, dict):
        return {name: without_links(value) for name, value in answer.items() if "url" not in name}
    return [without_links(value) for value in answer] if isinstance(answer, list) else answer


def test_the_strangers_commands_do_not_find_them_either(world: World, job: str) -> None:
    """Neither the owner's channel nor the owner's job to repeat."""
    picsi = world.picsi(headers=world.stranger, data={"channel": CHANNEL})
    repeat = world.caller.post(f"/v1/mien/jobs/{job}/repeat", headers=world.stranger)

    assert (400, f"Configuration not found for channel {CHANNEL}") == (
        picsi.status_code,
        picsi.json()["error"].partition(",")[0],
    )
    assert 404 == repeat.status_code
