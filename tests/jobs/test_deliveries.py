"""Callbacks: the store's promises, and what answers mean."""

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from jobs.conftest import STORES, database_of, enrol
from jobs.making import (
    CHANNEL,
    LATER,
    LEASE,
    NOW,
    ROOMY,
    USER,
    a_job,
    accept,
    an_ending,
    memory_jobs,
)
from mien.errors import AddressRefused, LeaseLost, Unreachable
from mien.jobs.deliveries import DeliveryState, RetryPlan, Verdict
from mien.jobs.model import Lease, Status
from mien.jobs.ports import Answer
from mien.storage.deliveries import SqlDeliveries
from mien.storage.directory import SqlDirectory
from mien.storage.jobs import SqlJobs
from mien.testing import MemoryDeliveries

URL = "https://hooks.example/done"
SENDER = Lease(owner="sender-1", until=LATER + timedelta(seconds=60))
DONE = Verdict(state=DeliveryState.DELIVERED, status=200)
PLAN = RetryPlan()


class Stores:
    """A job store and the deliveries that it makes."""

    def __init__(self, jobs, deliveries):
        self.jobs = jobs
        self.deliveries = deliveries

    def ended(self, status=Status.COMPLETED, **changes):
        """A job that has ended."""
        job = a_job(**{"reply_url": URL} | changes)
        accept(self.jobs, job)
        claimed = self.jobs.claim(job.id, LEASE, now=NOW)
        self.jobs.finish(job.id, claimed.fence, an_ending(status))
        return job

    def claim(self, now=LATER, lease=SENDER, limit=10):
        return self.deliveries.claim_due(lease, now=now, limit=limit)

    def all(self, **filters):
        return self.deliveries.deliveries(**{"limit": 100} | filters)


@pytest.fixture(params=STORES)
def stores(request):
    if request.param == "memory":
        deliveries = MemoryDeliveries()
        return Stores(memory_jobs(deliveries=deliveries), deliveries)
    database = database_of(request)
    enrol(SqlDirectory(database), USER, CHANNEL)
    return Stores(SqlJobs(database, ROOMY), SqlDeliveries(database))


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.MODERATED])
def test_the_end_of_a_job_makes_its_callback(stores, status):
    """
    Every end of a job with an address leaves one pending callback, due at once.
    """
    job = stores.ended(status)
    (made,) = stores.all()

    assert (job.id, USER.id, URL, DeliveryState.PENDING, 0, LATER) == (
        made.job_id,
        made.user_id,
        made.url,
        made.state,
        made.attempts,
        made.next_at,
    )


def test_no_address_no_callback(stores):
    """
    A job without replyUrl, and one that has not ended, leave none.
    """
    stores.ended(reply_url=None)
    accept(stores.jobs, a_job(reply_url=URL))

    assert [] == stores.all()


def test_a_refused_end_makes_no_callback(stores):
    """
    A worker whose job was given away leaves nothing.
    """
    job = a_job(reply_url=URL)
    accept(stores.jobs, job)

    with pytest.raises(LeaseLost):
        stores.jobs.finish(job.id, 7, an_ending())
    assert [] == stores.all()


def test_each_attempt_is_handed_out_once(stores):
    """
    What one service sends is not there for another until its lease is over; then it is, older.
    """
    stores.ended()
    (first,) = stores.claim()

    assert [] == stores.claim()
    (second,) = stores.claim(now=SENDER.until + timedelta(seconds=1))
    assert (1, 1, 2, 2) == (first.attempts, first.fence, second.attempts, second.fence)


def test_only_the_latest_attempt_settles(stores):
    """
    A sender that stood still cannot overwrite what another found out.
    """
    stores.ended()
    (slow,) = stores.claim()
    (fast,) = stores.claim(now=SENDER.until + timedelta(seconds=1))

    assert not stores.deliveries.settle(slow, replace(DONE, status=201), now=LATER)
    assert stores.deliveries.settle(fast, DONE, now=LATER)
    assert not stores.deliveries.settle(fast, replace(DONE, status=202), now=LATER)
    (told,) = stores.all()
    assert (DeliveryState.DELIVERED, 200, None) == (told.state, told.last_status, told.lease)


def test_a_failed_attempt_comes_back_when_it_is_due(stores):
    """
    A pause is kept to the moment, and the reason is kept with it.
    """
    stores.ended()
    (one,) = stores.claim()
    due = LATER + timedelta(seconds=5)
    verdict = Verdict(state=DeliveryState.PENDING, next_at=due, status=500, error="Broken.")
    stores.deliveries.settle(one, verdict, now=LATER)

    assert [] == stores.claim(now=due - timedelta(milliseconds=1))
    (again,) = stores.claim(now=due)
    assert (2, 500, "Broken.") == (again.attempts, again.last_status, again.last_error)


