"""Accept a job: files first, then the row; from then on it is never lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from mien.jobs.accounts import Channel, User
from mien.jobs.admission import Accepted, Admission
from mien.jobs.announcement import announcement_of
from mien.jobs.credits import STILL, Priced, Prices
from mien.jobs.identities import Gallery, ReadsGalleries
from mien.jobs.ids import Clock, Snowflakes, new_job_id, utc_now
from mien.jobs.keys import Key
from mien.jobs.model import Job, Upload
from mien.jobs.ports import AcceptsJobs, BlobStore

#: The folder of uploads in the blob store. All in one: a file system takes longer to make a folder than to
#: write a picture, and here no folder would outlive its job.
INPUTS = "inputs"
#: The files of a request lie in one blob up to so many bytes in all: to make a file, and to remove it, takes as
#: long as to write a picture. Of larger ones a copy would be in memory, and the file is the least of it.
PACKED_BYTES = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file of a request, probed and within the limits."""

    data: bytes
    #: MIME type by content.
    media_type: str
    #: With the dot: ".jpg".
    extension: str
    #: What the price depends on.
    priced: Priced = STILL


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to be: everything about it has been checked.

    Raises:
        ValueError: when there is no channel that may take it.
    """

    user: User
    #: Those that may take it, see `mien.jobs.access.PickChannel`.
    channels: tuple[Channel, ...]
    #: E.g. "faceswap-picsi".
    verb: str
    #: The request's texts by field name, as they were sent; echoed in the job.
    params: Mapping[str, str] = field(default_factory=dict)
    #: The request's files by field name.
    files: Mapping[str, NewFile] = field(default_factory=dict)
    #: The caller's address or the user's.
    reply_url: str | None = None
    reply_ref: str | None = None
    #: What it costs; None leaves it to the price list.
    price: int | None = None
    #: Under which its caller may send it again.
    key: Key | None = None
    #: Seconds after which it is cancelled if it has not ended.
    cancel_after_s: float | None = None
    #: What the job will be called, so that its end can be waited for before it exists.
    id: str = field(default_factory=new_job_id)

    def __post_init__(self) -> None:
        if not self.channels:
            raise ValueError("a job needs a channel")


@dataclass(frozen=True, kw_only=True)
class Submit:
    """Take a job in, or say that there is no room."""

    store: AcceptsJobs
    blobs: BlobStore
    #: Told of every accepted job; must not block.
    announce: Callable[[Accepted], None]
    prices: Prices = field(default_factory=Prices)
    #: Tells whom a prompt can name; None where nobody is ever saved.
    galleries: ReadsGalleries | None = None
    #: Whether uploads stay, each as a file that can be looked at.
    keep_inputs: bool = False
    clock: Clock = utc_now
    new_id: Snowflakes = field(default_factory=Snowflakes)

    def __call__(self, new: NewJob) -> Job:
        """Store files and row of ``new`` and hand it out to be run; do not wait for its end.

        Returns:
            The job: the new one, or the one that came of the same request before.

        Raises:
            Conflict: its key was used for another request; nothing is stored.
            OutOfCredits: none of its channels has the price left; nothing is stored.
            Busy: the lanes of all its channels are full; nothing is stored.
            BadRequest: its channels have been deleted meanwhile; nothing is stored.
            StorageFull: there is no room on the disk; nothing is stored.
        """
        uploads, blobs = packed(new.id, new.files, apart=self.keep_inputs)
        accepted = None
        try:
            for key, data in blobs.items():
                self.blobs.put(key, data)
            accepted = self.store.accept(self._admission(new, uploads))
        finally:
            if not isinstance(accepted, Accepted):
                # Nobody knows this job, so nobody else would remove its files.
                self.blobs.delete(list(blobs))
        if isinstance(accepted, Accepted):
            self.announce(accepted)
        return accepted.job

    def _admission(self, new: NewJob, uploads: Mapping[str, Upload]) -> Admission:
        names = tuple(channel.id for channel in new.channels)
        job = self._job(new, uploads)
        words = announcement_of(new.verb, new.params, lambda: self._gallery(new.user.id))
        if words is not None:
            job = replace(job, timestamp=job.created, message_id=self.new_id())
        return Admission(job=job, channels=names, words=words, key=new.key)

    def _job(self, new: NewJob, uploads: Mapping[str, Upload]) -> Job:
        now = self.clock()
        after_s = new.cancel_after_s
        first = new.channels[0]
        return Job(
            id=new.id,
            user_id=new.user.id,
            verb=new.verb,
            params=new.params,
            uploads=uploads,
            channel=first.id,
            server=first.server,
            discord=first.discord,
            provider=first.provider,
            reply_url=new.reply_url,
            reply_ref=new.reply_ref,
            cancel_at=None if after_s is None else now + timedelta(seconds=after_s),
            price=self._price(new),
            created=now,
            updated=now,
        )

    def _gallery(self, user_id: str) -> Gallery:
        return Gallery() if self.galleries is None else self.galleries.gallery(user_id)

    def _price(self, new: NewJob) -> int:
        if new.price is not None:
            return new.price
        return self.prices.of(new.verb, [file.priced for file in new.files.values()])


def packed(
    job_id: str, files: Mapping[str, NewFile], *, apart: bool = False
) -> tuple[dict[str, Upload], dict[str, bytes]]:
    """What the job ``job_id`` remembers of ``files``, by field, and the blobs that they lie in, by key.

    Args:
        apart: whether each has a blob of its own, as large ones have.
    """
    apart = apart or sum(len(file.data) for file in files.values()) > PACKED_BYTES
    uploads: dict[str, Upload] = {}
    blobs: dict[str, bytes] = {}
    key = ""
    for name, file in files.items():
        if apart or not key:
            key = f"{INPUTS}/{job_id}.{name}{file.extension}"
        before = blobs.get(key, b"")
        blobs[key] = before + file.data
        uploads[name] = Upload(
            field=name,
            key=key,
            media_type=file.media_type,
            size=len(file.data),
            start=len(before),
        )
    return uploads, blobs
