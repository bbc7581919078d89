"""How a job is taken in: which lane, at what price.

Nothing here keeps anything: a store reads, inside its transaction, what the lanes are like, asks
`Admission.settle` what follows, and writes that down.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mien.errors import BadRequest, Busy, Conflict, OutOfCredits
from mien.jobs.accounts import Channel
from mien.jobs.credits import Credits
from mien.jobs.keys import MISMATCH, Key
from mien.jobs.lanes import Lane, LaneRules, lane_of
from mien.jobs.model import Job
from mien.jobs.words import QUEUE_FULL, UNKNOWN_CHANNEL

#: What a caller whose lane is full is told to wait: the contract's "at least 10..30 seconds".
RETRY_AFTER_S: Final = 10.0

#: The contract's number for a job that went its way, well or not.
OK: Final = 200

#: The message of a job that was accepted; the credits are what is left, None where none are taken.
Words = Callable[[Job, Credits | None], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneState:
    """A lane as it is at the moment of accepting a job."""

    channel: Channel
    #: Its jobs that wait or run.
    unfinished: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A job that was accepted."""

    job: Job
    #: Its channel, with what is left of its credits.
    channel: Channel
    #: How wide its lane is.
    width: int

    @property
    def lane(self) -> Lane:
        """Where it waits."""
        return lane_of(self.job)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A job that was accepted before, under the same key."""

    job: Job


def recalled(key: Key, fingerprint: str, job: Job) -> Known | None:
    """The ``job`` that was accepted under ``key``, for a request with that ``fingerprint``.

    None when its caller was told to ask again later: that is no answer to be given again.

    Raises:
        Conflict: this request asks for something else.
    """
    if job.code != OK:
        return None
    if key.fingerprint != fingerprint:
        raise Conflict(MISMATCH, field="Idempotency-Key")
    return Known(job=job)


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
    #: What it says from the beginning; None says nothing before its end.
    words: Words | None = None
    #: Under which the caller may send the same request again.
    key: Key | None = None

    def __post_init__(self) -> None:
        if not self.channels:
            raise ValueError("a job needs a channel")

    def settle(self, states: Sequence[LaneState], rules: LaneRules) -> Accepted:
        """The job in the least busy lane that has credits and room, with its price taken.

        Args:
            states: those of the channels that (still) exist.

        Raises:
            OutOfCredits: none has the price left.
            Busy: all that have are full.
            BadRequest: none of the channels exists any more.
        """
        if not states:
            sentence = UNKNOWN_CHANNEL.format(channel=self.channels[0])
            raise BadRequest(sentence, field="channel")
        solvent = [state for state in states if self._can_pay(state.channel)]
        if not solvent:
            raise OutOfCredits(self.job.price, max(self._left(state.channel) for state in states))
        open_lanes = [one for one in solvent if one.unfinished < rules.room_of(one.channel)]
        if not open_lanes:
            room = max(rules.room_of(one.channel) for one in solvent)
            sentence = QUEUE_FULL.format(attempts=rules.depth)
            raise Busy(sentence, retry_after_s=RETRY_AFTER_S, quota=room)
        chosen = min(open_lanes, key=lambda state: (_load(state, rules), self._rank(state)))
        return self._in(chosen.channel, rules)

    def _can_pay(self, channel: Channel) -> bool:
        return channel.credits is None or self.job.price <= self._left(channel)

    def _left(self, channel: Channel) -> int:
        return channel.credits.at(self.job.created).left if channel.credits else 0

    def _rank(self, state: LaneState) -> int:
        return self.channels.index(state.channel.id)

    def _in(self, channel: Channel, rules: LaneRules) -> Accepted:
        price, now = self.job.price, self.job.created
        credits_left = channel.credits.spend(price, now) if channel.credits else None
        job = replace(
            self.job,
            channel=channel.id,
            server=channel.server,
            discord=channel.discord,
            provider=channel.provider,
            charged=0 if credits_left is None else price,
        )
        if self.words is not None:
            job = replace(job, content=self.words(job, credits_left))
        paid = replace(channel, credits=credits_left)
        return Accepted(job=job, channel=paid, width=rules.width_of(channel))


def _load(state: LaneState, rules: LaneRules) -> float:
    """How many times over its unfinished jobs fill the lane."""
    return state.unfinished / rules.width_of(state.channel)
