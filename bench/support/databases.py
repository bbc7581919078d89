"""A fresh database of each kind, as durable as in earnest, for benches."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mien.testing.postgres import PostgresServer, binaries

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@contextmanager
def kinds() -> Iterator[dict[str, PostgresServer | None]]:
    """The kinds that this machine can measure, with the server of each."""
    programs = binaries()
    if programs is None:
        yield {SQLITE: None}
        return
    with PostgresServer(programs, durable=True) as server:
        yield {SQLITE: None, POSTGRESQL: server}


@contextmanager
def fresh(server: PostgresServer | None) -> Iterator[tuple[Path, str]]:
    """An empty data folder, and the URL of an empty database for it."""
    with TemporaryDirectory(prefix="mien-bench-") as name:
        folder = Path(name)
        if server is None:
            yield folder, f"sqlite:///{folder / 'mien.db'}"
            return
        database = folder.name.replace("-", "_").lower()
        server.create(database)
        try:
            yield folder, server.url(database)
        finally:
            server.drop(database)
