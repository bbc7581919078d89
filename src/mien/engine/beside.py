"""Two pieces of work side by side: networks and OpenCV let go of the interpreter while they work.

Where every core is at work already a second thread only costs, so each time the question is put anew.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

One = TypeVar("One")
Other = TypeVar("Other")
Item = TypeVar("Item")
Value = TypeVar("Value")

#: Threads among which `Beside.each` divides its work.
THREADS = 2
#: Threads of one `Beside` that take over pieces: one for a fork, one for a fork within, one for what is wanted later.
HELPERS = 3


class Later(Generic[Value]):
    """What a piece of work returns, once it is asked for; another thread may have begun with it by then."""

    def __init__(self, work: Callable[[], Value], begun: "Future[Value] | None" = None) -> None:
        self._work: Callable[[], Value] | None = work
        self._begun = begun
        self._lock = Lock()
        self._done: list[Value] = []

    def __call__(self) -> Value:
        """The value; waits for it, and works it out here where nobody has begun. Raises what the work raises."""
        with self._lock:
            if self._work is not None:
                if self._begun is None or self._begun.cancel():
                    self._done.append(self._work())
                else:
                    self._done.append(self._begun.result())
                self._work = self._begun = None  # what they hold may be a whole picture
            return self._done[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Does work side by side where a core has nothing to do; the answers are the same."""

    #: Whether another core has nothing to do just now; asked often, so it has to be quick.
    spare: Callable[[], bool]
    #: Held by the thread that does something `whole`.
    _interpreter: Lock = field(default_factory=Lock, repr=False, compare=False)
    #: They stay: a thread that is new finds none of its memory warm, and a swap takes half a millisecond longer.
    _helpers: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(HELPERS, "mien-beside"),
        repr=False,
        compare=False,
    )

    def both(self, one: Callable[[], One], other: Callable[[], Other]) -> tuple[One, Other]:
        """What ``one`` and ``other`` return; ``one`` may be worked out by another thread.

        The error of ``one`` goes before that of ``other``, as if they had been called one after the
        other; nothing works on when it is out.
        """
        if not self.spare():
            return one(), other()
        first = self._helpers.submit(one)
        try:
            second = other()
        finally:
            # Its error takes the place of the other's. Where all helpers are at work nobody has begun with it,
            # and they may wait for such pieces themselves.
            value = one() if first.cancel() else first.result()
        return value, second

    def later(self, work: Callable[[], Value]) -> Later[Value]:
        """What ``work`` returns, for when it is needed; a core that has nothing to do begins with it."""
        return Later(work, self._helpers.submit(work) if self.spare() else None)

    def whole(self, work: Callable[[], Value]) -> Value:
        """What ``work`` returns, which is done in many small steps of the interpreter: by one thread at a time.

        Two of that kind take the interpreter from each other at every step, and need twice as long as one
        after the other. ``work`` itself does nothing side by side.
        """
        if self.spare is never:
            return work()  # nobody is beside it
        with self._interpreter:
            return work()

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
