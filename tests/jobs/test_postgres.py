"""PostgreSQL alone: a server that goes and comes back, and transactions that meet."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from secrets import token_hex
from threading import Barrier, Event
from time import monotonic

import pytest
from sqlalchemy import insert, select, text

from jobs.conftest import enrol
from jobs.making import CHANNEL, DEADLINE_S, LEASE, NOW, ROOMY, USER, a_job, accept, new_id
from mien.errors import SetupError, StorageFull
from mien.jobs.access import Tokens
from mien.storage import postgres as settings_of_postgres
from mien.storage.database import Database, retrying
from mien.storage.directory import SqlDirectory
from mien.storage.jobs import SqlJobs
from mien.storage.migrate import migrate
from mien.storage.tables import tokens, users
from mien.testing.postgres import PostgresServer


@pytest.fixture
def databases():
    """Makes databases over URLs, and closes them."""
    with ExitStack() as stack:

        def made(url, **options):
            database = Database(url, **options)
            stack.callback(database.close)
            return database

        yield made


@pytest.fixture(scope="module")
def own_server(postgres):  # skips where there are no programs
    """A server that tests may stop; what it has committed outlives that."""
    with PostgresServer(postgres.programs, durable=True) as server:
        yield server


@pytest.fixture
def lasting(own_server, databases, tmp_path):
    """A migrated database of that server, with `USER` in it."""
    own_server.create(tmp_path.name)
    database = databases(own_server.url(tmp_path.name))
    migrate(database)
    enrol(SqlDirectory(database), USER, CHANNEL)
    return database


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_comes_back_is_used_at_once(own_server, lasting, mode):
    """
    While it is away there is a sentence; when it is back, the first call of every connection works.
    """
    store = SqlJobs(lasting)
    job = a_job()
    accept(store, job)
    with ExitStack() as stack:  # several connections, all of which go
        for _ in range(3):
            stack.enter_context(lasting.reading()).execute(text("SELECT 1"))
    own_server.stop(mode)

    with pytest.raises(SetupError, match=r"^The database cannot be used: connection .*\.$"):
        store.claim(job.id, LEASE, now=NOW)

    own_server.start()

    assert store.claim(job.id, LEASE, now=NOW)
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(lasting.reading()).execute(text("SELECT 1"))


def test_a_transaction_whose_server_goes_says_so(own_server, lasting):
    """
    In the middle of it: a sentence, and nothing was written.
    """

    def change_in_vain():
        with lasting.writing() as connection:
            connection.execute(text("UPDATE users SET name = 'x'"))
            own_server.stop("immediate")
            own_server.start()
            connection.execute(text("UPDATE users SET name = 'y'"))

    with pytest.raises(SetupError, match="The database cannot be used"):
        change_in_vain()

    assert ["anna"] == [token.user for token in SqlDirectory(lasting).tokens()]


@retrying
class Pair:
    """Changes two rows, one after the other."""

    def __init__(self, database):
        self._database = database
        self.tries = 0

    def change(self, first, second, meet):
        self.tries += 1
        with self._database.writing() as connection:
            for name in (first, second):
                change = text("UPDATE users SET name = name || '!' WHERE id = :id")
                connection.execute(change, {"id": name})
                meet()


def test_transactions_that_block_each_other_both_get_through(postgresql_database):
    """
    Each holds what the other one wants: the server undoes one, and it begins again.
    """
    insert = text("INSERT INTO users (id, name, suspended, created) VALUES (:id, :id, FALSE, :now)")
    with postgresql_database.writing() as connection:
        for name in "ab":
            connection.execute(insert, {"id": name, "now": NOW})
    both, met = Barrier(2), Event()
    pairs = [Pair(postgresql_database) for _ in range(2)]

    def meet():
        if not met.is_set():
            both.wait(DEADLINE_S)
            met.set()

    with ThreadPoolExecutor(2) as threads:
        orders = (("a", "b"), ("b", "a"))
        done = [
            threads.submit(pair.change, *order, meet)
            for pair, order in zip(pairs, orders, strict=True)
        ]
        for one in done:
            one.result(DEADLINE_S)
    with postgresql_database.reading() as connection:
        names = sorted(connection.scalars(text("SELECT name FROM users")))

    assert ["a!!", "b!!"] == names
    assert 3 == sum(pair.tries for pair in pairs)


def until_one_waits(database):
    """Return when a transaction waits for another one."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    end = monotonic() + DEADLINE_S
    while True:
        with database.reading() as connection:
            if connection.scalar(waiting):
                return
        assert monotonic() < end, "nobody waits"


def test_who_comes_second_sees_who_came_first(postgresql_database):
    """
    Two make a user of the same name at once: the second one's is undone, and it finds the first's.
    """
    desk = Tokens(desk=SqlDirectory(postgresql_database), new_id=new_id)
    with ThreadPoolExecutor(1) as thread:
        with postgresql_database.writing() as connection:
            first = {"id": "1", "name": "bob", "suspended": False, "created": NOW}
            connection.execute(insert(users), first)
            second = thread.submit(desk.create, "laptop", user="bob")
            until_one_waits(postgresql_database)
        token = second.result(DEADLINE_S).token
    with postgresql_database.reading() as connection:
        owners = list(connection.scalars(select(tokens.c.user_id).where(tokens.c.id == token.id)))

    assert ["1"] == owners


