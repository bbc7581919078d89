"""Idempotency in SQL."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select

from mien.jobs.keys import REMEMBERED, Key
from mien.jobs.model import Job
from mien.storage.tables import idempotency, tokens

# The second of two equal requests at once waits here for the first, and finds its job.
_LOCK = select(tokens.c.id).where(tokens.c.id == bindparam("token")).with_for_update()
_THIS = (idempotency.c.token_id == bindparam("token")) & (idempotency.c.name == bindparam("key"))
_RECALL = select(idempotency.c.fingerprint, idempotency.c.job_id).where(
    _THIS, idempotency.c.created > bindparam("since")
)
_FORGET = delete(idempotency).where(_THIS)
_FORGET_OLD = delete(idempotency).where(idempotency.c.created <= bindparam("since"))


def recall(connection: Connection, key: Key, now: datetime) -> tuple[str, str] | None:
    """Fingerprint and job of the request that came under ``key`` before, if one did."""
    connection.execute(_LOCK, {"token": key.token_id})
    facts = {"token": key.token_id, "key": key.name, "since": now - REMEMBERED}
    row = connection.execute(_RECALL, facts).first()
    return None if row is None else (row.fingerprint, row.job_id)


def remember(connection: Connection, key: Key, job: Job) -> None:
    """Write down that ``job`` came of the request that is called ``key``."""
    connection.execute(_FORGET, {"token": key.token_id, "key": key.name})
    connection.execute(
        insert(idempotency).values(
            token_id=key.token_id,
            name=key.name,
            fingerprint=key.fingerprint,
            job_id=job.id,
            created=job.created,
        )
    )


def forget_old(connection: Connection, now: datetime) -> None:
    """Forget the keys whose day is over."""
    connection.execute(_FORGET_OLD, {"since": now - REMEMBERED})
