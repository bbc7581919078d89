"""How jobs are handed out, and what becomes of those whose worker is gone."""

from dataclasses import replace
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Condition, Event

import pytest

from jobs.making import (
    CHANNEL,
    DEADLINE_S,
    LATER,
    LEASE,
    NOW,
    OTHER_CHANNEL,
    HandClock,
    a_job,
    accept,
    an_ending,
    memory_jobs,
)
from mien.errors import StorageFull, TimedOut, WorkerLost
from mien.jobs.dispatch import Dispatcher
from mien.jobs.events import Stop
from mien.jobs.model import Job, Lease, Status
from mien.jobs.recover import Persistence
from mien.jobs.wait import Wait, Waiters
from mien.testing import HandRunner, MemoryJobs

#: A lane that runs one job at a time.
NARROW = replace(CHANNEL, width=1)
LOST = WorkerLost("The worker that ran this job died (exit code -9).")
SLOW = TimedOut("This job took longer than 300 seconds and was stopped.")


class Bench:
    """A dispatcher with a runner that the test moves by hand."""

    def __init__(self, store=None, **changes):
        self.clock = HandClock()
        self.store = store or memory_jobs()
        self.runner = HandRunner(capacity=changes.pop("capacity", 1), ahead=changes.pop("ahead", 0))
        self.waiters = Waiters()
        self.tidied: list[str] = []
        self.dispatcher = Dispatcher(
            store=self.store,
            runner=self.runner,
            waiters=self.waiters,
            persistence=Persistence(max_attempts=changes.pop("max_attempts", 3)),
            tidy=lambda job: self.tidied.append(job.id),
            report=lambda: None,
            ring=changes.pop("ring", lambda _: None),
            lease_s=5.0,
            clock=self.clock,
            # Long, so that a test sees events at work; short where it is about the sweep.
            sweep_s=changes.pop("sweep_s", 3600),
            stop_grace_s=changes.pop("stop_grace_s", 0),
        )

    def accept(self, **changes):
        """Take a job in, and wait for its end in the future that is returned with it."""
        job = a_job(**changes)
        accepted = accept(self.store, job)
        future = Wait(store=self.store, waiters=self.waiters).future(job.id)
        self.dispatcher.announce(accepted)
        return job, future

    def handed(self):
        """The next job that is handed out, claimed as its worker would."""
        handed = self.runner.handed.get(timeout=DEADLINE_S)
        lease = Lease(owner=handed.ticket, until=self.clock() + timedelta(seconds=5))
        return handed, self.store.claim(handed.job_id, lease, now=self.clock())

    def granted(self):
        """The next job that gets a slot; claims in vain before it are over."""
        while True:
            handed, claimed = self.handed()
            if claimed is not None:
                return claimed
            handed.done(None)

    def at_rest(self):
        """Return when the first sweep is over: it comes before the second event at the latest."""
        for _ in range(2):
            told = Event()
            self.dispatcher.report = told.set
            self.dispatcher.cancelled(a_job(reply_url="https://example.org/"))
            assert told.wait(DEADLINE_S)

    def nothing_more(self):
        """Whether nothing is handed out; asked after the dispatcher has come to rest."""
        with pytest.raises(Empty):
            self.runner.handed.get_nowait()
        return True


@pytest.fixture
def benches():
    """Makes benches, and stops their dispatchers."""
    made = []

    def make(**changes):
        bench = Bench(**changes)
        made.append(bench)
        bench.dispatcher.start()
        return bench

    yield make
    for bench in made:
        bench.dispatcher.stop(0)


def test_the_end_of_a_job_reaches_who_waits(benches):
    """
    Accepted, handed out, worked on, and the caller has the job as it ended.
    """
    bench = benches()
    job, future = bench.accept()
    handed, claimed = bench.handed()
    bench.store.finish(job.id, claimed.fence, an_ending(content="done"))
    handed.done(None)

    assert "done" == future.result(DEADLINE_S).content


def test_an_end_that_the_worker_brings_is_told_without_a_look(benches, monkeypatch):
    """
    Nobody waits for the store to be asked what the worker knows; the others are told as well.
    """
    ropes = Ropes()
    bench = benches(ring=ropes)
    job, future = bench.accept()
    handed, claimed = bench.handed()
    bench.store.finish(job.id, claimed.fence, an_ending(content="done"))
    ended = bench.store.find(job.id)
    monkeypatch.setattr(bench.store, "find", lambda _: pytest.fail("the store was asked"))
    handed.done(ended)

    assert ended == future.result(DEADLINE_S)
    assert job.id == ropes.news.get(timeout=DEADLINE_S)


