"""What the dispatcher is told, and what it has handed out."""

from dataclasses import dataclass

from mien.errors import JobError
from mien.jobs.admission import Accepted
from mien.jobs.lanes import Lane
from mien.jobs.model import Job


@dataclass(frozen=True, slots=True)
class Handed:
    """A job in the hands of a worker of ours, or on its way there."""

    job_id: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Ended:
    """The work of a ticket is over."""

    ticket: str
    #: The job at its end; why it has none; or None, and the store knows.
    how: Job | JobError | None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A job was cancelled."""

    job: Job


@dataclass(frozen=True, slots=True)
class Heard:
    """Another service has news."""

    #: What has ended in another service; "" when something waits there.
    job_id: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The service stops."""

    grace_s: float


#: Whatever it is told.
Event = Accepted | Ended | Cancelled | Heard | Stop
