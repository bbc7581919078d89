"""Folders for work that goes on after a crash: the same work finds its own again."""

import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from mien.errors import InputError, StorageFull

LOCK = "lock"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
#: More than that at the same work at the same time is a mistake.
MOST_TWINS = 100
#: What nobody has come back to for this long is thrown away, seconds.
FORGOTTEN_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Workshop:
    """A folder of folders, one for each piece of work in progress."""

    folder: Path

    @contextmanager
    def bench(self, *facts: bytes) -> Iterator[Path]:
        """The folder of the work that ``facts`` describe; nobody else has it meanwhile.

        It is removed when the work is done, or cannot be. Work that is stopped or crashes leaves it
        behind, for whoever does the same again.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._tidy()
        mark = hashlib.sha256()
        for fact in facts:
            mark.update(len(fact).to_bytes(8) + fact)
        path, handle = self._taken(mark.hexdigest()[:32])
        try:
            yield path
            _remove(path)
        except InputError:
            _remove(path)
            raise
        except OSError as error:
            if error.errno in NO_ROOM:
                raise StorageFull(f"There is no room left in {self.folder}.") from error
            raise
        finally:
            os.close(handle)

    def _taken(self, name: str) -> tuple[Path, int]:
        for twin in range(MOST_TWINS):
            path = self.folder / (f"{name}-{twin}" if twin else name)
            path.mkdir(exist_ok=True)
            handle = _locked(path / LOCK)
            if handle is not None:
                os.utime(path)
                return path, handle
        raise OSError(f"{MOST_TWINS} processes are at the same work")

    def _tidy(self) -> None:
        """Throw away what nobody has come back to."""
        for path in self.folder.iterdir():
            with suppress(OSError):
                if time.time() - path.stat().st_mtime < FORGOTTEN_S:
                    continue
                handle = _locked(path / LOCK)
                if handle is not None:
                    _remove(path)
                    os.close(handle)


def _remove(path: Path) -> None:
    """Remove the bench ``path``, whose lock is held.

    Under another name first: somebody who comes for the same work in this moment would begin in a folder whose
    files still go, one after the other.
    """
    with suppress(OSError):
        path = path.rename(path.with_name(f"{path.name}.{token_hex(4)}"))
    shutil.rmtree(path, ignore_errors=True)


def _locked(path: Path) -> int | None:
    """A handle that holds the lock at ``path``; None when another process holds it."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        return None  # its folder was thrown away this moment
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    if not _is_at(path, handle):
        os.close(handle)
        return None
    return handle


def _is_at(path: Path, handle: int) -> bool:
    """Whether the open file is still the one at ``path``: it may have been removed, and made anew by another."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