def test_an_end_is_told_when_its_worker_has_tidied_up(benches):
    """
    Not when a look into the store finds it first: the uploads, or a deleted identity's photos, may still be there.
    """
    bench = benches()
    job, future = bench.accept()
    handed, claimed = bench.handed()
    bench.store.finish(job.id, claimed.fence, an_ending(content="done"))
    bench.dispatcher._settle_ended()

    assert not future.done()

    handed.done(None)

    assert "done" == future.result(DEADLINE_S).content


def test_no_more_jobs_run_than_there_are_workers(benches):
    """
    The third job waits for one of two workers, in the order of arrival.
    """
    bench = benches(capacity=2)
    jobs = [bench.accept(created=NOW + timedelta(seconds=n)) for n in range(3)]
    first, claimed = bench.handed()
    second, _ = bench.handed()

    assert [jobs[0][0].id, jobs[1][0].id] == [first.job_id, second.job_id]
    assert bench.nothing_more()

    bench.store.finish(first.job_id, claimed.fence, an_ending())
    first.done(None)

    assert jobs[2][0].id == bench.handed()[0].job_id


def test_a_job_waits_behind_the_workers_where_their_next_end_makes_room_for_it(benches):
    """
    One is handed out ahead, no more; it counts as waiting until it can begin.
    """
    bench = benches(store=memory_jobs(NARROW), ahead=1)
    jobs = [bench.accept(created=NOW + timedelta(seconds=n))[0] for n in range(3)]
    first, claimed = bench.handed()
    second = bench.runner.handed.get(timeout=DEADLINE_S)
    bench.at_rest()

    assert [jobs[0].id, jobs[1].id] == [first.job_id, second.job_id]
    assert bench.nothing_more()
    assert (1, 2) == (bench.dispatcher.load().running, bench.dispatcher.load().waiting)

    bench.store.finish(first.job_id, claimed.fence, an_ending())
    first.done(None)

    assert jobs[2].id == bench.runner.handed.get(timeout=DEADLINE_S).job_id
    assert (1, 1) == (bench.dispatcher.load().running, bench.dispatcher.load().waiting)


def test_a_job_that_waits_behind_the_workers_is_offered_to_others(benches):
    """
    Another service may have a worker that is free.
    """
    ropes = Ropes()
    bench = benches(ring=ropes, ahead=1)
    bench.accept()
    bench.handed()
    bench.accept()

    assert not ropes.news.get(timeout=DEADLINE_S)


def test_who_waits_behind_the_workers_does_not_stand_still(benches):
    """
    It holds no lease for as long as the job before it takes, and nothing is killed for it; once it is
    at work it has as long as any other.
    """
    bench = benches(ahead=1, sweep_s=0.01)
    bench.dispatcher._silence.patience_s = 0.0
    swept = SweepCounter(bench.store)
    bench.dispatcher.store = swept
    bench.accept(created=NOW)
    bench.accept(created=LATER)
    first, claimed = bench.handed()
    second = bench.runner.handed.get(timeout=DEADLINE_S)
    swept.wait_for_more()
    while not bench.runner.killed.empty():  # a sweep came before the claim
        bench.runner.killed.get_nowait()
    swept.wait_for_more()

    assert bench.runner.killed.empty()

    bench.store.finish(first.job_id, claimed.fence, an_ending())
    first.done(None)

    assert second.ticket == bench.runner.killed.get(timeout=DEADLINE_S)


def test_stopping_recalls_what_waits_behind_the_workers(benches):
    """
    It is not begun; it waits for the next start.
    """
    bench = benches(ahead=1)
    bench.accept(created=NOW)
    waiting, _ = bench.accept(created=LATER)
    first, claimed = bench.handed()
    behind = bench.runner.handed.get(timeout=DEADLINE_S)
    bench.store.finish(first.job_id, claimed.fence, an_ending())
    bench.dispatcher._events.put(Stop(DEADLINE_S))
    first.done(None)
    behind.done(None)  # as a runner does that is asked to
    bench.dispatcher.stop(DEADLINE_S)
    bench.dispatcher.hand_back()

    assert (Status.CREATED, 0) == (
        bench.store.find(waiting.id).status,
        bench.store.find(waiting.id).attempts,
    )
    assert bench.nothing_more()
    assert bench.runner.recalls


