"""Sends callbacks as they come due, in threads of the service."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Final
from uuid import uuid4

from mien.jobs.deliveries import Delivery, DeliveryStore
from mien.jobs.guard import Guard
from mien.jobs.ids import Clock, utc_now
from mien.jobs.model import Lease

#: When the database is in trouble, a lease runs out, and a later look finds what is due.
_guarded = Guard(
    log=logging.getLogger(__name__),
    trouble=("callbacks cannot be recorded", "store_in_trouble"),
    bug=("a callback broke", "callback_broke"),
)

#: Between two looks at what is due; a callback of a job that ended here is looked for at once.
SWEEP_S: Final = 1.0
#: Callbacks that one service sends at a time: one slow receiver does not hold up the others.
SENDERS: Final = 8
#: A sender's right to an attempt. Looking up a name and calling it take half of it at most.
LEASE_S: Final = 120.0


@dataclass(kw_only=True)
class Courier:
    """One thread looks for what is due, and gives each callback a thread of its own.

    Two services never make the same attempt: the store hands each out once, under a lease, and
    takes its outcome only from who holds the latest fencing number.
    """

    store: DeliveryStore
    deliver: Callable[[Delivery], None]
    clock: Clock = utc_now
    sweep_s: float = SWEEP_S
    senders: int = SENDERS
    #: True says look; False says stop.
    _calls: SimpleQueue[bool] = field(default_factory=SimpleQueue, init=False)
    #: What is being sent, by job and attempt: a callback may be due again before its sender has left.
    _sending: dict[tuple[str, int], tuple[Delivery, Thread]] = field(
        default_factory=dict, init=False
    )
    _thread: Thread | None = field(default=None, init=False)

    def start(self) -> None:
        """Begin, with a look."""
        self._thread = Thread(target=self._loop, name="courier", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something may be due. Any thread may say so; it never blocks."""
        self._calls.put(True)

    def stop(self, grace_s: float) -> None:
        """Send nothing more; what has no answer after ``grace_s`` seconds is handed back."""
        if self._thread is None:
            return
        self._calls.put(False)
        self._thread.join()
        until = monotonic() + grace_s
        for _, thread in list(self._sending.values()):
            thread.join(max(0.0, until - monotonic()))
        for delivery, _ in list(self._sending.values()):
            _guarded(partial(self.store.give_back, delivery, now=self.clock()))

    def _loop(self) -> None:
        _guarded(self._send_due)
        while self._called():
            _guarded(self._send_due)

    def _called(self) -> bool:
        try:
            return self._calls.get(timeout=self.sweep_s)
        except Empty:
            return True

    def _send_due(self) -> None:
        room = self.senders - len(self._sending)
        if room <= 0:
            return  # the next sender that is done calls
        now = self.clock()
        lease = Lease(owner=uuid4().hex, until=now + timedelta(seconds=LEASE_S))
        for delivery in self.store.claim_due(lease, now=now, limit=room):
            thread = Thread(target=self._send, args=(delivery,), name="callback", daemon=True)
            self._sending[delivery.job_id, delivery.fence] = delivery, thread
            thread.start()

    def _send(self, delivery: Delivery) -> None:
        try:
            _guarded(partial(self.deliver, delivery))
        finally:
            del self._sending[delivery.job_id, delivery.fence]
            self.wake()
