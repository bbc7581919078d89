"""Look at jobs and fetch their results."""

from dataclasses import dataclass

from mien.errors import NotFound
from mien.jobs.accounts import User
from mien.jobs.model import Attachment, Job
from mien.jobs.ports import BlobStore, FindsJobs, FindsResults
from mien.jobs.words import UNKNOWN_JOB


@dataclass(frozen=True, kw_only=True)
class ReadJob:
    """A user's job."""

    store: FindsJobs

    def __call__(self, user: User, job_id: str) -> Job:
        """The job as it stands.

        Raises:
            NotFound: there is no such job, or it is another user's.
        """
        job = self.store.find(job_id)
        if job is None or job.user_id != user.id:
            raise NotFound(UNKNOWN_JOB.format(job_id=job_id))
        return job


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result file and its bytes."""

    attachment: Attachment
    data: bytes


@dataclass(frozen=True, kw_only=True)
class OpenAttachment:
    """A result file, for whoever holds a signed address: check the signature first."""

    store: FindsResults
    blobs: BlobStore

    def __call__(self, attachment_id: str) -> Result:
        """The file of that id.

        Raises:
            NotFound: there is none (any more).
        """
        attachment = self.store.find_attachment(attachment_id)
        if attachment is None:
            raise NotFound("There is no such file.")
        return Result(attachment=attachment, data=self.blobs.get(attachment.key))