def test_a_lost_workers_job_is_tried_again_and_then_given_up(benches):
    """
    Two attempts; each with another ticket; then the job fails and its uploads go.
    """
    bench = benches(max_attempts=2)
    job, future = bench.accept()
    first, claimed = bench.handed()
    first.done(LOST)
    second, again = bench.handed()

    assert (job.id, job.id, 1, 2) == (
        first.job_id,
        second.job_id,
        claimed.attempts,
        again.attempts,
    )
    assert first.ticket != second.ticket
    assert claimed.fence < again.fence

    second.done(LOST)
    failed = future.result(DEADLINE_S)

    assert (Status.FAILED, "The worker that ran this job died; it was tried 2 times.") == (
        failed.status,
        failed.error,
    )
    assert [job.id] == bench.tidied


def test_a_worker_that_dies_before_it_claims_counts_as_an_attempt(benches):
    """
    Or an installation whose workers cannot start would be tried for ever.
    """
    bench = benches(max_attempts=2)
    job, future = bench.accept()
    for _ in range(2):
        bench.runner.handed.get(timeout=DEADLINE_S).done(LOST)
    failed = future.result(DEADLINE_S)

    assert (job.id, Status.FAILED, 2) == (failed.id, failed.status, failed.attempts)


def test_a_job_that_took_too_long_fails_at_once(benches):
    """
    The sentence says how long it may take.
    """
    bench = benches()
    job, future = bench.accept()
    handed, _ = bench.handed()
    handed.done(SLOW)
    failed = future.result(DEADLINE_S)

    assert (Status.FAILED, str(SLOW), 1) == (failed.status, failed.error, failed.attempts)
    assert [job.id] == bench.tidied


def test_a_worker_that_dies_after_its_job_ended_changes_nothing(benches):
    """
    The job stays completed; its uploads are removed in the worker's place.
    """
    bench = benches()
    job, future = bench.accept()
    handed, claimed = bench.handed()
    bench.store.finish(job.id, claimed.fence, an_ending())
    handed.done(LOST)

    assert Status.COMPLETED is future.result(DEADLINE_S).status
    assert [job.id] == bench.tidied


def test_a_start_finds_what_was_left_waiting(benches):
    """
    Jobs that an earlier service accepted are handed out, the oldest first.
    """
    store = memory_jobs()
    jobs = [a_job(created=NOW + timedelta(seconds=n)) for n in (2, 1)]
    for job in jobs:
        accept(store, job)
    bench = benches(store=store, capacity=2)

    assert [jobs[1].id, jobs[0].id] == [bench.handed()[0].job_id for _ in range(2)]


def test_a_job_of_a_service_that_is_gone_is_handed_out_again(benches):
    """
    Its lease runs out and nobody here holds it: the next sweep gives it to a worker.
    """
    bench = benches(sweep_s=0.01)
    job = a_job()
    accept(bench.store, job)
    old = bench.store.claim(job.id, LEASE, now=NOW)
    bench.clock.advance(5.1)
    fresh, new = bench.handed()

    assert (job.id, old.fence + 1) == (fresh.job_id, new.fence)


def test_a_worker_that_stands_still_is_killed_before_its_job_is_given_away(benches):
    """
    Near the end of its lease; the lane's slot is free when the worker is dead, and not before.
    """
    bench = benches(capacity=2, sweep_s=0.01)
    job, future = bench.accept()
    stalled, old = bench.handed()
    bench.clock.advance(4.5)

    assert stalled.ticket == bench.runner.killed.get(timeout=DEADLINE_S)
    assert bench.nothing_more()
    assert [job.id] == [leased.id for leased in bench.store.leased()]

    stalled.done(LOST)
    fresh, new = bench.handed()

    assert (job.id, old.fence + 1) == (fresh.job_id, new.fence)

    bench.store.finish(job.id, new.fence, an_ending(content="new"))
    fresh.done(None)

    assert "new" == future.result(DEADLINE_S).content


