"""Whose turn it is: what waits in which lane, as one service knows it.

The store knows better, but asking it before every hand-out would cost more than the hand-out.
What this does not know costs one claim in vain, or a sweep's pause; never a slot too many, which
only the store gives.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from mien.jobs.admission import Accepted
from mien.jobs.lanes import Lane, LaneQueue

#: Waiting jobs of a lane that are known at a time; when they are used up, the store is asked.
KNOWN: Final = 64


@dataclass(slots=True, kw_only=True)
class _Line:
    width: int
    #: Ids in their order; the values mean nothing.
    waiting: dict[str, None] = field(default_factory=dict)
    #: Jobs of the lane that this service has handed out, and slots that others hold.
    own: int = 0
    others: int = 0
    #: The store has more than is known here, so that a newcomer must not go before them.
    more: bool = False
    #: A claim found no slot: others hold them, until the store is asked again.
    closed: bool = False

    @property
    def open(self) -> bool:
        """Whether a job of this lane may begin, as far as is known."""
        return not self.closed and self.taken < self.width

    @property
    def taken(self) -> int:
        """Slots that are taken or promised."""
        return self.own + self.others


@dataclass(kw_only=True)
class Lines:
    """What waits, by lane; lanes take turns, and each goes by age."""

    #: Those that are served next stand first.
    _lines: dict[Lane, _Line] = field(default_factory=dict, init=False)

    @property
    def waiting(self) -> int:
        """Jobs that are known to wait."""
        # Health asks from another thread.
        return sum(len(line.waiting) for line in list(self._lines.values()))

    def is_dry(self) -> bool:
        """Whether a lane could go on, if only the store were asked for the rest of it."""
        return any(line.more and not line.waiting and line.open for line in self._lines.values())

    def are_held_up(self) -> bool:
        """Whether jobs wait, known here or not, in a lane whose slots are taken."""
        return any(
            line.closed or ((line.waiting or line.more) and not line.open)
            for line in self._lines.values()
        )

    def join(self, accepted: Accepted) -> None:
        """A job was accepted; it stands last in its lane."""
        line = self._lines.setdefault(accepted.lane, _Line(width=accepted.width))
        line.width = accepted.width
        if not line.more:
            line.waiting[accepted.job.id] = None

    def refresh(self, queues: Sequence[LaneQueue], handed: Collection[str]) -> None:
        """What the store says now.

        Args:
            handed: ids of jobs that this service has handed out; their workers may not have
                claimed them yet.
        """
        found = {queue.lane: queue for queue in queues}
        for lane, line in self._lines.items():
            if lane not in found:
                line.waiting.clear()
                line.more = line.closed = False
                line.others = 0
        for lane, queue in found.items():
            line = self._lines.setdefault(lane, _Line(width=queue.width))
            line.width = queue.width
            line.others = max(0, queue.running - line.own)
            line.closed = False
            if queue.full and not queue.waiting:
                # Who waits there was not asked. Those that are known come first, as they did, and
                # whoever comes now may not go before those that are not.
                line.more = True
                continue
            line.more = len(queue.waiting) >= KNOWN
            line.waiting = {job_id: None for job_id in queue.waiting if job_id not in handed}
        self._forget_the_idle()

    def next(self) -> tuple[str, Lane] | None:
        """Take the job whose turn it is; None when no lane with a free slot has any."""
        return self._first(lambda line: line.open)

    def next_behind(self) -> tuple[str, Lane] | None:
        """Take the job that may begin when one of ours has ended, whichever that is.

        In a lane with a free slot, or in one that all of ours are in, so that the next end frees one.
        """
        ours = sum(line.own for line in self._lines.values())
        return self._first(
            lambda line: (
                line.open or (not line.closed and line.own == ours and line.taken <= line.width)
            )
        )

    def _first(self, may: Callable[[_Line], bool]) -> tuple[str, Lane] | None:
        for lane, line in self._lines.items():
            if line.waiting and may(line):
                job_id = next(iter(line.waiting))
                del line.waiting[job_id]
                line.own += 1
                self._lines[lane] = self._lines.pop(lane)  # the others come first now
                return job_id, lane
        return None

    def left(self, lane: Lane) -> None:
        """A job of ours in ``lane`` is over."""
        line = self._lines.get(lane)
        if line is not None:
            line.own -= 1
            line.closed = False

    def close(self, lane: Lane) -> None:
        """A claim found no slot in ``lane``; its turn comes when the store is asked again."""
        line = self._lines.get(lane)
        if line is not None:
            line.closed = True

    def _forget_the_idle(self) -> None:
        idle = [lane for lane, line in self._lines.items() if not line.waiting and not line.own]
        for lane in idle:
            del self._lines[lane]
