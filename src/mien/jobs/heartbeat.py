"""Keeps a worker's lease alive while it works, and notices when it is lost."""

import logging
from datetime import timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Self

from mien.errors import LeaseLost, MienError
from mien.jobs.ids import Clock
from mien.jobs.model import Job
from mien.jobs.ports import LeasesJobs

log = logging.getLogger(__name__)

#: Renewals within one lease: two may fail before it runs out.
BEATS = 3


class Heartbeat:
    """Renews the lease of a claimed job from a thread of the worker, inside a ``with``.

    The worker itself renews, not its parent: a worker that stands still loses its job.
    """

    def __init__(self, store: LeasesJobs, job: Job, *, lease_s: float, clock: Clock) -> None:
        self._store = store
        self._job = job
        self._lease_s = lease_s
        self._clock = clock
        self._over = Event()
        self._lost = Event()
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
            LeaseLost: when the job has another owner.
        """
        if self._lost.is_set():
            raise LeaseLost(f"The job {self._job.id} is not this worker's any more.")

    def _beat(self) -> None:
        while not self._over.wait(self._lease_s / BEATS):
            if not self._renewed():
                self._lost.set()
                return

    def _renewed(self) -> bool:
        until = self._clock() + timedelta(seconds=self._lease_s)
        try:
            return self._store.renew(self._job.id, self._job.fence, until=until)
        except MienError as error:
            # Perhaps the next beat succeeds; else the lease runs out and says so itself.
            log.warning(
                "lease not renewed",
                extra={"event": "lease_not_renewed", "job": self._job.id, "code": error.code},
            )
            return True
