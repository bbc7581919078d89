"""How credits are taken and given back; run against SQL and the fake."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jobs.conftest import STORES, database_of, sql_jobs
from jobs.making import (
    CHANNEL,
    LATER,
    LEASE,
    NOW,
    OTHER_CHANNEL,
    ROOMY,
    USER,
    a_job,
    accept,
    admission,
    an_ending,
    memory_jobs,
)
from mien.errors import LeaseLost, OutOfCredits
from mien.jobs.admission import Admission
from mien.jobs.credits import Credits, Renewal
from mien.jobs.model import Status
from mien.storage.database import Database
from mien.storage.directory import SqlDirectory
from mien.storage.jobs import SqlJobs

BUDGET = Credits(total=10, since=NOW, changed=NOW)


class Till:
    """A store with one channel that has 10 credits, and one that is not charged."""

    store: Any
    directory: Any

    def __init__(self, database):
        channels = (replace(CHANNEL, credits=BUDGET), OTHER_CHANNEL)
        if database is None:
            self.store = memory_jobs(*channels)
            self.directory = self.store._directory
        else:
            self.store = sql_jobs(database, *channels)
            self.directory = SqlDirectory(database)

    @property
    def credits(self) -> Any:
        """What the first channel has."""
        return self.directory.channels(USER.id)[0].credits

    def begun(self, **changes):
        """A job of 4 credits that a worker has claimed."""
        job = accept(self.store, a_job(price=4, **changes)).job
        return self.store.claim(job.id, LEASE, now=NOW)


def left_of(accepted):
    """What an answer says is left."""
    assert accepted.channel.credits
    return accepted.channel.credits.left


@pytest.fixture(params=STORES)
def till(request):
    return Till(None if request.param == "memory" else database_of(request))


def test_a_job_is_paid_when_it_is_accepted(till):
    """
    The row says what was taken, and the answer what is left.
    """
    accepted = accept(till.store, a_job(price=4))

    assert (4, 4) == (accepted.job.price, accepted.job.charged)
    assert accepted.job == till.store.find(accepted.job.id)
    assert 6 == left_of(accepted) == till.credits.left
    assert NOW == till.credits.changed


def test_a_channel_without_credits_is_not_charged(till):
    """
    The price is known all the same.
    """
    job = accept(till.store, a_job(price=4, channel=OTHER_CHANNEL.id)).job

    assert (4, 0) == (job.price, job.charged)
    assert 10 == till.credits.left


def test_a_result_keeps_its_price(till):
    """
    Also over an attempt that was lost.
    """
    job = till.begun()
    till.store.hand_back(job.id, job.fence, now=NOW, spent=True)
    again = till.store.claim(job.id, LEASE, now=NOW)
    till.store.finish(again.id, again.fence, an_ending())

    assert 6 == till.credits.left
    assert 4 == till.store.find(job.id).charged


@pytest.mark.parametrize("status", [Status.FAILED, Status.MODERATED, Status.CANCELLED])
def test_an_end_without_a_result_gives_the_price_back_once(till, status):
    """
    However often it is tried to end it.
    """
    job = till.begun()
    till.store.finish(job.id, job.fence, an_ending(status))
    with pytest.raises(LeaseLost):
        till.store.finish(job.id, job.fence, an_ending(status))

    assert till.store.cancel(job.id, an_ending(Status.CANCELLED)) is None
    assert (10, LATER) == (till.credits.left, till.credits.changed)
    assert 0 == till.store.find(job.id).charged


@pytest.mark.parametrize("running", [True, False])
def test_a_cancel_gives_the_price_back_once(till, running):
    """
    Whether it waited or ran, and whatever its worker does afterwards.
    """
    job = till.begun() if running else accept(till.store, a_job(price=4)).job
    cancelled = till.store.cancel(job.id, an_ending(Status.CANCELLED))

    assert (4, 0) == (cancelled.price, cancelled.charged)
    assert 10 == till.credits.left

    with pytest.raises(LeaseLost):
        till.store.finish(job.id, job.fence, an_ending(Status.FAILED))
    till.store.cancel(job.id, an_ending(Status.CANCELLED))
    till.store.release(job.id, job.fence)

    assert 10 == till.credits.left


def test_a_stale_worker_gives_nothing_back(till):
    """
    Its job runs elsewhere: its failure is refused, and costs nobody anything.
    """
    old = till.begun()
    till.store.hand_back(old.id, old.fence, now=NOW, spent=True)
    till.store.claim(old.id, LEASE, now=NOW)
    with pytest.raises(LeaseLost):
        till.store.finish(old.id, old.fence, an_ending(Status.FAILED))

    assert 6 == till.credits.left


def test_what_is_spent_is_refused_in_the_contracts_words(till):
    """
    Nothing is written and nothing is taken; what is free goes on.
    """
    for _ in range(2):
        accept(till.store, a_job(price=4))
    job = a_job(price=4)
    with pytest.raises(OutOfCredits, match="No configured channel has available credits") as out:
        accept(till.store, job)

    assert {"name": "credits", "value": 4, "limit": 2} == out.value.details
    assert till.store.find(job.id) is None
    assert 2 == till.credits.left
    assert accept(till.store, a_job(price=0))
    assert accept(till.store, a_job(price=2))


def test_a_job_goes_to_the_channel_that_can_pay(till):
    """
    Though the other one is idle.
    """
    accept(till.store, a_job(price=8))
    accept(till.store, a_job(channel=OTHER_CHANNEL.id))
    accept(till.store, a_job(channel=OTHER_CHANNEL.id))
    job = till.store.accept(admission(a_job(price=4), CHANNEL, OTHER_CHANNEL)).job

    assert (OTHER_CHANNEL.id, 0) == (job.channel, job.charged)


def test_a_month_that_is_over_is_forgotten(till):
    """
    The first job of the new month finds a full budget.
    """
    monthly = Credits(total=10, used=9, since=NOW, changed=NOW, renewal=Renewal.MONTHLY)
    till.directory.set_credits(replace(CHANNEL, credits=monthly))
    later = NOW + timedelta(days=32)
    accepted = accept(till.store, a_job(price=4, created=later, updated=later))

    assert (6, later) == (till.credits.left, till.credits.changed)
    assert 6 == left_of(accepted)


def test_a_job_says_what_is_left(till):
    """
    Its message is made when its price has been taken.
    """
    job = a_job(price=4)
    words = Admission(
        job=job, channels=(CHANNEL.id,), words=lambda job, left: f"{job.id} {left and left.left}"
    )
    till.store.accept(words)

    assert f"{job.id} 6" == till.store.find(job.id).content


def test_who_was_charged_and_loses_the_credits_is_not_paid_back(till):
    """
    The operator switched charging off, or gave a new budget, while the job ran.
    """
    job = till.begun()
    till.directory.set_credits(replace(CHANNEL, credits=None))
    till.store.finish(job.id, job.fence, an_ending(Status.FAILED))

    assert till.credits is None


def test_callers_at_once_cannot_spend_more_than_there_is(database):
    """
    Threads of two services want 40 credits of 10: two jobs of 4 are accepted.
    """
    till = Till(database)
    other = Database(database.engine.url.render_as_string(hide_password=False))
    stores = [till.store, SqlJobs(other, ROOMY)]

    def tried(number):
        try:
            return accept(stores[number % 2], a_job(price=4))
        except OutOfCredits:
            return None

    with ThreadPoolExecutor(8) as threads:
        accepted = [one for one in threads.map(tried, range(10)) if one]
    other.close()

    assert 2 == len(accepted)
    assert 2 == till.credits.left