def test_who_stands_still_is_killed_although_nothing_can_be_written(benches, monkeypatch):
    """
    It may be its own transaction that all others wait for, those too that give back what a service
    which is gone has left.
    """
    bench = benches(capacity=2, sweep_s=0.01)
    gone = a_job()
    accept(bench.store, gone)
    bench.store.claim(gone.id, LEASE, now=NOW)
    bench.accept()
    stalled, _ = bench.handed()

    def refuse(*_, **__):
        raise StorageFull("locked")

    for name in ("hand_back", "finish", "release", "cancel"):
        monkeypatch.setattr(bench.store, name, refuse)
    bench.clock.advance(5.1)

    assert stalled.ticket == bench.runner.killed.get(timeout=DEADLINE_S)


def test_a_lane_of_width_one_goes_on_when_its_job_has_ended(benches):
    """
    The second job waits though a worker is free, and a job of another lane goes first.
    """
    store = memory_jobs(NARROW, OTHER_CHANNEL)
    bench = benches(store=store, capacity=2)
    first, _ = bench.accept(created=NOW)
    second, _ = bench.accept(created=NOW + timedelta(seconds=1))
    other, _ = bench.accept(channel=OTHER_CHANNEL.id, created=NOW + timedelta(seconds=2))
    running, claimed = bench.handed()
    elsewhere, _ = bench.handed()

    assert [first.id, other.id] == [running.job_id, elsewhere.job_id]
    assert bench.nothing_more()

    store.finish(first.id, claimed.fence, an_ending())
    running.done(None)

    assert second.id == bench.handed()[0].job_id


def test_no_sweep_lets_a_newcomer_go_first(benches):
    """
    The lane is full when the sweep looks; who waited longest goes first all the same.
    """
    bench = benches(store=memory_jobs(NARROW))
    bench.at_rest()
    jobs = [bench.accept(created=NOW + timedelta(seconds=n))[0] for n in range(2)]
    first, claimed = bench.handed()
    bench.dispatcher._next_sweep = 0.0
    bench.at_rest()
    newcomer, _ = bench.accept(created=NOW + timedelta(seconds=2))
    order = [first.job_id]
    for _ in range(2):
        bench.store.finish(first.job_id, claimed.fence, an_ending())
        first.done(None)
        first, claimed = bench.handed()
        order.append(first.job_id)

    assert [*(job.id for job in jobs), newcomer.id] == order


def theirs_in(store):
    """A job that a worker of another service has claimed."""
    job = a_job()
    accept(store, job)
    return store.claim(job.id, replace(LEASE, until=NOW + timedelta(hours=1)), now=NOW)


def test_a_claim_in_vain_closes_its_lane_until_the_next_sweep(benches):
    """
    Another service has taken the last slot: the worker comes back empty-handed, and the job is
    not handed out over and over.
    """
    bench = benches(store=memory_jobs(NARROW, OTHER_CHANNEL))
    bench.at_rest()
    theirs_in(bench.store)
    bench.accept()
    handed, claimed = bench.handed()

    assert claimed is None

    handed.done(None)
    other, _ = bench.accept(channel=OTHER_CHANNEL.id)

    assert other.id == bench.handed()[0].job_id
    assert bench.nothing_more()


def test_a_slot_that_another_service_has_freed_is_found_by_the_sweep(benches):
    """
    The job waits while the other's runs, however often the sweep looks, and goes afterwards.
    """
    store = memory_jobs(NARROW)
    theirs = theirs_in(store)
    bench = benches(store=store, sweep_s=0.01)
    swept = SweepCounter(store)
    bench.dispatcher.store = swept
    mine = a_job()
    accept(store, mine)
    swept.wait_for_more()

    assert bench.nothing_more()

    store.finish(theirs.id, theirs.fence, an_ending())

    assert mine.id == bench.handed()[0].job_id


def test_a_living_lease_is_left_alone(benches):
    """
    Sweeps come and go; a job in a worker's hands is not handed out twice.
    """
    bench = benches(capacity=2, sweep_s=0.01)
    swept = SweepCounter(bench.store)
    bench.dispatcher.store = swept
    bench.accept()
    bench.handed()
    bench.clock.advance(3.7)
    swept.wait_for_more()

    assert bench.nothing_more()


def test_a_waiting_job_is_handed_out_once_however_often_it_is_seen(benches):
    """
    It is announced, and found by every sweep while it waits for its worker to claim it.
    """
    bench = benches(capacity=3, sweep_s=0.01)
    swept = SweepCounter(bench.store)
    bench.dispatcher.store = swept
    bench.accept()
    bench.runner.handed.get(timeout=DEADLINE_S)
    swept.wait_for_more()

    assert bench.nothing_more()