def test_a_look_sees_one_state(postgresql_database):
    """
    What is written meanwhile is not seen, and a look cannot write.
    """
    enrol(SqlDirectory(postgresql_database), USER, CHANNEL)
    store = SqlJobs(postgresql_database)
    count = text("SELECT count(*) FROM jobs")
    with postgresql_database.reading() as connection:
        before = connection.scalar(count)
        accept(store, a_job())

        assert before == connection.scalar(count)

    def write_while_reading():
        with postgresql_database.reading() as connection:
            connection.execute(text("DELETE FROM jobs"))

    with pytest.raises(SetupError, match="read-only transaction"):
        write_while_reading()


def test_waits_are_bounded(postgresql_database):
    """
    For a lock, and for a transaction that stands still with one.
    """
    with postgresql_database.reading() as connection:
        shown = [
            connection.scalar(text(f"SHOW {name}"))
            for name in ("lock_timeout", "idle_in_transaction_session_timeout", "application_name")
        ]

    assert ["10s", "10s", "mien"] == shown


def test_what_the_url_says_goes_first(new_postgres, databases):
    """
    An operator can choose names and limits of the connection.
    """
    database = databases(f"{new_postgres}&application_name=faces")
    with database.reading() as connection:
        assert "faces" == connection.scalar(text("SHOW application_name"))


def test_more_callers_than_connections_wait_and_are_told(monkeypatch, new_postgres, databases):
    """
    The sentence says that the database is busy, and not which library says so.
    """
    monkeypatch.setattr(settings_of_postgres, "POOL_SIZE", 1)
    monkeypatch.setattr(settings_of_postgres, "POOL_TIMEOUT_S", 0.01)
    database = databases(new_postgres)

    def look_twice():
        with database.reading(), database.reading():
            pass

    with pytest.raises(SetupError, match="The database is too busy"):
        look_twice()
    with database.reading() as connection:
        assert 1 == connection.scalar(text("SELECT 1"))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://anna:hunter2@host:port/mien", "The database's URL cannot be read"),
        ("postgresql://anna:hunter2@127.0.0.1:1/mien", "The database cannot be used: connection"),
        ("postgresql://anna:hunter2@/mien?no_such=1", "The database cannot be used: invalid"),
    ],
)
def test_a_url_that_leads_nowhere_is_a_sentence_without_the_password(databases, url, sentence):
    """
    The operator reads what is wrong, and so may everybody else.
    """

    def look():
        with databases(url).reading():
            pass

    with pytest.raises(SetupError) as refused:
        look()

    assert str(refused.value).startswith(sentence)
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_database_is_named(postgres, databases):
    """
    Making it is the operator's work.
    """
    with pytest.raises(SetupError, match='database "nowhere" does not exist'):
        migrate(databases(postgres.url("nowhere")))


def test_a_database_that_cannot_hold_every_text_is_refused(postgres, databases):
    """
    Before anything is made in it.
    """
    postgres.create("ascii", encoding="SQL_ASCII")
    database = databases(postgres.url("ascii"))

    with pytest.raises(SetupError, match="the encoding SQL_ASCII; create it with ENCODING 'UTF8'"):
        migrate(database)


def test_a_missing_driver_is_named(monkeypatch):
    """
    The extra is the operator's to install.
    """
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(SetupError, match=r"pip install 'mien\[postgres\]'"):
        Database("postgresql://anna@/mien")


@pytest.fixture
def tiny_disk(postgres):
    """A folder of the server's on a disk of 16 MB, twice an empty database."""
    folder = postgres.folder / "tiny"
    folder.mkdir()
    owner = folder.parent.stat().st_uid
    size = f"size=16m,uid={owner},mode=0700"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs root and the right to mount, to make a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_of_the_server_refuses_jobs_and_keeps_the_others(
    postgres, tiny_disk, databases
):
    """
    As on SQLite: the job that has no room is not there at all, those before it can be read.
    """
    postgres.create("tiny", folder=tiny_disk)
    database = databases(postgres.url("tiny"))
    migrate(database)
    enrol(SqlDirectory(database), USER, CHANNEL)
    store = SqlJobs(database, ROOMY)
    kept = []
    # Incompressible, or the server would make it small.
    job = a_job(content=token_hex(500_000))

    def fill():
        nonlocal job
        while True:
            accept(store, job)
            kept.append(job.id)
            job = a_job(content=token_hex(500_000))

    with pytest.raises(StorageFull, match="no room left on the disk"):
        fill()

    assert kept
    assert store.find(job.id) is None
    assert all(store.find(job_id) for job_id in kept)
    database.close()
    postgres.drop("tiny")
