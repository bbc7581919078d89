"""The database file: migrations, manners, and a disk without room."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from jobs.conftest import enrol
from jobs.making import CHANNEL, USER, a_job
from jobs.test_blobs import tiny_disk  # noqa: F401 - a fixture
from mien.errors import SetupError, StorageFull
from mien.storage.database import Database
from mien.storage.directory import SqlDirectory
from mien.storage.jobs import SqlJobs
from mien.storage.migrate import MIGRATIONS, head, migrate, version
from mien.storage.tables import metadata


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


def test_a_newer_database_is_left_alone(database):
    """
    After going back to an older mien: a sentence, and no change.
    """
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SetupError, match="version 9999, made by a newer mien"):
        migrate(database)


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


def test_writers_wait_for_each_other(database):
    """
    Forty writers at once on two connections pools: everybody gets through.
    """
    enrol(SqlDirectory(database), USER, CHANNEL)
    other = Database(str(database.engine.url))
    stores = [SqlJobs(database), SqlJobs(other)]

    with ThreadPoolExecutor(8) as threads:
        accepted = list(threads.map(lambda n: stores[n % 2].accept(a_job(), limit=30), range(40)))
    other.close()

    assert 30 == sum(accepted)
    assert 30 == len(stores[0].waiting(limit=99))


def test_a_transaction_that_fails_leaves_nothing(database):
    """
    Whatever is raised in the middle undoes what was written before.
    """
    insert = text("INSERT INTO users (id, name, suspended, created) VALUES ('1', 'x', 0, '2026')")

    def write_and_stumble():
        with database.writing() as connection:
            connection.execute(insert)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_stumble()

    assert not SqlDirectory(database).has_users()


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
    store = SqlJobs(database)
    kept = []
    job = a_job()

    def fill():
        nonlocal job
        while store.accept(job, limit=10_000):
            kept.append(job.id)
            job = a_job(reply_ref="r" * 1024)

    with pytest.raises(StorageFull, match="no room left on the disk"):
        fill()

    assert kept
    assert store.find(job.id) is None
    assert all(store.find(job_id) for job_id in kept)
    database.close()
