"""Lanes in SQL: what they are like when a job is accepted, which slot is free, what waits."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, Connection, bindparam, exists, func, select, update

from mien.jobs.accounts import Channel
from mien.jobs.admission import LaneState
from mien.jobs.credits import Credits
from mien.jobs.lanes import Lane, LaneQueue, LaneRules, free_slot
from mien.jobs.model import UNFINISHED, Status
from mien.storage.prepared import AnyRow, Prepared
from mien.storage.rows import channel_of, row_of_credits
from mien.storage.tables import SNOWFLAKE, channels, jobs

_IN_LANE = (jobs.c.user_id == channels.c.user_id) & (jobs.c.channel == channels.c.id)
_WAITS = jobs.c.status == Status.CREATED.value
_LEASED = jobs.c.slot.is_not(None)
_THIS_LANE = (jobs.c.user_id == bindparam("user")) & (jobs.c.channel == bindparam("lane"))

#: A job with what the width of its lane depends on.
_LOCK_LANE = Prepared(
    select(
        jobs,
        channels.c.provider.label("lane_provider"),
        channels.c.width.label("lane_width"),
    )
    .join(channels, _IN_LANE)
    .where(jobs.c.id == bindparam("this"))
    .with_for_update(of=channels)
)
_TAKEN = Prepared(select(jobs.c.slot).where(_THIS_LANE, _LEASED))
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


@cache
def _lock(lanes: int) -> Prepared:
    """Takes so many lanes of a user."""
    # Databases with writers side by side would count wrong unless one waits for the other at the row
    # of the lane, and in the same order everywhere; SQLite has one writer at a time, and no such clause.
    this = (channels.c.user_id == bindparam("user")) & channels.c.id.in_(_places(lanes))
    return Prepared(select(channels).where(this).order_by(channels.c.id).with_for_update())


@cache
def _unfinished(lanes: int) -> Prepared:
    """Counts what waits or runs in so many lanes of a user."""
    this = (jobs.c.user_id == bindparam("user")) & jobs.c.channel.in_(_places(lanes))
    counted = select(jobs.c.channel, func.count().label("jobs"))
    return Prepared(
        counted.where(this, jobs.c.status.in_(sorted(UNFINISHED))).group_by(jobs.c.channel)
    )


def _places(lanes: int) -> list[BindParameter[str]]:
    return [bindparam(f"lane_{place}", type_=SNOWFLAKE) for place in range(lanes)]


def _lanes(user_id: str, ids: Sequence[str]) -> dict[str, str]:
    """What `_lock` and `_unfinished` take."""
    return {"user": user_id} | {f"lane_{place}": one for place, one in enumerate(ids)}


def lane_states(connection: Connection, user_id: str, ids: Sequence[str]) -> list[LaneState]:
    """Those of the user's channels ``ids`` that exist; nobody else changes them until the end."""
    facts = _lanes(user_id, ids)
    rows = _lock(len(ids)).all(connection, facts)
    counted = {row.channel: row.jobs for row in _unfinished(len(ids)).all(connection, facts)}
    found = [channel_of(row) for row in rows if not row.deleted]
    return [LaneState(channel=one, unfinished=counted.get(one.id, 0)) for one in found]


def lock_lane(connection: Connection, job_id: str) -> AnyRow | None:
    """The row of the job, as it was before nobody else could take a slot of its lane any more."""
    return _LOCK_LANE.first(connection, {"this": job_id})


def take_slot(connection: Connection, job: AnyRow, rules: LaneRules) -> int | None:
    """A free slot of the lane of ``job``, which `lock_lane` has found."""
    # Asked behind the lock: a statement of PostgreSQL sees what was committed when it began.
    taken = _TAKEN.all(connection, {"user": job.user_id, "lane": job.channel})
    width = rules.width(job.lane_provider, job.lane_width)
    return free_slot([row.slot for row in taken], width)


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
    row = _lock(1).first(connection, _lanes(job.user_id, [job.channel]))
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
