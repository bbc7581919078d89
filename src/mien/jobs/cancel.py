"""End a job that is not wanted any more."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mien.jobs.accounts import User
from mien.jobs.ids import Clock, Snowflakes, utc_now
from mien.jobs.model import Ending, Job, Status
from mien.jobs.ports import CancelsJobs
from mien.jobs.read import ReadJob
from mien.jobs.words import CANCELLED, CANCELLED_AFTER


def late_ending(job: Job, now: datetime, message_id: str) -> Ending:
    """The end of a ``job`` that was to be cancelled after a time that is over."""
    after_s = ((job.cancel_at or now) - job.created).total_seconds()
    return _ending(CANCELLED_AFTER.format(after_s=after_s), now, message_id)


def _ending(sentence: str, now: datetime, message_id: str) -> Ending:
    return Ending(status=Status.CANCELLED, timestamp=now, message_id=message_id, error=sentence)


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """Cancel a user's job, whether it waits or runs.

    The job has ended when this returns. Its worker may go on for a moment: until then the job keeps
    the slot of its lane, and the dispatcher sees to it that the worker stops.
    """

    read_job: ReadJob
    store: CancelsJobs
    #: Removes the files of an ended job that are not needed any more.
    tidy: Callable[[Job], None]
    #: Told of every cancelled job; must not block.
    announce: Callable[[Job], None]
    clock: Clock = utc_now
    new_id: Snowflakes = field(default_factory=Snowflakes)

    def __call__(self, user: User, job_id: str) -> Job:
        """The job: cancelled, or as it had ended before.

        Raises:
            NotFound: there is no such job, or it is another user's.
        """
        job = self.read_job(user, job_id)
        if job.done:
            return job
        ending = _ending(CANCELLED, self.clock(), self.new_id())
        cancelled = self.store.cancel(job_id, ending)
        if cancelled is None:  # it has ended in this very moment
            return self.read_job(user, job_id)
        if cancelled.lease is None:  # or its worker needs the uploads, and removes them
            self.tidy(cancelled)
        self.announce(cancelled)
        return cancelled
