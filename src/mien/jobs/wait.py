"""Wait for the end of a job without asking again and again.

Whoever learns that a job has ended tells the `Waiters`, and they wake those who wait for it.
The futures are `concurrent.futures.Future`, so that threads can wait for them and an event
loop can too, through ``asyncio.wrap_future``: a thousand waiting callers need no thousand
threads.
"""

from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from threading import Lock

from mien.errors import NotFound
from mien.jobs.model import Job
from mien.jobs.ports import FindsJobs
from mien.jobs.words import UNKNOWN_JOB


class Waiters:
    """Who waits for which job. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._futures: dict[str, set[Future[Job]]] = {}

    def add(self, job_id: str) -> Future[Job]:
        """A future that becomes the job when it has ended; it may be cancelled."""
        future: Future[Job] = Future()
        with self._lock:
            self._futures.setdefault(job_id, set()).add(future)
        future.add_done_callback(lambda done: self._forget(job_id, done))
        return future

    def settle(self, job: Job) -> None:
        """Wake everybody who waits for ``job``, which is done."""
        with self._lock:
            waiting = self._futures.pop(job.id, set())
        for future in waiting:
            # False when the one who waited has cancelled: gone, for example timed out.
            if future.set_running_or_notify_cancel():
                future.set_result(job)

    def job_ids(self) -> list[str]:
        """Jobs that somebody waits for."""
        with self._lock:
            return list(self._futures)

    def _forget(self, job_id: str, future: Future[Job]) -> None:
        with self._lock:
            waiting = self._futures.get(job_id)
            if waiting is not None:
                waiting.discard(future)
                if not waiting:
                    del self._futures[job_id]


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Get a job when it is done."""

    store: FindsJobs
    waiters: Waiters

    def future(self, job_id: str) -> Future[Job]:
        """The job's end, to be waited for elsewhere; cancel it when nobody waits any more.

        Raises:
            NotFound: there is no such job.
        """
        future = self.waiters.add(job_id)
        # Looked up only after the future is known, so that no end falls between the two.
        job = self.store.find(job_id)
        if job is None:
            future.cancel()
            raise NotFound(UNKNOWN_JOB.format(job_id=job_id))
        if job.done:
            self.waiters.settle(job)
        return future

    def coming(self, job_id: str) -> Future[Job]:
        """The end of a job that is about to be accepted; costs no look into the store."""
        return self.waiters.add(job_id)

    def __call__(self, job_id: str, *, timeout_s: float) -> Job:
        """The job at its end, or as it stands after ``timeout_s`` seconds.

        Raises:
            NotFound: there is no such job.
        """
        future = self.future(job_id)
        try:
            return future.result(timeout_s)
        except FutureTimeout:
            future.cancel()
            job = self.store.find(job_id)
            if job is None:
                raise NotFound(UNKNOWN_JOB.format(job_id=job_id)) from None
            return job
