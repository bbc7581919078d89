"""What has been kept long enough goes; run against SQL and the fake."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from jobs.conftest import STORES, database_of, sql_jobs
from jobs.making import (
    DEADLINE_S,
    LATER,
    LEASE,
    NOW,
    HandClock,
    a_job,
    accept,
    admission,
    an_attachment,
    an_ending,
    memory_jobs,
)
from mien.errors import NotFound, StorageFull
from mien.jobs.housekeeping import Housekeeper
from mien.jobs.keys import Key
from mien.jobs.model import FINAL, Status, Upload
from mien.jobs.retention import AT_A_TIME, Retention
from mien.storage.deliveries import SqlDeliveries
from mien.testing import MemoryBlobs, MemoryDeliveries

KEEP = timedelta(days=31)
SECOND = timedelta(seconds=1)
TOKEN = "91001"  # noqa: S105 - its id


class Attic:
    """A store, its deliveries, and blobs."""

    def __init__(self, store, deliveries):
        self.store = store
        self.deliveries = deliveries
        self.blobs = MemoryBlobs()
        self.clock = HandClock(LATER)
        self.retention = Retention(store=store, blobs=self.blobs, keep=KEEP, clock=self.clock)

    def ended(self, status=Status.COMPLETED, **changes):
        """A job that ended `LATER`, with an upload and, when it is completed, a result."""
        upload = Upload(field="image", key="", media_type="image/png", size=1)
        job = a_job(reply_url="https://example.org/", **changes)
        job = replace(job, uploads={"image": replace(upload, key=f"inputs/{job.id}/image.png")})
        accept(self.store, job)
        claimed = self.store.claim(job.id, LEASE, now=NOW)
        result = an_attachment(key=f"results/{job.id}/1.png")
        results = [result] if status is Status.COMPLETED else []
        for key in (job.uploads["image"].key, *(one.key for one in results)):
            self.blobs.put(key, b"x")
        self.store.finish(job.id, claimed.fence, an_ending(status), results)
        return self.store.find(job.id)

    @property
    def files(self):
        """Keys of all blobs."""
        soon = datetime.now(UTC) + timedelta(minutes=1)
        return self.blobs.list("inputs", before=soon) + self.blobs.list("results", before=soon)


@pytest.fixture(params=STORES)
def attic(request):
    if request.param == "memory":
        deliveries = MemoryDeliveries()
        return Attic(memory_jobs(deliveries=deliveries), deliveries)
    database = database_of(request)
    return Attic(sql_jobs(database), SqlDeliveries(database))


@pytest.mark.parametrize("status", sorted(FINAL))
def test_an_ended_job_is_kept_for_its_days_and_then_gone(attic, status):
    """
    With its files, its results' records and its callback; not a second earlier.
    """
    job = attic.ended(status)
    attic.clock.now = LATER + KEEP

    assert not attic.retention()
    assert job == attic.store.find(job.id)

    attic.clock.advance(1)

    assert not attic.retention()
    assert attic.store.find(job.id) is None
    assert [] == attic.files
    assert [] == attic.deliveries.deliveries(limit=9)
    assert all(attic.store.find_attachment(one.id) is None for one in job.attachments)


def test_what_has_not_ended_stays_however_old_it_is(attic):
    """
    Waiting, running, and cancelled while its worker is still at it.
    """
    waiting, running, cancelled = a_job(), a_job(), a_job()
    for job in (waiting, running, cancelled):
        accept(attic.store, job)
    for job in (running, cancelled):
        attic.store.claim(job.id, LEASE, now=NOW)
    attic.store.cancel(cancelled.id, an_ending(Status.CANCELLED))
    attic.clock.now = LATER + 10 * KEEP
    attic.retention()

    assert all(attic.store.find(job.id) for job in (waiting, running, cancelled))

    attic.store.release(cancelled.id, 1)
    attic.retention()

    assert attic.store.find(cancelled.id) is None


def test_an_old_job_that_ended_lately_stays(attic):
    """
    The days count from its end.
    """
    job = attic.ended(created=NOW - 10 * KEEP, updated=NOW - 10 * KEEP)
    attic.retention()

    assert attic.store.find(job.id)


def test_much_is_removed_bit_by_bit(attic):
    """
    A part is done in each step, and the answer says whether there is more.
    """
    for _ in range(AT_A_TIME + 1):
        attic.ended(Status.FAILED)
    attic.clock.now = LATER + KEEP + SECOND

    assert attic.retention()
    assert 1 == len(attic.store.ended_before(attic.clock.now - KEEP, limit=9))
    assert not attic.retention()
    assert [] == attic.files


def test_files_go_before_rows(attic):
    """
    Where the row cannot be removed, it is still known and removed the next time.
    """
    job = attic.ended()
    attic.clock.now = LATER + KEEP + SECOND

    class Full:
        def __getattr__(self, name):
            return getattr(attic.store, name)

        def forget(self, job_ids):
            del job_ids
            raise StorageFull("full")

    with pytest.raises(StorageFull):
        replace(attic.retention, store=Full())()

    assert [] == attic.files
    assert attic.store.find(job.id)

    attic.retention()

    assert attic.store.find(job.id) is None
    with pytest.raises(NotFound):
        attic.blobs.get(job.attachments[0].key)


def test_keys_are_forgotten_after_a_day(attic):
    """
    The job that came of one stays.
    """
    key = Key(token_id=TOKEN, name="order-17", fingerprint="a" * 64)
    job = attic.store.accept(replace(admission(a_job()), key=key)).job
    attic.clock.now = NOW + timedelta(hours=24)
    attic.retention()
    other = replace(admission(a_job()), key=replace(key, fingerprint="b" * 64))

    assert job.id != attic.store.accept(other).job.id
    assert attic.store.find(job.id)


def test_the_housekeeper_does_everything_and_starts_with_it():
    """
    A chore that has more to do is done again at once; one that breaks does not stop the others.
    """
    done, left, calls = Event(), iter([True, True, False]), []

    def long():
        calls.append("long")
        return next(left)

    def full():
        raise StorageFull("full")

    def broken():
        raise ZeroDivisionError

    def last():
        done.set()
        return False

    housekeeper = Housekeeper(chores=[long, full, broken, last])
    housekeeper.start()

    assert done.wait(DEADLINE_S)

    housekeeper.stop()

    assert ["long"] * 3 == calls


def test_the_housekeeper_comes_again():
    """
    After its period.
    """
    rounds, enough = [], Event()

    def chore():
        rounds.append(1)
        if len(rounds) == 3:
            enough.set()
        return False

    housekeeper = Housekeeper(chores=[chore], period_s=0.001)
    housekeeper.start()

    assert enough.wait(DEADLINE_S)

    housekeeper.stop()


def test_the_housekeeper_stops_in_the_middle_of_much():
    """
    When the part that it is doing is done.
    """
    begun = Event()

    def endless():
        begun.set()
        return True

    housekeeper = Housekeeper(chores=[endless])
    housekeeper.start()
    assert begun.wait(DEADLINE_S)
    housekeeper.stop()
