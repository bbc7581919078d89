"""Removes files that nobody needs any more; pictures of people do not stay by accident."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from mien.jobs.ids import Clock, utc_now
from mien.jobs.model import Job
from mien.jobs.ports import BlobStore, FindsJobs
from mien.jobs.submit import INPUTS, RESULTS

log = logging.getLogger(__name__)

#: An upload without a job is on its way to one, unless it is older than this.
ORPHAN_AGE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Tidy:
    """Removes the uploads of ended jobs, unless they are to be kept, and stray results."""

    store: FindsJobs
    blobs: BlobStore
    keep_inputs: bool = False
    clock: Clock = utc_now

    def __call__(self, job: Job) -> None:
        """Remove the uploads of ``job``, which is done, and what lost workers have left of it."""
        useless = [] if self.keep_inputs else [upload.key for upload in job.uploads.values()]
        if job.fence > 1:
            useless += self._strays(job.id)
        self.blobs.delete(useless)

    def _strays(self, job_id: str) -> list[str]:
        """Result files of workers that died between writing them and ending the job."""
        job = self.store.find(job_id)
        known = {result.key for result in job.attachments} if job else set()
        found = self.blobs.list(f"{RESULTS}/{job_id}", before=self.clock())
        return [key for key in found if key not in known]

    def leftovers(self) -> int:
        """Remove what a crash has left: uploads of ended jobs, and old ones that have no job.

        Returns:
            How many files that were.
        """
        if self.keep_inputs:
            return 0
        now = self.clock()
        old = set(self.blobs.list(INPUTS, before=now - ORPHAN_AGE))
        useless = [
            key for key in self.blobs.list(INPUTS, before=now) if self._useless(key, key in old)
        ]
        self.blobs.delete(useless)
        if useless:
            log.info("leftovers removed", extra={"event": "leftovers", "files": len(useless)})
        return len(useless)

    def _useless(self, key: str, old: bool) -> bool:  # noqa: FBT001 - private
        job = self.store.find(key.split("/")[1])
        return old if job is None else job.done
