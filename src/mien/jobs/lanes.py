"""Lanes: a user's channel as a queue. How many of its jobs run at a time, and how many wait."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from mien.jobs.accounts import ENGINE, Channel
from mien.jobs.model import Job

#: Commands that an upstream runs at a time for one of its accounts.
UPSTREAM_WIDTH: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRules:
    """How much a lane takes where the channel itself says nothing.

    Raises:
        ValueError: when a number is below 1.
    """

    #: Jobs of one lane that may wait for their turn.
    depth: int = 100
    #: Jobs of one lane that our own engine runs at a time.
    engine_width: int = 1

    def __post_init__(self) -> None:
        if self.depth < 1 or self.engine_width < 1:
            raise ValueError(f"a lane is 1 deep and 1 wide at least, got {self}")

    def width(self, provider: str, own: int | None) -> int:
        """Jobs of a lane that run at a time.

        Args:
            own: what its channel says, if it says anything.
        """
        if own is not None:
            return own
        return self.engine_width if provider == ENGINE else UPSTREAM_WIDTH

    def width_of(self, channel: Channel) -> int:
        """Jobs of the channel's lane that run at a time."""
        return self.width(channel.provider, channel.width)

    def room_of(self, channel: Channel) -> int:
        """Jobs of the channel's lane that may be unfinished at a time."""
        return self.depth + self.width_of(channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane's name: two users may each have a channel of the same id."""

    user_id: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneQueue:
    """A lane in which jobs wait."""

    lane: Lane
    width: int
    #: Slots that are taken.
    running: int
    #: Ids of jobs that wait, oldest first; perhaps not all of them, and none where no slot is free.
    waiting: tuple[str, ...]

    @property
    def full(self) -> bool:
        """Whether none of those that wait may begin."""
        return self.running >= self.width


def lane_of(job: Job) -> Lane:
    """The lane that ``job`` is in."""
    return Lane(user_id=job.user_id, channel=job.channel)


def free_slot(taken: Collection[int], width: int) -> int | None:
    """The lowest slot that a next job may take; None when as many run as may.

    A lane that was made narrower runs what it has begun, and nothing new until there is room.
    """
    if len(taken) >= width:
        return None
    return min(set(range(width)) - set(taken))
