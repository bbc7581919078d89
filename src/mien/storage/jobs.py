"""Jobs in SQL: every move is one conditional update."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    delete,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from mien.errors import LeaseLost
from mien.jobs.admission import Accepted, Admission, Known, recalled
from mien.jobs.identities import Change
from mien.jobs.lanes import LaneQueue, LaneRules
from mien.jobs.model import (
    FINAL,
    MOVES,
    RUNNING,
    UNFINISHED,
    Attachment,
    Ending,
    Job,
    Lease,
    Progress,
    Status,
)
from mien.jobs.pages import JobQuery
from mien.jobs.ports import Renewal
from mien.storage.database import Database, retrying
from mien.storage.deliveries import add_delivery
from mien.storage.identities import make_change
from mien.storage.keys import forget_old, recall, remember
from mien.storage.lanes import lane_states, lock_lane, pay, pay_back, queues, take_slot
from mien.storage.prepared import Prepared
from mien.storage.rows import (
    ENDING,
    RESULT,
    attachment_of,
    facts_of,
    job_of,
    row_of_job,
    row_of_result,
)
from mien.storage.tables import channels, jobs, pictures


def _before(status: Status) -> list[str]:
    """Statuses from which ``status`` is a legal move."""
    return sorted(origin.value for origin, moves in MOVES.items() if status in moves)


# Statements are built once: building one takes as long as running it. Those that every picture runs are
# prepared.
_THIS = jobs.c.id == bindparam("this")
#: The job is running under this fencing number.
_HELD = _THIS & (jobs.c.fence == bindparam("held")) & jobs.c.status.in_(sorted(RUNNING))
_NO_LEASE: dict[str, Any] = {
    "lease_owner": None,
    "lease_until": None,
    "slot": None,
    "stage": None,
    "fraction": None,
}

_FIND = Prepared(select(jobs).where(_THIS))
_ADD = Prepared(insert(jobs))
_ADD_RESULT = Prepared(insert(pictures))
_MESSAGE = select(jobs.c.id).where(
    jobs.c.user_id == bindparam("owner"),
    jobs.c.channel == bindparam("lane"),
    jobs.c.message_id == bindparam("message"),
)
_RESULTS = select(pictures).where(pictures.c.job_id == bindparam("this")).order_by(pictures.c.id)
_RESULT = select(pictures).where(pictures.c.id == bindparam("picture"), pictures.c.kind == RESULT)
_CLAIM = Prepared(
    update(jobs)
    # The fencing number that was seen: others may have had the job while the lane was waited for.
    .where(_THIS, jobs.c.status == Status.CREATED.value, jobs.c.fence == bindparam("seen"))
    .values(
        status=Status.STARTED.value,
        fence=jobs.c.fence + 1,
        attempts=jobs.c.attempts + 1,
        slot=bindparam("free"),
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until"),
        updated=bindparam("now"),
    )
)
#: The work of the job goes on under this fencing number, although it may be cancelled.
_LEASED_STILL = _THIS & (jobs.c.fence == bindparam("held")) & jobs.c.slot.is_not(None)
_RENEW = update(jobs).where(_HELD).values(lease_until=bindparam("until"))
_REPORT = _RENEW.values(
    status=Status.PROGRESS.value,
    stage=bindparam("now_stage"),
    fraction=bindparam("now_fraction"),
    updated=bindparam("now"),
)
_RENEW_CANCELLED = update(jobs).where(_LEASED_STILL).values(lease_until=bindparam("until"))
_CANCEL = update(jobs).where(_THIS, jobs.c.status.in_(_before(Status.CANCELLED))).values(**ENDING)
#: By the status at the end.
_FINISH = {
    status: Prepared(
        update(jobs)
        .where(_HELD, jobs.c.status.in_(_before(status)))
        .values(**ENDING, **_NO_LEASE)
        .returning(jobs.c.user_id, jobs.c.reply_url)
    )
    for status in FINAL
}
_HAND_BACK = (
    update(jobs)
    .where(_HELD)
    .values(
        status=Status.CREATED.value,
        attempts=jobs.c.attempts - bindparam("unspent"),
        updated=bindparam("now"),
        **_NO_LEASE,
    )
)
_RELEASE = update(jobs).where(_LEASED_STILL, jobs.c.status.in_(sorted(FINAL))).values(**_NO_LEASE)
_LEASED = select(jobs).where(jobs.c.slot.is_not(None))
#: An end takes the time away, so these are unfinished.
_EXPIRED = select(jobs).where(jobs.c.cancel_at.is_not(None), jobs.c.cancel_at <= bindparam("now"))
#: The time of making leads the index, and what ended before was made before.
_OLD = (
    select(jobs)
    .where(
        jobs.c.created < bindparam("moment"),
        jobs.c.updated < bindparam("moment"),
        jobs.c.status.in_(sorted(FINAL)),
        jobs.c.slot.is_(None),
    )
    .order_by(jobs.c.created)
    .limit(bindparam("most"))
)
_FORGET = delete(jobs).where(
    jobs.c.id.in_(bindparam("these", expanding=True)), jobs.c.status.in_(sorted(FINAL))
)
_UNFINISHED = select(jobs.c.id).where(
    jobs.c.id.in_(bindparam("these", expanding=True)), jobs.c.status.in_(sorted(UNFINISHED))
)
#: Lane by lane, because there is an index of lanes.
_UNFINISHED_OF = (
    select(jobs.c.id)
    .join(channels, (channels.c.user_id == jobs.c.user_id) & (channels.c.id == jobs.c.channel))
    .where(channels.c.user_id == bindparam("user"), jobs.c.status.in_(sorted(UNFINISHED)))
    .order_by(jobs.c.created, jobs.c.id)
)


@retrying
class SqlJobs:
    """`mien.jobs.ports.JobStore` over a `Database`."""

    def __init__(self, database: Database, rules: LaneRules | None = None) -> None:
        self._database = database
        self._rules = rules or LaneRules()

    def accept(self, admission: Admission) -> Accepted | Known:
        user_id = admission.job.user_id
        with self._database.writing() as connection:
            known = self._known(connection, admission)
            if known is not None:
                return known
            states = lane_states(connection, user_id, admission.channels)
            accepted = admission.settle(states, self._rules)
            pay(connection, accepted.channel)
            _ADD.change(connection, row_of_job(accepted.job))
            if admission.key is not None:
                remember(connection, admission.key, accepted.job)
        return accepted

    @staticmethod
    def _known(connection: Connection, admission: Admission) -> Known | None:
        """The job that was accepted under the same key, if there is one."""
        key = admission.key
        before = recall(connection, key, admission.job.created) if key else None
        if key is None or before is None:
            return None
        fingerprint, job_id = before
        job = _find(connection, job_id)
        return recalled(key, fingerprint, job) if job else None

    def find(self, job_id: str) -> Job | None:
        with self._database.looking() as connection:
            return _find(connection, job_id)

    def jobs_of(self, query: JobQuery) -> list[Job]:
        with self._database.reading() as connection:
            rows = connection.execute(_listing(query)).all()
            results = _results_of(connection, [row.id for row in rows])
        return [job_of(row, tuple(results[row.id])) for row in rows]

    def find_message(self, user_id: str, channel: str, message_id: str) -> Job | None:
        facts = {"owner": user_id, "lane": channel, "message": message_id}
        with self._database.reading() as connection:
            job_id = connection.scalar(_MESSAGE, facts)
            return None if job_id is None else _find(connection, job_id)

    def unfinished_of(self, user_id: str) -> list[str]:
        with self._database.looking() as connection:
            return list(connection.scalars(_UNFINISHED_OF, {"user": user_id}))

    def find_attachment(self, attachment_id: str) -> Attachment | None:
        with self._database.looking() as connection:
            row = connection.execute(_RESULT, {"picture": attachment_id}).first()
        return None if row is None else attachment_of(row)

    def claim(self, job_id: str, lease: Lease, *, now: datetime) -> Job | None:
        facts = {"this": job_id, "owner": lease.owner, "until": lease.until, "now": now}
        with self._database.writing() as connection:
            row = lock_lane(connection, job_id)
            if row is None or row.status != Status.CREATED:
                return None
            job = job_of(row, ())
            facts |= {"free": take_slot(connection, row, self._rules), "seen": job.fence}
            if facts["free"] is None or not _CLAIM.change(connection, facts):
                return None
            return job.claimed(lease, now)

    def renew(
        self, job_id: str, fence: int, *, until: datetime, now: datetime, news: Progress | None
    ) -> Renewal:
        facts = {"this": job_id, "held": fence, "until": until}
        told = {"now_stage": news.stage, "now_fraction": news.fraction, "now": now} if news else {}
        with self._database.writing() as connection:
            if connection.execute(_REPORT if news else _RENEW, facts | told).rowcount:
                return Renewal.HELD
            if connection.execute(_RENEW_CANCELLED, facts).rowcount:
                return Renewal.CANCELLED
        return Renewal.LOST

    def finish(
        self,
        job_id: str,
        fence: int,
        ending: Ending,
        attachments: Sequence[Attachment] = (),
        changes: Sequence[Change] = (),
    ) -> None:
        facts = {"this": job_id, "held": fence} | facts_of(ending)
        with self._database.writing() as connection:
            if ending.status is not Status.COMPLETED:
                pay_back(connection, job_id, ending.timestamp)
            job = _FINISH[ending.status].first(connection, facts)
            if job is None:
                raise LeaseLost(f"The job {job_id} is not this worker's any more.")
            common = {"user_id": job.user_id, "job_id": job_id, "created": ending.timestamp}
            for result in attachments:
                _ADD_RESULT.change(connection, row_of_result(result) | common)
            for change in changes:
                make_change(connection, job.user_id, change)
            if job.reply_url is not None:
                add_delivery(connection, job_id)

    def release(self, job_id: str, fence: int) -> bool:
        with self._database.writing() as connection:
            released = connection.execute(_RELEASE, {"this": job_id, "held": fence})
            return bool(released.rowcount)

    def cancel(self, job_id: str, ending: Ending) -> Job | None:
        with self._database.writing() as connection:
            pay_back(connection, job_id, ending.timestamp)
            facts = {"this": job_id} | facts_of(ending)
            if not connection.execute(_CANCEL, facts).rowcount:
                return None
            add_delivery(connection, job_id)
            return _find(connection, job_id)

    def queues(self, *, limit: int) -> list[LaneQueue]:
        with self._database.reading() as connection:
            return queues(connection, self._rules, limit=limit)

    def expired(self, now: datetime) -> list[Job]:
        with self._database.reading() as connection:
            return [job_of(row, ()) for row in connection.execute(_EXPIRED, {"now": now})]

    def ended_before(self, moment: datetime, *, limit: int) -> list[Job]:
        with self._database.reading() as connection:
            rows = connection.execute(_OLD, {"moment": moment, "most": limit}).all()
            results = _results_of(connection, [row.id for row in rows])
        return [job_of(row, tuple(results[row.id])) for row in rows]

    def forget(self, job_ids: Sequence[str]) -> None:
        if job_ids:
            with self._database.writing() as connection:
                connection.execute(_FORGET, {"these": list(job_ids)})

    def forget_keys(self, now: datetime) -> None:
        with self._database.writing() as connection:
            forget_old(connection, now)

    def leased(self) -> list[Job]:
        with self._database.looking() as connection:
            return [job_of(row, ()) for row in connection.execute(_LEASED)]

    def hand_back(self, job_id: str, fence: int, *, now: datetime, spent: bool) -> bool:
        facts = {"this": job_id, "held": fence, "now": now, "unspent": 0 if spent else 1}
        with self._database.writing() as connection:
            return bool(connection.execute(_HAND_BACK, facts).rowcount)

    def unfinished(self, job_ids: Sequence[str]) -> set[str]:
        with self._database.looking() as connection:
            return set(connection.scalars(_UNFINISHED, {"these": list(job_ids)}))


def _listing(query: JobQuery) -> Select[Any]:
    place = (jobs.c.created, jobs.c.id)
    listing = select(jobs).where(jobs.c.user_id == query.user_id)
    wanted = {"status": query.status, "verb": query.verb, "channel": query.channel}
    for name, value in wanted.items():
        if value is not None:
            listing = listing.where(jobs.c[name] == str(value))
    if query.since is not None:
        listing = listing.where(jobs.c.created >= query.since)
    if query.before is not None:
        created = literal(query.before.created, jobs.c.created.type)
        listing = listing.where(tuple_(*place) < tuple_(created, literal(query.before.id)))
    return listing.order_by(*(column.desc() for column in place)).limit(query.limit)


def _results_of(
    connection: Connection, job_ids: Sequence[str]
) -> defaultdict[str, list[Attachment]]:
    query = select(pictures).where(pictures.c.job_id.in_(job_ids), pictures.c.kind == RESULT)
    found: defaultdict[str, list[Attachment]] = defaultdict(list)
    for row in connection.execute(query.order_by(pictures.c.id)):
        found[row.job_id].append(attachment_of(row))
    return found


def _find(connection: Connection, job_id: str) -> Job | None:
    row = _FIND.first(connection, {"this": job_id})
    if row is None:
        return None
    # Results come with the end and change no more, so that the two looks agree.
    results = connection.execute(_RESULTS, {"this": job_id}) if row.status in FINAL else ()
    return job_of(row, tuple(attachment_of(result) for result in results))
