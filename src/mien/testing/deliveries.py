"""Callbacks that are kept in memory, with the same promises as those that are not."""

from dataclasses import replace
from datetime import datetime
from threading import Lock

from mien.jobs.deliveries import Delivery, DeliveryState, Verdict
from mien.jobs.model import Job, Lease


class MemoryDeliveries:
    """`mien.jobs.deliveries.DeliveryStore`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._all: dict[str, Delivery] = {}
        self._secrets: dict[str, str] = {}

    def add(self, job: Job) -> None:
        """Write down the callback that the ended ``job`` asks for."""
        new = Delivery.of(job, job.updated)
        if new is not None:
            self._all[job.id] = new

    def forget(self, job_id: str) -> None:
        """The job does not exist any more."""
        self._all.pop(job_id, None)

    def claim_due(self, lease: Lease, *, now: datetime, limit: int) -> list[Delivery]:
        with self._lock:
            due = [one for one in self._all.values() if _is_due(one, now)]
            due.sort(key=lambda one: (one.next_at, one.job_id))
            return [self._take(one, lease) for one in due[:limit]]

    def _take(self, one: Delivery, lease: Lease) -> Delivery:
        taken = replace(one, attempts=one.attempts + 1, fence=one.fence + 1, lease=lease)
        self._all[one.job_id] = taken
        return taken

    def settle(self, delivery: Delivery, verdict: Verdict, *, now: datetime) -> bool:
        with self._lock:
            held = self._held(delivery)
            if held is not None:
                self._all[held.job_id] = held.settled(verdict, now)
            return held is not None

    def give_back(self, delivery: Delivery, *, now: datetime) -> bool:
        with self._lock:
            held = self._held(delivery)
            if held is not None:
                self._all[held.job_id] = replace(
                    held, attempts=held.attempts - 1, lease=None, updated=now
                )
            return held is not None

    def _held(self, delivery: Delivery) -> Delivery | None:
        one = self._all.get(delivery.job_id)
        return one if one and one.lease and one.fence == delivery.fence else None

    def deliveries(
        self,
        *,
        user_id: str | None = None,
        state: DeliveryState | None = None,
        before: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[Delivery]:
        with self._lock:
            found = [
                one
                for one in self._all.values()
                if user_id in {None, one.user_id}
                and state in {None, one.state}
                and (before is None or (one.created, one.job_id) < before)
            ]
        return sorted(found, key=lambda one: (one.created, one.job_id), reverse=True)[:limit]

    def redeliver(self, job_id: str, *, now: datetime, user_id: str | None = None) -> bool:
        with self._lock:
            one = self._all.get(job_id)
            if one is None or one.state is DeliveryState.PENDING:
                return False
            if user_id not in {None, one.user_id}:
                return False
            self._all[job_id] = replace(
                one, state=DeliveryState.PENDING, attempts=0, next_at=now, updated=now
            )
            return True

    def webhook_secret(self, user_id: str, *, fresh: str) -> str:
        return self._secrets.setdefault(user_id, fresh)


def _is_due(one: Delivery, now: datetime) -> bool:
    free = one.lease is None or one.lease.until < now
    return one.state is DeliveryState.PENDING and one.next_at <= now and free
