"""The connection to the database: how transactions begin, and what its errors mean."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isfunction
from time import sleep
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from mien.errors import SetupError, StorageFull
from mien.storage import postgres, sqlite
from mien.storage.postgres import connect_args, prepare_postgres, with_driver
from mien.storage.sqlite import BEGINS, FULL, LOOKING, NORMAL, READING, WRITING, prepare_sqlite

DISK_FULL = "There is no room left on the disk where mien keeps its data."
TOO_BUSY = "The database is too busy: no connection to it became free."
NOT_A_URL = (
    "The database's URL cannot be read; it looks like sqlite:////folder/mien.db or "
    "postgresql://user:password@host/name."
)
NO_DRIVER = "PostgreSQL needs a driver that is not installed: pip install 'mien[postgres]'."
#: Between the tries of a transaction that met another one.
PAUSES_S = (0.01, 0.03, 0.1, 0.3)

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")


class Database:
    """An SQL database. Threads share it; every process builds its own."""

    def __init__(self, url: str, *, sync: bool = False, pooled: bool = True) -> None:
        """Nothing is opened yet.

        Args:
            url: as SQLAlchemy writes it, e.g. ``sqlite:////data/mien.db`` or
                ``postgresql://user:password@host/name``.
            sync: whether a commit waits until it is safe from a power cut; for SQLite. PostgreSQL
                waits unless its operator has set it up otherwise.
            pooled: whether connections stay open for the next use, until `close`.

        Raises:
            SetupError: the URL cannot be read, or the driver is not installed.
        """
        self._url = _read(url)
        self._synchronous = FULL if sync else NORMAL
        self._open(pooled=pooled)

    def _open(self, *, pooled: bool) -> None:
        self.engine = _engine(self._url, pooled=pooled)
        if self.engine.dialect.name == "sqlite":
            prepare_sqlite(self.engine, self._synchronous)
            self._writer = self.engine.execution_options(**{BEGINS: WRITING})
            self._reader = self.engine.execution_options(**{BEGINS: READING})
            self._looker = self.engine.execution_options(**{BEGINS: LOOKING})
        else:
            prepare_postgres(self.engine)
            self._writer = self.engine.execution_options()
            self._reader = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._looker = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to look with; sees one state of the database.

        Raises:
            SetupError: when the database cannot be used.
        """
        with translated(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """A connection whose statements each see a state of their own; cheaper than `reading`.

        For one statement, or several that agree whatever happens between them.

        Raises:
            SetupError: when the database cannot be used.
        """
        with translated(), self._looker.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, committed at the end, undone by any exception.

        On PostgreSQL others write beside it: each statement sees what was committed before it
        began, and a row that two want to change is the second one's when the first is done.

        Raises:
            StorageFull: when there is no room; nothing is written.
            SetupError: when the database cannot be used.
        """
        with translated(), self._writer.begin() as connection:
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
        """Close all connections; who comes later opens one for itself, and closes it."""
        used = self.engine
        self._open(pooled=False)
        # Those that are in use come back to a pool that nobody looks after any more.
        event.listen(used.pool, "checkin", _close)
        used.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the database into ours.

    Raises:
        StorageFull: the disk is full.
        SetupError: everything else that the database cannot do.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise SetupError(TOO_BUSY) from error
    except DBAPIError as error:
        if _is_full(error.orig):
            raise StorageFull(DISK_FULL) from error
        # The first line says it; the others show the statement, or try the next address.
        reason = str(error.orig).partition("\n")[0].rstrip(".")
        raise SetupError(f"The database cannot be used: {reason}.") from error


def retrying(cls: type[T]) -> type[T]:
    """Let every public method of ``cls`` try again when its transaction met another one.

    For classes whose methods are one transaction each. What met another transaction was undone,
    so it can begin again, and then sees what the other one did.
    """
    for name, method in list(vars(cls).items()):
        if isfunction(method) and not name.startswith("_"):
            setattr(cls, name, _patient(method))
    return cls


def _patient(method: Callable[P, R]) -> Callable[P, R]:
    @wraps(method)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        for pause_s in PAUSES_S:
            try:
                return method(*args, **kwargs)
            except SetupError as error:
                if not _is_conflict(error.__cause__):
                    raise
            sleep(pause_s)
        return method(*args, **kwargs)

    return tried


def _close(_connection: object, record: ConnectionPoolEntry) -> None:
    record.close()


def _read(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # Not chained: the library repeats the URL, and in it the password.
        raise SetupError(NOT_A_URL) from None


def _engine(url: URL, *, pooled: bool) -> Engine:
    if url.get_backend_name() == "sqlite":
        return create_engine(url) if pooled else create_engine(url, poolclass=NullPool)
    pool: dict[str, Any] = {"poolclass": NullPool}
    if pooled:
        pool = {
            "pool_size": postgres.POOL_SIZE,
            "max_overflow": 0,
            "pool_timeout": postgres.POOL_TIMEOUT_S,
        }
    try:
        return create_engine(with_driver(url), connect_args=connect_args(url), **pool)
    except ModuleNotFoundError as error:
        raise SetupError(NO_DRIVER) from error


def _is_full(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        return sqlite.is_full(error)
    return _sqlstate(error) == postgres.DISK_FULL


def _is_conflict(error: BaseException | None) -> bool:
    return isinstance(error, DBAPIError) and _sqlstate(error.orig) in postgres.CONFLICTS


def _sqlstate(error: BaseException | None) -> str | None:
    """PostgreSQL's code for what went wrong; None when SQLite says it, or nobody."""
    return getattr(error, "sqlstate", None)
