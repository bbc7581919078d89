"""Removes what has been kept long enough: ended jobs with their files, and old keys."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from mien.jobs.ids import Clock, utc_now
from mien.jobs.ports import BlobStore, ForgetsJobs

log = logging.getLogger(__name__)

#: Jobs that are removed in one transaction: milliseconds of the writers' lock.
AT_A_TIME: Final = 100


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Forgets jobs that ended longer ago than they are kept, results, uploads and all."""

    store: ForgetsJobs
    blobs: BlobStore
    keep: timedelta
    clock: Clock = utc_now

    def __call__(self) -> bool:
        """Remove some; whether there may be more."""
        now = self.clock()
        self.store.forget_keys(now)
        jobs = self.store.ended_before(now - self.keep, limit=AT_A_TIME)
        # Files before rows: whatever dies in between, the row still knows what is left to remove.
        self.blobs.delete([result.key for job in jobs for result in job.attachments])
        self.blobs.delete([key for job in jobs for key in job.upload_keys])
        self.store.forget([job.id for job in jobs])
        if jobs:
            log.info("old jobs removed", extra={"event": "retention", "jobs": len(jobs)})
        return len(jobs) == AT_A_TIME
