"""How long the stages of a command take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

Value = TypeVar("Value")


def unheard(stage: str, fraction: float) -> None:
    """The report that nobody hears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """Runs stages one after another: checks before each, and notes how long it took."""

    clock: Callable[[], float]
    check: Callable[[], None]
    #: Told of what moves how much is done, 0 to 1, and of which stage.
    tell: Callable[[str, float], None] = unheard
    #: Milliseconds by stage; grows.
    ms: dict[str, float] = field(default_factory=dict)

    def time(self, stage: str, work: Callable[[], Value]) -> Value:
        """What ``work`` returns."""
        self.check()
        start = self.clock()
        value = work()
        self.ms[stage] = (self.clock() - start) * 1000
        return value

    def told(self, stage: str, work: Callable[[], Value]) -> Value:
        """As `time`, and who is told hears that the stage begins; for work without a share of its own."""
        self.tell(stage, 0.0)
        return self.time(stage, work)
