"""Photos whose faces were made ready a moment ago.

Who puts one face into many pictures sends the same photo with each of them, and making its face ready
is half of the work. What is known is kept in this process's memory alone, and for so long as was said.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock, Timer
from time import monotonic

from mien.engine.identity import album
from mien.engine.pipeline import Giving

#: Bytes that all of them may take: some 25 faces of 500 pixels, or two of 1500, with their surroundings.
MOST_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Known:
    """A photo that needs not be read again."""

    giving: Giving
    #: What reading it has shown.
    warnings: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of its pixels, which is nearly all."""
        return sum(level.nbytes for one in album(self.giving.person) for level in one.levels)


def key_of(photo: bytes, *, occlusion: bool) -> bytes:
    """What tells a file and how it is made ready from all others."""
    return sha256(photo).digest() + bytes([occlusion])


class KnownPhotos:
    """Remembers what was used last. Threads may share it."""

    def __init__(
        self,
        *,
        seconds: float,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Remember nothing yet.

        Args:
            seconds: how long after its last use a photo is forgotten.
            most_bytes: of all that is kept; what was not used for the longest time goes first.
            clock: seconds; only differences count.
        """
        self._seconds = seconds
        self._most = most_bytes
        self._clock = clock
        self._lock = Lock()
        #: With the time at which it is forgotten, the next to go first.
        self._kept: OrderedDict[bytes, tuple[float, Known]] = OrderedDict()
        self._timer: Timer | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def recall(self, key: bytes) -> Known | None:
        """What is known under ``key``; None where nothing is."""
        with self._lock:
            self._forget_old()
            _, known = self._kept.get(key, (0.0, None))
            if known is not None:
                self._put(key, known)
            return known

    def keep(self, key: bytes, known: Known) -> None:
        """Remember ``known`` under ``key``, and forget others where there is no room for all."""
        with self._lock:
            self._put(key, known)
            while sum(one.size for _, one in self._kept.values()) > self._most:
                self._kept.popitem(last=False)
            if self._timer is None:
                self._wait()

    def _put(self, key: bytes, known: Known) -> None:
        self._kept[key] = self._clock() + self._seconds, known
        self._kept.move_to_end(key)

    def _forget_old(self) -> None:
        now = self._clock()
        while self._kept and next(iter(self._kept.values()))[0] <= now:
            self._kept.popitem(last=False)

    def _wait(self) -> None:
        """Come back when the next one is to be forgotten, though nobody asks any more."""
        self._timer = None
        if self._kept:
            until, _ = next(iter(self._kept.values()))
            self._timer = Timer(max(0.0, until - self._clock()), self._on_time)
            self._timer.daemon = True
            self._timer.start()

    def _on_time(self) -> None:
        with self._lock:
            self._forget_old()
            self._wait()
