"""The job: its states, the legal moves between them, and the values around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from mien.jobs.accounts import ENGINE


class Status(StrEnum):
    """Where a job stands, in the contract's words; clients take any other word for a failure."""

    CREATED = "created"  # accepted, waits for a worker
    STARTED = "started"  # a worker holds its lease
    PROGRESS = "progress"  # as started, and the worker has reported how far it is
    MODERATED = "moderated"  # refused by a content policy
    COMPLETED = "completed"  # done, the results are stored
    FAILED = "failed"  # ended without a result; ``error`` says why
    CANCELLED = "cancelled"  # ended by its owner


_FROM_RUNNING = frozenset(
    {
        Status.PROGRESS,
        Status.COMPLETED,
        Status.FAILED,
        Status.MODERATED,
        Status.CANCELLED,
        Status.CREATED,  # handed back: the worker died, or the service is stopping
    }
)

#: Every legal move; a status without moves is final.
MOVES: Mapping[Status, frozenset[Status]] = {
    Status.CREATED: frozenset({Status.STARTED, Status.CANCELLED, Status.MODERATED}),
    Status.STARTED: _FROM_RUNNING,
    Status.PROGRESS: _FROM_RUNNING,
    Status.MODERATED: frozenset(),
    Status.COMPLETED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}

