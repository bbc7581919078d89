"""Points at which something dies."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from acceptance.live import until
from crash.callers import Caller
from crash.fleet import Service

#: Seconds after a job was seen at work, at most, until something happens to it: more than most take.
SOON_S = 0.12
#: What happens, and how often: starting a service again takes longer than starting a worker.
WEIGHTS = {"worker": 6, "server": 3, "service": 3, "stall": 2, "cancel": 4}


@dataclass(kw_only=True)
class Chaos:
    """Does harm to services, each time when they are at work."""

    services: Sequence[Service]
    caller: Caller
    chance: Random
    sleep: Callable[[float], None] = time.sleep

    def rage(self, points: int) -> list[str]:
        """Do harm at so many points; what was done."""
        kinds = self.chance.choices(list(WEIGHTS), weights=list(WEIGHTS.values()), k=points)
        # Each kind at least once, however few there are.
        kinds[: len(WEIGHTS)] = self.chance.sample(list(WEIGHTS), k=len(kinds[: len(WEIGHTS)]))
        for kind in kinds:
            self.harm(kind)
        return kinds

    def harm(self, kind: str) -> None:
        """Wait until a job is at work, and a moment; then do this to it, or to its service."""
        service, job_id, pid = self._victim()
        self.sleep(self.chance.uniform(0, SOON_S))
        if kind == "worker":
            service.kill_worker(pid)
        elif kind == "stall":
            service.stall_worker(pid)
        elif kind == "cancel":
            self.caller.cancel(job_id)
        elif kind == "server":
            service.kill_server()
            service.start()
        else:
            service.kill()
            service.start()

    def _victim(self) -> tuple[Service, str, int]:
        found: list[tuple[Service, str, int]] = []

        def look() -> bool:
            found[:] = [(one, *job) for one in self.services for job in one.working()]
            return bool(found)

        until(look)
        return self.chance.choice(found)
