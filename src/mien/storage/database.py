"""The connection to the database: how transactions begin, and what its errors mean."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from mien.errors import SetupError, StorageFull

#: How long a writer waits for another process's transaction. Ours take milliseconds; ten
#: seconds is a disk in trouble.
BUSY_TIMEOUT_MS = 10_000
#: Between two tries to switch a new database to writing ahead.
SWITCH_AGAIN_S = 0.02
#: NORMAL: a commit is safe from the death of every process the moment it returns, and from a
#: power cut once the system has written it back, some seconds later; the file is never damaged.
#: FULL waits for the disk at every commit, three times a job: 1 ms on a quiet SSD, 12 ms and more
#: on a busy one, where all else that a job adds is 5 ms.
NORMAL = "NORMAL"
FULL = "FULL"
#: Execution option of connections that are going to write.
WRITES = "mien_writes"
DISK_FULL = "There is no room left on the disk where mien keeps its data."
_EXTENDED = 0xFF  # the primary result code is the lowest byte


class Database:
    """An SQL database. Threads share it; every process builds its own."""

    def __init__(self, url: str, *, sync: bool = False, pooled: bool = True) -> None:
        """Nothing is opened yet.

        Args:
            url: as SQLAlchemy writes it, e.g. ``sqlite:////data/mien.db``.
            sync: whether a commit waits until it is safe from a power cut.
            pooled: whether connections stay open for the next use, until `close`.
        """
        self.engine = create_engine(url) if pooled else create_engine(url, poolclass=NullPool)
        if self.engine.dialect.name == "sqlite":
            _prepare_sqlite(self.engine, FULL if sync else NORMAL)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to look with; sees one state of the database.

        Raises:
            SetupError: when the database cannot be used.
        """
        with translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, committed at the end, undone by any exception.

        Raises:
            StorageFull: when there is no room; nothing is written.
            SetupError: when the database cannot be used.
        """
        with translated(), self.engine.connect() as connection:
            connection.execution_options(**{WRITES: True})
            with connection.begin():
                yield connection

    def scrub(self) -> None:
        """Leave nothing of what was deleted in the database's files, as far as nobody reads them now.

        SQLite's log holds old pages until it is written back; PostgreSQL has its own vacuum.
        """
        if self.engine.dialect.name != "sqlite":
            return
        with translated(), self.engine.connect() as connection:
            # The driver's connection: no checkpoint runs inside a transaction.
            driver: Any = connection.connection.dbapi_connection
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the database into ours.

    Raises:
        StorageFull: the disk is full.
        SetupError: everything else that the database cannot do.
    """
    try:
        yield
    except DBAPIError as error:
        if _is_full(error.orig):
            raise StorageFull(DISK_FULL) from error
        raise SetupError(f"The database cannot be used: {error.orig}.") from error


def _is_full(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return False
    return bool(
        code & _EXTENDED == sqlite3.SQLITE_FULL
        # The shared index of the log could not grow.
        or code == sqlite3.SQLITE_IOERR_SHMSIZE
    )


def _prepare_sqlite(engine: Engine, synchronous: str) -> None:
    pragmas = (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        f"synchronous = {synchronous}",
        "foreign_keys = ON",
        # What is deleted is overwritten with zeros, not left in free pages.
        "secure_delete = ON",
    )

    def set_up(connection: Any, _record: object) -> None:
        # The driver's own transactions begin at the first write, which is too late to be safe
        # from a second writer; `_begin` begins them.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        _switch_to_wal(connection)

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _begin)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Make the database write ahead; it stays so, and later calls change nothing.

    SQLite refuses the first switch at once while another process makes it too, whatever the busy
    timeout says, so the waiting is done here.
    """
    give_up = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _EXTENDED != sqlite3.SQLITE_BUSY or monotonic() > give_up:
                raise
            sleep(SWITCH_AGAIN_S)
        else:
            return


def _begin(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once: one that reads first and writes then could be
    # refused in between, and waiting would not help it.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
