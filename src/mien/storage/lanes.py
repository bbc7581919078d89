"""Lanes in SQL: what they are like when a job is accepted, which slot is free, what waits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, select, update

from mien.jobs.accounts import Channel
from mien.jobs.admission import LaneState
from mien.jobs.credits import Credits
from mien.jobs.lanes import Lane, LaneQueue, LaneRules, free_slot
from mien.jobs.model import UNFINISHED, Status
from mien.storage.rows import AnyRow, channel_of, row_of_credits
from mien.storage.tables import channels, jobs

_IN_LANE = (jobs.c.user_id == channels.c.user_id) & (jobs.c.channel == channels.c.id)
_WAITS = jobs.c.status == Status.CREATED.value
_LEASED = jobs.c.slot.is_not(None)
_THIS_LANE = (jobs.c.user_id == bindparam("user")) & (jobs.c.channel == bindparam("lane"))

# Databases with writers side by side would count wrong unless one waits for the other at the row
# of the lane, and in the same order everywhere; SQLite has one writer at a time, and no such clause.
_LOCK = (
    select(channels)
    .where(
        channels.c.user_id == bindparam("user"),
        channels.c.id.in_(bindparam("lanes", expanding=True)),
    )
    .order_by(channels.c.id)
    .with_for_update()
)
#: A job with what the width of its lane depends on.
_LOCK_LANE = (
    select(
        jobs,
        channels.c.provider.label("lane_provider"),
        channels.c.width.label("lane_width"),
    )
    .join(channels, _IN_LANE)
    .where(jobs.c.id == bindparam("this"))
    .with_for_update(of=channels)
)
_UNFINISHED = (
    select(jobs.c.channel, func.count())
    .where(
        jobs.c.user_id == bindparam("user"),
        jobs.c.channel.in_(bindparam("lanes", expanding=True)),
        jobs.c.status.in_(sorted(UNFINISHED)),
    )
    .group_by(jobs.c.channel)
)
_TAKEN = select(jobs.c.slot).where(_THIS_LANE, _LEASED)
_RUNNING = select(func.count()).select_from(jobs).where(_IN_LANE, _LEASED).scalar_subquery()
_QUEUES = select(channels, _RUNNING.label("running")).where(
    exists().where(_IN_LANE, _WAITS).correlate(channels)
)
_CHARGED = select(jobs.c.user_id, jobs.c.channel, jobs.c.charged, jobs.c.created).where(
    jobs.c.id == bindparam("this"), jobs.c.charged > 0, jobs.c.status.in_(sorted(UNFINISHED))
)
_STILL_CHARGED = _CHARGED.with_for_update()
_PAY = update(channels).where(
    channels.c.user_id == bindparam("user"), channels.c.id == bindparam("lane")
)
_OLDEST = (
    select(jobs.c.id)
    .where(_THIS_LANE, _WAITS)
    .order_by(jobs.c.created, jobs.c.id)
    .limit(bindparam("most"))
)


def lane_states(connection: Connection, user_id: str, ids: Sequence[str]) -> list[LaneState]:
    """Those of the user's channels ``ids`` that exist; nobody else changes them until the end."""
    facts = {"user": user_id, "lanes": list(ids)}
    found = [channel_of(row) for row in connection.execute(_LOCK, facts) if not row.deleted]
    counted = {row[0]: row[1] for row in connection.execute(_UNFINISHED, facts)}
    return [LaneState(channel=one, unfinished=counted.get(one.id, 0)) for one in found]


def lock_lane(connection: Connection, job_id: str) -> AnyRow | None:
    """The row of the job, as it was before nobody else could take a slot of its lane any more."""
    return connection.execute(_LOCK_LANE, {"this": job_id}).first()


def take_slot(connection: Connection, job: AnyRow, rules: LaneRules) -> int | None:
    """A free slot of the lane of ``job``, which `lock_lane` has found."""
    # Asked behind the lock: a statement of PostgreSQL sees what was committed when it began.
    taken = connection.scalars(_TAKEN, {"user": job.user_id, "lane": job.channel}).all()
    width = rules.width(job.lane_provider, job.lane_width)
    return free_slot([slot for slot in taken if slot is not None], width)


def pay(connection: Connection, channel: Channel) -> None:
    """Write down what is left of the credits of ``channel``."""
    if channel.credits is not None:
        _set_credits(connection, channel.user_id, channel.id, channel.credits)


def pay_back(connection: Connection, job_id: str, now: datetime) -> None:
    """Give back what the job was charged; before the update that ends it without a result."""
    job = connection.execute(_CHARGED, {"this": job_id}).first()
    if job is None:
        return
    # Lanes are locked before jobs, here as in every transaction that locks both.
    row = connection.execute(_LOCK, {"user": job.user_id, "lanes": [job.channel]}).first()
    still = connection.execute(_STILL_CHARGED, {"this": job_id}).first()
    budget = channel_of(row).credits if row else None
    if budget is not None and still is not None:
        budget = budget.refund(still.charged, paid=still.created, now=now)
        _set_credits(connection, job.user_id, job.channel, budget)


def _set_credits(connection: Connection, user_id: str, channel: str, budget: Credits) -> None:
    facts = {"user": user_id, "lane": channel}
    connection.execute(_PAY.values(**row_of_credits(budget)), facts)


def queues(connection: Connection, rules: LaneRules, *, limit: int) -> list[LaneQueue]:
    """Every lane in which jobs wait, with the ``limit`` oldest of each that has a free slot."""
    found = []
    for row in connection.execute(_QUEUES).all():
        width = rules.width_of(channel_of(row))
        lane = Lane(user_id=row.user_id, channel=row.id)
        waiting = _oldest(connection, lane, limit) if row.running < width else ()
        found.append(LaneQueue(lane=lane, width=width, running=row.running, waiting=waiting))
    return found


def _oldest(connection: Connection, lane: Lane, limit: int) -> tuple[str, ...]:
    facts = {"user": lane.user_id, "lane": lane.channel, "most": limit}
    return tuple(connection.scalars(_OLDEST, facts))
