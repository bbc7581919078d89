"""Hands jobs out to workers, hears how it went, and picks up what was left lying.

One thread owns everything here: it takes events from a queue (a job was accepted, a worker is
done or dead, another service has news, the service stops) and otherwise wakes once a second to
sweep. The sweep finds whatever slipped through: jobs accepted by a service that died, jobs whose
worker stands still, ends that another service has reached. So a lost event costs a second, never a
job.

A job keeps the slot of its lane until its work has stopped. So a worker of this service that
stands still is killed before its lease ends, and its job is handed back when it is dead; only the
leases of services that are gone run out.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from uuid import uuid4

from mien.errors import JobError, LeaseLost, MienError, WorkerLost
from mien.jobs.admission import Accepted
from mien.jobs.cancel import late_ending
from mien.jobs.events import Cancelled, Ended, Event, Handed, Heard, Stop
from mien.jobs.hands import Hands
from mien.jobs.ids import Clock, Snowflakes, utc_now
from mien.jobs.lanes import Lane
from mien.jobs.lines import KNOWN, Lines
from mien.jobs.model import Ending, Job, Lease, Status
from mien.jobs.ports import Done, JobStore, Runner
from mien.jobs.recover import Persistence
from mien.jobs.silence import Silence
from mien.jobs.wait import Waiters

log = logging.getLogger(__name__)

#: Seconds between sweeps: with a lease of 5 s, a lost job is picked up within 6.
SWEEP_S = 1.0
#: A worker whose lease has only this share of its time left is killed: it has missed two of three
#: renewals.
LAST_SHARE = 0.25
#: So that a sweep comes by in that time.
SWEEPS_A_LEASE = 5
#: A worker that has a job in hand without a lease for so many leases' time stands still.
SILENT_LEASES = 3
#: A worker whose job was cancelled learns of it within half a second, and looks between two steps.
STOP_GRACE_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Jobs in this service's hands."""

    running: int
    waiting: int
    #: Whether jobs are handed out at all.
    alive: bool


