"""The beginning of a video file, for the readers of headers: a film is not read to be refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

#: Matroska, WebM and AVI say all at their beginning.
ENOUGH = 4_000_000
#: An index (moov) of a film of hours has some MB.
LONGEST_INDEX = 64_000_000
#: Boxes of an ISO file that come into question beside its index.
MOST_BOXES = 10_000
HEAD, WIDE_HEAD = 8, 16


def head_of(path: Path) -> bytes:
    """What `mien.media.probe.probe` needs of the file at ``path``.

    Of MP4 and QuickTime these are type and index, wherever they stand; their films are left out.
    """
    with path.open("rb") as file:
        begin = file.read(HEAD)
        file.seek(0)
        if begin[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}:
            return b"".join(_boxes(file))
        return file.read(ENOUGH)


def _boxes(file: BinaryIO) -> Iterator[bytes]:
    for _ in range(MOST_BOXES):
        head = file.read(HEAD)
        if len(head) < HEAD:
            return
        size, kind = int.from_bytes(head[:4]), head[4:]
        if size == 1:
            head += file.read(WIDE_HEAD - HEAD)
            size = int.from_bytes(head[HEAD:])
        body = size - len(head)
        if kind in {b"ftyp", b"moov"}:
            yield head + file.read(min(LONGEST_INDEX, max(body, 0)) if size else LONGEST_INDEX)
        elif size and body >= 0:
            file.seek(body, 1)
        else:
            return
