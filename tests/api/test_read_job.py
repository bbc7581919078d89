"""``GET /v1/faceswap/jobs/?jobid=…``."""

import pytest

from api.world import World
from mien.jobs.model import Status

UNKNOWN = "0" * 32


@pytest.mark.parametrize("path", ["/v1/faceswap/jobs/", "/v1/faceswap/jobs"])
def test_a_job_is_read_at_both_forms_of_the_path(world: World, path: str) -> None:
    """The same job, whatever the slash."""
    job_id = world.submitted()
    answer = world.get(f"{path}?jobid={job_id}")

    assert (200, job_id, "created") == (
        answer.status_code,
        answer.json()["jobid"],
        answer.json()["status"],
    )


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.MODERATED])
def test_the_end_of_a_job_is_read(world: World, status: Status) -> None:
    """With its results, when it has any; the code stays 200."""
    job_id = world.submitted()
    world.end(job_id, status)
    job = world.get(f"/v1/faceswap/jobs/?jobid={job_id}").json()

    assert (status.value, 200) == (job["status"], job["code"])
    assert (status is Status.COMPLETED) == ("attachments" in job)


def test_progress_is_a_word_of_the_contract_and_nothing_more(world: World) -> None:
    """Stage and fraction are for our own operations; clients of the contract do not know them."""
    job_id = world.submitted()
    world.report(job_id, "frames", 0.5)
    job = world.get(f"/v1/faceswap/jobs/?jobid={job_id}").json()

    assert ("progress", False) == (job["status"], "progress" in job)


@pytest.mark.parametrize("query", ["/", "/?jobid=", "?jobid=", "/?job=1"])
def test_without_an_id_it_is_refused(world: World, query: str) -> None:
    """The contract's words; only the path without slash and query lists."""
    answer = world.get(f"/v1/faceswap/jobs{query}")

    assert (400, "Query param jobid not provided", 400) == (
        answer.status_code,
        answer.json()["error"],
        answer.json()["code"],
    )


@pytest.mark.parametrize("job_id", [UNKNOWN, "x", "é", "'; DROP TABLE jobs; --", "%00", "a" * 5000])
def test_what_does_not_exist_is_not_located(world: World, job_id: str) -> None:
    """The sentence repeats the id as it was sent."""
    answer = world.get("/v1/faceswap/jobs/", params={"jobid": job_id})

    assert (404, f"Unable to locate job {job_id}") == (answer.status_code, answer.json()["error"])


def test_another_users_job_is_not_located(world: World) -> None:
    """And a second token of the same user reads it."""
    job_id = world.submitted()
    path = f"/v1/faceswap/jobs/?jobid={job_id}"

    assert 404 == world.caller.get(path, headers=world.stranger).status_code
    assert 200 == world.caller.get(path, headers=world.another_token).status_code


def test_a_token_with_a_subscription_is_asked_for(world: World) -> None:
    """401 without one, 402 when it is over."""
    path = "/v1/faceswap/jobs/?jobid=x"

    assert 401 == world.caller.get(path).status_code

    world.suspend()
    answer = world.get(path)

    assert (402, "Account has no subscription or subscription expired") == (
        answer.status_code,
        answer.json()["error"],
    )
