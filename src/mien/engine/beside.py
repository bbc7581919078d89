"""Two pieces of work side by side: networks and OpenCV let go of the interpreter while they work."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

One = TypeVar("One")
Other = TypeVar("Other")
Item = TypeVar("Item")
Value = TypeVar("Value")

#: Threads among which `each` divides its work.
THREADS = 2


def both(one: Callable[[], One], other: Callable[[], Other]) -> tuple[One, Other]:
    """What ``one`` returns, worked out by another thread, and ``other`` by this one.

    It ends when both have ended, whatever they raise. The error of ``one`` goes before that of
    ``other``, as if they had been called one after the other.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        first = pool.submit(one)
        try:
            second = other()
        except Exception:
            first.result()
            raise
        return first.result(), second


def each(work: Callable[[Item], Value], items: Sequence[Item]) -> list[Value]:
    """What ``work`` makes of each of ``items``, in their order.

    The error of the earliest item that has one is raised.
    """
    if len(items) < THREADS:
        return [work(item) for item in items]
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return list(pool.map(work, items))
