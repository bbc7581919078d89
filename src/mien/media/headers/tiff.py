"""TIFF and BigTIFF: directories of tags (TIFF 6.0; BigTIFF design of 2007)."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from mien.media.formats import Format
from mien.media.headers.header import Broken, Header, NotServed, unpack, upright

WIDTH, HEIGHT, BITS, COMPRESSION, ORIENTATION, SAMPLE_FORMAT = 256, 257, 258, 259, 274, 339
STRIP_OFFSETS, STRIP_ROWS, STRIP_SIZES = 273, 278, 279
DNG_VERSION = 50706
#: None, LZW, JPEG, deflate (two numbers), PackBits. Not fax: it has no grey, and libtiff reports
#: every broken line of it on stderr.
COMPRESSIONS = {1, 5, 7, 8, 32946, 32773}
#: Type -> its size in bytes and its struct letter ("" where the value is no whole number).
TYPES = {
    1: (1, "B"),
    2: (1, ""),
    3: (2, "H"),
    4: (4, "I"),
    5: (8, ""),
    6: (1, "b"),
    7: (1, "B"),
    8: (2, "h"),
    9: (4, "i"),
    10: (8, ""),
    11: (4, ""),
    12: (8, ""),
    13: (4, "I"),
    16: (8, "Q"),
    17: (8, "q"),
    18: (8, "Q"),
}
#: The type of offsets, 32 bits.
LONG = 4
#: More entries than any honest directory.
MAX_ENTRIES = 4096
#: Counting stops here; what is said about pages is only a warning.
MAX_PAGES = 10_000
UNSIGNED = 1
#: Channels of a pixel, at most: how many values are read where nothing else is said.
FEW = 16


@dataclass(frozen=True, slots=True)
class Layout:
    """How one of the two dialects writes its directories."""

    order: str
    #: Bytes and struct letter of the number of entries.
    count: tuple[int, str]
    #: Bytes and struct letter of an offset; values of at most so many bytes stand in the entry.
    offset: tuple[int, str]
    #: Position of the first directory's offset in the file.
    first: int

    @property
    def step(self) -> int:
        """Bytes of an entry: tag, type, number of values, value or offset."""
        return 4 + 2 * self.offset[0]


LAYOUTS = {
    b"II*\0": Layout("<", (2, "H"), (4, "I"), 4),
    b"MM\0*": Layout(">", (2, "H"), (4, "I"), 4),
    b"II+\0": Layout("<", (8, "Q"), (8, "Q"), 8),
    b"MM\0+": Layout(">", (8, "Q"), (8, "Q"), 8),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag: its type, how many values, and where their bytes lie."""

    kind: int
    count: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Directory:
    """The tags of one page."""

    data: bytes
    order: str
    entries: Mapping[int, Entry]

    def numbers(self, tag: int, *, most: int = FEW) -> tuple[int, ...]:
        """The first ``most`` whole numbers of ``tag``; empty when it is missing or no number."""
        entry = self.entries.get(tag)
        size, letter = TYPES[entry.kind] if entry else (0, "")
        if entry is None or not letter:
            return ()
        count = min(entry.count, most)
        return struct.unpack(f"{self.order}{count}{letter}", self.raw(tag)[: count * size])

    def number(self, tag: int, default: int) -> int:
        """The first whole number of ``tag``."""
        return (self.numbers(tag, most=1) or (default,))[0]

    def raw(self, tag: int) -> bytes:
        """The bytes of ``tag`` in the file's order; empty when it is missing."""
        entry = self.entries.get(tag)
        return self.data[entry.start : entry.end] if entry else b""


#: What a tag of a new directory holds: its type, how many values, and their bytes.
Value = tuple[int, int, bytes]
#: Bytes of a value that stands in the entry of a classic TIFF itself.
ROOM = 4


def add_directory(body: bytearray, order: str, values: Mapping[int, Value]) -> None:
    """Make ``body``, whose first eight bytes are free, a classic TIFF: a directory of ``values`` at its end."""
    body += bytes(len(body) % 2)
    entries = [_packed(order, tag, values[tag], body) for tag in sorted(values)]
    at = len(body)
    body += struct.pack(order + "H", len(entries)) + b"".join(entries) + bytes(4)
    body[:8] = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", at)


