"""How PostgreSQL is set up: bounded waits, and connections that are known to be alive."""

import select
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, text
from sqlalchemy.exc import InvalidatePoolError

from mien.errors import SetupError

#: What a URL says in its query goes before these; libpq documents them.
DEFAULTS = {
    "application_name": "mien",
    "client_encoding": "utf8",  # whatever the environment says
    "connect_timeout": "5",  # seconds; a server that is up answers in milliseconds
    # A server that vanished without a word is noticed, idle or in the middle of a statement.
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",  # milliseconds
    # No transaction of ours takes longer than milliseconds. One that waits for ten seconds is
    # told so, and one that stands still (SIGSTOP) is undone, with its locks.
    "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=10s",
}
#: Connections of one service at the most; each of its workers has two beside them.
POOL_SIZE = 15
#: For one of them to become free; then the caller is told that the database is too busy.
POOL_TIMEOUT_S = 10.0

#: Of the advisory lock; any number that nobody else in the database uses.
MIGRATION_LOCK = 0x6D69656E  # "mien"

DISK_FULL = "53100"
#: serialization_failure, deadlock_detected, unique_violation: two transactions met, and looking
#: again shows what the other one did.
CONFLICTS = frozenset({"40001", "40P01", "23505"})


def with_driver(url: URL) -> URL:
    """``url`` for the driver that we use, psycopg 3."""
    return url.set(drivername="postgresql+psycopg")


def connect_args(url: URL) -> dict[str, str]:
    """What connections are opened with beside ``url``."""
    return {name: value for name, value in DEFAULTS.items() if name not in url.query}


def prepare_postgres(engine: Engine) -> None:
    """Set up every connection of ``engine``."""
    event.listen(engine, "checkout", _require_alive)


def take_turn(connection: Connection) -> None:
    """Wait until no other service migrates the database; the turn ends with the transaction.

    Raises:
        SetupError: the database cannot hold every text.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": MIGRATION_LOCK})
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise SetupError(
            f"The database has the encoding {encoding}; create it with ENCODING 'UTF8'."
        )


def _require_alive(connection: Any, _record: object, _proxy: object) -> None:
    """Have a dead connection replaced, and with it all that are as old.

    The server says nothing to who has not asked, unless it takes its leave. Looking for that costs
    a microsecond; asking whether it is there would cost a round trip at each use.
    """
    poll = select.poll()
    if not connection.closed:
        poll.register(connection.fileno(), select.POLLIN)
    if connection.closed or poll.poll(0):
        raise InvalidatePoolError
