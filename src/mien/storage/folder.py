"""The data folder: private, with the secret that signs addresses."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mien.errors import SetupError, StorageFull
from mien.storage.database import DISK_FULL

#: For the owner alone: pictures of people, tokens' hashes, a secret.
FOLDER_MODE = 0o700
FILE_MODE = 0o600
SECRET = "secret"  # noqa: S105 - a file name
#: Encrypts what users configure, where no setting brings a key.
DISCORD_KEY = "discord-key"
SECRET_BYTES = 32
FULL = (errno.ENOSPC, errno.EDQUOT)


def prepare_folder(folder: Path) -> None:
    """Make the data folder for its owner alone; one that exists keeps its mode.

    Raises:
        StorageFull, SetupError: when it cannot be made, or not written to.
    """
    with _translated(folder):
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SetupError(f"The data folder {folder} cannot be written to.")


def read_secret(folder: Path, name: str = SECRET) -> bytes:
    """The folder's secret of that name, 32 random bytes, made when there is none.

    Raises:
        StorageFull, SetupError: when it can be neither read nor made.
    """
    path = folder / name
    with _translated(folder):
        if not path.exists():
            _make_secret(path)
        secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise SetupError(f"The file {path} is damaged; remove it, and a new one is made.")
    return secret


def _make_secret(path: Path) -> None:
    """Appears whole or not at all; of two processes that make one, the first wins."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull(DISK_FULL) from error
        raise SetupError(f"The data folder {folder} cannot be used: {error.strerror}.") from error
