"""What a worker does with a job: claim it, hold its lease, do the work, end it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial

from mien.errors import InputError, LeaseLost, MienError, NotFound, RateLimited, SetupError
from mien.jobs.accounts import ENGINE
from mien.jobs.guard import unless_broken
from mien.jobs.heartbeat import Heart, Heartbeat
from mien.jobs.identities import Change
from mien.jobs.ids import Clock, Snowflakes, utc_now
from mien.jobs.model import Attachment, Ending, Job, Lease, Status
from mien.jobs.ports import BlobStore, LeasesJobs
from mien.jobs.tidy import results_of
from mien.jobs.words import details_of

log = logging.getLogger(__name__)

#: The contract's numbers for how a call went.
OK, TOO_MANY = 200, 429
UNEXPECTED = "An unexpected error stopped this job; the service's log says more."


def unheard(stage: str, fraction: float) -> None:
    """A report that nobody wants."""
    del stage, fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A claimed job and what it needs."""

    job: Job
    #: The uploads by field name.
    files: Mapping[str, bytes]
    #: Raises `LeaseLost` when going on is of no use; called between steps.
    check: Callable[[], None]
    #: Says what is being done, and how much of that, 0 to 1; costs nothing, so call it often.
    report: Callable[[str, float], None] = unheard


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
    #: How long it plays, seconds; None for a still picture.
    duration_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command has done."""

    files: tuple[ResultFile, ...] = ()
    #: Follows the greeting in the job's `content`; may be empty.
    message: str = ""
    #: Facts for programs; JSON values.
    report: Mapping[str, object] = field(default_factory=dict)
    #: What happens to the user's identities when the job ends, and only then.
    changes: tuple[Change, ...] = ()
    #: Blobs that the changes speak of, by key.
    kept: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """How an attempt has ended; its blobs are stored."""

    ending: Ending
    results: tuple[Attachment, ...] = ()
    changes: tuple[Change, ...] = ()
    #: Keys of all blobs that were stored for it.
    keys: tuple[str, ...] = ()


Command = Callable[[Work], Outcome]


@dataclass(frozen=True, kw_only=True)
class RunJob:
    """Run one job from claim to end, in the calling thread."""

    store: LeasesJobs
    blobs: BlobStore
    #: What our own engine does, by verb.
    commands: Mapping[str, Command]
    #: Seconds after which a silent worker loses its job.
    lease_s: float
    #: Removes the files of an ended job that are not needed any more.
    tidy: Callable[[Job], None]
    #: Removes what was kept of identities that do not exist any more.
    bury: Callable[[], None]
    #: What does the work of channels that our own engine does not, by provider.
    upstreams: Mapping[str, Command] = field(default_factory=dict)
    new_id: Snowflakes = field(default_factory=Snowflakes)
    clock: Clock = utc_now

    @cached_property
    def _heart(self) -> Heart:
        return Heart(lease_s=self.lease_s)

    def __call__(self, job_id: str, ticket: str) -> Job | None:
        """Run the job under a lease named ``ticket``; do nothing when it cannot be claimed.

        However the work fails, the job ends. When the store itself fails, this returns all the
        same: the lease runs out, and the job is handed out again.

        Returns:
            The job at its end; None when it is not this call that has ended it.
        """
        try:
            job = self._claimed(job_id, ticket)
            return None if job is None else self._run(job)
        except MienError as error:
            log.error(  # noqa: TRY400 - a sentence for the operator, no traceback
                "job not recorded: %s", error, extra={"event": "job_not_recorded", "job": job_id}
            )
            return None

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

    def _run(self, job: Job) -> Job | None:
        try:
            return self._carry_out(job)
        except LeaseLost as lost:
            log.warning("lease lost: %s", lost, extra={"event": "lease_lost", "job": job.id})
            if self.store.release(job.id, job.fence):
                self.tidy(job)
            return None

    def _carry_out(self, job: Job) -> Job:
        beating = Heartbeat(
            self.store, job, lease_s=self.lease_s, clock=self.clock, heart=self._heart
        )
        with beating as heart:
            end = self._attempt(job, heart)
        try:
            ended = self._finished(job, end)
        except MienError:
            # The row does not know these files, and never will.
            self.blobs.delete(end.keys)
            raise
        status = ended.status.value
        log.info("job ended", extra={"event": "job_ended", "job": job.id, "status": status})
        self.tidy(job)
        if end.changes:
            self.bury()
        return ended

    def _finished(self, job: Job, end: _End) -> Job:
        """The job with that end; with a failure when one of its changes cannot be made."""
        try:
            self.store.finish(job.id, job.fence, end.ending, end.results, end.changes)
        except (InputError, NotFound) as refused:
            self.blobs.delete(end.keys)
            end = _End(ending=self._failed(str(refused), details_of(refused)))
            self.store.finish(job.id, job.fence, end.ending)
        return job.ended(end.ending, end.results).let_go()

    def _attempt(self, job: Job, heart: Heartbeat) -> _End:
        """How the job ends; what it has made is stored already."""
        do = partial(self._made, job, heart)
        try:
            end = unless_broken(do, log, "job broke", event="job_broke", job=job.id)
        except LeaseLost:
            raise
        except MienError as error:
            log.info("job failed", extra={"event": "job_failed", "job": job.id, "code": error.code})
            code = TOO_MANY if isinstance(error, RateLimited) else OK
            return _End(ending=self._failed(str(error), details_of(error), code=code))
        return end or _End(ending=self._failed(UNEXPECTED))

    def _made(self, job: Job, heart: Heartbeat) -> _End:
        outcome = self._work(job, heart)
        return self._stored(job, self._completed(job, outcome), outcome)

    def _work(self, job: Job, heart: Heartbeat) -> Outcome:
        command = self._command(job)
        blobs = {key: self.blobs.get(key) for key in job.upload_keys}
        files = {name: upload.of(blobs[upload.key]) for name, upload in job.uploads.items()}
        heart.check()
        outcome = command(Work(job=job, files=files, check=heart.check, report=heart.report))
        heart.check()
        return outcome

    def _command(self, job: Job) -> Command:
        ours = job.provider == ENGINE
        command = self.commands.get(job.verb) if ours else self.upstreams.get(job.provider)
        if command is None:
            what = f"how to do {job.verb}" if ours else f"a provider called {job.provider}"
            raise SetupError(f"This installation does not know {what}.")
        return command

    def _stored(self, job: Job, ending: Ending, outcome: Outcome) -> _End:
        results = tuple(self._attachment(job, file) for file in outcome.files)
        made = zip(results, outcome.files, strict=True)
        blobs = {result.key: file.data for result, file in made} | dict(outcome.kept)
        stored = False
        try:
            for key, data in blobs.items():
                self.blobs.put(key, data)
            stored = True
        finally:
            if not stored:
                self.blobs.delete(list(blobs))
        return _End(ending=ending, results=results, changes=outcome.changes, keys=tuple(blobs))

    def _attachment(self, job: Job, file: ResultFile) -> Attachment:
        # The id is in the key: two workers that both believe to hold the job cannot overwrite
        # each other's file.
        file_id = self.new_id()
        return Attachment(
            id=file_id,
            key=f"{results_of(job.id)}.{file_id}{file.extension}",
            filename=f"{job.verb}-{file_id}{file.extension}",
            media_type=file.media_type,
            size=len(file.data),
            width=file.width,
            height=file.height,
            duration_s=file.duration_s,
        )

    def _completed(self, job: Job, outcome: Outcome) -> Ending:
        return Ending(
            status=Status.COMPLETED,
            timestamp=self.clock(),
            message_id=self.new_id(),
            content=f"{job.content or f'<@{job.user_id}>'} {outcome.message}".rstrip(),
            report=dict(outcome.report),
        )

    def _failed(self, sentence: str, details: str | None = None, *, code: int = OK) -> Ending:
        return Ending(
            status=Status.FAILED,
            timestamp=self.clock(),
            message_id=self.new_id(),
            error=sentence,
            error_details=details,
            code=code,
        )
