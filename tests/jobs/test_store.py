"""What every job store promises; run against SQL and the fake."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.making import LATER, LEASE, NOW, USER, a_job, an_attachment, an_ending
from mien.errors import LeaseLost
from mien.jobs.model import FINAL, Lease, Status, Upload
from mien.jobs.pages import JobQuery, Place

SECOND = timedelta(seconds=1)


def claimed(store, **changes):
    """A job in the store that is running under `LEASE`."""
    job = a_job(**changes)
    store.accept(job, limit=100)
    return store.claim(job.id, LEASE, now=NOW)


def test_what_was_accepted_is_found_as_it_was(store):
    """
    Every field of a job comes back as it went in.
    """
    upload = Upload(field="source_image", key="inputs/x/y.png", media_type="image/png", size=9)
    job = a_job(
        params={"options": "-m", "prompt": "ünïcode"},
        uploads={"source_image": upload},
        reply_url="https://example.org/x?a=b",
        reply_ref="r" * 1024,
    )

    assert store.accept(job, limit=1)
    assert job == store.find(job.id)


def test_what_does_not_exist_is_not_found(store):
    """
    An unknown id is None, not an error.
    """
    assert store.find("0" * 32) is None
    assert store.find_attachment("1") is None
    assert store.claim("0" * 32, LEASE, now=NOW) is None


def test_a_full_channel_takes_no_more(store):
    """
    At the limit nothing is written; the unfinished of the channel count, the ended and others do
    not.
    """
    first, second, elsewhere = a_job(), a_job(), a_job(channel="2002")

    assert store.accept(first, limit=1)
    assert not store.accept(second, limit=1)
    assert store.find(second.id) is None
    assert store.accept(elsewhere, limit=1)

    store.claim(first.id, LEASE, now=NOW)

    assert not store.accept(second, limit=1)

    store.finish(first.id, 1, an_ending())

    assert store.accept(second, limit=1)


def test_a_claim_starts_the_job(store):
    """
    The worker that claims gets a job with one attempt more and the next fencing number.
    """
    job = a_job()
    store.accept(job, limit=9)

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
    assert not store.renew(old.id, old.fence, until=LATER)
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

    assert not store.renew(job.id, job.fence, until=LATER)
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

    assert store.renew(job.id, job.fence, until=LATER)
    assert Lease(owner=LEASE.owner, until=LATER) == store.find(job.id).lease


def test_overdue_jobs_are_those_whose_lease_is_over(store):
    """
    A lease counts until its very end; jobs without one are never overdue.
    """
    job = claimed(store)
    store.accept(a_job(), limit=9)
    ended = claimed(store)
    store.finish(ended.id, ended.fence, an_ending())

    assert [] == store.overdue(LEASE.until)
    assert [job.id] == [late.id for late in store.overdue(LEASE.until + SECOND)]

    store.renew(job.id, job.fence, until=LATER)

    assert [] == store.overdue(LEASE.until + SECOND)


def test_waiting_jobs_come_oldest_first(store):
    """
    What runs or has ended does not wait; what was handed back waits again, in its old place.
    """
    jobs = [a_job(created=NOW + n * SECOND) for n in (3, 1, 2)]
    for job in jobs:
        store.accept(job, limit=9)
    third, first, second = (job.id for job in jobs)

    assert [first, second, third] == store.waiting(limit=9)
    assert [first, second] == store.waiting(limit=2)

    store.claim(first, LEASE, now=NOW)

    assert [second, third] == store.waiting(limit=9)

    store.hand_back(first, 1, now=LATER, spent=True)

    assert [first, second, third] == store.waiting(limit=9)


def test_unfinished_leaves_out_the_ended_and_the_unknown(store):
    """
    Of the ids asked for, those that still have something to come.
    """
    waiting = a_job()
    store.accept(waiting, limit=9)
    running, ended = claimed(store), claimed(store)
    store.finish(ended.id, ended.fence, an_ending())

    assert {waiting.id, running.id} == store.unfinished([waiting.id, running.id, ended.id, "0"])
    assert set() == store.unfinished([])


def test_lists_are_a_users_newest_first_with_results(store):
    """
    Jobs of others are not there; pages go on behind the last place; results come along.
    """
    made = [a_job(created=NOW + timedelta(seconds=second)) for second in range(4)]
    for job in made:
        store.accept(job, limit=100)
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
    store.accept(old, limit=100)
    store.accept(new, limit=100)
    store.claim(old.id, LEASE, now=NOW)

    def ids(**filters):
        return [job.id for job in store.jobs_of(JobQuery(user_id=USER.id, **filters))]

    assert [old.id] == ids(status=Status.STARTED)
    assert [new.id] == ids(verb="other") == ids(since=LATER)
    assert [] == ids(channel="1")