@dataclass(kw_only=True)
class Dispatcher:
    """Runs jobs; `start` it once, `stop` it once."""

    store: JobStore
    runner: Runner
    waiters: Waiters
    persistence: Persistence
    #: Removes the files of an ended job that are not needed any more.
    tidy: Callable[[Job], None]
    #: Told whenever a job with a callback has reached its end; must not block.
    report: Callable[[], None]
    #: Seconds that the dispatcher itself may hold a lease while it decides.
    lease_s: float
    #: Tells the other services on the database that a job has ended, or, with "", that jobs wait
    #: for which this one has no room; must not block.
    ring: Callable[[str], None] = lambda _: None
    sweep_s: float = SWEEP_S
    #: Seconds that a worker has to stop by itself when its job was cancelled; then it is killed.
    stop_grace_s: float = STOP_GRACE_S
    clock: Clock = utc_now
    new_id: Snowflakes = field(default_factory=Snowflakes)
    _events: SimpleQueue[Event] = field(default_factory=SimpleQueue, init=False)
    _lines: Lines = field(default_factory=Lines, init=False)
    _hands: Hands = field(init=False)
    #: When a worker that should stop is killed, on `monotonic`'s clock, by ticket.
    _stopping: dict[str, float] = field(default_factory=dict, init=False)
    _silence: Silence = field(init=False)
    #: Others have news, so that the store is to be asked what waits.
    _curious: bool = field(default=False, init=False)
    #: When the last running jobs are given up, on `monotonic`'s clock; None while open.
    _closing: float | None = field(default=None, init=False)
    _next_sweep: float = field(default=0.0, init=False)
    _thread: Thread | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._silence = Silence(patience_s=SILENT_LEASES * self.lease_s)
        self._hands = Hands(workers=self.runner.capacity, ahead=self.runner.ahead)

    def start(self) -> None:
        """Begin, with a sweep."""
        self._thread = Thread(target=self._loop, name="dispatcher", daemon=True)
        self._thread.start()

    def announce(self, accepted: Accepted) -> None:
        """A job was accepted. Any thread may say so; it never blocks."""
        self._events.put(accepted)

    def cancelled(self, job: Job) -> None:
        """A job was cancelled. Any thread may say so; it never blocks."""
        self._events.put(Cancelled(job))

    def hear(self, job_id: str) -> None:
        """Another service says that a job has ended, or, with "", that jobs wait there.

        Any thread may pass it on; it never blocks.
        """
        self._events.put(Heard(job_id))

    def stop(self, grace_s: float) -> None:
        """Hand out nothing more, and return when nothing runs or ``grace_s`` seconds are over.

        Afterwards `hand_back` what still runs, once its workers have ended.
        """
        if self._thread is not None:
            self._events.put(Stop(grace_s))
            self._thread.join()

    def hand_back(self) -> None:
        """Put running jobs back in the queue, for the next start; for after `stop`."""
        for ticket, handed in self._hands:
            try:
                self._return(handed.job_id, ticket)
            except MienError as error:
                # Its lease runs out instead, and the next start finds it.
                _log_trouble(error)
        self._hands.clear()
        self.ring("")  # what is left is for the others, if there are any

    def _return(self, job_id: str, ticket: str) -> None:
        job = self.store.find(job_id)
        if job is None or not _held_by(job, ticket):
            return
        if job.done:
            self._clear_away(job)
        else:
            self.store.hand_back(job_id, job.fence, now=self.clock(), spent=False)
            log.info("job handed back", extra={"event": "job_handed_back", "job": job_id})

    def load(self) -> Load:
        """How much there is to do. Any thread may ask."""
        return Load(
            running=self._hands.working,
            waiting=self._lines.waiting + self._hands.behind,
            alive=self._thread is not None and self._thread.is_alive(),
        )

    def _loop(self) -> None:
        while not self._finished():
            event = self._next_event()
            # First, because it kills who stands still in a write that all others wait for.
            self._guarded(self._sweep_when_due)
            if event is not None:
                self._guarded(partial(self._handle, event))
            self._guarded(self._hand_out)
            if isinstance(event, Accepted):
                self._guarded(partial(self._offer, event.job))

    @staticmethod
    def _guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except MienError as error:
            # The database is in trouble. What this event asked for, a later sweep finds.
            _log_trouble(error)

    def _finished(self) -> bool:
        if self._closing is None:
            return False
        return not self._hands or monotonic() >= self._closing

    def _next_event(self) -> Event | None:
        wake = self._next_sweep if self._closing is None else self._closing
        try:
            return self._events.get(timeout=max(0.0, wake - monotonic()))
        except Empty:
            return None

    def _handle(self, event: Event) -> None:
        match event:
            case Accepted():
                # A sweep may have seen and handed it out before its announcement was heard.
                if event.job.id not in self._hands.job_ids():
                    self._lines.join(event)
            case Ended(ticket, how):
                handed = self._hands.give(ticket)
                self._stopping.pop(ticket, None)
                self._lines.left(handed.lane)
                self._on_ended(handed, ticket, how)
            case Cancelled(job):
                self._tell_of(job)
            case Heard(job_id):
                self._on_news(job_id)
            case Stop(grace_s):
                self._closing = monotonic() + grace_s
                self.runner.recall()

    def _hand_out(self) -> None:
        while self._closing is None:
            turn = self._turn()
            if turn is None:
                return
            job_id, lane = turn
            ticket = uuid4().hex
            self._hands.take(ticket, Handed(job_id, lane))
            self.runner.run(job_id, ticket, self._reporter(ticket))

    def _turn(self) -> tuple[str, Lane] | None:
        """The job that is handed out next; None when there is none, or nobody who would take it."""
        if self._hands.have_worker():
            if self._lines.is_dry() or self._curious:
                self._line_up()
            return self._lines.next()
        return self._lines.next_behind() if self._hands.have_room_behind() else None

    def _offer(self, job: Job) -> None:
        """Let the others have the job when nobody is free here."""
        if not self._hands.have_worker() and job.id not in self._hands.at_work.values():
            self.ring("")

    def _line_up(self) -> None:
        """Ask the store what waits."""
        self._curious = False
        self._lines.refresh(self.store.queues(limit=KNOWN), self._hands.job_ids())

    def _reporter(self, ticket: str) -> Done:
        def report(how: Job | JobError | None) -> None:
            if isinstance(how, Job):
                self.waiters.settle(how)  # at once: all else is of no use to who waits
            self._events.put(Ended(ticket, how))

        return report

    def _on_ended(self, handed: Handed, ticket: str, how: Job | JobError | None) -> None:
        if isinstance(how, Job):
            self._tell_of(how)
        else:
            self._look_after(handed, ticket, how)

    def _look_after(self, handed: Handed, ticket: str, error: JobError | None) -> None:
        """A worker has come back without the end of its job, or not at all."""
        job = self.store.find(handed.job_id)
        if job is None:
            return
        if error is None and job.status is Status.CREATED:
            # Another service has taken the lane's last slot. A sweep brings the job again.
            self._lines.close(handed.lane)
        elif job.done and _held_by(job, ticket):
            self._clear_away(job)
        elif job.done and error is not None:
            # It died after the end was written and perhaps before its uploads were removed.
            self.tidy(job)
        elif error is not None:
            job = self._recovered(job, ticket, error)
        if job.done:
            self._tell_of(job)

    def _tell_of(self, job: Job) -> None:
        """Everybody who may want to know that the job has ended."""
        self.waiters.settle(job)
        if job.reply_url is not None:
            self.report()
        self.ring(job.id)

    def _on_news(self, job_id: str) -> None:
        if job_id in self.waiters.job_ids():
            self._settle_ended()
        # An end elsewhere matters to us when it gives back a slot that our jobs wait for.
        self._curious |= not job_id or self._lines.are_held_up()

    def _recovered(self, job: Job, ticket: str, error: JobError) -> Job:
        """The job after its worker died or was killed: back in the queue, or failed."""
        if job.status is Status.CREATED:
            # The worker died before it could claim the job. The dispatcher claims it in its
            # place: the attempt counts, or a worker that cannot even start is tried for ever.
            lease = Lease(owner=ticket, until=self._lease_end())
            job = self.store.claim(job.id, lease, now=self.clock()) or job
        if _held_by(job, ticket):
            self._give_up_or_retry(job, error)
        return self.store.find(job.id) or job

    def _give_up_or_retry(self, job: Job, error: JobError) -> None:
        sentence = self.persistence.verdict(error, job.attempts)
        log.warning(
            "worker lost",
            extra={"event": error.code, "job": job.id, "attempt": job.attempts},
        )
        if sentence is not None:
            self._fail(job, sentence)
        elif self.store.hand_back(job.id, job.fence, now=self.clock(), spent=True):
            self._line_up()

    def _clear_away(self, job: Job) -> None:
        """The work of a job that was cancelled has stopped."""
        if self.store.release(job.id, job.fence):
            self.tidy(job)

    def _fail(self, job: Job, sentence: str) -> None:
        try:
            self.store.finish(job.id, job.fence, self._failed(sentence))
        except LeaseLost:
            return  # another service has taken it in this very moment
        self.tidy(job)

    def _failed(self, sentence: str) -> Ending:
        return Ending(
            status=Status.FAILED,
            timestamp=self.clock(),
            message_id=self.new_id(),
            error=sentence,
        )

    def _lease_end(self) -> datetime:
        return self.clock() + timedelta(seconds=self.lease_s)

    def _sweep_when_due(self) -> None:
        if self._closing is not None or monotonic() < self._next_sweep:
            return
        self._next_sweep = monotonic() + self.sweep_s
        self._sweep()

    def _sweep(self) -> None:
        leased = [(job, job.lease) for job in self.store.leased() if job.lease is not None]
        for job, lease in leased:  # before anything is written
            if lease.owner in self._hands and self._must_end(job, lease):
                self.runner.kill(lease.owner)
        owners = {lease.owner for _, lease in leased}
        for ticket in self._silence.too_long(self._hands.at_work, owners):
            self.runner.kill(ticket)
        for job in self.store.expired(self.clock()):
            self._cancel_late(job)
        for job, lease in leased:
            if lease.owner not in self._hands and self._left_s(lease) < 0:
                self._take_back(job)
        self._line_up()
        self._settle_ended()

    def _cancel_late(self, job: Job) -> None:
        cancelled = self.store.cancel(job.id, late_ending(job, self.clock(), self.new_id()))
        if cancelled is None:
            return
        if cancelled.lease is None:
            self.tidy(cancelled)
        self._tell_of(cancelled)

    def _left_s(self, lease: Lease) -> float:
        return (lease.until - self.clock()).total_seconds()

    def _must_end(self, job: Job, lease: Lease) -> bool:
        """Whether our worker stands still, or goes on with a job that was cancelled."""
        silent = self._left_s(lease) < self.lease_s * LAST_SHARE
        return silent or (job.done and self._overstays(lease.owner))

    def _take_back(self, job: Job) -> None:
        """What nobody has in hand any more."""
        if job.done:
            self._clear_away(job)
        else:
            self._give_up_or_retry(job, WorkerLost(f"The job {job.id} has no live worker."))

    def _overstays(self, ticket: str) -> bool:
        """Whether the worker of a cancelled job has had the time to stop by itself."""
        return monotonic() >= self._stopping.setdefault(ticket, monotonic() + self.stop_grace_s)

    def _settle_ended(self) -> None:
        """Wake those whose job ended without an event: in another service, or in trouble."""
        waited_for = self.waiters.job_ids()
        if not waited_for:
            return
        handed = self._hands.job_ids()
        for job_id in set(waited_for) - self.store.unfinished(waited_for):
            job = self.store.find(job_id)
            # A job that was accepted between the two looks is waited for, too, and has not ended.
            if job is None or not job.done:
                continue
            # A worker of ours that has just ended its job tells so itself, when its files are in order too.
            if job.lease is not None or job_id not in handed:
                self.waiters.settle(job)


def _log_trouble(error: MienError) -> None:
    log.error("jobs cannot be recorded: %s", error, extra={"event": "store_in_trouble"})


def _held_by(job: Job, ticket: str) -> bool:
    return job.lease is not None and job.lease.owner == ticket
