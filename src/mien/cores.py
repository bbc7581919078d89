"""Whether a core of the machine has nothing to do."""

import os
from dataclasses import dataclass
from pathlib import Path

#: Where Linux says how many threads run or wait for a core, of how many there are: "0.20 0.18 0.12 1/80 11206"
#: (proc(5)); the fourth word is looked at.
LOAD = Path("/proc/loadavg")
RUNNING = 3
#: Bytes of that line, and more.
LONGEST_LINE = 256


@dataclass(frozen=True, slots=True)
class SpareCore:
    """Asked whether a second thread would have a core of its own; it takes a hundredth of a millisecond."""

    #: That this process may use.
    cores: int
    #: See `LOAD`.
    load: Path = LOAD

    def __call__(self) -> bool:
        """Whether fewer threads run than there are cores; the caller's own is one of them."""
        return self.cores > 1 and running(self.load) < self.cores


def running(load: Path) -> float:
    """How many threads of the machine run or wait for a core, this one included.

    Args:
        load: see `LOAD`.
    """
    try:
        return int(_read(load).split()[RUNNING].partition(b"/")[0])
    except (OSError, ValueError, IndexError):
        # Elsewhere there is the average of the last minute.
        return os.getloadavg()[0] + 1


def _read(load: Path) -> bytes:
    # Without a file object around it: this is asked several times a picture.
    handle = os.open(load, os.O_RDONLY)
    try:
        return os.read(handle, LONGEST_LINE)
    finally:
        os.close(handle)
