"""What jobs need from outside, one protocol for each who needs it.

`mien.storage.jobs.SqlJobs` and `mien.testing.MemoryJobs` keep all of the job protocols;
`mien.storage.directory.SqlDirectory` and `mien.testing.MemoryDirectory` the directory's.
Every method raises `StorageFull` when the disk has no room for what it wants to write.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from mien.errors import JobError
from mien.jobs.accounts import Channel, Token, User
from mien.jobs.admission import Accepted, Admission, Known
from mien.jobs.identities import Change
from mien.jobs.lanes import LaneQueue
from mien.jobs.model import Attachment, Ending, Job, Lease, Progress
from mien.jobs.pages import JobQuery


class AcceptsJobs(Protocol):
    """For `Submit`."""

    def accept(self, admission: Admission) -> Accepted | Known:
        """Commit the new job in the lane that `Admission.settle` chooses, in one transaction.

        Returns:
            It; or the job that was accepted under the same key in the last 24 hours.

        Raises:
            OutOfCredits, Busy, BadRequest: as `Admission.settle`; nothing is written.
            Conflict: the key was used for another request.
        """
        ...


class FindsJobs(Protocol):
    """For everybody who looks."""

    def find(self, job_id: str) -> Job | None:
        """The job with its attachments; None when there is none."""
        ...


class ListsJobs(Protocol):
    """For who looks through jobs."""

    def jobs_of(self, query: JobQuery) -> list[Job]:
        """The user's jobs that ``query`` asks for, newest first, with their attachments."""
        ...

    def unfinished_of(self, user_id: str) -> list[str]:
        """Ids of the user's jobs that wait or run, oldest first."""
        ...


class FindsMessages(Protocol):
    """For who looks for what a message shows."""

    def find_message(self, user_id: str, channel: str, message_id: str) -> Job | None:
        """The user's job in that channel whose end the message tells, with its attachments."""
        ...


class FindsResults(Protocol):
    """For who fetches results."""

    def find_attachment(self, attachment_id: str) -> Attachment | None:
        """The result file of that id, of whichever job; None when there is none."""
        ...


class Renewal(Enum):
    """What a worker learns when it renews its lease."""

    HELD = auto()  # go on
    CANCELLED = auto()  # stop; the lease is still prolonged, for the slot is taken until then
    LOST = auto()  # stop; the job has another owner


class LeasesJobs(Protocol):
    """For workers. A fencing number that is not the job's latest changes nothing.

    A lease takes a slot of the job's lane, and no two leases have the same: the store gives as
    many as the lane is wide, however many services and workers ask.
    """

    def claim(self, job_id: str, lease: Lease, *, now: datetime) -> Job | None:
        """Move ``created`` to ``started`` under ``lease``, with the next fencing number.

        Returns:
            The job, one attempt older; None when it is not there to be taken, or its lane has
            no free slot.
        """
        ...

    def renew(
        self, job_id: str, fence: int, *, until: datetime, now: datetime, news: Progress | None
    ) -> Renewal:
        """Prolong the lease, and write down how far the work is, in one transaction.

        Args:
            news: what has been reported since the last renewal; makes the status ``progress``.
        """
        ...

    def finish(
        self,
        job_id: str,
        fence: int,
        ending: Ending,
        attachments: Sequence[Attachment] = (),
        changes: Sequence[Change] = (),
    ) -> None:
        """End the job, record its results and change its user's identities, in one transaction.

        The job is then what `Job.ended` says, without a worker.

        Raises:
            LeaseLost: when the job is not running under this fencing number; nothing is written.
            InputError, NotFound: a change cannot be made; nothing is written.
        """
        ...

    def release(self, job_id: str, fence: int) -> bool:
        """Free the slot of a job that was cancelled, now that its work has stopped.

        Returns:
            Whether it was held under this fencing number.
        """
        ...


class CancelsJobs(Protocol):
    """For who ends jobs that are not wanted any more."""

    def cancel(self, job_id: str, ending: Ending) -> Job | None:
        """End an unfinished job. One that is running keeps lease and slot until its `release`.

        Returns:
            The job at its end; None when it was not unfinished any more.
        """
        ...


class RecoversJobs(Protocol):
    """For the dispatcher."""

    def queues(self, *, limit: int) -> list[LaneQueue]:
        """Every lane in which jobs wait, with the ``limit`` oldest of each that has a free slot."""
        ...

    def expired(self, now: datetime) -> list[Job]:
        """Unfinished jobs that were to be cancelled by ``now``, without their attachments."""
        ...

    def leased(self) -> list[Job]:
        """Jobs that hold a slot of their lane, without their attachments."""
        ...

    def hand_back(self, job_id: str, fence: int, *, now: datetime, spent: bool) -> bool:
        """Move a running job to ``created``, so that another worker takes it; free its slot.

        Only for who knows that the work has stopped.

        Args:
            spent: whether the attempt counts (its worker died), or not (it was told to stop).

        Returns:
            Whether the job was running under this fencing number.
        """
        ...

    def unfinished(self, job_ids: Sequence[str]) -> set[str]:
        """Those of ``job_ids`` that exist and have not reached their end."""
        ...