class SweepCounter:
    """A store that counts sweeps."""

    def __init__(self, store):
        self._store = store
        self._sweeps = 0
        self._swept = Condition()

    def __getattr__(self, name):
        return getattr(self._store, name)

    def leased(self):
        with self._swept:
            self._sweeps += 1
            self._swept.notify_all()
        return self._store.leased()

    def wait_for_more(self):
        """Return when three more sweeps have begun, and two of them are over."""
        with self._swept:
            enough = self._sweeps + 3
            assert self._swept.wait_for(lambda: self._sweeps >= enough, DEADLINE_S)


def test_an_end_that_nobody_reported_wakes_who_waits(benches):
    """
    Another service on the same database has run the job.
    """
    bench = benches(sweep_s=0.01, capacity=0)
    job, future = bench.accept()
    claimed = bench.store.claim(job.id, LEASE, now=NOW)
    bench.store.finish(job.id, claimed.fence, an_ending())

    assert future.result(DEADLINE_S).done


class AcceptedMeanwhile(MemoryJobs):
    """A store in which a job is accepted right after a sweep has asked which ones have not ended."""

    coming: Job | None = None

    def unfinished(self, job_ids):
        """As the store says; and then the job is there."""
        found = super().unfinished(job_ids)
        if self.coming is not None and self.coming.id in job_ids:
            job, self.coming = self.coming, None
            accept(self, job)
        return found


def test_a_job_that_is_accepted_while_a_sweep_looks_is_no_job_that_has_ended(benches):
    """
    Its caller waits on before it is in the store; it goes on waiting until the job is done.
    """
    store = memory_jobs(kind=AcceptedMeanwhile)
    store.coming = job = a_job()
    bench = benches(store=store, sweep_s=0.01)
    future = bench.waiters.add(job.id)
    handed, claimed = bench.handed()

    assert not future.done()
    bench.store.finish(job.id, claimed.fence, an_ending())
    handed.done(None)
    assert future.result(DEADLINE_S).done


def test_stopping_waits_for_what_runs(benches):
    """
    Nothing new is handed out; the running job finishes; then it is over.
    """
    bench = benches()
    job, _ = bench.accept()
    waiting, _ = bench.accept()
    handed, claimed = bench.handed()

    bench.store.finish(job.id, claimed.fence, an_ending())
    bench.runner.run = lambda *_: pytest.fail("a job was handed out")
    # What `stop` sends; `stop` itself would block before the worker can end.
    bench.dispatcher._events.put(Stop(DEADLINE_S))
    handed.done(None)
    bench.dispatcher.stop(DEADLINE_S)
    bench.dispatcher.hand_back()

    assert Status.COMPLETED is bench.store.find(job.id).status
    assert Status.CREATED is bench.store.find(waiting.id).status


def test_stopping_hands_back_what_did_not_finish(benches):
    """
    The job waits for the next start, and the interrupted attempt does not count.
    """
    bench = benches()
    job, _ = bench.accept()
    bench.handed()
    bench.dispatcher.stop(0)
    bench.dispatcher.hand_back()
    waiting = bench.store.find(job.id)

    assert (Status.CREATED, 0, None) == (waiting.status, waiting.attempts, waiting.lease)


def test_a_job_of_another_owner_is_not_handed_back(benches):
    """
    The lease moved on to another service, which goes on working.
    """
    bench = benches()
    job, _ = bench.accept()
    _, claimed = bench.handed()
    bench.store.hand_back(job.id, claimed.fence, now=NOW, spent=True)
    theirs = bench.store.claim(job.id, replace(LEASE, owner="theirs"), now=NOW)
    bench.dispatcher.stop(0)
    bench.dispatcher.hand_back()

    assert theirs == bench.store.find(job.id)


class SometimesFull(MemoryJobs):
    """Refuses the first hand-back."""

    refused = 0

    def hand_back(self, job_id, fence, *, now, spent):
        if not self.refused:
            self.refused += 1
            raise StorageFull("full")
        return super().hand_back(job_id, fence, now=now, spent=spent)