def _packed(order: str, tag: int, value: Value, body: bytearray) -> bytes:
    """Twelve bytes of a directory; a value that is too long for them goes to the end of ``body``."""
    kind, count, raw = value
    held = raw.ljust(ROOM, b"\0")
    if len(raw) > ROOM:
        held = struct.pack(order + "I", len(body))
        body += raw + bytes(len(raw) % 2)
    return struct.pack(order + "HHI", tag, kind, count) + held


def first_page(data: bytes) -> Directory:
    """The tags of the first page.

    Raises:
        Broken: when there is none.
    """
    layout = LAYOUTS[data[:4]]
    (at,) = unpack(layout.order + layout.offset[1], data, layout.first)
    count, entries_at = _count(data, layout, at)
    entries = (_entry(data, layout, entries_at + layout.step * index) for index in range(count))
    return Directory(data, layout.order, {tag: entry for tag, entry in entries if entry})


def count_pages(data: bytes) -> int:
    """Pages in the chain of directories; ends quietly at a broken link or a loop."""
    layout = LAYOUTS[data[:4]]
    (at,) = unpack(layout.order + layout.offset[1], data, layout.first)
    seen: set[int] = set()
    while at and at not in seen and len(seen) < MAX_PAGES:
        try:
            count, entries_at = _count(data, layout, at)
            seen.add(at)
            after = entries_at + layout.step * count
            (at,) = unpack(layout.order + layout.offset[1], data, after)
        except Broken:
            break
    return len(seen)


def _count(data: bytes, layout: Layout, at: int) -> tuple[int, int]:
    """Entries of the directory at ``at``, and where they begin."""
    (count,) = unpack(layout.order + layout.count[1], data, at)
    if not at or count > MAX_ENTRIES:
        raise Broken("is a TIFF with a broken directory")
    return count, at + layout.count[0]


def _entry(data: bytes, layout: Layout, at: int) -> tuple[int, Entry | None]:
    """A tag and its entry; None for values that lie outside the file or of an unknown type."""
    tag, kind, count = unpack(layout.order + "HH" + layout.offset[1], data, at)
    size = TYPES.get(kind, (0, ""))[0] * count
    start = at + 4 + layout.offset[0]
    if size > layout.offset[0]:
        (start,) = unpack(layout.order + layout.offset[1], data, start)
    if not size or start + size > len(data):
        return tag, None
    return tag, Entry(kind, count, start, start + size)


def read(data: bytes) -> Header:
    """Size, depth and orientation of the first page, and the number of pages."""
    page = first_page(data)
    _refuse_raw(data, page)
    _refuse_odd_samples(page)
    _refuse_odd_compression(page)
    turn = page.number(ORIENTATION, 1)
    orientation = turn if turn in range(1, 9) else 1
    width, height = upright(page.number(WIDTH, 0), page.number(HEIGHT, 0), orientation)
    return Header(
        format=Format.TIFF,
        width=width,
        height=height,
        orientation=orientation,
        pages=max(1, count_pages(data)),
        bits=max(8, *page.numbers(BITS) or (1,)),
        lossless=True,
    )


def _refuse_raw(data: bytes, page: Directory) -> None:
    if DNG_VERSION in page.entries or data[8:10] == b"CR":
        raise NotServed("is a camera raw file; export it as JPEG or TIFF first")


def _refuse_odd_samples(page: Directory) -> None:
    wide = max(page.numbers(BITS) or (1,)) > 16  # noqa: PLR2004 - 32-bit and float samples
    if wide or set(page.numbers(SAMPLE_FORMAT) or (UNSIGNED,)) != {UNSIGNED}:
        raise NotServed(
            "is a TIFF of floating-point, signed or 32-bit samples; save it with 8 or 16 bits"
        )


def _refuse_odd_compression(page: Directory) -> None:
    packing = page.number(COMPRESSION, 1)
    if packing not in COMPRESSIONS:
        raise NotServed(f"is a TIFF with a compression that is not read (number {packing})")
