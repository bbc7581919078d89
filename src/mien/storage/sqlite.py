"""How SQLite is set up: readers beside one writer, patience, and commits that last."""

import sqlite3
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, event

from mien.storage.prepared import driven

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
#: Execution option: how the transactions of a connection begin.
BEGINS = "mien_begins"
#: IMMEDIATE takes the write lock at once: one that reads first and writes then could be refused in
#: between, and waiting would not help it.
WRITING = "BEGIN IMMEDIATE"
READING = "BEGIN"
#: A statement by itself needs none.
LOOKING = ""
_EXTENDED = 0xFF  # the primary result code is the lowest byte


def prepare_sqlite(engine: Engine, synchronous: str) -> None:
    """Set up every connection of ``engine``."""
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


def is_full(error: sqlite3.Error) -> bool:
    """Whether ``error`` says that the disk has no room."""
    code = getattr(error, "sqlite_errorcode", None)  # the driver's own errors have none
    return code is not None and (
        code & _EXTENDED == sqlite3.SQLITE_FULL
        # The shared index of the log could not grow.
        or code == sqlite3.SQLITE_IOERR_SHMSIZE
    )


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
    begin = connection.get_execution_options().get(BEGINS, READING)
    if begin:
        driven(connection, begin)
