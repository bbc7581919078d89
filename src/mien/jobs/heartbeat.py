"""Keeps a worker's lease alive while it works, and notices when it is lost."""

import logging
from datetime import timedelta
from threading import Lock, Thread
from time import sleep
from types import TracebackType
from typing import Final, Self

from mien.errors import LeaseLost, MienError
from mien.jobs.ids import Clock
from mien.jobs.model import Job, Progress
from mien.jobs.ports import LeasesJobs, Renewal

log = logging.getLogger(__name__)

#: Renewals within one lease: two may fail before it runs out.
BEATS: Final = 3
#: Seconds between renewals at most: how old the news of a job's progress or cancellation may be.
LONGEST_BEAT_S: Final = 0.5
#: Beats without a job after which the thread ends.
QUIET_BEATS: Final = 10


class Heart:
    """Beats for every job that a worker has, from one thread; see `Heartbeat`.

    A thread for each job took as long as its claim, and nearly every job is over before its first renewal.
    So the thread goes on beating between jobs, and ends when there has been none for a while.
    """

    def __init__(self, *, lease_s: float) -> None:
        self._pause_s = min(lease_s / BEATS, LONGEST_BEAT_S)
        #: Held while a lease is renewed: whoever leaves has no renewal on its way any more.
        self._lock = Lock()
        self._beating: list[Heartbeat] = []
        self._thread: Thread | None = None

    def join(self, heartbeat: "Heartbeat") -> None:
        """Renew its lease at every beat, from the next one on."""
        with self._lock:
            self._beating.append(heartbeat)
            if self._thread is None:
                self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)
                self._thread.start()

    def leave(self, heartbeat: "Heartbeat") -> None:
        """Renew its lease no more, from now on."""
        with self._lock:
            self._beating.remove(heartbeat)

    def _beat(self) -> None:
        quiet = 0
        while quiet < QUIET_BEATS:
            sleep(self._pause_s)
            with self._lock:
                quiet = 0 if self._beating else quiet + 1
                # Who joins next finds either a thread that goes on or none, also when a renewal has a bug.
                thread, self._thread = self._thread, None
                for heartbeat in self._beating:
                    heartbeat.beat()
                if quiet < QUIET_BEATS:
                    self._thread = thread


class Heartbeat:
    """Renews the lease of a claimed job from a thread of the worker, inside a ``with``.

    The worker itself renews, not its parent: a worker that stands still loses its job. What the
    work reports about its progress is written with the renewals, so reporting costs nothing.
    """

    def __init__(
        self, store: LeasesJobs, job: Job, *, lease_s: float, clock: Clock, heart: Heart
    ) -> None:
        self._store = store
        self._job = job
        self._lease_s = lease_s
        self._clock = clock
        self._heart = heart
        #: What is known about the lease.
        self._state = Renewal.HELD
        #: The latest report; and the one that is written down.
        self._reported: Progress | None = None
        self._written: Progress | None = None

    def __enter__(self) -> Self:
        self._heart.join(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._heart.leave(self)

    def check(self) -> None:
        """Let the worker go on.

        Raises:
            LeaseLost: when the job has another owner, or was cancelled.
        """
        if self._state is Renewal.LOST:
            raise LeaseLost(f"The job {self._job.id} is not this worker's any more.")
        if self._state is Renewal.CANCELLED:
            raise LeaseLost(f"The job {self._job.id} was cancelled.")

    def report(self, stage: str, fraction: float) -> None:
        """Say how far the work is; written down at the next renewal, if there is one."""
        self._reported = Progress(stage=stage, fraction=fraction)

    def beat(self) -> None:
        """Renew the lease, unless it is lost."""
        if self._state is not Renewal.LOST:
            self._state = self._renewed()

    def _renewed(self) -> Renewal:
        reported, now = self._reported, self._clock()
        until = now + timedelta(seconds=self._lease_s)
        news = None if reported == self._written else reported
        try:
            state = self._store.renew(
                self._job.id, self._job.fence, until=until, now=now, news=news
            )
        except MienError as error:
            # Perhaps the next beat succeeds; else the lease runs out and says so itself.
            log.warning(
                "lease not renewed",
                extra={"event": "lease_not_renewed", "job": self._job.id, "code": error.code},
            )
            return self._state
        self._written = reported
        return state
