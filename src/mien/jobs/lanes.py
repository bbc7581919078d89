"""Lanes: a user's channel as a queue. How many of its jobs run at a time, and who may join.

Nothing here keeps anything: stores read what a lane is like inside their transaction, and ask
these functions what follows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mien.errors import BadRequest, Busy
from mien.jobs.accounts import ENGINE, Channel
from mien.jobs.model import Job
from mien.jobs.words import QUEUE_FULL, UNKNOWN_CHANNEL

#: Commands that an upstream runs at a time for one of its accounts.
UPSTREAM_WIDTH: Final = 1
#: What a caller whose lane is full is told to wait: the contract's "at least 10..30 seconds".
RETRY_AFTER_S: Final = 10.0


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
    #: Ids of jobs that wait, oldest first; perhaps not all of them.
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """A lane as it is at the moment of accepting a job."""

    channel: Channel
    #: Its jobs that wait or run.
    unfinished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A job that was accepted, and how wide its lane is."""

    job: Job
    width: int

    @property
    def lane(self) -> Lane:
        """Where it waits."""
        return lane_of(self.job)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A job that asks to be accepted.

    Raises:
        ValueError: when there is no channel that may take it.
    """

    #: As it will be, in the first of ``channels``; another lane puts its own names in.
    job: Job
    #: Ids of the user's channels that may take it; of equally busy ones the first is taken.
    channels: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.channels:
            raise ValueError("a job needs a channel")

    def settle(self, states: Sequence[LaneState], rules: LaneRules) -> Accepted:
        """The job in the least busy lane that has room.

        Args:
            states: those of the channels that (still) exist.

        Raises:
            Busy: all are full.
            BadRequest: none of the channels exists any more.
        """
        if not states:
            sentence = UNKNOWN_CHANNEL.format(channel=self.channels[0])
            raise BadRequest(sentence, field="channel")
        open_lanes = [state for state in states if _has_room(state, rules)]
        if not open_lanes:
            raise Busy(QUEUE_FULL.format(attempts=rules.depth), retry_after_s=RETRY_AFTER_S)
        chosen = min(open_lanes, key=lambda state: (_load(state, rules), self._rank(state)))
        return self._in(chosen.channel, rules)

    def _rank(self, state: LaneState) -> int:
        return self.channels.index(state.channel.id)

    def _in(self, channel: Channel, rules: LaneRules) -> Accepted:
        job = replace(
            self.job,
            channel=channel.id,
            server=channel.server,
            discord=channel.discord,
            provider=channel.provider,
        )
        return Accepted(job=job, width=rules.width_of(channel))


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


def _has_room(state: LaneState, rules: LaneRules) -> bool:
    return state.unfinished < rules.depth + rules.width_of(state.channel)


def _load(state: LaneState, rules: LaneRules) -> float:
    """How many times over its unfinished jobs fill the lane."""
    return state.unfinished / rules.width_of(state.channel)
