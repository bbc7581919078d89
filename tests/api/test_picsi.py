"""picsi and jobs over stores in memory: how each end of a job, and of the service, is answered."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import get_type_hints

import pytest

from api.world import World, png
from mien.errors import StorageFull
from mien.jobs.model import Status
from mien.jobs.wire import JobWire, micros, millis

Worlds = Callable[..., World]


def test_a_job_that_ends_in_time_is_answered_at_its_end(world_of: Worlds) -> None:
    """The caller waits, and is woken by the job's end."""
    world = world_of(wait_s=60)
    world.on_job = world.end
    job = world.picsi().json()

    assert ("completed", 1) == (job["status"], len(job["attachments"]))
    assert "2023-09-09T02:04:51.926000+00:00" == job["timestamp"]


@pytest.mark.parametrize("status", [Status.CREATED, Status.STARTED])
def test_a_job_that_takes_too_long_is_answered_as_started(world: World, status: Status) -> None:
    """Whether it runs already or waits for a worker; that it may queue is for `jobs` to say."""
    if status is Status.STARTED:
        world.on_job = world.begin
    answer = world.picsi()
    job = answer.json()

    assert (200, "started", 200) == (answer.status_code, job["status"], job["code"])
    assert status.value == world.get(f"/v1/faceswap/jobs?jobid={job['jobid']}").json()["status"]


def test_a_caller_waits_no_longer_than_the_service_lives(world_of: Worlds) -> None:
    """When the service stops, who still waits is told `started`; the job is there afterwards."""
    world = world_of(wait_s=60)

    async def leave() -> None:
        world.leaving.begin()

    world.caller.run(leave())
    job = world.picsi().json()

    assert "started" == job["status"]
    assert 1 == world.stops
    assert world.jobs.find(job["jobid"]) is not None


@pytest.mark.parametrize("status", [Status.FAILED, Status.MODERATED, Status.CANCELLED])
def test_an_end_without_a_result_is_200_with_a_sentence(world_of: Worlds, status: Status) -> None:
    """It is the job that failed, not the call."""
    world = world_of(wait_s=60)
    world.on_job = lambda job_id: world.end(
        job_id, status, error="No face found in the source picture.", error_details="source"
    )
    answer = world.picsi()
    job = answer.json()

    assert (200, 200, status.value) == (answer.status_code, job["code"], job["status"])
    assert "No face found in the source picture." == job["error"]
    assert "source" == job["errorDetails"]
    assert "attachments" not in job


def test_a_job_has_only_fields_of_the_contract(world_of: Worlds) -> None:
    """And those that are always there are there from the first answer on."""
    world = world_of(wait_s=60)
    unfinished = world_of().picsi().json()
    world.on_job = world.end
    finished = world.picsi(data={"options": "-m", "replyUrl": "u", "replyRef": "r"}).json()

    assert set(finished) < set(get_type_hints(JobWire))
    assert JobWire.__required_keys__ <= set(unfinished)


def test_a_full_queue_is_429_and_says_when_to_come_back(world_of: Worlds) -> None:
    """One job may run and one may wait; the third caller gets the contract's sentence."""
    world = world_of(queue_depth=1, workers=1)
    assert [200, 200] == [world.picsi().status_code for _ in range(2)]

    answer = world.picsi()
    body = answer.json()

    assert (429, 429) == (answer.status_code, body["code"])
    assert body["error"].startswith("Unable to lock Discord after ")
    assert body["error"].endswith(" attempts")
    assert 1 <= int(answer.headers["retry-after"])
    assert 2 == len(world.announced)


def test_the_queue_is_asked_last(world_of: Worlds) -> None:
    """A request that is wrong is told so even when there is no room for it."""
    world = world_of(queue_depth=1, workers=1)
    assert [200, 200] == [world.picsi().status_code for _ in range(2)]

    wrong = world.picsi(files={"source_image": png(), "target_image_gif_or_video": b"x"})

    assert 400 == wrong.status_code


def test_a_subscription_that_ended_is_402_for_everything(world: World) -> None:
    """Known, but not served: before the form is looked at."""
    world.suspend()
    for answer in (world.picsi(files={}), world.get("/v1/faceswap/jobs?jobid=x")):
        assert 402 == answer.status_code
        assert {
            "error": "Account has no subscription or subscription expired",
            "code": 402,
        } == answer.json()


def test_a_full_disk_is_a_sentence(world: World) -> None:
    """Nothing is accepted, and the status is none that clients retry for ever."""

    def put(key: str, data: bytes) -> None:
        raise StorageFull("The disk is full.")

    world.blobs.put = put  # type: ignore[method-assign]
    answer = world.picsi()

    assert 507 == answer.status_code
    assert {"error": "The disk is full.", "code": 507} == answer.json()
    assert [] == world.announced


def test_the_default_address_of_the_user_stands_in_for_one(world: World) -> None:
    """A request without replyUrl shows the user's own; one with it, that one."""
    world.subscribe("https://mine.example/")

    assert "https://mine.example/" == world.picsi().json()["replyUrl"]
    assert (
        "https://x.example/"
        == world.picsi(data={"replyUrl": "https://x.example/"}).json()["replyUrl"]
    )


def test_two_tokens_of_one_user_see_the_same_jobs(world: World) -> None:
    """Jobs belong to users, not to tokens."""
    job_id = world.picsi().json()["jobid"]
    world.key = world.tokens.create("second").key

    assert 200 == world.get(f"/v1/faceswap/jobs?jobid={job_id}").status_code


def test_an_option_that_is_not_served_is_refused_by_name(world: World) -> None:
    """Never ignored: an ignored wish would give a wrong picture."""
    answer = world.picsi(data={"options": "-x"})

    assert 400 == answer.status_code
    assert "-x" in answer.json()["error"]
    assert "options: -x" == answer.json()["errorDetails"]


@pytest.mark.parametrize("field", ["source_image", "target_image_gif_or_video"])
def test_a_file_that_is_no_picture_is_named_by_its_field(world: World, field: str) -> None:
    """The sentence speaks of source or target, the details of the form's field."""
    files = {"source_image": png(), "target_image_gif_or_video": png()} | {field: b"no picture"}
    answer = world.picsi(files=files)

    assert 400 == answer.status_code
    assert field == answer.json()["errorDetails"]
    assert f" {field.partition('_')[0]} " in answer.json()["error"]
    assert [] == world.announced


def test_a_reference_of_exactly_the_limit_is_taken(world: World) -> None:
    """1,024 characters, not bytes; one more is refused."""
    assert 200 == world.picsi(data={"replyRef": "é" * 1024}).status_code
    assert 400 == world.picsi(data={"replyRef": "é" * 1025}).status_code


def test_times_have_the_two_forms_of_the_contract() -> None:
    """A whole second keeps its zeros in both."""
    moment = datetime(2023, 9, 9, 2, 4, 51, tzinfo=UTC)

    assert "2023-09-09T02:04:51.000Z" == millis(moment)
    assert "2023-09-09T02:04:51.000000+00:00" == micros(moment)
    assert "2023-09-09T02:04:51.926Z" == millis(moment.replace(microsecond=926_999))


def test_the_files_of_a_job_are_stored_as_they_came(world: World) -> None:
    """Byte for byte, for the worker to read."""
    job = world.jobs.find(world.picsi().json()["jobid"])

    assert job is not None
    uploads = job.uploads.values()
    assert [png(), png()] == [upload.of(world.blobs.get(upload.key)) for upload in uploads]
