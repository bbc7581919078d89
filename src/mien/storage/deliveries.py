"""Callbacks in SQL: every move is one conditional update."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    insert,
    literal,
    null,
    or_,
    select,
    tuple_,
    update,
)

from mien.jobs.deliveries import Delivery, DeliveryState, Verdict
from mien.jobs.model import Lease
from mien.storage.database import Database, retrying
from mien.storage.tables import deliveries, jobs, users

_THIS = deliveries.c.job_id == bindparam("this")
#: An attempt is under way under this fencing number.
_HELD = _THIS & (deliveries.c.fence == bindparam("held")) & deliveries.c.lease_owner.is_not(None)
_NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
_DUE = (
    select(deliveries.c.job_id)
    .where(
        deliveries.c.state == DeliveryState.PENDING.value,
        deliveries.c.next_at <= bindparam("now"),
        or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until < bindparam("now")),
    )
    .order_by(deliveries.c.next_at, deliveries.c.job_id)
    .limit(bindparam("most"))
)
_TAKE = (
    update(deliveries)
    .where(_THIS)
    .values(
        attempts=deliveries.c.attempts + 1,
        fence=deliveries.c.fence + 1,
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until"),
    )
)
_FIND = select(deliveries).where(_THIS)
#: The callback of a job that has just ended, if it wants one.
_NEW = insert(deliveries).from_select(
    [
        "job_id",
        "user_id",
        "url",
        "state",
        "attempts",
        "next_at",
        "fence",
        "created",
        "updated",
    ],
    select(
        jobs.c.id,
        jobs.c.user_id,
        jobs.c.reply_url,
        literal(DeliveryState.PENDING.value),
        literal(0),
        jobs.c.updated,
        literal(0),
        jobs.c.updated,
        jobs.c.updated,
    ).where(jobs.c.id == bindparam("this"), jobs.c.reply_url.is_not(null())),
)


def add_delivery(connection: Connection, job_id: str) -> None:
    """Write down the callback that the job asks for; for the transaction that ends it."""
    connection.execute(_NEW, {"this": job_id})


@retrying
class SqlDeliveries:
    """`mien.jobs.deliveries.DeliveryStore` over a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim_due(self, lease: Lease, *, now: datetime, limit: int) -> list[Delivery]:
        facts = {"now": now, "most": limit}
        # Looked at without the lock of writers first: mostly there is nothing.
        with self._database.looking() as connection:
            if connection.scalar(_DUE, facts) is None:
                return []
        with self._database.writing() as connection:
            # Databases with several writers skip what another service takes in this moment.
            due = list(connection.scalars(_DUE.with_for_update(skip_locked=True), facts))
            return [_take(connection, job_id, lease) for job_id in due]

    def settle(self, delivery: Delivery, verdict: Verdict, *, now: datetime) -> bool:
        settled = delivery.settled(verdict, now)
        return self._change(
            delivery,
            state=settled.state.value,
            next_at=settled.next_at,
            last_status=settled.last_status,
            last_error=settled.last_error,
            updated=now,
        )

    def give_back(self, delivery: Delivery, *, now: datetime) -> bool:
        return self._change(delivery, attempts=deliveries.c.attempts - 1, updated=now)

    def _change(self, delivery: Delivery, **values: Any) -> bool:
        facts = {"this": delivery.job_id, "held": delivery.fence}
        with self._database.writing() as connection:
            changed = update(deliveries).where(_HELD).values(**values, **_NO_LEASE)
            return bool(connection.execute(changed, facts).rowcount)

    def deliveries(
        self,
        *,
        user_id: str | None = None,
        state: DeliveryState | None = None,
        before: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[Delivery]:
        place = (deliveries.c.created, deliveries.c.job_id)
        query = select(deliveries).order_by(*(column.desc() for column in place)).limit(limit)
        if user_id is not None:
            query = query.where(deliveries.c.user_id == user_id)
        if state is not None:
            query = query.where(deliveries.c.state == state.value)
        if before is not None:
            created, job_id = before
            query = query.where(
                tuple_(*place) < tuple_(literal(created, place[0].type), literal(job_id))
            )
        with self._database.reading() as connection:
            return [_delivery_of(row) for row in connection.execute(query)]

    def redeliver(self, job_id: str, *, now: datetime, user_id: str | None = None) -> bool:
        again = update(deliveries).where(_THIS, deliveries.c.state != DeliveryState.PENDING.value)
        if user_id is not None:
            again = again.where(deliveries.c.user_id == user_id)
        values = {"state": DeliveryState.PENDING.value, "attempts": 0}
        with self._database.writing() as connection:
            changed = again.values(**values, next_at=now, updated=now)
            return bool(connection.execute(changed, {"this": job_id}).rowcount)

    def webhook_secret(self, user_id: str, *, fresh: str) -> str:
        query = select(users.c.webhook_secret).where(users.c.id == user_id)
        with self._database.reading() as connection:
            found: str | None = connection.scalar(query)
        if found:
            return found
        first = update(users).where(users.c.id == user_id, users.c.webhook_secret.is_(None))
        with self._database.writing() as connection:
            connection.execute(first.values(webhook_secret=fresh))
            return str(connection.scalar(query))


def _take(connection: Connection, job_id: str, lease: Lease) -> Delivery:
    facts = {"this": job_id, "owner": lease.owner, "until": lease.until}
    connection.execute(_TAKE, facts)
    return _delivery_of(connection.execute(_FIND, {"this": job_id}).one())


def _delivery_of(row: Row[Any]) -> Delivery:
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to read a row by name
    owner, until = values.pop("lease_owner"), values.pop("lease_until")
    lease = Lease(owner=owner, until=until) if owner else None
    return Delivery(**values | {"state": DeliveryState(values["state"]), "lease": lease})