class ForgetsJobs(Protocol):
    """For who removes what has been kept long enough."""

    def ended_before(self, moment: datetime, *, limit: int) -> list[Job]:
        """Jobs that ended before ``moment`` and hold no slot, with their attachments."""
        ...

    def forget(self, job_ids: Sequence[str]) -> None:
        """Remove the jobs with their results' records and callbacks, in one transaction."""
        ...

    def forget_keys(self, now: datetime) -> None:
        """Remove the keys that are not remembered any more."""
        ...


class JobStore(
    AcceptsJobs,
    FindsJobs,
    ListsJobs,
    FindsMessages,
    FindsResults,
    LeasesJobs,
    CancelsJobs,
    RecoversJobs,
    ForgetsJobs,
    Protocol,
):
    """All of it, for those who build stores."""


class BlobStore(Protocol):
    """Files by key, e.g. ``results/<job id>/<id>.png``. A key is written once."""

    def put(self, key: str, data: bytes) -> None:
        """Store ``data``; whole or not at all."""
        ...

    def get(self, key: str) -> bytes:
        """What is stored under ``key``.

        Raises:
            NotFound: when there is nothing.
        """
        ...

    def delete(self, keys: Sequence[str]) -> None:
        """Remove what is stored under ``keys``; those without anything are ignored."""
        ...

    def list(self, prefix: str, *, before: datetime) -> list[str]:
        """Keys below the folder ``prefix`` that were last written before that time."""
        ...


class FindsTokens(Protocol):
    """For `Authenticate`."""

    def find_token(self, digest: str) -> tuple[Token, User] | None:
        """The token of that digest and its user, valid or not; None when there is none."""
        ...


class FindsChannels(Protocol):
    """For `PickChannel`."""

    def channels(self, user_id: str) -> list[Channel]:
        """The user's channels, oldest first."""
        ...


class ChannelDesk(Protocol):
    """Channels, as their operator handles them."""

    def all_channels(self) -> list[tuple[str, Channel]]:
        """Every channel with the name of its user, oldest first."""
        ...

    def set_credits(self, channel: Channel) -> bool:
        """Write down the channel's credits; whether it exists."""
        ...

    def set_work(self, channel: Channel) -> bool:
        """Write down the channel's provider and width; whether it exists."""
        ...


class Directory(FindsTokens, FindsChannels, Protocol):
    """Users, tokens and channels, as requests need them."""


class TokenDesk(Protocol):
    """Users and tokens, as their operator handles them."""

    def has_users(self) -> bool:
        """Whether there is any user; there is none before the first start."""
        ...

    def add_token(self, token: Token, *, digest: str, newcomer: User, channel: Channel) -> bool:
        """Record ``token`` for the user named ``newcomer.name``, in one transaction.

        A user who does not exist yet is made as ``newcomer``, with ``channel``.

        Returns:
            False, and nothing is written, when the user has a token of that name that is not
            revoked.
        """
        ...

    def tokens(self) -> list[Token]:
        """All tokens, oldest first, revoked ones too."""
        ...

    def revoke(self, token_id: str, *, now: datetime) -> None:
        """Make the token worthless from ``now`` on."""
        ...

    def expire(self, token_id: str, at: datetime | None) -> None:
        """Make the token worthless from ``at`` on; None: never."""
        ...


class UserDesk(Protocol):
    """Users, as their operator handles them."""

    def users(self) -> list[User]:
        """All users, oldest first."""
        ...

    def set_subscription(self, user: User) -> None:
        """Write down end and suspension of the user's subscription."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a machine out there answered to a call."""

    #: HTTP status, 100 to 599; redirections are not followed.
    status: int
    #: By name in lower case.
    headers: Mapping[str, str]


class Posts(Protocol):
    """For who delivers callbacks."""

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send ``body`` by POST.

        Raises:
            BadRequest: ``url`` cannot be called by its form.
            AddressRefused: it leads where mien does not call.
            Unreachable: no answer came.
        """
        ...


#: How a hand-out went: the job at its end; why it has none; or None, and the store knows.
Done = Callable[[Job | JobError | None], None]


class Runner(Protocol):
    """Where work runs: it carries a job to a free worker process, and says how that went."""

    @property
    def capacity(self) -> int:
        """Jobs that run at the same time."""
        ...

    @property
    def ahead(self) -> int:
        """Further jobs that it takes, so that whoever is done goes on with the oldest at once."""
        ...

    def run(self, job_id: str, ticket: str, done: Done) -> None:
        """Have a worker run the job, the next one that is free.

        Args:
            ticket: names this hand-out; the worker holds the job's lease under this name.
            done: called once from a thread of the runner: with what the worker has returned, the
                job at its end, or None when it could not claim or end it; with `WorkerLost` when
                it died, with `TimedOut` when it was killed because it took too long. Not called
                after the runner was stopped.
        """
        ...

    def kill(self, ticket: str) -> None:
        """End the worker that runs ``ticket``, whatever it does; its ``done`` says when it has.

        Returns at once. Does nothing when no worker runs it (any more).
        """
        ...

    def recall(self) -> None:
        """Let no worker begin what waits for one: its ``done`` is called with None.

        Returns at once.
        """
        ...
