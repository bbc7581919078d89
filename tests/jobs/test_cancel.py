"""How a user ends a job."""

import pytest

from jobs.making import LEASE, NOW, USER, HandClock, a_file, a_job, a_request, accept, an_ending
from mien.errors import NotFound
from mien.jobs.accounts import User
from mien.jobs.cancel import Cancel
from mien.jobs.model import Status
from mien.jobs.read import ReadJob
from mien.jobs.submit import Submit
from mien.jobs.tidy import Tidy
from mien.testing import MemoryBlobs

STRANGER = User(id="1002", name="bea")


@pytest.fixture
def announced():
    return []


@pytest.fixture
def cancel(store, announced):
    return Cancel(
        read_job=ReadJob(store=store),
        store=store,
        tidy=lambda job: announced.append(("tidy", job)),
        announce=lambda job: announced.append(("end", job)),
        clock=HandClock(),
    )


def test_a_waiting_job_ends_and_its_files_go(cancel, store, announced):
    """
    Cancelled, with a sentence, a message's id and the time.
    """
    job = a_job()
    accept(store, job)
    cancelled = cancel(USER, job.id)

    assert cancelled == store.find(job.id)
    assert (Status.CANCELLED, "The job was cancelled.", NOW) == (
        cancelled.status,
        cancelled.error,
        cancelled.timestamp,
    )
    assert cancelled.message_id
    assert [("tidy", cancelled), ("end", cancelled)] == announced


def test_the_files_of_a_running_job_are_left_to_its_worker(cancel, store, announced):
    """
    The worker may be reading them.
    """
    job = a_job()
    accept(store, job)
    store.claim(job.id, LEASE, now=NOW)
    cancelled = cancel(USER, job.id)

    assert (Status.CANCELLED, LEASE) == (cancelled.status, cancelled.lease)
    assert [("end", cancelled)] == announced


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
def test_what_has_ended_stays_as_it_is(cancel, store, announced, status):
    """
    The answer is the job as it had ended, and nobody hears of it again.
    """
    job = a_job()
    accept(store, job)
    store.claim(job.id, LEASE, now=NOW)
    store.finish(job.id, 1, an_ending(status))

    assert store.find(job.id) == cancel(USER, job.id)
    assert status is store.find(job.id).status
    assert [] == announced


def test_another_users_job_cannot_be_cancelled(cancel, store, announced):
    """
    It does not exist for them.
    """
    job = a_job()
    accept(store, job)

    for job_id in (job.id, "0" * 32):
        with pytest.raises(NotFound, match=f"Unable to locate job {job_id}"):
            cancel(STRANGER, job_id)

    assert job == store.find(job.id)
    assert [] == announced


def test_a_job_that_ends_in_the_same_moment_keeps_its_end(store, announced):
    """
    Between the look and the cancel its worker was done: the caller sees that end.
    """
    job = a_job()
    accept(store, job)
    store.claim(job.id, LEASE, now=NOW)

    class JustDone:
        def cancel(self, job_id, ending):
            store.finish(job_id, 1, an_ending())
            return store.cancel(job_id, ending)

    late = Cancel(
        read_job=ReadJob(store=store), store=JustDone(), tidy=announced.append, announce=print
    )

    assert Status.COMPLETED is late(USER, job.id).status
    assert [] == announced


def test_uploads_of_a_cancelled_job_are_deleted(store):
    """
    Pictures of people do not stay by accident.
    """
    blobs = MemoryBlobs()
    submit = Submit(store=store, blobs=blobs, announce=lambda _: None)
    job = submit(a_request(files={"source_image": a_file()}))
    Cancel(
        read_job=ReadJob(store=store),
        store=store,
        tidy=Tidy(store=store, blobs=blobs),
        announce=lambda _: None,
    )(USER, job.id)

    with pytest.raises(NotFound):
        blobs.get(job.uploads["source_image"].key)
