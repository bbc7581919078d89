"""How much the crash suite does: a little in `make test`, much in `make crash`."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from crash.callers import Caller
from crash.fleet import Service, running
from crash.ledger import Ledger, receiver
from crash.served import Book
from crash.world import MakeWorld, World, set_lanes
from mien.bootstrap.desk import open_desk
from mien.settings import Settings

#: So that a job which is killed again and again does not fail; it is tried three times by default.
MAX_ATTEMPTS = 100


def pytest_addoption(parser: pytest.Parser) -> None:
    """The size of the suite."""
    group = parser.getgroup("crash")
    group.addoption("--crash-jobs", type=int, default=20, help="jobs of a run")
    group.addoption("--crash-points", type=int, default=10, help="points at which something dies")
    group.addoption("--crash-seed", type=int, default=1, help="chooses the points")
    group.addoption("--crash-timed", action="store_true", help="be strict about the time as well")


@pytest.fixture
def worlds(
    tmp_path: Path, database_url: str, request: pytest.FixtureRequest
) -> Iterator[MakeWorld]:
    """Makes a world with so many services, started."""
    ledger, book = Ledger(), Book(tmp_path / "book")
    seed = request.config.getoption("--crash-seed")
    services: list[Service] = []
    variables = {
        "MIEN_DATA_DIR": str(tmp_path / "data"),
        "MIEN_DATABASE_URL": database_url,
        "MIEN_WORKERS": "2",
        "MIEN_MAX_ATTEMPTS": str(MAX_ATTEMPTS),
        "MIEN_PUBLIC_URL": "",
        "MIEN_CALLBACK_ALLOW_PRIVATE": "1",
    }
    with receiver(ledger) as reply_url, running(services):

        def make(number: int) -> World:
            for one in range(number):
                log = tmp_path / f"service-{one}.log"
                services.append(Service(book=book, settings=variables, log=log))
                services[-1].start()
            settings = Settings.load(data_dir=tmp_path / "data", database_url=database_url)
            caller = Caller(
                services=services,
                token=open_desk(settings).tokens.create("callers").key,
                ledger=ledger,
                chance=Random(seed),
                reply_url=reply_url,
            )
            set_lanes(caller, settings, book)
            return World(
                folder=tmp_path,
                database_url=database_url,
                book=book,
                services=services,
                ledger=ledger,
                caller=caller,
            )

        yield make
