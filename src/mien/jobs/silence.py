"""Workers that have a job in hand and hold no lease for it: about to claim it, or done with it.

Neither takes long. Whoever takes long stands still, and no lease runs out that would tell.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from time import monotonic


@dataclass(kw_only=True)
class Silence:
    """How long each of them has been silent."""

    #: Seconds that a worker may hold no lease.
    patience_s: float
    #: When patience ends, on `monotonic`'s clock, by ticket.
    _ends: dict[str, float] = field(default_factory=dict, init=False)

    def too_long(self, tickets: Collection[str], held: Collection[str]) -> list[str]:
        """Those of ``tickets`` that have not been ``held`` for too long.

        Args:
            tickets: in the hands of workers, now.
            held: owners of leases, now.
        """
        now = monotonic()
        self._ends = {
            ticket: self._ends.get(ticket, now + self.patience_s)
            for ticket in tickets
            if ticket not in held
        }
        return [ticket for ticket, end in self._ends.items() if end <= now]
