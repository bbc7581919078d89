"""The database: migrations, manners, many at a time, and a disk without room."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, insert, text, update
from sqlalchemy.pool import Pool

from jobs.conftest import enrol, sql_jobs
from jobs.making import CHANNEL, LEASE, NOW, ROOMY, USER, a_job, accept, new_id, waiting
from jobs.test_blobs import tiny_disk  # noqa: F401 - a fixture
from mien.errors import BadRequest, Busy, SetupError, StorageFull
from mien.jobs.access import Tokens
from mien.jobs.accounts import User
from mien.jobs.lanes import LaneRules
from mien.storage.database import Database
from mien.storage.directory import SqlDirectory
from mien.storage.jobs import SqlJobs
from mien.storage.migrate import MIGRATIONS, head, migrate, upgrade, version
from mien.storage.tables import jobs, metadata, users


def url_of(database):
    """Where it is, for another one who wants to use it."""
    return database.engine.url.render_as_string(hide_password=False)


def pragma(database, name):
    with database.reading() as connection:
        return connection.scalar(text(f"PRAGMA {name}"))


def test_the_steps_lead_to_the_tables(database):
    """
    A database that was migrated from nothing is the one that the code describes.
    """
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert [] == compare_metadata(context, metadata)


RAN, DONE = "a" * 32, "b" * 32
#: What a service of version 0002 left when it was killed: a job that ran and one that is done.
BEFORE_LANES = """
    INSERT INTO users (id, name, suspended, created) VALUES ('1', 'anna', false, '2026-01-01');
    INSERT INTO channels (id, user_id, server, discord, provider, created)
        VALUES ('2', '1', '3', 'x', 'engine', '2026-01-01');
    INSERT INTO jobs (id, user_id, verb, status, params, uploads, channel, server, discord,
            created, updated, code, attempts, fence, lease_owner, lease_until)
        VALUES (:ran, '1', 'nothing', 'started', '{}', '{}', '2', '3', 'x',
            '2026-01-01 00:00:00', '2026-01-01 00:00:00', 200, 1, 1, 'old', '2026-01-01 00:00:05');
    INSERT INTO jobs (id, user_id, verb, status, params, uploads, channel, server, discord,
            created, updated, code, attempts, fence)
        VALUES (:done, '1', 'nothing', 'completed', '{}', '{}', '2', '3', 'x',
            '2026-01-01 00:00:00', '2026-01-01 00:00:00', 200, 1, 1);
    INSERT INTO pictures (id, user_id, job_id, kind, key, media_type, size, width, height,
            filename, created)
        VALUES ('9', '1', :done, 'result', 'k', 'image/png', 1, 1, 1, 'f', '2026-01-01')
"""


def test_the_step_to_lanes_keeps_what_is_there(empty_database):
    """
    Channels and results stay; a job that was running waits again, and can be claimed.
    """
    database = empty_database
    with database.writing() as connection:
        upgrade(connection, to="0002")
        for statement in BEFORE_LANES.split(";"):
            named = text(statement)
            values = {"ran": RAN, "done": DONE}
            connection.execute(named, {n: values[n] for n in named._bindparams})
    migrate(database)
    store = SqlJobs(database)

    assert ["2"] == [channel.id for channel in SqlDirectory(database).channels("1")]
    assert store.find_attachment("9")
    assert [RAN] == waiting(store)

    claimed = store.claim(RAN, LEASE, now=NOW)

    assert claimed
    assert (2, "engine") == (claimed.fence, claimed.provider)


def test_two_users_may_have_a_channel_of_the_same_id(database):
    """
    The contract's ids are Discord's: who configured one first does not take it from others.
    """
    directory = SqlDirectory(database)
    enrol(directory, USER, CHANNEL)
    hers = replace(CHANNEL, user_id="1002")
    enrol(directory, User(id="1002", name="bea"), hers)

    assert [CHANNEL] == directory.channels(USER.id)
    assert [hers] == directory.channels("1002")


def test_there_is_one_newest_step_and_it_is_known(database):
    """
    The version that the file names promise is the one that Alembic finds.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    assert [head()] == ScriptDirectory.from_config(config).get_heads()
    with database.reading() as connection:
        assert head() == version(connection)


