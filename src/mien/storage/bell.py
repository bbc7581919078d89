"""Services on one PostgreSQL tell each other what happened: LISTEN and NOTIFY.

News is an id of a job that has ended, or nothing, which says that something waits. All of it can
be lost: a service that hears nothing finds out at its next sweep.
"""

import logging
import os
import select
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, Final
from uuid import uuid4

import psycopg
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from mien.storage.database import Database

log = logging.getLogger(__name__)

CHANNEL: Final = "mien"
#: Told to everybody, and every service hears itself too: it knows its own voice.
_TELL = f"SELECT pg_notify('{CHANNEL}', news) FROM unnest(%s::text[]) AS news"  # noqa: S608 - a constant
#: Before a lost connection is made anew.
RETRY_S: Final = 1.0
#: For the last news to go out when the service stops.
LAST_WORDS_S: Final = 2.0


class _Waker:
    """Something that a thread can wait for together with a connection; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._out, self._in = os.pipe()
        self._open = True
        os.set_blocking(self._in, False)  # a full pipe wakes as well

    def fileno(self) -> int:
        return self._out

    def wake(self) -> None:
        with self._lock, suppress(BlockingIOError):
            if self._open:
                os.write(self._in, b"!")

    def clear(self) -> None:
        os.read(self._out, select.PIPE_BUF)

    def close(self) -> None:
        with self._lock:
            if self._open:
                os.close(self._in)
                os.close(self._out)
            self._open = False


class PostgresBell:
    """Tells and hears news over a `Database` of PostgreSQL; `start` it once, then `stop` it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._me = uuid4().hex
        self._outbox: SimpleQueue[str] = SimpleQueue()
        self._over = Event()
        self._waker = _Waker()
        self._thread: Thread | None = None

    def ring(self, job_id: str = "") -> None:
        """Tell the others that the job has ended, or, without one, that something waits.

        Any thread may; it never blocks.
        """
        self._outbox.put(f"{self._me} {job_id}")
        self._waker.wake()

    def start(self, hear: Callable[[str], None]) -> None:
        """Begin to listen.

        Args:
            hear: called with the news of others, and with "" when some may have been missed;
                must not block.
        """
        self._thread = Thread(target=self._loop, args=(hear,), name="bell", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Tell the last news, and end."""
        self._over.set()
        self._waker.wake()
        if self._thread is not None:
            self._thread.join(LAST_WORDS_S)
        if self._thread is None or not self._thread.is_alive():
            self._waker.close()  # else it waits for a server that is away, and ends with us

    def _loop(self, hear: Callable[[str], None]) -> None:
        while not self._over.is_set():
            try:
                with closing(self._database.engine.raw_connection()) as lent:
                    connection = lent.driver_connection
                    lent.detach()  # from the pool: it is ours until the end
                    self._attend(_listening(connection), hear)
            except (psycopg.Error, PoolTimeoutError) as error:
                log.warning("others are not heard: %s", error, extra={"event": "bell_silent"})
                self._over.wait(RETRY_S)

    def _attend(self, connection: psycopg.Connection[Any], hear: Callable[[str], None]) -> None:
        hear("")
        poll = select.poll()
        for each in (connection, self._waker):
            poll.register(each, select.POLLIN)
        while True:
            over = self._over.is_set()  # before the outbox is emptied for the last time
            self._tell(connection)
            if over:
                return
            for note in connection.notifies(timeout=0):
                self._pass_on(note.payload, hear)
            if any(handle == self._waker.fileno() for handle, _ in poll.poll()):
                self._waker.clear()

    def _tell(self, connection: psycopg.Connection[Any]) -> None:
        news = list(dict.fromkeys(_emptied(self._outbox)))  # "something waits" once is enough
        if news:
            connection.execute(_TELL, [news])

    def _pass_on(self, news: str, hear: Callable[[str], None]) -> None:
        voice, _, job_id = news.partition(" ")
        if voice != self._me:
            hear(job_id)


def _listening(driver: Any) -> psycopg.Connection[Any]:
    connection: psycopg.Connection[Any] = driver
    connection.autocommit = True
    connection.execute(f"LISTEN {CHANNEL}")
    return connection


def _emptied(queue: SimpleQueue[str]) -> Iterable[str]:
    while True:
        try:
            yield queue.get_nowait()
        except Empty:
            return