FINAL = frozenset(status for status, moves in MOVES.items() if not moves)
UNFINISHED = frozenset(MOVES) - FINAL
#: A worker holds the job.
RUNNING = frozenset({Status.STARTED, Status.PROGRESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that came with a request; the job remembers it after the file is deleted."""

    #: The request's field, e.g. "source_image".
    field: str
    #: Key in the blob store; several uploads of a job may lie in one blob.
    key: str
    #: MIME type, by content.
    media_type: str
    #: Bytes.
    size: int
    #: Where it begins in its blob, bytes.
    start: int = 0

    def of(self, blob: bytes) -> bytes:
        """The file itself, of the blob that it lies in."""
        return blob[self.start : self.start + self.size]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A result file."""

    #: A snowflake.
    id: str
    #: Key in the blob store.
    key: str
    #: What a saved copy is called, with its extension.
    filename: str
    #: MIME type, "image/…" or "video/…".
    media_type: str
    #: Bytes.
    size: int
    #: Pixels.
    width: int
    height: int
    #: How long it plays, seconds; None for a still picture.
    duration_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A worker's right to a job, until it runs out.

    Raises:
        ValueError: when the time has no zone.
    """

    #: Which hand-out of the job this is, unique for ever.
    owner: str
    #: When it ends unless it is renewed, UTC.
    until: datetime

    def __post_init__(self) -> None:
        require_utc(self.until)


#: Longest name of a stage, characters.
MAX_STAGE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a running job is.

    Raises:
        ValueError: when the stage has no name or one that is too long, or the fraction is none.
    """

    #: What is being done, in a word or two: "frames".
    stage: str
    #: How much of that stage is done, 0 to 1.
    fraction: float

    def __post_init__(self) -> None:
        if not 1 <= len(self.stage) <= MAX_STAGE:
            raise ValueError(f"a stage has 1 to {MAX_STAGE} characters, got {self.stage!r}")
        if not 0 <= self.fraction <= 1:
            raise ValueError(f"a fraction is 0 to 1, got {self.fraction}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job, as it stands in the store. Times are UTC.

    Raises:
        ValueError: when a time has no zone, or a running job no lease.
    """

    #: 32 hexadecimal digits.
    id: str
    #: The user it belongs to; to everybody else it does not exist.
    user_id: str
    #: What to do, e.g. "faceswap-picsi".
    verb: str
    status: Status = Status.CREATED
    #: The request's texts by field name as they were sent, e.g. {"options": "-m"}; echoed.
    params: Mapping[str, str] = field(default_factory=dict)
    #: The request's files by field name; echoed as size and type.
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    #: Snowflake of the channel that it runs in, the channel's server, and its masked secret.
    channel: str
    server: str
    discord: str
    #: Who does the work; the channel's provider when the job was accepted.
    provider: str = ENGINE
    reply_url: str | None = None
    reply_ref: str | None = None
    #: When it is cancelled if it has not ended; None never.
    cancel_at: datetime | None = None
    created: datetime
    updated: datetime
    #: When the message of the result was made; None before the end.
    timestamp: datetime | None = None
    #: Snowflake of that message; None before the end.
    message_id: str | None = None
    #: Text of that message.
    content: str | None = None
    attachments: tuple[Attachment, ...] = ()
    #: Why it failed, one sentence; and what a program may want to know about it.
    error: str | None = None
    error_details: str | None = None
    #: What the command costs, and what of it was taken from the channel and not given back.
    price: int = 0
    charged: int = 0
    #: The contract's number for how the call went: 200, or 429 when an upstream was asked too often.
    code: int = 200
    #: Facts about the work for programs (faces, warnings, milliseconds by stage).
    report: Mapping[str, object] | None = None
    #: How many workers have begun it.
    attempts: int = 0
    #: Grows with every claim; only the holder of the latest number may end the job.
    fence: int = 0
    #: Who works on it now. A job that was cancelled while it ran keeps its lease, and with it the
    #: slot of its lane, until the work has stopped.
    lease: Lease | None = None
    #: What its worker has reported; None when it has reported nothing, or nobody works on it.
    progress: Progress | None = None

    def __post_init__(self) -> None:
        for moment in (self.created, self.updated, self.timestamp, self.cancel_at):
            if moment is not None:
                require_utc(moment)
        if self.status in RUNNING and self.lease is None:
            raise ValueError(f"a job that is {self.status} needs a lease")

    @property
    def done(self) -> bool:
        """Whether the job has reached its end; it never changes afterwards."""
        return self.status in FINAL

    @property
    def upload_keys(self) -> tuple[str, ...]:
        """Keys of the blobs that the uploads lie in, each once."""
        return tuple(dict.fromkeys(upload.key for upload in self.uploads.values()))

    def claimed(self, lease: Lease, now: datetime) -> "Job":
        """This waiting job as its worker gets it."""
        return replace(
            self,
            status=Status.STARTED,
            fence=self.fence + 1,
            attempts=self.attempts + 1,
            lease=lease,
            updated=now,
        )

    def ended(self, ending: "Ending", attachments: tuple[Attachment, ...] = ()) -> "Job":
        """This job after ``ending``; it keeps its lease, which is the store's to take."""
        return replace(
            self,
            status=ending.status,
            timestamp=ending.timestamp,
            updated=ending.timestamp,
            message_id=ending.message_id,
            content=ending.content or self.content,
            error=ending.error,
            error_details=ending.error_details,
            code=ending.code,
            cancel_at=None,
            report=ending.report,
            charged=self.charged if ending.status is Status.COMPLETED else 0,
            attachments=attachments,
        )

    def let_go(self) -> "Job":
        """This job without a worker."""
        return replace(self, lease=None, progress=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a job ends: what changes in its row besides the results.

    Raises:
        ValueError: when the status is not final.
    """

    status: Status
    timestamp: datetime
    message_id: str
    #: None leaves the message that the job has.
    content: str | None = None
    error: str | None = None
    error_details: str | None = None
    code: int = 200
    report: Mapping[str, object] | None = None

    def __post_init__(self) -> None:
        require_utc(self.timestamp)
        if self.status not in FINAL:
            raise ValueError(f"a job cannot end as {self.status}")


def require_utc(moment: datetime) -> None:
    """Refuse a time that is not in UTC.

    Raises:
        ValueError: when it has no zone or another one.
    """
    if moment.utcoffset() != timedelta(0):
        raise ValueError(f"times are UTC, got {moment.isoformat()}")