def test_a_second_start_changes_nothing(database):
    """
    Migrating what is migrated keeps what is there.
    """
    enrol(SqlDirectory(database), USER, CHANNEL)
    migrate(database)

    assert [CHANNEL] == SqlDirectory(database).channels(USER.id)


def test_a_newer_database_is_left_alone(empty_database):
    """
    After going back to an older mien: a sentence, and no change.
    """
    migrate(empty_database)
    with empty_database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SetupError, match="version 9999, made by a newer mien"):
        migrate(empty_database)


FIRST_ROWS = """
INSERT INTO users (id, name, suspended, created)
    VALUES ('1001', 'anna', FALSE, '2026-01-02 03:04:05');
INSERT INTO channels (id, user_id, server, discord, provider, created)
    VALUES ('2001', '1001', '3001', 'eng…secured…ine', 'engine', '2026-01-02 03:04:05');
INSERT INTO jobs (id, user_id, verb, status, params, uploads, channel, server, discord, created,
    updated, code, attempts, fence)
    VALUES ('0123', '1001', 'faceswap-picsi', 'created', '{"options": "-m"}', '{}', '2001', '3001',
    'eng…secured…ine', '2026-01-02 03:04:05', '2026-01-02 03:04:05', 200, 0, 0);
INSERT INTO pictures (id, user_id, job_id, kind, key, media_type, size, width, height, filename,
    created)
    VALUES ('4001', '1001', '0123', 'result', 'k', 'image/png', 1, 2, 3, 'f', '2026-01-02 03:04:05')
"""


def test_what_the_first_version_kept_outlives_every_step(empty_database):
    """
    A job, its picture and its channel of the very first mien are still there, and a worker takes
    the job.
    """
    with empty_database.writing() as connection:
        upgrade(connection, to="0001")
        for row in FIRST_ROWS.split(";"):
            connection.exec_driver_sql(row)
    migrate(empty_database)
    store = SqlJobs(empty_database)
    job = store.claim("0123", LEASE, now=NOW)

    assert job is not None
    assert ({"options": "-m"}, 1) == (job.params, job.attempts)
    assert store.find_attachment("4001")
    assert [CHANNEL] == SqlDirectory(empty_database).channels(USER.id)


def test_many_first_starts_at_once_migrate_once(empty_database):
    """
    Services that start together on an empty database wait for the one that makes it.
    """
    others = [Database(url_of(empty_database)) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(migrate, others))
    for other in others:
        other.close()
    with empty_database.reading() as connection:
        assert head() == version(connection)


@pytest.mark.parametrize(("sync", "synchronous"), [(False, 1), (True, 2)])
def test_sqlite_is_set_up_for_several_processes(tmp_path, sync, synchronous):
    """
    Readers beside a writer, patience, commits that are synced now or soon but never not at all,
    and foreign keys that mean something.
    """
    database = Database(f"sqlite:///{tmp_path / 'mien.db'}", sync=sync)

    assert ("wal", 10_000, synchronous, 1) == (
        pragma(database, "journal_mode"),
        pragma(database, "busy_timeout"),
        pragma(database, "synchronous"),
        pragma(database, "foreign_keys"),
    )

    database.close()


def was_accepted(store):
    """Whether the store has room for one more."""
    try:
        accept(store, a_job())
    except Busy:
        return False
    return True


def test_writers_wait_for_each_other(database):
    """
    Forty writers at once on two connections pools: everybody gets through.
    """
    enrol(SqlDirectory(database), USER, CHANNEL)
    other = Database(url_of(database))
    rules = LaneRules(depth=29, engine_width=1)
    stores = [SqlJobs(database, rules), SqlJobs(other, rules)]

    with ThreadPoolExecutor(8) as threads:
        accepted = list(threads.map(lambda n: was_accepted(stores[n % 2]), range(40)))
    other.close()

    assert 30 == sum(accepted)
    assert 30 == len(waiting(stores[0], limit=99))


