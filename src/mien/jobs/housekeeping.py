"""Does what has to be done now and then, in a thread of its own: nobody waits for it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread
from typing import Final

from mien.jobs.guard import Guard

#: The next round tries again.
_guarded = Guard(
    log=logging.getLogger(__name__),
    trouble=("not cleaned up", "not_cleaned_up"),
    bug=("a chore broke", "chore_broke"),
)

#: Between two rounds; the first is at the start.
PERIOD_S: Final = 3600.0

#: Does a part of the work; whether there is more of it.
Chore = Callable[[], bool]


@dataclass(kw_only=True)
class Housekeeper:
    """Goes through its chores once an hour; `start` it once, `stop` it once."""

    chores: Sequence[Chore]
    period_s: float = PERIOD_S
    _over: Event = field(default_factory=Event, init=False)
    _thread: Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Begin with a round."""
        self._thread = Thread(target=self._loop, name="housekeeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Return when the part that is being done is done."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _loop(self) -> None:
        while not self._over.is_set():
            for chore in self.chores:
                _guarded(partial(self._do, chore))
            self._over.wait(self.period_s)

    def _do(self, chore: Chore) -> None:
        while not self._over.is_set() and chore():
            pass
