"""Bring a database to the version of this package, at every start."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from mien.errors import SetupError
from mien.storage.database import Database
from mien.storage.postgres import take_turn

MIGRATIONS = Path(__file__).parent / "migrations"
#: Where Alembic notes the version.
VERSION_TABLE = "alembic_version"


def head() -> str:
    """The newest version: the number that the last file of ``versions`` begins with."""
    return max(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def migrate(database: Database) -> None:
    """Run the steps that ``database`` lacks, in one transaction; usually there is none.

    Raises:
        SetupError: when a newer mien has made the database, or it cannot be used.
        StorageFull: when there is no room; the database is as it was.
    """
    with database.reading() as connection:
        if version(connection) == head():
            return
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            take_turn(connection)
        # Looked at again, because another process may have been faster.
        found = version(connection)
        if found is not None and found > head():
            raise SetupError(
                f"The database has version {found}, made by a newer mien; "
                f"this one knows versions up to {head()}."
            )
        if found != head():
            upgrade(connection)


def version(connection: Connection) -> str | None:
    """The database's version; None when it is empty."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - a constant
    return found


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the steps up to the version ``to``, in the transaction of ``connection``."""
    # Imported here because it takes longer than all else that `mien tokens` does.
    from alembic import command  # noqa: PLC0415 - as said
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
