"""A PostgreSQL server of a test's own, from the machine's binaries."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Any, Self

#: Where Debian puts the programs of each version, beside what is in the PATH.
DEBIAN = Path("/usr/lib/postgresql")
#: The server refuses to run as root; then it runs as the first of these that exists.
UNPRIVILEGED = ("postgres", "nobody")
#: For a server that may lose everything with the machine: several times as fast.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
#: Reached over a socket file alone, by as many as a test brings.
OPTIONS = (
    "listen_addresses=''",
    "max_connections=200",
    "log_min_messages=fatal",
    "deadlock_timeout=50ms",  # so that a test of one does not wait for a second
)
USER = "mien"
#: Longest that a start or a stop may take on a slow machine.
PATIENCE_S = 180


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, of the newest version; None when there is none."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(DEBIAN.glob("*/bin"), key=_version, reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdecimal() else 0


class PostgresServer:
    """A running server over a temporary folder; a context manager that removes both."""

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        """Nothing is started yet.

        Args:
            programs: what `binaries` has found.
            durable: whether a commit waits for the disk, as it does in earnest.
        """
        self.programs = programs
        self._options = OPTIONS if durable else OPTIONS + CARELESS
        self.folder = Path()

    def __enter__(self) -> Self:
        # Not below a folder of root's, where the server's user could not go; and the path of a
        # socket has room for 107 characters.
        self.folder = Path(mkdtemp(prefix="mien-pg-"))
        account = _account()
        if account is not None:
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run(
            "initdb",
            *("--pgdata", str(self._data), "--username", USER, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
        )
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if (self._data / "postmaster.pid").exists():
            self.stop(mode="immediate")
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start the server; returns when it answers."""
        options = [*self._options, f"unix_socket_directories='{self.folder}'"]
        given = " ".join(f"-c {option}" for option in options)
        log = str(self.folder / "log")
        self._pg_ctl("start", "--wait", "--log", log, "--options", given)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server: "fast" closes connections, "immediate" is a crash."""
        self._pg_ctl("stop", "--wait", "--mode", mode)

    def url(self, database: str) -> str:
        """Where ``database`` is, for the settings."""
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def create(
        self,
        database: str,
        *,
        template: str = "template0",
        encoding: str = "UTF8",
        folder: Path | None = None,
    ) -> None:
        """Make a database, empty or a copy of another one that nobody is connected to.

        Args:
            folder: where its files lie, on a disk of its own; None: with all others.
        """
        kind = ["--template", template, "--encoding", encoding]
        if folder is not None:
            tablespace = f"CREATE TABLESPACE {database} LOCATION '{folder}'"
            self._run("psql", *self._where, "--command", tablespace, "postgres")
            kind += ["--tablespace", database]
        self._run("createdb", *self._where, *kind, database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._run("dropdb", *self._where, "--force", database)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _where(self) -> Sequence[str]:
        return ("--host", str(self.folder), "--username", USER)

    def _pg_ctl(self, action: str, *words: str) -> None:
        patience = ("--timeout", str(PATIENCE_S))
        self._run("pg_ctl", action, "--silent", "--pgdata", str(self._data), *patience, *words)

    def _run(self, program: str, *words: str) -> None:
        account = _account()
        as_user: dict[str, Any] = {}
        if account is not None:
            as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        # A file and no pipe: the server inherits it, and a pipe's end would not come.
        with (self.folder / "said").open("wb+") as said:
            done = subprocess.run(  # noqa: S603 - a program of PostgreSQL with our own words
                [self.programs / program, *words],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
                **as_user,
            )
            said.seek(0)
            if done.returncode:
                reason = said.read().decode(errors="replace")
                raise RuntimeError(f"{program} failed with {done.returncode}: {reason}")


def _account() -> pwd.struct_passwd | None:
    """Whom the server runs as; None when that is who asks."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError(f"PostgreSQL does not run as root, and there is no {UNPRIVILEGED[-1]}.")
