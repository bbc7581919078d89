"""``GET /v1/faceswap/jobs/cancel/?jobid=…``."""

import pytest

from api.world import World
from mien.jobs.model import Status

PATHS = ("/v1/faceswap/jobs/cancel/", "/v1/faceswap/jobs/cancel")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("running", [True, False])
def test_an_unfinished_job_is_cancelled(world: World, path: str, *, running: bool) -> None:
    """The contract's three fields; the job says so too, and is on no list any more."""
    job_id = world.submitted()
    if running:
        world.begin(job_id)
    answer = world.get(f"{path}?jobid={job_id}")

    assert 200 == answer.status_code
    assert {"jobid": job_id, "status": "cancelled", "code": 200} == answer.json()

    job = world.get(f"/v1/faceswap/jobs?jobid={job_id}").json()

    assert ("cancelled", "The job was cancelled.") == (job["status"], job["error"])
    assert [] == world.get("/v1/faceswap/jobs").json()


def test_cancelling_again_changes_nothing(world: World) -> None:
    """The same answer, and the same time of the end."""
    job_id = world.submitted()
    first = world.get(f"{PATHS[0]}?jobid={job_id}").json()
    job = world.get(f"/v1/faceswap/jobs?jobid={job_id}").json()

    assert first == world.get(f"{PATHS[0]}?jobid={job_id}").json()
    assert job == world.get(f"/v1/faceswap/jobs?jobid={job_id}").json()


def test_what_has_ended_is_not_cancelled(world: World) -> None:
    """The answer says how it ended."""
    job_id = world.submitted()
    world.end(job_id, Status.FAILED)

    assert {"jobid": job_id, "status": "failed", "code": 200} == world.get(
        f"{PATHS[0]}?jobid={job_id}"
    ).json()


def test_a_cancelled_job_is_reported(world: World) -> None:
    """To its replyUrl, like every end."""
    job_id = world.submitted(replyUrl="https://hooks.example/")
    world.get(f"{PATHS[0]}?jobid={job_id}")
    (delivery,) = world.deliveries.deliveries(limit=9)

    assert job_id == delivery.job_id


@pytest.mark.parametrize("query", ["", "?jobid="])
def test_without_an_id_it_is_refused(world: World, query: str) -> None:
    """The contract's words."""
    answer = world.get(f"{PATHS[0]}{query}")

    assert (400, "Query param jobid not provided") == (answer.status_code, answer.json()["error"])


def test_what_is_not_there_or_another_users_is_not_located(world: World) -> None:
    """And goes on undisturbed."""
    job_id = world.submitted()
    answer = world.caller.get(f"{PATHS[0]}?jobid={job_id}", headers=world.stranger)

    assert (404, f"Unable to locate job {job_id}") == (answer.status_code, answer.json()["error"])
    assert 404 == world.get(f"{PATHS[0]}?jobid=x").status_code
    assert [job_id] == world.get("/v1/faceswap/jobs").json()


def test_a_token_with_a_subscription_is_asked_for(world: World) -> None:
    """401 without one, 402 when it is over."""
    assert 401 == world.caller.get(f"{PATHS[0]}?jobid=x").status_code

    world.suspend()

    assert 402 == world.get(f"{PATHS[0]}?jobid=x").status_code


def test_asking_for_the_head_cancels_nothing(world: World) -> None:
    """Link checkers send HEAD."""
    job_id = world.submitted()
    answer = world.caller.request("HEAD", f"{PATHS[0]}?jobid={job_id}", headers=world.bearer)

    assert 405 == answer.status_code
    assert [job_id] == world.get("/v1/faceswap/jobs").json()
