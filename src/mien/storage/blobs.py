"""Files by key in a folder."""

import errno
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from mien.errors import NotFound, SetupError, StorageFull
from mien.storage.database import DISK_FULL

FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT)
#: A file is written as "<key>#<some letters>" first; one of that name is what a crash has left.
TORN = "#"
TORN_BYTES = 4
PRIVATE_FOLDER = 0o700
#: For its owner alone, like the folder.
FILE_MODE = 0o600
#: How often a job's folder is made anew for a file while who removes another takes it away.
TRIES = 10


class FolderBlobs:
    """`mien.jobs.ports.BlobStore` in a folder on this machine.

    Without a library and with texts as paths: a picture costs seven calls, and by way of an object store's
    threads and objects they took four times as long.
    """

    def __init__(self, folder: Path, *, sync: bool = False) -> None:
        """Make the folder, for nobody else to read, where it does not exist.

        Args:
            sync: whether `put` waits until the file is safe from a power cut.

        Raises:
            StorageFull, SetupError: when that cannot be done.
        """
        self._folder = folder
        self._sync = sync
        with _translated(folder):
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)

    def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        draft = f"{path}{TORN}{secrets.token_hex(TORN_BYTES)}"
        with _translated(self._folder):
            handle = _created(draft)
            try:
                _write(handle, data)
                # Whole, so that nobody sees half of it; the system chooses when it reaches the disk.
                os.rename(draft, path)
                if self._sync:
                    # Journalling file systems write the name of a file together with it.
                    os.fsync(handle)
            finally:
                os.close(handle)
                _remove(draft)  # there is none any more, unless something went wrong

    def get(self, key: str) -> bytes:
        try:
            with _translated(self._folder), open(self._path(key), "rb", buffering=0) as file:
                return file.read()
        except FileNotFoundError as error:
            raise NotFound("There is no such file any more.") from error

    def delete(self, keys: Sequence[str]) -> None:
        paths = [self._path(key) for key in keys]
        with _translated(self._folder):
            for path in paths:
                _remove(path)
        # Not the folders right below ours: there is always somebody about to write there.
        for folder in {os.path.dirname(key) for key in keys if key.count("/") > 1}:
            with suppress(OSError):
                os.rmdir(self._path(folder))

    def _path(self, key: str) -> str:
        """Where the file of ``key`` is.

        Raises:
            ValueError: it would be outside of the folder.
        """
        if key.startswith("/") or ".." in key.split("/"):
            raise ValueError(f"a key names a file of the folder, got {key}")
        return f"{self._folder}/{key}"

    def list(self, prefix: str, *, before: datetime) -> list[str]:
        with _translated(self._folder):
            return sorted(
                path.relative_to(self._folder).as_posix()
                for path in _files(self._folder / prefix)
                if _is_older(path, before)
            )


def _files(folder: Path) -> Iterator[Path]:
    """The files below ``folder``; others may remove files and folders meanwhile."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    for where, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(where, name) for name in names)


def _is_older(path: Path, moment: datetime) -> bool:
    """Whether ``path`` was written before ``moment``, and is still there."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return False


def _created(path: str) -> int:
    """A handle to write the new file ``path`` with, whose folder is made where it is missing."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    for _ in range(TRIES):
        with suppress(FileNotFoundError):
            return os.open(path, flags, FILE_MODE)
        os.makedirs(os.path.dirname(path), exist_ok=True)
    return os.open(path, flags, FILE_MODE)


def _write(handle: int, data: bytes) -> None:
    """Write all of ``data``; a disk that becomes full takes a part of it first, and refuses the rest."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Turn the system's errors into ours; `FileNotFoundError` passes.

    Raises:
        StorageFull: the disk, or the quota on it, is full.
        SetupError: the folder cannot be used.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in FULL_ERRNOS:
            raise StorageFull(DISK_FULL) from error
        raise SetupError(f"The folder {folder} cannot be used: {error.strerror}.") from error