def test_what_is_handed_back_is_due_and_does_not_count(stores):
    """
    A service that stops leaves its attempts to the next one, and its own late end is refused.
    """
    stores.ended()
    (one,) = stores.claim()

    assert stores.deliveries.give_back(one, now=LATER)
    assert not stores.deliveries.settle(one, DONE, now=LATER)
    (again,) = stores.claim()
    assert 1 == again.attempts


def test_the_oldest_is_first_and_the_limit_is_kept(stores):
    """
    `claim_due` takes as many as there are senders.
    """
    for _ in range(3):
        stores.ended()

    assert [2, 1] == [len(stores.claim(limit=2)), len(stores.claim(limit=2))]


def test_a_dead_callback_can_be_sent_again(stores):
    """
    Redelivery makes it due with all its attempts; a stranger's and a pending one are refused.
    """
    job = stores.ended()
    again = stores.deliveries.redeliver
    assert not again(job.id, now=LATER)
    (one,) = stores.claim()
    stores.deliveries.settle(one, Verdict(state=DeliveryState.DEAD, error="Gone."), now=LATER)
    assert [] == stores.claim()

    assert not again(job.id, now=LATER, user_id="1")
    assert not again("0" * 32, now=LATER)
    assert again(job.id, now=LATER, user_id=USER.id)
    assert [1] == [one.attempts for one in stores.claim()]


def test_lists_are_by_user_state_and_page(stores):
    """
    Pages go on behind the last one seen, newest first, without a gap or a repeat.
    """
    made = {stores.ended().id for _ in range(5)}
    (one,) = stores.claim(limit=1)
    stores.deliveries.settle(one, DONE, now=LATER)

    seen, before = [], None
    while page := stores.all(before=before, limit=2):
        seen += [each.job_id for each in page]
        before = page[-1].created, page[-1].job_id
    assert sorted(made) == sorted(seen)
    assert [one.job_id] == [each.job_id for each in stores.all(state=DeliveryState.DELIVERED)]
    assert [] == stores.all(user_id="1")


def test_a_user_has_one_secret(stores):
    """
    The first use makes it, and it stays.
    """
    first = stores.deliveries.webhook_secret(USER.id, fresh="whsec_a")

    assert "whsec_a" == first == stores.deliveries.webhook_secret(USER.id, fresh="whsec_b")


def after(status, attempt=1, chance=0.0, **headers):
    """What the plan makes of an answer."""
    answer = Answer(status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})
    return PLAN.after_answer(answer, attempt, now=NOW, chance=chance)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_success_is_any_2xx(status):
    """
    The receiver's words do not matter, its 2xx does.
    """
    assert DeliveryState.DELIVERED is after(status).state


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 429, 500, 502, 503])
def test_everything_else_is_tried_again(status):
    """
    Redirections, errors of the receiver and of its address are failures that may pass.
    """
    assert (DeliveryState.PENDING, status) == (after(status).state, after(status).status)


def test_gone_is_the_end():
    """
    410 ends the callback at the first attempt.
    """
    assert DeliveryState.DEAD is after(410).state


def test_all_tries_lie_within_a_day():
    """
    Eight tries, the pauses 5 s, 30 s, 3 min, 18 min, 1.8 h and twice 10 h, together below 24 h.
    """
    pauses = [PLAN.pause_s(attempt, 0) for attempt in range(1, PLAN.tries)]

    assert [5, 30, 180, 1080, 6480, 36_000, 36_000] == pauses
    assert sum(pauses) < 86_400
    assert DeliveryState.PENDING is after(500, attempt=7).state
    assert DeliveryState.DEAD is after(500, attempt=8).state


def test_chance_spreads_the_pauses():
    """
    A pause is shortened by up to a fifth, and never longer.
    """
    assert [5.0, 4.5, 4.0] == [PLAN.pause_s(1, chance) for chance in (0, 0.5, 1)]


@pytest.mark.parametrize(
    ("header", "pause_s"),
    [
        ("60", 60),
        ("1", 5),
        ("999999999", 36_000),
        (format_datetime(NOW.replace(microsecond=0) + timedelta(seconds=91), usegmt=True), 90.3),
        ("soon", 5),
        ("-5", 5),
        ("", 5),
    ],
)
def test_retry_after_is_honoured_and_capped(header, pause_s):
    """
    Seconds or a date, when it is longer than our own pause, and 10 hours at most.
    """
    due = after(429, retry_after=header).next_at

    assert pytest.approx(pause_s, abs=0.1) == (due - NOW).total_seconds()


def test_a_refused_address_is_the_end_and_silence_is_not():
    """
    What may not be called is dead at once; what did not answer is tried again.
    """
    dead = PLAN.after_error(AddressRefused("No."), 1, now=NOW, chance=0)
    later = PLAN.after_error(Unreachable("Slow."), 1, now=NOW, chance=0)

    assert (DeliveryState.DEAD, "No.") == (dead.state, dead.error)
    assert (DeliveryState.PENDING, "Slow.") == (later.state, later.error)
