"""GIF: blocks, walked without decoding one pixel (GIF89a specification)."""

from collections.abc import Iterator
from dataclasses import dataclass

from mien.media.formats import Format, Kind
from mien.media.headers.header import Broken, Header, parts, unpack

#: Signature, logical screen descriptor.
SCREEN = 13
EXTENSION, IMAGE, TRAILER = 0x21, 0x2C, 0x3B
#: A block holds 255 bytes: 50 MB are 200,000. A million take a third of a second to walk.
MAX_BLOCKS = 1_000_000
HAS_TABLE, TABLE_BITS = 0x80, 0x07


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a frame lies on the canvas, pixels."""

    left: int
    top: int
    width: int
    height: int


def table_bytes(flags: int) -> int:
    """Size of the colour table that ``flags`` announce."""
    return 3 << ((flags & TABLE_BITS) + 1) if flags & HAS_TABLE else 0


def frames(data: bytes) -> Iterator[Frame]:
    """Frames in file order; ends quietly where the file is cut off."""
    at = SCREEN + table_bytes(unpack("10xB", data, 0)[0])
    budget = parts(MAX_BLOCKS)
    while at < len(data) and data[at] != TRAILER:
        next(budget)
        if data[at] == IMAGE:
            if at + 10 > len(data):
                return
            left, top, width, height, flags = unpack("<4HB", data, at + 1)
            yield Frame(left, top, width, height)
            at = _after_blocks(data, at + 11 + table_bytes(flags), budget)
        elif data[at] == EXTENSION:
            at = _after_blocks(data, at + 2, budget)
        else:  # padding or junk between blocks; decoders skip it
            at += 1


def _after_blocks(data: bytes, at: int, budget: Iterator[int]) -> int:
    """The position after a chain of sub-blocks."""
    while at < len(data) and data[at]:
        next(budget)
        at += data[at] + 1
    return at + 1


def read(data: bytes) -> Header:
    """Canvas, grown to the first frame where that reaches beyond it, as browsers do."""
    width, height = unpack("<2H", data, 6)
    first: Frame | None = None
    count = 0
    for frame in frames(data):
        first = first or frame
        count += 1
    if first is None:
        raise Broken("is a GIF without a picture")
    return Header(
        format=Format.GIF,
        kind=Kind.ANIMATION if count > 1 else Kind.STILL,
        width=max(width, first.left + first.width),
        height=max(height, first.top + first.height),
        frames=count,
    )
