"""Two pieces of work side by side: networks and OpenCV let go of the interpreter while they work.

Where every core is at work already a second thread only costs, so each time the question is put anew.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

One = TypeVar("One")
Other = TypeVar("Other")
Item = TypeVar("Item")
Value = TypeVar("Value")

#: Threads among which `Beside.each` divides its work.
THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Does work side by side where a core has nothing to do; the answers are the same."""

    #: Whether another core has nothing to do just now; asked often, so it has to be quick.
    spare: Callable[[], bool]

    def both(self, one: Callable[[], One], other: Callable[[], Other]) -> tuple[One, Other]:
        """What ``one`` and ``other`` return; ``one`` may be worked out by another thread.

        The error of ``one`` goes before that of ``other``, as if they had been called one after the
        other; nothing works on when it is out.
        """
        if not self.spare():
            return one(), other()
        with ThreadPoolExecutor(max_workers=1) as pool:
            first = pool.submit(one)
            try:
                second = other()
            finally:
                value = first.result()  # its error takes the place of the other's
            return value, second

    def each(self, work: Callable[[Item], Value], items: Sequence[Item]) -> list[Value]:
        """What ``work`` makes of each of ``items``, in their order.

        The error of the earliest item that has one is raised.
        """
        if len(items) < THREADS or not self.spare():
            return [work(item) for item in items]
        with ThreadPoolExecutor(max_workers=THREADS) as pool:
            return list(pool.map(work, items))


def never() -> bool:
    """No core is spare."""
    return False


#: One thing after the other.
ALONE = Beside(spare=never)
