"""What a service has in its hands: jobs that workers have, and those next behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from mien.jobs.events import Handed


@dataclass(kw_only=True)
class Hands:
    """Jobs that were handed out, by ticket, oldest first.

    The oldest are at work, as many as there are workers; the others wait for whoever is done first. A
    runner gives them to workers in the same order, so nobody has to tell when one begins.
    """

    #: Jobs that run at the same time, and how many may wait behind them.
    workers: int
    ahead: int
    _handed: dict[str, Handed] = field(default_factory=dict, init=False)

    def __len__(self) -> int:
        return len(self._handed)

    def __contains__(self, ticket: str) -> bool:
        return ticket in self._handed

    def __iter__(self) -> Iterator[tuple[str, Handed]]:
        return iter(self._handed.items())

    def take(self, ticket: str, handed: Handed) -> None:
        """A job was handed out."""
        self._handed[ticket] = handed

    def give(self, ticket: str) -> Handed:
        """The job of ``ticket``, which is over."""
        return self._handed.pop(ticket)

    def clear(self) -> None:
        """Forget all."""
        self._handed.clear()

    def job_ids(self) -> set[str]:
        """Of all that was handed out."""
        return {handed.job_id for handed in self._handed.values()}

    @property
    def at_work(self) -> dict[str, str]:
        """Job ids by ticket of those that workers have."""
        oldest = islice(self._handed.items(), self.workers)
        return {ticket: handed.job_id for ticket, handed in oldest}

    @property
    def working(self) -> int:
        """How many those are. Any thread may ask."""
        return min(len(self._handed), self.workers)

    @property
    def behind(self) -> int:
        """How many wait behind them. Any thread may ask."""
        return max(0, len(self._handed) - self.workers)

    def have_worker(self) -> bool:
        """Whether a next job could begin now."""
        return len(self._handed) < self.workers

    def have_room_behind(self) -> bool:
        """Whether a next job could wait for whoever is done first."""
        return len(self._handed) < self.workers + self.ahead
