"""What a worker does with a job: claim it, hold its lease, do the work, end it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from mien.errors import LeaseLost, MienError, SetupError
from mien.jobs.heartbeat import Heartbeat
from mien.jobs.ids import Clock, Snowflakes, utc_now
from mien.jobs.model import Attachment, Ending, Job, Lease, Status
from mien.jobs.ports import BlobStore, LeasesJobs
from mien.jobs.submit import RESULTS
from mien.jobs.words import details_of

log = logging.getLogger(__name__)

UNEXPECTED = "An unexpected error stopped this job; the service's log says more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A claimed job and what it needs."""

    job: Job
    #: The uploads by field name.
    files: Mapping[str, bytes]
    #: Raises `LeaseLost` when going on is of no use; called between steps.
    check: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFile:
    """A file that a command has made."""

    data: bytes
    #: MIME type, "image/…" or "video/…".
    media_type: str
    #: With the dot: ".jpg".
    extension: str
    #: Pixels.
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command has done."""

    files: tuple[ResultFile, ...] = ()
    #: Follows the greeting in the job's `content`; may be empty.
    message: str = ""
    #: Facts for programs; JSON values.
    report: Mapping[str, object] = field(default_factory=dict)


Command = Callable[[Work], Outcome]


@dataclass(frozen=True, kw_only=True)
class RunJob:
    """Run one job from claim to end, in the calling thread."""

    store: LeasesJobs
    blobs: BlobStore
    #: By verb.
    commands: Mapping[str, Command]
    #: Seconds after which a silent worker loses its job.
    lease_s: float
    #: Removes the files of an ended job that are not needed any more.
    tidy: Callable[[Job], None]
    new_id: Snowflakes = field(default_factory=Snowflakes)
    clock: Clock = utc_now

    def __call__(self, job_id: str, ticket: str) -> None:
        """Run the job under a lease named ``ticket``; do nothing when it cannot be claimed.

        However the work fails, the job ends. When the store itself fails, this returns all the
        same: the lease runs out, and the job is handed out again.
        """
        try:
            job = self._claimed(job_id, ticket)
            if job is not None:
                self._run(job)
        except LeaseLost:
            log.warning("lease lost", extra={"event": "lease_lost", "job": job_id})
        except MienError as error:
            log.error(  # noqa: TRY400 - a sentence for the operator, no traceback
                "job not recorded: %s", error, extra={"event": "job_not_recorded", "job": job_id}
            )

    def _claimed(self, job_id: str, ticket: str) -> Job | None:
        now = self.clock()
        lease = Lease(owner=ticket, until=now + timedelta(seconds=self.lease_s))
        job = self.store.claim(job_id, lease, now=now)
        if job is None:
            log.info("job not claimed", extra={"event": "job_not_claimed", "job": job_id})
        else:
            facts = {"event": "job_started", "job": job_id, "attempt": job.attempts}
            log.info("job started", extra=facts)
        return job

    def _run(self, job: Job) -> None:
        with Heartbeat(self.store, job, lease_s=self.lease_s, clock=self.clock) as heart:
            ending, results = self._attempt(job, heart.check)
        try:
            self.store.finish(job.id, job.fence, ending, results)
        except MienError:
            # The row does not know these files, and never will.
            self.blobs.delete([result.key for result in results])
            raise
        log.info(
            "job ended", extra={"event": "job_ended", "job": job.id, "status": ending.status.value}
        )
        self.tidy(job)

    def _attempt(
        self, job: Job, check: Callable[[], None]
    ) -> tuple[Ending, tuple[Attachment, ...]]:
        """How the job ends, and its results, which are stored already."""
        try:
            outcome = self._work(job, check)
            return self._completed(job, outcome), self._store(job, outcome.files)
        except LeaseLost:
            raise
        except MienError as error:
            log.info("job failed", extra={"event": "job_failed", "job": job.id, "code": error.code})
            return self._failed(str(error), details_of(error)), ()
        except Exception:  # the worker's loop: one job's bug is not the service's end
            log.exception("job broke", extra={"event": "job_broke", "job": job.id})
            return self._failed(UNEXPECTED), ()

    def _work(self, job: Job, check: Callable[[], None]) -> Outcome:
        command = self.commands.get(job.verb)
        if command is None:
            raise SetupError(f"This installation does not know how to do {job.verb}.")
        files = {name: self.blobs.get(upload.key) for name, upload in job.uploads.items()}
        check()
        outcome = command(Work(job=job, files=files, check=check))
        check()
        return outcome

    def _store(self, job: Job, files: Sequence[ResultFile]) -> tuple[Attachment, ...]:
        attachments = tuple(self._attachment(job, file) for file in files)
        stored = False
        try:
            for attachment, file in zip(attachments, files, strict=True):
                self.blobs.put(attachment.key, file.data)
            stored = True
        finally:
            if not stored:
                self.blobs.delete([attachment.key for attachment in attachments])
        return attachments

    def _attachment(self, job: Job, file: ResultFile) -> Attachment:
        # The id is in the key: two workers that both believe to hold the job cannot overwrite
        # each other's file.
        file_id = self.new_id()
        return Attachment(
            id=file_id,
            key=f"{RESULTS}/{job.id}/{file_id}{file.extension}",
            filename=f"{job.verb}-{file_id}{file.extension}",
            media_type=file.media_type,
            size=len(file.data),
            width=file.width,
            height=file.height,
        )

    def _completed(self, job: Job, outcome: Outcome) -> Ending:
        return Ending(
            status=Status.COMPLETED,
            timestamp=self.clock(),
            message_id=self.new_id(),
            content=f"<@{job.user_id}> {outcome.message}".rstrip(),
            report=outcome.report,
        )

    def _failed(self, sentence: str, details: str | None = None) -> Ending:
        return Ending(
            status=Status.FAILED,
            timestamp=self.clock(),
            message_id=self.new_id(),
            error=sentence,
            error_details=details,
        )
