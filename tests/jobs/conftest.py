"""Stores to test against, real and fake."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from jobs.making import CHANNEL, NOW, OTHER_CHANNEL, ROOMY, USER, memory_jobs
from mien.jobs.accounts import Channel, Token, User
from mien.jobs.lanes import LaneRules
from mien.jobs.ports import BlobStore, JobStore
from mien.storage import tables
from mien.storage.blobs import FolderBlobs
from mien.storage.database import Database
from mien.storage.directory import SqlDirectory
from mien.storage.jobs import SqlJobs
from mien.storage.migrate import migrate
from mien.storage.rows import row_of_channel
from mien.testing import MemoryBlobs, MemoryDirectory
from mien.testing.postgres import PostgresServer

#: What stores are tested on; the first is the fakes.
STORES = ("memory", "sqlite", "postgresql")


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """A migrated database on disk."""
    database = Database(f"sqlite:///{tmp_path / 'mien.db'}")
    migrate(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def shared_database(postgres: PostgresServer, migrated: str) -> Iterator[Database]:
    """A migrated database of PostgreSQL for all tests, one after the other."""
    postgres.create("shared", template=migrated)
    database = Database(postgres.url("shared"))
    yield database
    database.close()


@pytest.fixture
def postgresql_database(shared_database: Database) -> Database:
    """The same, empty: ten times as fast as a new one."""
    names = ", ".join(table.name for table in tables.metadata.sorted_tables)
    with shared_database.writing() as connection:
        connection.execute(text(f"TRUNCATE {names}"))
    return shared_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database without rows, of each kind."""
    return database_of(request)


def database_of(request: pytest.FixtureRequest) -> Database:
    """The database that the parameter of ``request`` names."""
    database: Database = request.getfixturevalue(f"{request.param}_database")
    return database


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> JobStore:
    """A job store with room for the jobs of `USER`."""
    if request.param == "memory":
        return memory_jobs()
    return sql_jobs(database_of(request))


@pytest.fixture(params=STORES)
def directory(request: pytest.FixtureRequest) -> SqlDirectory | MemoryDirectory:
    """A directory without anybody."""
    if request.param == "memory":
        return MemoryDirectory()
    return SqlDirectory(database_of(request))


@pytest.fixture(params=["memory", "folder", "synced folder"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """An empty blob store."""
    if request.param == "memory":
        return MemoryBlobs()
    return FolderBlobs(tmp_path / "blobs", sync=request.param == "synced folder")


def sql_jobs(database: Database, *channels: Channel, rules: LaneRules = ROOMY) -> SqlJobs:
    """A store in the database that knows the two channels of `USER`, or ``channels``."""
    first, *others = channels or (CHANNEL, OTHER_CHANNEL)
    enrol(SqlDirectory(database), USER, first)
    for channel in others:
        add_channel(database, channel)
    return SqlJobs(database, rules)


def add_channel(database: Database, channel: Channel) -> None:
    """Give the channel's user one more."""
    with database.writing() as connection:
        connection.execute(insert(tables.channels).values(**row_of_channel(channel), created=NOW))


def enrol(directory: SqlDirectory, user: User, channel: Channel) -> None:
    """Put a user with a channel into the database."""
    token = Token(id=f"9{user.id}", user=user.name, name="first", last4="1234", created=NOW)
    directory.add_token(token, digest=user.id.rjust(64, "0"), newcomer=user, channel=channel)