def test_a_full_disk_delays_a_recovery_but_does_not_lose_it(benches):
    """
    The hand-back could not be written; the sweep after the lease's end tries again.
    """
    bench = benches(store=memory_jobs(kind=SometimesFull), sweep_s=0.01)
    job, future = bench.accept()
    handed, _ = bench.handed()
    handed.done(LOST)
    bench.clock.advance(5.1)
    again, claimed = bench.handed()
    bench.store.finish(job.id, claimed.fence, an_ending())
    again.done(None)

    assert 1 == bench.store.refused
    assert future.result(DEADLINE_S).done


def test_the_load_is_told(benches):
    """
    Running and waiting jobs, and whether anybody hands them out.
    """
    bench = benches()
    bench.accept()
    bench.accept()
    handed, claimed = bench.handed()
    bench.store.finish(handed.job_id, claimed.fence, an_ending())
    handed.done(None)
    bench.handed()

    assert (1, 0, True) == (
        bench.dispatcher.load().running,
        bench.dispatcher.load().waiting,
        bench.dispatcher.load().alive,
    )

    bench.dispatcher.stop(0)

    assert not bench.dispatcher.load().alive


def test_the_end_of_a_cancelled_job_wakes_who_waits(benches):
    """
    At once, although its worker has not stopped.
    """
    bench = benches()
    job, future = bench.accept()
    bench.handed()
    bench.dispatcher.cancelled(bench.store.cancel(job.id, an_ending(Status.CANCELLED)))

    assert Status.CANCELLED is future.result(DEADLINE_S).status
    assert [job.id] == [leased.id for leased in bench.store.leased()]


def test_a_worker_that_goes_on_after_a_cancel_is_killed_and_then_the_slot_is_free(benches):
    """
    It had its grace; the next job of the lane goes when it is dead, and its uploads are removed.
    """
    bench = benches(store=memory_jobs(NARROW), capacity=2, sweep_s=0.01, stop_grace_s=0)
    job, _ = bench.accept()
    deaf, _ = bench.handed()
    second, _ = bench.accept()
    bench.store.cancel(job.id, an_ending(Status.CANCELLED))

    assert deaf.ticket == bench.runner.killed.get(timeout=DEADLINE_S)
    assert bench.nothing_more()

    deaf.done(LOST)

    assert second.id == bench.handed()[0].job_id
    assert [job.id] == bench.tidied
    assert Status.CANCELLED is bench.store.find(job.id).status


def test_a_worker_has_a_grace_to_stop_by_itself(benches):
    """
    Sweeps come and go, and it is not killed; when it has returned, the slot is freed for it.
    """
    bench = benches(store=memory_jobs(NARROW), sweep_s=0.01, stop_grace_s=3600)
    swept = SweepCounter(bench.store)
    bench.dispatcher.store = swept
    job, _ = bench.accept()
    handed, _ = bench.handed()
    second, _ = bench.accept()
    bench.store.cancel(job.id, an_ending(Status.CANCELLED))
    swept.wait_for_more()

    assert bench.runner.killed.empty()

    handed.done(None)

    assert second.id == bench.handed()[0].job_id


def test_the_slot_of_a_cancelled_job_whose_service_is_gone_is_freed_by_the_sweep(benches):
    """
    When its lease has run out; until then its worker may be at it.
    """
    store = memory_jobs(NARROW)
    job = a_job()
    accept(store, job)
    store.claim(job.id, LEASE, now=NOW)
    store.cancel(job.id, an_ending(Status.CANCELLED))
    bench = benches(store=store, sweep_s=0.01)
    second, _ = bench.accept()

    assert store.claim(second.id, LEASE, now=NOW) is None

    bench.clock.advance(5.1)

    assert second.id == bench.granted().id


def test_stopping_frees_the_slots_of_cancelled_jobs(benches):
    """
    Their workers have ended, and they are not handed back.
    """
    bench = benches()
    job, _ = bench.accept()
    bench.handed()
    bench.store.cancel(job.id, an_ending(Status.CANCELLED))
    bench.dispatcher.stop(0)
    bench.dispatcher.hand_back()

    assert (Status.CANCELLED, None) == (
        bench.store.find(job.id).status,
        bench.store.find(job.id).lease,
    )


class Ropes:
    """A bell that others hear at once; what was rung, and who hears it."""

    def __init__(self):
        self.news: SimpleQueue[str] = SimpleQueue()
        self.others = []

    def __call__(self, job_id):
        self.news.put(job_id)
        for other in self.others:
            other.hear(job_id)


