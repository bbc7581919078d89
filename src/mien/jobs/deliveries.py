"""Callbacks: which are due, what an answer means, and when to try again."""

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final, Protocol, Self

from mien.errors import AddressRefused, BadRequest, MienError, Unreachable
from mien.jobs.ids import Clock, utc_now
from mien.jobs.model import Job, Lease, require_utc
from mien.jobs.ports import Answer, FindsJobs, Posts

log = logging.getLogger(__name__)

#: Statuses with a meaning of their own; every other one outside 200..299 is tried again.
SUCCESS: Final = range(200, 300)
GONE: Final = 410


class DeliveryState(StrEnum):
    """Where a callback stands."""

    PENDING = "pending"  # it will be tried (again)
    DELIVERED = "delivered"  # the receiver answered with 200 to 299
    DEAD = "dead"  # given up; `Redeliver` tries again


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The callback of one job; a job has one at most. Times are UTC."""

    job_id: str
    user_id: str
    #: Where to, as the user wrote it.
    url: str
    state: DeliveryState = DeliveryState.PENDING
    #: How many times it was sent.
    attempts: int = 0
    #: When it is due.
    next_at: datetime
    lease: Lease | None = None
    #: Grows with every attempt; only the latest may settle the delivery.
    fence: int = 0
    #: The receiver's last HTTP status, or a sentence about why there is none.
    last_status: int | None = None
    last_error: str | None = None
    created: datetime
    updated: datetime

    def __post_init__(self) -> None:
        for moment in (self.next_at, self.created, self.updated):
            require_utc(moment)

    @classmethod
    def of(cls, job: Job, now: datetime) -> Self | None:
        """The callback that an ended ``job`` asks for; None when it asks for none."""
        if not job.reply_url:
            return None
        return cls(
            job_id=job.id,
            user_id=job.user_id,
            url=job.reply_url,
            next_at=now,
            created=now,
            updated=now,
        )

    def settled(self, verdict: "Verdict", now: datetime) -> "Delivery":
        """As it stands after an attempt that ended like this."""
        return replace(
            self,
            state=verdict.state,
            next_at=verdict.next_at or self.next_at,
            last_status=verdict.status,
            last_error=verdict.error,
            lease=None,
            updated=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an attempt came to."""

    state: DeliveryState
    #: When to try again; None when it is over.
    next_at: datetime | None = None
    status: int | None = None
    error: str | None = None


