"""Values for tests of jobs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from typing_extensions import TypeVar

from mien.jobs.accounts import Channel, User
from mien.jobs.admission import Accepted, Admission
from mien.jobs.ids import Snowflakes, new_job_id
from mien.jobs.lanes import LaneRules
from mien.jobs.model import Attachment, Ending, Job, Lease, Status
from mien.jobs.ports import AcceptsJobs, FindsJobs, RecoversJobs
from mien.jobs.submit import NewFile, NewJob
from mien.testing import MemoryDeliveries, MemoryDirectory, MemoryIdentities, MemoryJobs

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)
LEASE = Lease(owner="ticket-1", until=NOW + timedelta(seconds=5))
USER = User(id="1001", name="anna")
CHANNEL = Channel(id="2001", user_id=USER.id, server="3001", discord="eng…secured…ine")
OTHER_CHANNEL = replace(CHANNEL, id="2002")
#: Room for whatever a test wants to do at the same time.
ROOMY = LaneRules(depth=1000, engine_width=100)
#: Seconds after which a test that waits has failed.
DEADLINE_S = 180.0
#: What the code under test is given where it is to wait for the test: never the shorter of the two.
LONGER_S = 10 * DEADLINE_S

new_id = Snowflakes()
Store = TypeVar("Store", bound=MemoryJobs, default=MemoryJobs)


def a_job(**changes: Any) -> Job:
    """A new job of `USER` in `CHANNEL`."""
    values: dict[str, Any] = {
        "id": new_job_id(),
        "user_id": USER.id,
        "verb": "nothing",
        "channel": CHANNEL.id,
        "server": CHANNEL.server,
        "discord": CHANNEL.discord,
        "created": NOW,
        "updated": NOW,
    }
    return Job(**values | changes)


def admission(job: Job, *channels: Channel) -> Admission:
    """``job`` asks for its own channel, or for one of ``channels``."""
    return Admission(job=job, channels=tuple(one.id for one in channels) or (job.channel,))


def accept(store: AcceptsJobs, job: Job) -> Accepted:
    """``job``, accepted in its own channel."""
    accepted = store.accept(admission(job))
    assert isinstance(accepted, Accepted)
    return accepted


def memory_jobs(
    *channels: Channel,
    kind: type[Store] = MemoryJobs,  # type: ignore[assignment]  # the default of the variable
    deliveries: MemoryDeliveries | None = None,
    identities: MemoryIdentities | None = None,
    rules: LaneRules = ROOMY,
) -> Store:
    """A store in memory that knows the two channels of `USER`, or ``channels``."""
    directory = MemoryDirectory()
    for channel in channels or (CHANNEL, OTHER_CHANNEL):
        directory.add_channel(channel)
    return kind(directory, deliveries=deliveries, identities=identities, rules=rules)


def waiting(store: RecoversJobs, limit: int = 9) -> list[str]:
    """Ids of jobs that wait in lanes with a free slot."""
    return [job_id for queue in store.queues(limit=limit) for job_id in queue.waiting]


def an_ending(status: Status = Status.COMPLETED, **changes: Any) -> Ending:
    """An end at `LATER`."""
    return Ending(status=status, timestamp=LATER, message_id=new_id(), **changes)


def an_attachment(**changes: Any) -> Attachment:
    """A small result."""
    file_id = new_id()
    values: dict[str, Any] = {
        "id": file_id,
        "key": f"results/x/{file_id}.png",
        "filename": f"{file_id}.png",
        "media_type": "image/png",
        "size": 12,
        "width": 3,
        "height": 4,
    }
    return Attachment(**values | changes)


def a_file(data: bytes = b"picture") -> NewFile:
    """A file of a request."""
    return NewFile(data=data, media_type="image/png", extension=".png")


def a_request(
    verb: str = "nothing",
    *,
    user: User = USER,
    channel: Channel = CHANNEL,
    params: Mapping[str, str] | None = None,
    files: Mapping[str, NewFile] | None = None,
) -> NewJob:
    """A request to do ``verb``."""
    return NewJob(user=user, channels=(channel,), verb=verb, params=params or {}, files=files or {})


def found(store: FindsJobs, job: Job) -> Job:
    """``job`` as it stands in ``store``, where it must be."""
    now = store.find(job.id)
    assert now is not None
    return now


class HandClock:
    """A clock that a test moves."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
