"""Do a job once more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mien.errors import Conflict, NotFound
from mien.jobs.access import PickChannel
from mien.jobs.accounts import Channel, User
from mien.jobs.keys import Key
from mien.jobs.model import Job, Upload
from mien.jobs.ports import BlobStore
from mien.jobs.read import ReadJob
from mien.jobs.submit import NewFile, NewJob, Submit
from mien.jobs.words import UPLOADS_GONE
from mien.media.formats import Format


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """Submit a user's job again: the same command, texts, files, channel and reply fields."""

    read_job: ReadJob
    blobs: BlobStore
    pick_channel: PickChannel
    submit: Submit

    def __call__(
        self, user: User, job_id: str, *, key: Key | None = None, after_s: float | None = None
    ) -> Job:
        """The new job.

        Args:
            key: under which the caller may ask for it again.
            after_s: seconds after which it is cancelled if it has not ended.

        Raises:
            NotFound: there is no such job, or it is another user's.
            Conflict: its uploads are gone, or the key was used for something else.
            BadRequest: its channel is gone.
            OutOfCredits, Busy, StorageFull: as `Submit`.
        """
        job = self.read_job(user, job_id)
        files = self._files(job)
        channels = self.pick_channel(user, job.channel)
        new = _again(user, channels, job, files)
        return self.submit(replace(new, key=key, cancel_after_s=after_s))

    def _files(self, job: Job) -> dict[str, NewFile]:
        try:
            return {name: self._file(upload) for name, upload in job.uploads.items()}
        except NotFound as gone:
            raise Conflict(UPLOADS_GONE.format(job_id=job.id)) from gone

    def _file(self, upload: Upload) -> NewFile:
        # Not the key's extension: several uploads may lie in one blob.
        known = Format.of_media_type(upload.media_type)
        return NewFile(
            data=upload.of(self.blobs.get(upload.key)),
            media_type=upload.media_type,
            extension=known.extension if known else "",
        )


def _again(
    user: User, channels: tuple[Channel, ...], job: Job, files: Mapping[str, NewFile]
) -> NewJob:
    return NewJob(
        user=user,
        channels=channels,
        verb=job.verb,
        params=job.params,
        files=files,
        reply_url=job.reply_url,
        reply_ref=job.reply_ref,
        price=job.price,
    )
