"""Removes files that nobody needs any more; pictures of people do not stay by accident."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from mien.jobs.ids import Clock, utc_now
from mien.jobs.model import Job, Status
from mien.jobs.ports import BlobStore, FindsJobs
from mien.jobs.submit import INPUTS

log = logging.getLogger(__name__)

#: The folder of results in the blob store.
RESULTS = "results"
#: Its folders are called by so many of the first letters of their jobs' ids. A folder for each job would be one
#: more thing to make for each picture, and all results in one too many to look through for those of one job.
LETTERS = 1
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
        uploads = () if self.keep_inputs else job.upload_keys
        # Uploads go last: while they are there, `leftovers` knows that this is still to be done.
        self.blobs.delete([*self._strays(job), *uploads])

    def _strays(self, ended: Job) -> list[str]:
        """Result files of workers that died between writing them and ending the job.

        A job that its first attempt has completed, as nearly all are, has none. One that was cancelled meanwhile
        may: its end came from somebody else.
        """
        if not ended.fence or (ended.fence == 1 and ended.status is Status.COMPLETED):
            return []
        job = self.store.find(ended.id)
        known = {result.key for result in job.attachments} if job else set()
        start = f"{results_of(ended.id)}."
        found = self.blobs.list(start.rpartition("/")[0], before=self.clock())
        return [key for key in found if key.startswith(start) and key not in known]

    def leftovers(self) -> int:
        """Remove what a crash has left: files of ended jobs, and old uploads that have no job.

        Returns:
            How many files that were.
        """
        if self.keep_inputs:
            return 0
        now = self.clock()
        old = set(self.blobs.list(INPUTS, before=now - ORPHAN_AGE))
        useless: dict[str, None] = {}  # each once, in order
        for key in self.blobs.list(INPUTS, before=now):
            useless |= dict.fromkeys(self._useless(key, key in old))
        self.blobs.delete(list(useless))
        if useless:
            log.info("leftovers removed", extra={"event": "leftovers", "files": len(useless)})
        return len(useless)

    def _useless(self, key: str, old: bool) -> list[str]:  # noqa: FBT001 - private
        """What goes because of the upload ``key``."""
        job = self.store.find(_job_of(key))
        if job is None:
            return [key] if old else []
        return [*self._strays(job), key] if job.done else []


def results_of(job_id: str) -> str:
    """How the keys of the results of the job ``job_id`` begin; a dot follows."""
    return f"{RESULTS}/{job_id[:LETTERS]}/{job_id}"


def _job_of(key: str) -> str:
    """The id of the job of the upload ``key``, also where it has a folder of its own, as in the beginning."""
    return key.split("/")[1].partition(".")[0]
