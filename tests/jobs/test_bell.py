"""What services on one PostgreSQL tell each other."""

from contextlib import ExitStack
from queue import SimpleQueue

import pytest
from sqlalchemy import text

from jobs.making import DEADLINE_S
from mien.storage.database import Database

bell = pytest.importorskip("mien.storage.bell", reason="needs PostgreSQL's driver, psycopg")


class Service:
    """A bell of a database of its own, and what it has heard."""

    def __init__(self, url):
        self.database = Database(url)
        self.bell = bell.PostgresBell(self.database)
        self.heard: SimpleQueue[str] = SimpleQueue()

    def __enter__(self):
        self.bell.start(self.heard.put)
        self.next_is("")  # it listens
        return self

    def __exit__(self, *_):
        self.bell.stop()
        self.database.close()

    def next_is(self, news):
        assert news == self.heard.get(timeout=DEADLINE_S)


@pytest.fixture
def services(new_postgres):
    """Makes services that listen."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Service(new_postgres))


def test_others_hear_and_oneself_does_not(services):
    """
    What one rings, the two others hear, in its order.
    """
    one, *others = services(), services(), services()
    for news in ("a" * 32, "", "b" * 32):
        one.bell.ring(news)
    for other in others:
        for news in ("a" * 32, "", "b" * 32):
            other.next_is(news)
    others[0].bell.ring("c" * 32)

    one.next_is("c" * 32)


def test_the_last_words_are_heard(services):
    """
    What a service says while it leaves still goes out.
    """
    one, other = services(), services()
    one.bell.ring("a" * 32)
    one.bell.stop()
    one.bell.ring("too late")

    other.next_is("a" * 32)


def test_a_bell_whose_connection_was_cut_rings_again(services, monkeypatch):
    """
    It says that something may have been missed, and hears and tells as before.
    """
    monkeypatch.setattr(bell, "RETRY_S", 0.01)
    one, other = services(), services()
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    )
    with one.database.reading() as connection:
        connection.execute(cut)
    for service in (one, other):
        service.next_is("")
    one.bell.ring("a" * 32)
    other.next_is("a" * 32)
    other.bell.ring("b" * 32)

    one.next_is("b" * 32)
