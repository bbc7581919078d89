"""Files by key in a folder, through obstore."""

import errno
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore

from mien.errors import NotFound, SetupError, StorageFull
from mien.storage.database import DISK_FULL

#: How obstore, which has no error of its own for it, reports ENOSPC and EDQUOT.
FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT)
FULL = re.compile(rf"\(os error ({errno.ENOSPC}|{errno.EDQUOT})\)")
#: obstore writes to "<key>#1" first; such a file is what a crash has left.
TORN = "#"
PRIVATE_FOLDER = 0o700


class FolderBlobs:
    """`mien.jobs.ports.BlobStore` in a folder on this machine."""

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
            self._store = LocalStore(prefix=folder)

    def put(self, key: str, data: bytes) -> None:
        with _translated(self._folder):
            # Not in parts: those are written side by side, and when the disk is full one may still
            # hold room on it after the error is out.
            obstore.put(self._store, key, data, use_multipart=False)
            # obstore renames a finished file into place, so that nobody sees half of one, but
            # leaves it to the system when it reaches the disk.
            if self._sync:
                # Journalling file systems write the name of a file together with it.
                _sync(self._folder / key)

    def get(self, key: str) -> bytes:
        try:
            with _translated(self._folder):
                return obstore.get(self._store, key).bytes().to_bytes()
        except FileNotFoundError as error:
            raise NotFound("There is no such file any more.") from error

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            with _translated(self._folder):
                self._delete(key)

    def _delete(self, key: str) -> None:
        try:
            if TORN in key:
                (self._folder / key).unlink()
            else:
                obstore.delete(self._store, key)
        except FileNotFoundError:
            return
        # The folder of one job, which nobody else writes to. Not those above it, as obstore's
        # own clean-up would: others are about to write there.
        with suppress(OSError):
            (self._folder / key).parent.rmdir()

    def list(self, prefix: str, *, before: datetime) -> list[str]:
        # Not obstore's list, which hides torn files.
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


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Turn errors of the store into ours; `FileNotFoundError` passes.

    Raises:
        StorageFull: the disk, or the quota on it, is full.
        SetupError: the folder cannot be used.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        if FULL.search(str(error)) or getattr(error, "errno", None) in FULL_ERRNOS:
            raise StorageFull(DISK_FULL) from error
        reason = str(error).partition("\n")[0]
        raise SetupError(f"The folder {folder} cannot be used: {reason}.") from error
