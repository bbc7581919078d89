"""What the processes of a service have taken of the cores, as Linux counts it (proc(5))."""

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
#: Where the ticks of a process stand in its line, behind its name: its own, and those of the system for it.
USER, SYSTEM = 11, 12
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Seconds of a core."""

    #: Of the process that speaks HTTP.
    http_s: float
    #: Of all its workers, and of the process that forks them.
    workers_s: float

    def since(self, before: "Usage") -> "Usage":
        """What was taken after ``before``."""
        return Usage(
            http_s=self.http_s - before.http_s, workers_s=self.workers_s - before.workers_s
        )


def usage_of(pid: int) -> Usage:
    """What the service whose process is ``pid`` has taken until now."""
    return Usage(http_s=_cpu_s(pid), workers_s=sum(map(_cpu_s, _below(pid))))


def _cpu_s(pid: int) -> float:
    # A name may hold anything but the last bracket.
    ticks = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(ticks[USER]) + int(ticks[SYSTEM])) * TICK_S


def _below(pid: int) -> list[int]:
    """The processes that descend from ``pid``."""
    threads = (PROC / str(pid) / "task").iterdir()
    own = [int(child) for one in threads for child in (one / "children").read_text().split()]
    return [*own, *(deeper for child in own for deeper in _below(child))]