@pytest.fixture
def two(benches):
    """Two services of one worker each on one store, which hear each other and sweep too late."""
    store, ropes = memory_jobs(NARROW, OTHER_CHANNEL), [Ropes(), Ropes()]
    pair = [benches(store=store, ring=rope) for rope in ropes]
    for rope, other in zip(ropes, reversed(pair), strict=True):
        rope.others.append(other.dispatcher)
    for bench in pair:
        bench.at_rest()
    return pair


def test_a_caller_hears_of_an_end_in_another_service(two):
    """
    The job was handed out by the other one; who waits here is told, without a sweep.
    """
    here, there = two
    job = a_job()
    there.dispatcher.announce(accept(there.store, job))
    future = Wait(store=here.store, waiters=here.waiters).future(job.id)
    handed, claimed = there.handed()
    there.store.finish(job.id, claimed.fence, an_ending(content="done"))
    handed.done(None)

    assert "done" == future.result(DEADLINE_S).content


def test_what_one_service_has_no_room_for_goes_to_another(two):
    """
    Two jobs arrive where one worker is: the other service's worker has the second at once.
    """
    here, there = two
    first, _ = here.accept(channel=OTHER_CHANNEL.id)
    here.handed()
    second, future = here.accept(channel=OTHER_CHANNEL.id)
    handed, claimed = there.handed()

    assert second.id == handed.job_id
    assert first.id != second.id

    there.store.finish(second.id, claimed.fence, an_ending())
    handed.done(None)

    assert future.result(DEADLINE_S).done


def test_a_slot_that_another_service_gives_back_is_used_at_once(two):
    """
    The lane's only job runs there, and the next waits here.
    """
    here, there = two
    first, second = a_job(), a_job(created=LATER)
    there.dispatcher.announce(accept(there.store, first))
    handed, claimed = there.handed()
    here.dispatcher.announce(accept(here.store, second))
    waiting = here.runner.handed.get(timeout=DEADLINE_S)
    waiting.done(None)  # its worker found no slot
    there.store.finish(first.id, claimed.fence, an_ending())
    handed.done(None)

    assert second.id == here.handed()[0].job_id


def test_a_service_that_leaves_tells_the_others(two):
    """
    What it hands back is taken at once.
    """
    here, there = two
    job, _ = here.accept()
    here.handed()
    here.dispatcher.stop(0)
    here.dispatcher.hand_back()

    assert job.id == there.handed()[0].job_id


def test_a_service_with_room_keeps_its_jobs_to_itself(benches):
    """
    Others are told of ends, and of what waits only when nobody here is free.
    """
    ropes = Ropes()
    bench = benches(ring=ropes, capacity=2)
    job, future = bench.accept()
    handed, claimed = bench.handed()
    bench.store.finish(job.id, claimed.fence, an_ending())
    handed.done(None)
    future.result(DEADLINE_S)

    assert job.id == ropes.news.get(timeout=DEADLINE_S)


def test_a_job_that_was_to_be_cancelled_after_a_time_is(benches):
    """
    A waiting one at once, and it is never handed out.
    """
    bench = benches(store=memory_jobs(NARROW), sweep_s=0.01)
    bench.accept()
    bench.handed()
    job, future = bench.accept(cancel_at=NOW + timedelta(seconds=3))
    bench.clock.advance(3)
    cancelled = future.result(DEADLINE_S)

    assert (
        Status.CANCELLED,
        "The job was cancelled: it had not ended after 3 seconds, as Cancel-After asked.",
        None,
    ) == (cancelled.status, cancelled.error, cancelled.cancel_at)
    assert [job.id] == bench.tidied
    assert bench.nothing_more()


def test_a_running_job_that_takes_too_long_for_its_caller_is_stopped(benches):
    """
    It ends when it was to; its worker is killed if it goes on, and keeps the slot until then.
    """
    bench = benches(sweep_s=0.01, stop_grace_s=0)
    job, future = bench.accept(cancel_at=NOW + timedelta(seconds=3))
    handed, _ = bench.handed()
    bench.clock.advance(2.9)
    assert not future.done()
    bench.clock.advance(0.1)

    assert Status.CANCELLED is future.result(DEADLINE_S).status
    assert handed.ticket == bench.runner.killed.get(timeout=DEADLINE_S)
    assert [job.id] == [leased.id for leased in bench.store.leased()]
