"""What every job store promises; run against SQL and the fake."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

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
    an_attachment,
    an_ending,
    memory_jobs,
    waiting,
)
from mien.errors import BadRequest, LeaseLost, SetupError
from mien.jobs.model import FINAL, Lease, Progress, Status, Upload
from mien.jobs.pages import JobQuery, Place
from mien.jobs.ports import Renewal
from mien.storage import tables
from mien.storage.database import Database
from mien.storage.jobs import SqlJobs

SECOND = timedelta(seconds=1)


def narrow(kind, database=None, *, width):
    """A store whose two lanes are so wide."""
    channels = [replace(channel, width=width) for channel in (CHANNEL, OTHER_CHANNEL)]
    if kind == "memory":
        return memory_jobs(*channels)
    return sql_jobs(database, *channels)


@pytest.fixture(params=STORES)
def two_wide(request):
    """A store with two lanes of width 2."""
    database = None if request.param == "memory" else database_of(request)
    return narrow(request.param, database, width=2)


def claimed(store, **changes):
    """A job in the store that is running under `LEASE`."""
    job = a_job(**changes)
    accept(store, job)
    return store.claim(job.id, LEASE, now=NOW)


def renew(store, job, news=None):
    """Prolong the lease of ``job`` until `LATER`."""
    return store.renew(job.id, job.fence, until=LATER, now=LATER, news=news)


def test_what_was_accepted_is_found_as_it_was(store):
    """
    Every field of a job comes back as it went in.
    """
    upload = Upload(
        field="source_image", key="inputs/x.y.png", media_type="image/png", size=9, start=3
    )
    job = a_job(
        params={"options": "-m", "prompt": "ünïcode"},
        uploads={"source_image": upload},
        reply_url="https://example.org/x?a=b",
        reply_ref="r" * 1024,
    )

    accept(store, job)
    assert job == store.find(job.id)


def test_what_does_not_exist_is_not_found(store):
    """
    An unknown id is None, not an error.
    """
    assert store.find("0" * 32) is None
    assert store.find_attachment("1") is None
    assert store.claim("0" * 32, LEASE, now=NOW) is None


def test_a_claim_starts_the_job(store):
    """
    The worker that claims gets a job with one attempt more and the next fencing number.
    """
    job = a_job()
    accept(store, job)

    started = store.claim(job.id, LEASE, now=LATER)

    assert (
        replace(job, status=Status.STARTED, attempts=1, fence=1, lease=LEASE, updated=LATER)
        == started
    )
    assert started == store.find(job.id)


def test_only_one_worker_claims(store):
    """
    The second one who wants the same job gets nothing.
    """
    job = claimed(store)

    assert store.claim(job.id, replace(LEASE, owner="ticket-2"), now=NOW) is None
    assert job == store.find(job.id)


def test_a_finished_job_keeps_its_ending_and_results(store):
    """
    Ending and attachments come back as they went in, in the order of their ids.
    """
    job = claimed(store)
    results = (an_attachment(), an_attachment(width=5))
    ending = an_ending(content="<@1> done", report={"ms": {"swap": 1.5}, "warnings": ["a"]})

    store.finish(job.id, job.fence, ending, results)
    done = store.find(job.id)

    assert results == done.attachments
    assert results[1] == store.find_attachment(results[1].id)
    assert (Status.COMPLETED, "<@1> done", ending.message_id, ending.report, LATER, LATER) == (
        done.status,
        done.content,
        done.message_id,
        done.report,
        done.timestamp,
        done.updated,
    )
    assert done.lease is None


def test_a_failed_job_says_why(store):
    """
    Error and details are kept.
    """
    job = claimed(store)

    store.finish(job.id, job.fence, an_ending(Status.FAILED, error="No.", error_details="source"))
    failed = store.find(job.id)

    assert (Status.FAILED, "No.", "source", None) == (
        failed.status,
        failed.error,
        failed.error_details,
        failed.content,
    )


def test_an_old_owner_cannot_finish_after_the_lease_moved_on(store):
    """
    A worker that stood still while its job went to another one changes nothing any more.
    """
    old = claimed(store)
    store.hand_back(old.id, old.fence, now=NOW, spent=True)
    new = store.claim(old.id, replace(LEASE, owner="ticket-2"), now=LATER)

    with pytest.raises(LeaseLost):
        store.finish(old.id, old.fence, an_ending(content="old"), [an_attachment()])

    assert new == store.find(old.id)
    assert Renewal.LOST is renew(store, old)
    assert not store.hand_back(old.id, old.fence, now=LATER, spent=True)
    assert new == store.find(old.id)

    store.finish(new.id, new.fence, an_ending(content="new"))

    assert "new" == store.find(new.id).content


@pytest.mark.parametrize("status", sorted(FINAL))
def test_a_job_that_was_handed_back_cannot_be_ended_by_its_last_owner(store, status):
    """
    Between two owners a job belongs to nobody, although its fencing number is still the old one.
    """
    job = claimed(store)
    store.hand_back(job.id, job.fence, now=NOW, spent=True)

    with pytest.raises(LeaseLost):
        store.finish(job.id, job.fence, an_ending(status))

    assert Status.CREATED is store.find(job.id).status


@pytest.mark.parametrize("status", sorted(FINAL))
def test_an_end_is_final(store, status):
    """
    What has ended is neither ended again, renewed, claimed nor handed back.
    """
    job = claimed(store)
    store.finish(job.id, job.fence, an_ending(status))
    end = store.find(job.id)

    with pytest.raises(LeaseLost):
        store.finish(job.id, job.fence, an_ending(), [an_attachment()])

    assert Renewal.LOST is renew(store, job)
    assert not store.release(job.id, job.fence)
    assert store.cancel(job.id, an_ending(Status.CANCELLED)) is None
    assert not store.hand_back(job.id, job.fence, now=LATER, spent=False)
    assert store.claim(job.id, LEASE, now=LATER) is None
    assert end == store.find(job.id)


@pytest.mark.parametrize(("spent", "attempts"), [(True, 1), (False, 0)])
def test_a_job_that_is_handed_back_can_be_claimed_again(store, spent, attempts):
    """
    It waits without a lease; the attempt counts when the worker died, not when it was stopped.
    """
    job = claimed(store)

    assert store.hand_back(job.id, job.fence, now=LATER, spent=spent)

    waiting = store.find(job.id)

    assert (Status.CREATED, attempts, 1, None, LATER) == (
        waiting.status,
        waiting.attempts,
        waiting.fence,
        waiting.lease,
        waiting.updated,
    )
    assert 2 == store.claim(job.id, LEASE, now=LATER).fence


def test_a_renewed_lease_ends_later(store):
    """
    Its owner stays, its end moves.
    """
    job = claimed(store)

    assert Renewal.HELD is renew(store, job)
    assert Lease(owner=LEASE.owner, until=LATER) == store.find(job.id).lease


def test_news_make_a_running_job_a_job_in_progress(store):
    """
    Status, stage, fraction and time change together; what is handed back has none of it.
    """
    job, news = claimed(store), Progress(stage="frames", fraction=0.25)

    assert Renewal.HELD is renew(store, job, news)

    running = store.find(job.id)

    assert (Status.PROGRESS, news, LATER) == (running.status, running.progress, running.updated)

    store.hand_back(job.id, job.fence, now=LATER, spent=True)

    assert store.find(job.id).progress is None


def test_a_waiting_job_is_cancelled_once(store):
    """
    It ends like any job, does not wait any more, and cannot be claimed.
    """
    job = a_job()
    accept(store, job)
    ending = an_ending(Status.CANCELLED, error="Enough.")
    cancelled = store.cancel(job.id, ending)

    assert job.ended(ending) == cancelled == store.find(job.id)
    assert store.cancel(job.id, ending) is None
    assert store.claim(job.id, LEASE, now=NOW) is None
    assert [] == waiting(store)
    assert [] == store.leased()
    assert store.cancel("0" * 32, ending) is None


def test_a_running_job_that_is_cancelled_keeps_its_slot_until_it_is_released(two_wide):
    """
    Its lease can be prolonged, its end cannot be changed; only its owner frees the slot, once.
    """
    store = two_wide
    job, other = claimed(store), claimed(store)
    accept(store, a_job(id="f" * 32))
    cancelled = store.cancel(job.id, an_ending(Status.CANCELLED))

    assert (Status.CANCELLED, LEASE) == (cancelled.status, cancelled.lease)
    assert Renewal.CANCELLED is renew(store, job, Progress(stage="late", fraction=1))
    assert (Status.CANCELLED, LATER) == (store.find(job.id).status, store.find(job.id).lease.until)
    assert store.claim("f" * 32, LEASE, now=NOW) is None
    with pytest.raises(LeaseLost):
        store.finish(job.id, job.fence, an_ending(), [an_attachment()])
    assert not store.hand_back(job.id, job.fence, now=LATER, spent=True)
    assert not store.release(job.id, job.fence + 1)
    assert not store.release(other.id, other.fence)

    assert store.release(job.id, job.fence)
    assert not store.release(job.id, job.fence)
    assert store.claim("f" * 32, LEASE, now=NOW)
    assert Status.CANCELLED is store.find(job.id).status


def test_an_end_without_a_message_leaves_the_one_that_was_there(store):
    """
    A job that was announced with a message keeps it when it fails.
    """
    job = claimed(store, content="<@1> submitted")
    store.finish(job.id, job.fence, an_ending(Status.FAILED, error="No."))

    assert "<@1> submitted" == store.find(job.id).content


def test_expired_jobs_are_unfinished_ones_whose_time_is_over(store):
    """
    At the moment itself; an end takes the time away.
    """
    jobs = [a_job(cancel_at=NOW + n * SECOND) for n in (1, 2)]
    for job in [*jobs, a_job()]:
        accept(store, job)

    assert [] == store.expired(NOW)
    assert [jobs[0].id] == [job.id for job in store.expired(NOW + SECOND)]

    running = store.claim(jobs[0].id, LEASE, now=NOW)
    store.finish(running.id, running.fence, an_ending())

    assert [jobs[1].id] == [job.id for job in store.expired(LATER)]

    store.cancel(jobs[1].id, an_ending(Status.CANCELLED))

    assert [] == store.expired(LATER)


def test_unfinished_jobs_of_a_user_are_listed_oldest_first(store):
    """
    Waiting and running ones, in all channels.
    """
    jobs = [a_job(created=NOW + n * SECOND) for n in (3, 1)]
    jobs.append(a_job(created=NOW + 2 * SECOND, channel=OTHER_CHANNEL.id))
    for job in jobs:
        accept(store, job)
    store.claim(jobs[0].id, LEASE, now=NOW)
    ended = claimed(store)
    store.finish(ended.id, ended.fence, an_ending())

    assert [jobs[1].id, jobs[2].id, jobs[0].id] == store.unfinished_of(USER.id)
    assert [] == store.unfinished_of("9")


def test_leased_jobs_are_those_that_are_worked_on(store):
    """
    With their leases; what waits and what has ended is not among them.
    """
    job = claimed(store)
    accept(store, a_job())
    ended = claimed(store)
    store.finish(ended.id, ended.fence, an_ending())

    assert [job] == store.leased()

    store.hand_back(job.id, job.fence, now=LATER, spent=True)

    assert [] == store.leased()


def test_unfinished_leaves_out_the_ended_and_the_unknown(store):
    """
    Of the ids asked for, those that still have something to come.
    """
    waits = a_job()
    accept(store, waits)
    running, ended = claimed(store), claimed(store)
    store.finish(ended.id, ended.fence, an_ending())

    assert {waits.id, running.id} == store.unfinished([waits.id, running.id, ended.id, "0"])
    assert set() == store.unfinished([])


def test_lists_are_a_users_newest_first_with_results(store):
    """
    Jobs of others are not there; pages go on behind the last place; results come along.
    """
    made = [a_job(created=NOW + timedelta(seconds=second)) for second in range(4)]
    for job in made:
        accept(store, job)
    claimed = store.claim(made[3].id, LEASE, now=NOW)
    store.finish(claimed.id, claimed.fence, an_ending(), [an_attachment(), an_attachment()])

    first = store.jobs_of(JobQuery(user_id=USER.id, limit=2))
    place = Place(created=first[-1].created, id=first[-1].id)
    rest = store.jobs_of(JobQuery(user_id=USER.id, before=Place.parse(place.cursor)))
    assert [job.id for job in reversed(made)] == [job.id for job in first + rest]
    assert [2, 0] == [len(job.attachments) for job in first]
    assert first[0] == store.find(made[3].id)
    assert [] == store.jobs_of(JobQuery(user_id="1"))


def test_lists_are_narrowed(store):
    """
    Status, verb, channel and time each leave what fits.
    """
    old, new = a_job(), a_job(verb="other", created=LATER, updated=LATER)
    accept(store, old)
    accept(store, new)
    store.claim(old.id, LEASE, now=NOW)

    def ids(**filters):
        return [job.id for job in store.jobs_of(JobQuery(user_id=USER.id, **filters))]

    assert [old.id] == ids(status=Status.STARTED)
    assert [new.id] == ids(verb="other") == ids(since=LATER)
    assert [] == ids(channel="1")


def test_a_lane_runs_as_many_as_it_is_wide(two_wide):
    """
    The third claim gets nothing until one has ended, was handed back, or another lane is meant.
    """
    store = two_wide
    jobs = [a_job(created=NOW + n * SECOND) for n in range(4)]
    for job in jobs:
        accept(store, job)
    other = a_job(channel=OTHER_CHANNEL.id)
    accept(store, other)
    first, second = (store.claim(job.id, LEASE, now=NOW) for job in jobs[:2])

    assert store.claim(jobs[2].id, LEASE, now=NOW) is None
    assert Status.CREATED is store.find(jobs[2].id).status
    assert store.claim(other.id, LEASE, now=NOW)

    store.finish(first.id, first.fence, an_ending())

    assert store.claim(jobs[2].id, LEASE, now=NOW)
    assert store.claim(jobs[3].id, LEASE, now=NOW) is None

    store.hand_back(second.id, second.fence, now=NOW, spent=False)

    assert store.claim(jobs[3].id, LEASE, now=NOW)
    assert store.claim(second.id, LEASE, now=NOW) is None


def test_queues_name_lanes_with_what_waits_oldest_first(two_wide):
    """
    Up to the limit; a full lane offers nobody; a lane in which nobody waits is left out.
    """
    store = two_wide
    jobs = [a_job(created=NOW + n * SECOND) for n in (3, 1, 2)]
    for job in jobs:
        accept(store, job)
    third, first, second = (job.id for job in jobs)

    assert [first, second, third] == waiting(store)
    assert [first, second] == waiting(store, limit=2)

    store.claim(first, LEASE, now=NOW)
    (queue,) = store.queues(limit=9)

    assert (CHANNEL.id, 2, 1) == (queue.lane.channel, queue.width, queue.running)
    assert (second, third) == queue.waiting

    store.claim(second, LEASE, now=NOW)

    assert [] == waiting(store)

    store.hand_back(first, 1, now=LATER, spent=True)

    assert [first, third] == waiting(store)


def test_a_job_is_written_in_the_lane_that_takes_it(two_wide):
    """
    With two channels to choose from it goes to the idle one, and is that channel's job.
    """
    store = two_wide
    accept(store, a_job())
    accepted = store.accept(admission(a_job(), CHANNEL, OTHER_CHANNEL))

    assert (OTHER_CHANNEL.id, 2) == (accepted.job.channel, accepted.width)
    assert accepted.job == store.find(accepted.job.id)


def test_a_job_for_a_channel_that_does_not_exist_is_not_written(store):
    """
    Nor for another user's.
    """
    nowhere, stranger = a_job(channel="1"), a_job(user_id="9")

    for job in (nowhere, stranger):
        with pytest.raises(BadRequest, match="Configuration not found for channel"):
            accept(store, job)
        assert store.find(job.id) is None


def test_claims_at_once_never_share_a_slot(database):
    """
    Threads of two services want one lane of width 2: two get a job, whatever the order.
    """
    first = narrow("sql", database, width=2)
    other = Database(str(database.engine.url))
    stores = [first, SqlJobs(other, ROOMY)]
    jobs = [a_job() for _ in range(20)]
    for job in jobs:
        accept(first, job)

    with ThreadPoolExecutor(8) as threads:
        claims = threads.map(
            lambda n: stores[n % 2].claim(jobs[n].id, LEASE, now=NOW), range(len(jobs))
        )
        claimed = [job for job in claims if job]
    other.close()

    assert 2 == len(claimed) == len(first.leased())


def test_the_database_itself_refuses_a_slot_twice(database):
    """
    Whatever a program does, two leased jobs of a lane cannot have the same slot.
    """
    store = narrow("sql", database, width=2)
    jobs = [a_job() for _ in range(2)]
    for job in jobs:
        accept(store, job)
        store.claim(job.id, LEASE, now=NOW)

    with (
        pytest.raises(SetupError, match=r"(?i)unique"),
        database.writing() as connection,
    ):
        connection.execute(update(tables.jobs).values(slot=0))
