"""Keeps a worker's lease alive while it works, and notices when it is lost."""

import logging
from datetime import timedelta
from threading import Event, Thread
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


class Heartbeat:
    """Renews the lease of a claimed job from a thread of the worker, inside a ``with``.

    The worker itself renews, not its parent: a worker that stands still loses its job. What the
    work reports about its progress is written with the renewals, so reporting costs nothing.
    """

    def __init__(self, store: LeasesJobs, job: Job, *, lease_s: float, clock: Clock) -> None:
        self._store = store
        self._job = job
        self._lease_s = lease_s
        self._clock = clock
        self._over = Event()
        #: What is known about the lease.
        self._state = Renewal.HELD
        #: The latest report; and the one that is written down.
        self._reported: Progress | None = None
        self._written: Progress | None = None
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

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

    def _beat(self) -> None:
        pause_s = min(self._lease_s / BEATS, LONGEST_BEAT_S)
        while self._state is not Renewal.LOST and not self._over.wait(pause_s):
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
