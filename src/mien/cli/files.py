"""Files at the terminal: inputs with a limit, results that exist whole or not at all."""

import os
import stat
from pathlib import Path

import click

from mien.cli.failures import os_sentence
from mien.errors import TooLarge, Unreadable
from mien.storage.whole import write_whole

#: Bytes in a megabyte, as the limits count them.
MEGABYTE = 1_000_000

#: What a new file may be before the user's umask takes from it.
NEW_FILE = 0o666


def read_input(path: Path, *, field: str, max_bytes: int) -> bytes:
    """The bytes of the file at ``path``; a file over the limit is not read.

    Args:
        field: how messages call the file: "source" or "target".

    Raises:
        Unreadable: when there is no such file, it is a folder, or it may not be read.
        TooLarge: when it holds more than ``max_bytes``.
    """
    try:
        with path.open("rb") as file:
            # One byte more tells apart what has no size of its own: a pipe, a device.
            data = file.read(max_bytes + 1)
            size = max(len(data), os.fstat(file.fileno()).st_size)
    except IsADirectoryError:
        raise Unreadable(f"The {field} {path} is a folder, not a picture.", field=field) from None
    except (OSError, ValueError) as error:
        raise Unreadable(_no_entry(error, path, field), field=field) from error
    if len(data) > max_bytes:
        raise _too_large(field, size, max_bytes)
    return data


def result_path(result: Path) -> Path:
    """Where a result called ``result`` goes, checked before any work is done.

    Raises:
        click.UsageError: when it is a folder, or lies in none.
    """
    if result.is_dir():
        raise click.UsageError(f"The result {result} is a folder; name a file")
    if result.exists() and not result.is_file():
        return result
    # The file behind a link is replaced, not the link.
    path = Path(os.path.realpath(result))
    if not path.parent.is_dir():
        raise click.UsageError(f"There is no folder {path.parent} for the result")
    return path


def write_result(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``; on any failure what was there before is still there.

    A device or a pipe is written to directly: it cannot be replaced.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    write_whole(path, data, mode=_mode_of(path))


def _mode_of(path: Path) -> int:
    """Permissions for the result: those of the file it replaces, else a new file's."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return NEW_FILE & ~mask


def _no_entry(error: OSError | ValueError, path: Path, field: str) -> str:
    if isinstance(error, FileNotFoundError):
        return f"There is no {field} file {path}."
    reason = os_sentence(error) if isinstance(error, OSError) else f"{error}."
    return f"The {field} cannot be read: {reason}"


def _too_large(field: str, size: int, limit: int) -> TooLarge:
    return TooLarge(
        f"The {field} has {size / MEGABYTE:.1f} MB; the limit is {limit / MEGABYTE:g} MB.",
        name="max_bytes",
        value=size,
        limit=limit,
        field=field,
    )