def test_a_job_is_claimed_by_one_of_many(database):
    """
    Eight workers want each of twenty jobs: each job is had once, and ends once.
    """
    enrol(SqlDirectory(database), USER, CHANNEL)
    store = SqlJobs(database, ROOMY)
    jobs = [a_job() for _ in range(20)]
    for job in jobs:
        accept(store, job)

    def take(job):
        claimed = store.claim(job.id, LEASE, now=NOW)
        return claimed and claimed.fence

    with ThreadPoolExecutor(8) as threads:
        fences = list(threads.map(take, jobs * 8))

    assert [1] * 20 == [fence for fence in fences if fence]


def test_many_enrol_one_user(database):
    """
    Eight want to make the same user's token at once: one does, the others hear of it.
    """
    other = Database(url_of(database))
    desks = [Tokens(desk=SqlDirectory(one), new_id=new_id) for one in (database, other)]

    def create(n):
        with suppress(BadRequest):
            return desks[n % 2].create("laptop", user="bob")

    with ThreadPoolExecutor(8) as threads:
        made = [token for token in threads.map(create, range(8)) if token]
    other.close()

    assert [token.token for token in made] == desks[0].list()
    assert 1 == len(made)


def test_a_transaction_that_fails_leaves_nothing(database):
    """
    Whatever is raised in the middle undoes what was written before.
    """
    newcomer = {"id": "1", "name": "x", "suspended": False, "created": NOW}

    def write_and_stumble():
        with database.writing() as connection:
            connection.execute(insert(users), newcomer)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_stumble()

    assert not SqlDirectory(database).has_users()


def test_nothing_stays_open_after_the_end(empty_database):
    """
    Neither what was in use when the database was closed, nor what came later.
    """
    closed = []

    def note(connection, _record):
        closed.append(connection)

    event.listen(Pool, "close", note)
    with empty_database.reading() as connection:
        in_use = connection.connection.dbapi_connection
        empty_database.close()
    with empty_database.reading() as connection:
        later = connection.connection.dbapi_connection
    event.remove(Pool, "close", note)

    assert [in_use, later] == closed


def test_a_file_that_is_no_database_is_the_operators_problem(tmp_path):
    """
    A sentence, not the library's error.
    """
    (tmp_path / "mien.db").write_bytes(b"no database" * 1000)
    database = Database(f"sqlite:///{tmp_path / 'mien.db'}")

    with pytest.raises(SetupError, match="The database cannot be used: file is not a database"):
        migrate(database)
    database.close()


def test_a_full_disk_refuses_jobs_and_keeps_the_others(tiny_disk):  # noqa: F811
    """
    The job that has no room is not there at all; those before it are, and can still be read.
    """
    database = Database(f"sqlite:///{tiny_disk / 'mien.db'}")
    migrate(database)
    enrol(SqlDirectory(database), USER, CHANNEL)
    store = SqlJobs(database, LaneRules(depth=10_000))
    kept = []
    job = a_job()

    def fill():
        nonlocal job
        while True:
            accept(store, job)
            kept.append(job.id)
            job = a_job(reply_ref="r" * 1024)

    with pytest.raises(StorageFull, match="no room left on the disk"):
        fill()

    assert kept
    assert store.find(job.id) is None
    assert all(store.find(job_id) for job_id in kept)
    database.close()


def test_uploads_of_older_jobs_begin_where_their_blobs_do(database):
    """
    A job that waited while mien was replaced: its row says nothing of where an upload begins.
    """
    store = sql_jobs(database)
    job = accept(store, a_job()).job
    old = {"image": {"key": f"inputs/{job.id}/image.png", "media_type": "image/png", "size": 3}}
    with database.writing() as connection:
        connection.execute(update(jobs).values(uploads=old))

    found = store.find(job.id)

    assert found is not None
    assert b"abc" == found.uploads["image"].of(b"abc")
    assert (f"inputs/{job.id}/image.png",) == found.upload_keys