class DeliveryStore(Protocol):
    """Deliveries; `mien.storage.deliveries.SqlDeliveries` and `mien.testing.MemoryDeliveries`.

    They are made by the job store, in the transaction that ends a job with an address.
    """

    def claim_due(self, lease: Lease, *, now: datetime, limit: int) -> list[Delivery]:
        """Take the oldest pending deliveries that are due and that nobody holds.

        Returns:
            Them, one attempt older, each with its next fencing number.
        """
        ...

    def settle(self, delivery: Delivery, verdict: Verdict, *, now: datetime) -> bool:
        """Record what the attempt came to, and free the lease; False when it is lost."""
        ...

    def give_back(self, delivery: Delivery, *, now: datetime) -> bool:
        """Make an attempt that was not brought to its end due at once; False when it is lost."""
        ...

    def deliveries(
        self,
        *,
        user_id: str | None = None,
        state: DeliveryState | None = None,
        before: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[Delivery]:
        """Newest first: of one user or of all, in one state or in any.

        Args:
            before: ``created`` and job id of the last one already seen.
        """
        ...

    def redeliver(self, job_id: str, *, now: datetime, user_id: str | None = None) -> bool:
        """Make an ended delivery due now, with all its attempts before it.

        Returns:
            False when there is none (of that user), or it is still pending.
        """
        ...

    def webhook_secret(self, user_id: str, *, fresh: str) -> str:
        """The secret that signs the user's callbacks; ``fresh`` becomes it at the first use."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPlan:
    """When a failed callback is tried again: 5 s, 30 s, 3 min, 18 min, 1.8 h, then every 10 h.

    With 8 tries the last is 22 hours after the first. Each pause is shortened by up to a fifth,
    so that the callbacks that failed together do not come back together.

    Raises:
        ValueError: when there is less than one try.
    """

    tries: int = 8
    first_s: float = 5.0
    factor: float = 6.0
    longest_s: float = 36_000.0
    jitter: float = 0.2

    def __post_init__(self) -> None:
        if self.tries < 1:
            raise ValueError(f"a callback is tried once at least, got {self.tries}")

    def pause_s(self, attempt: int, chance: float) -> float:
        """Seconds between the failed ``attempt`` (from 1) and the next.

        Args:
            chance: 0..1, by which the pause is shortened.
        """
        pause = min(self.longest_s, self.first_s * self.factor ** (attempt - 1))
        return pause * (1 - self.jitter * chance)

    def after_answer(
        self, answer: Answer, attempt: int, *, now: datetime, chance: float
    ) -> Verdict:
        """What ``answer`` to the ``attempt`` means."""
        if answer.status in SUCCESS:
            return Verdict(state=DeliveryState.DELIVERED, status=answer.status)
        if answer.status == GONE:
            sentence = "The receiver wants no more callbacks."
            return Verdict(state=DeliveryState.DEAD, status=answer.status, error=sentence)
        asked_s = min(self.longest_s, _retry_after_s(answer.headers, now))
        pause_s = max(asked_s, self.pause_s(attempt, chance))
        sentence = f"The receiver answered {answer.status}."
        return self._again(attempt, pause_s, now=now, status=answer.status, error=sentence)

    def after_error(
        self, error: MienError, attempt: int, *, now: datetime, chance: float
    ) -> Verdict:
        """What it means that no answer came."""
        if not isinstance(error, Unreachable):
            return Verdict(state=DeliveryState.DEAD, error=str(error))
        return self._again(attempt, self.pause_s(attempt, chance), now=now, error=str(error))

    def _again(
        self,
        attempt: int,
        pause_s: float,
        *,
        now: datetime,
        error: str,
        status: int | None = None,
    ) -> Verdict:
        if attempt >= self.tries:
            return Verdict(state=DeliveryState.DEAD, status=status, error=error)
        next_at = now + timedelta(seconds=pause_s)
        return Verdict(state=DeliveryState.PENDING, next_at=next_at, status=status, error=error)


def _retry_after_s(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds that a Retry-After header asks for, as a number or a date; 0 without one."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):  # no date, or one without a zone
        return 0.0


class Sign(Protocol):
    """Makes the headers that prove where a body comes from."""

    def __call__(
        self, body: bytes, *, secret: str, message_id: str, now: datetime
    ) -> Mapping[str, str]:
        """The headers of ``body`` for an attempt at ``now``."""
        ...


@dataclass(frozen=True, kw_only=True)
class Deliver:
    """One attempt at one callback."""

    store: DeliveryStore
    jobs: FindsJobs
    post: Posts
    #: The job object as the API shows it, with addresses that work from now on.
    show: Callable[[Job], Mapping[str, object]]
    sign: Sign
    new_secret: Callable[[], str]
    plan: RetryPlan = field(default_factory=RetryPlan)
    clock: Clock = utc_now
    #: 0..1, what shortens pauses.
    chance: Callable[[], float] = secrets.SystemRandom().random

    def __call__(self, delivery: Delivery) -> None:
        """Send ``delivery``, which the caller has claimed, and record what it came to."""
        verdict = self._attempt(delivery)
        kept = self.store.settle(delivery, verdict, now=self.clock())
        facts = {"event": "callback_tried", "job": delivery.job_id, "state": verdict.state.value}
        log.info("callback tried", extra=facts | {"status": verdict.status, "kept": kept})

    def _attempt(self, delivery: Delivery) -> Verdict:
        attempt = delivery.attempts
        try:
            answer = self._send(delivery)
        except (AddressRefused, BadRequest, Unreachable) as error:
            return self.plan.after_error(error, attempt, now=self.clock(), chance=self.chance())
        return self.plan.after_answer(answer, attempt, now=self.clock(), chance=self.chance())

    def _send(self, delivery: Delivery) -> Answer:
        job = self.jobs.find(delivery.job_id)
        if job is None:
            raise BadRequest("The job does not exist any more.")
        body = json.dumps(self.show(job), ensure_ascii=False, separators=(",", ":")).encode()
        secret = self.store.webhook_secret(delivery.user_id, fresh=self.new_secret())
        # The job's id names the message, the same at every attempt: receivers know repeats.
        proof = self.sign(body, secret=secret, message_id=delivery.job_id, now=self.clock())
        return self.post(delivery.url, body, {"Content-Type": "application/json", **proof})
