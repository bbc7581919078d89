"""Pictures that many tests share: shipped by registry packages, or the test set beside the checkout."""

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from matplotlib import cbook
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from mien.storage.database import Database
from mien.storage.migrate import migrate
from mien.testing.postgres import PostgresServer, binaries

HERE = Path(__file__).resolve().parent
#: Of databases; no two of a run have the same.
NUMBERS = count()
BESIDE = HERE.parent.parent / "shared" / "faces"

# A machine that is busy with other things is slow, and no test is wrong for that.
settings.register_profile(
    "patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

# A job in a shell's background ignores Ctrl-C, and so would the programs that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def faces_dir() -> Path:
    """The folder of 197 test faces; tests that need it are skipped where it does not exist."""
    folder = Path(os.environ.get("MIEN_TEST_FACES", BESIDE))  # noqa: TID251 - the tests' own switch
    if not (folder / "manifest.csv").is_file():
        pytest.skip(f"needs the face test set; not found at {folder} (MIEN_TEST_FACES names it)")
    return folder


@pytest.fixture(scope="session")
def astronaut() -> NDArray[np.uint8]:
    """``(512, 512, 3)`` RGB: Eileen Collins, NASA, public domain; one frontal face of about 110 px."""
    return np.ascontiguousarray(data.astronaut())


@pytest.fixture(scope="session")
def hopper() -> NDArray[np.uint8]:
    """``(600, 512, 3)`` RGB: Grace Hopper, US Navy, public domain; one face with glasses and cap."""
    path = str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server that leaves nothing behind; it may not be stopped."""
    programs = binaries()
    if programs is None:
        pytest.skip("needs PostgreSQL's programs: on Debian, apt install postgresql")
    with PostgresServer(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind in which nothing was made yet."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'mien.db'}"
    else:
        url = request.getfixturevalue("postgres_url")("template0")
    database = Database(url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def migrated(postgres: PostgresServer) -> str:
    """A migrated database that nobody is connected to, to be copied."""
    postgres.create("migrated")
    database = Database(postgres.url("migrated"))
    migrate(database)
    database.close()
    return "migrated"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[Callable[[str], str]]:
    """Makes a database for each call, a copy of another one; its URL. They go with the test."""
    made = []

    def make(template: str) -> str:
        name = f"test{next(NUMBERS)}"
        postgres.create(name, template=template)
        made.append(name)
        return postgres.url(name)

    yield make
    for name in made:
        postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind without anybody in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'mien.db'}"
    return str(request.getfixturevalue("new_postgres"))


@pytest.fixture
def new_postgres(postgres_url: Callable[[str], str], migrated: str) -> str:
    """The URL of a migrated database of PostgreSQL."""
    return postgres_url(migrated)
