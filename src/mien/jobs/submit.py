"""Accept a job: files first, then the row; from then on it is never lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mien.errors import Busy
from mien.jobs.accounts import Channel, User
from mien.jobs.ids import Clock, new_job_id, utc_now
from mien.jobs.model import Job, Upload
from mien.jobs.ports import AcceptsJobs, BlobStore
from mien.jobs.words import QUEUE_FULL

#: What a caller whose channel is full is told to wait: the contract's "at least 10..30 seconds".
RETRY_AFTER_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file of a request, probed and within the limits."""

    data: bytes
    #: MIME type by content.
    media_type: str
    #: With the dot: ".jpg".
    extension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to be: everything about it has been checked."""

    user: User
    channel: Channel
    #: E.g. "faceswap-picsi".
    verb: str
    #: The request's texts by field name, as they were sent; echoed in the job.
    params: Mapping[str, str] = field(default_factory=dict)
    #: The request's files by field name.
    files: Mapping[str, NewFile] = field(default_factory=dict)
    #: The caller's address or the user's.
    reply_url: str | None = None
    reply_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLimits:
    """How much work a channel takes at a time.

    Raises:
        ValueError: when a number is below 1.
    """

    #: Jobs of one channel that may wait for a worker.
    depth: int = 100
    #: Jobs of one channel that may run at the same time.
    width: int = 1

    def __post_init__(self) -> None:
        if self.depth < 1 or self.width < 1:
            raise ValueError(f"a queue is 1 deep and 1 wide at least, got {self}")

    @property
    def unfinished(self) -> int:
        """Jobs that may be unfinished at a time."""
        return self.depth + self.width


@dataclass(frozen=True, kw_only=True)
class Submit:
    """Take a job in, or say that there is no room."""

    store: AcceptsJobs
    blobs: BlobStore
    limits: QueueLimits
    #: Told the id of every accepted job; must not block.
    announce: Callable[[str], None]
    clock: Clock = utc_now

    def __call__(self, new: NewJob) -> Job:
        """Store files and row of ``new`` and hand it out to be run; do not wait for its end.

        Raises:
            Busy: the channel's queue is full; nothing is stored.
            StorageFull: there is no room on the disk; nothing is stored.
        """
        job_id = new_job_id()
        uploads = {name: upload_of(job_id, name, file) for name, file in new.files.items()}
        accepted = False
        try:
            for name, file in new.files.items():
                self.blobs.put(uploads[name].key, file.data)
            job = self._job(job_id, new, uploads)
            accepted = self.store.accept(job, limit=self.limits.unfinished)
        finally:
            if not accepted:
                # Nobody knows this job, so nobody else would remove its files.
                self.blobs.delete([upload.key for upload in uploads.values()])
        if not accepted:
            raise Busy(QUEUE_FULL.format(attempts=self.limits.depth), retry_after_s=RETRY_AFTER_S)
        self.announce(job_id)
        return job

    def _job(self, job_id: str, new: NewJob, uploads: Mapping[str, Upload]) -> Job:
        now = self.clock()
        return Job(
            id=job_id,
            user_id=new.user.id,
            verb=new.verb,
            params=new.params,
            uploads=uploads,
            channel=new.channel.id,
            server=new.channel.server,
            discord=new.channel.discord,
            reply_url=new.reply_url,
            reply_ref=new.reply_ref,
            created=now,
            updated=now,
        )


def upload_of(job_id: str, name: str, file: NewFile) -> Upload:
    """What the job ``job_id`` remembers of the file in the field ``name``."""
    return Upload(
        field=name,
        key=f"{INPUTS}/{job_id}/{name}{file.extension}",
        media_type=file.media_type,
        size=len(file.data),
    )


#: Folders of the blob store.
INPUTS = "inputs"
RESULTS = "results"
