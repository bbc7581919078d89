"""Statements that go to the driver themselves: the same rows, the same errors, the same transactions."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError

from jobs.conftest import sql_jobs
from jobs.making import NOW, a_job
from mien.errors import SetupError
from mien.storage.prepared import Prepared
from mien.storage.rows import row_of_job
from mien.storage.tables import jobs, users

ADD = Prepared(insert(jobs))
FIND = Prepared(select(jobs).where(jobs.c.id == bindparam("this")))
#: With a value of its own, and one that is given.
PRICE = Prepared(update(jobs).where(jobs.c.price < 7).values(price=bindparam("to"), code=201))


def row_of(connection, job_id):
    """The row of the job, which is there."""
    row = FIND.first(connection, {"this": job_id})
    assert row is not None
    return row


@pytest.fixture
def filled(database):
    """A database with one job, added by SQLAlchemy."""
    job = a_job()
    sql_jobs(database)
    with database.writing() as connection:
        connection.execute(insert(jobs), row_of_job(job))
    return database, job


def test_a_row_is_what_sqlalchemy_makes_of_it(filled):
    """
    Every column of a job, with texts, numbers, times, objects of JSON and nulls.
    """
    database, job = filled

    with database.reading() as connection:
        expected = connection.execute(select(jobs).where(jobs.c.id == job.id)).one()
        (found,) = FIND.all(connection, {"this": job.id})

    assert dict(expected._mapping) == dict(found._mapping)
    assert tuple(expected) == tuple(found)
    assert (expected.created, expected.params) == (found.created, found.params)


def test_what_is_added_is_what_sqlalchemy_adds(filled):
    """
    Times of any zone, objects of JSON, null; columns that are not named have their default.
    """
    database, job = filled
    elsewhere = timezone(timedelta(hours=5))
    told = row_of_job(job) | {"report": {"ms": [1.5, None]}, "cancel_at": NOW.astimezone(elsewhere)}
    with database.writing() as connection:
        assert 1 == ADD.change(connection, told | {"id": "first"})
        connection.execute(insert(jobs), told | {"id": "second"})

    with database.looking() as connection:
        rows = [dict(row_of(connection, name)._mapping) for name in ("first", "second")]

    assert rows[0] | {"id": ""} == rows[1] | {"id": ""}
    assert ({"ms": [1.5, None]}, NOW) == (rows[0]["report"], rows[0]["cancel_at"])


def test_an_insert_takes_other_columns_the_next_time(database):
    """
    Its text depends on what it is given.
    """
    add, find = Prepared(insert(users)), Prepared(select(users).order_by(users.c.id))
    one = {"id": "1", "name": "anna", "suspended": False, "created": NOW}
    with database.writing() as connection:
        add.change(connection, one)
        add.change(connection, one | {"id": "2", "name": "bob", "reply_url": "http://there"})
        rows = find.all(connection, {})

    assert [None, "http://there"] == [row.reply_url for row in rows]


def test_an_update_tells_how_much_it_changed(filled):
    """
    Nothing, and then all that its own condition says.
    """
    database, job = filled
    with database.writing() as connection:
        connection.execute(update(jobs).values(price=9))
        none = PRICE.change(connection, {"to": 3})
        connection.execute(update(jobs).values(price=1))
        some = PRICE.change(connection, {"to": 3})
        row = row_of(connection, job.id)

    assert (0, 1, 3, 201) == (none, some, row.price, row.code)


def test_nothing_is_none(filled):
    """
    No row is None, and no rows are none.
    """
    database, _ = filled
    with database.looking() as connection:
        assert FIND.first(connection, {"this": "x"}) is None
        assert [] == list(FIND.all(connection, {"this": "x"}))


def test_lists_are_refused(filled):
    """
    The text of one is of a certain length, and the next would silently be cut to it.
    """
    database, job = filled
    these = Prepared(select(jobs).where(jobs.c.id.in_(bindparam("these", expanding=True))))

    with (
        database.looking() as connection,
        pytest.raises(ValueError, match="single values, got these"),
    ):
        these.all(connection, {"these": [job.id]})


def test_an_error_is_ours_and_undoes_the_transaction(filled):
    """
    As with SQLAlchemy: the driver's error is translated, and what was written before it is gone.
    """
    database, job = filled

    def twice():
        with database.writing() as connection:
            PRICE.change(connection, {"to": 3})
            ADD.change(connection, row_of_job(job))

    with pytest.raises(SetupError, match="The database cannot be used") as refused:
        twice()

    with database.looking() as connection:
        assert job.price == row_of(connection, job.id).price
    assert isinstance(refused.value.__cause__, DBAPIError)
    assert "unique" in str(refused.value).lower()


def test_a_reader_sees_one_state(filled):
    """
    Two statements of one reading agree, although somebody writes between them.
    """
    database, job = filled
    with database.reading() as reader:
        before = row_of(reader, job.id)
        with database.writing() as writer:
            PRICE.change(writer, {"to": 3})
        after = row_of(reader, job.id)
    with database.looking() as connection:
        now = row_of(connection, job.id)

    assert (job.price, job.price, 3) == (before.price, after.price, now.price)


def test_times_without_a_zone_are_refused(filled):
    """
    The types of the columns check as they do elsewhere.
    """
    database, job = filled
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the mistake in question

    with pytest.raises(ValueError, match="times need a zone"), database.writing() as connection:
        ADD.change(connection, row_of_job(job) | {"id": "x", "cancel_at": naive})
    assert UTC is NOW.tzinfo
