"""How long the stages of a command take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """Runs stages one after another: checks before each, and notes how long it took."""

    clock: Callable[[], float]
    check: Callable[[], None]
    #: Milliseconds by stage; grows.
    ms: dict[str, float] = field(default_factory=dict)

    def time(self, stage: str, work: Callable[[], Value]) -> Value:
        """What ``work`` returns."""
        self.check()
        start = self.clock()
        value = work()
        self.ms[stage] = (self.clock() - start) * 1000
        return value
