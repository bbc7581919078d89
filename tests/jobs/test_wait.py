"""How callers wait for the end of a job."""

import asyncio
from threading import Thread

import pytest

from jobs.making import DEADLINE_S, LEASE, NOW, a_job, accept, an_ending, memory_jobs
from mien.errors import NotFound
from mien.jobs.model import Status
from mien.jobs.wait import Wait, Waiters


@pytest.fixture
def store():
    return memory_jobs()


@pytest.fixture
def waiters():
    return Waiters()


@pytest.fixture
def wait(store, waiters):
    return Wait(store=store, waiters=waiters)


@pytest.fixture
def job(store):
    job = a_job()
    accept(store, job)
    return job


def finish(store, job):
    """Let ``job`` run and end."""
    claimed = store.claim(job.id, LEASE, now=NOW)
    store.finish(job.id, claimed.fence, an_ending())
    return store.find(job.id)


def test_a_job_that_has_ended_is_there_at_once(wait, store, job, waiters):
    """
    Nobody needs to say anything.
    """
    done = finish(store, job)

    assert done == wait(job.id, timeout_s=DEADLINE_S)
    assert [] == waiters.job_ids()


def test_the_end_wakes_everybody_who_waits(wait, store, job, waiters):
    """
    Threads and futures alike; nobody is left in the books.
    """
    futures = [wait.future(job.id) for _ in range(3)]
    answers = []
    thread = Thread(target=lambda: answers.append(wait(job.id, timeout_s=DEADLINE_S)))
    thread.start()
    done = finish(store, job)
    waiters.settle(done)
    thread.join(DEADLINE_S)

    assert [done] * 3 == [future.result(DEADLINE_S) for future in futures]
    assert [done] == answers
    assert [] == waiters.job_ids()


def test_who_waits_too_long_gets_the_job_as_it_stands(wait, job, waiters):
    """
    After the time the job is returned unfinished, and the wait is forgotten.
    """
    assert Status.CREATED is wait(job.id, timeout_s=0).status
    assert [] == waiters.job_ids()


def test_an_event_loop_can_wait_and_give_up(wait, store, job, waiters):
    """
    A future that timed out in the loop does not disturb the one that still waits.
    """

    async def wait_both():
        patient = asyncio.wrap_future(wait.future(job.id))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.wrap_future(wait.future(job.id)), 0)
        waiters.settle(await asyncio.to_thread(finish, store, job))
        return await asyncio.wait_for(patient, DEADLINE_S)

    assert asyncio.run(wait_both()).done
    assert [] == waiters.job_ids()


def test_nobody_waits_for_a_job_that_does_not_exist(wait, waiters):
    """
    The refusal is the contract's, and leaves nothing behind.
    """
    with pytest.raises(NotFound, match="Unable to locate job 123"):
        wait("123", timeout_s=0)

    assert [] == waiters.job_ids()


def test_an_end_that_comes_while_the_wait_begins_is_not_missed(store, job, waiters):
    """
    The job ends after the caller has looked and before it is told so: the worst moment.
    """

    class EndsBehindYourBack:
        def find(self, job_id):
            seen = store.find(job_id)
            waiters.settle(finish(store, job))
            return seen

    future = Wait(store=EndsBehindYourBack(), waiters=waiters).future(job.id)

    assert future.result(0).done


def test_one_who_gives_up_in_the_last_moment_does_not_disturb_the_others(wait, store, job, waiters):
    """
    Of two who are about to be told, the first makes the second give up.
    """
    pair = [wait.future(job.id) for _ in range(2)]
    for future, other in (pair, reversed(pair)):
        future.add_done_callback(lambda _, other=other: other.cancel())
    waiters.settle(finish(store, job))

    assert 1 == sum(future.cancelled() for future in pair)
    assert [] == waiters.job_ids()
