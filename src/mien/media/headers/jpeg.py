"""JPEG: a chain of marker segments up to the first scan (ISO 10918-1 annex B)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mien.media.formats import Format
from mien.media.headers import exif
from mien.media.headers.header import Broken, Header, NotServed, parts, unpack, upright

EOI, SOS = 0xD9, 0xDA
APP0, APP1, APP2, APP14, COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
#: Markers without a length: TEM, restarts, a second SOI.
ALONE = {0x01, *range(0xD0, 0xD9)}
#: Frame headers: every SOFn, without DHT (C4), JPG (C8) and DAC (CC).
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Baseline, extended and progressive, Huffman or arithmetic; not lossless or hierarchical.
SERVED_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
#: Grey; YCbCr or RGB; CMYK or YCCK.
SERVED_COMPONENTS = (1, 3, 4)
FILL = re.compile(rb"\xff+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A marker and where its payload lies; ``start`` is the first byte of the marker."""

    marker: int
    start: int
    payload: int
    end: int


def segments(data: bytes) -> Iterator[Segment]:
    """Segments from the start of the file to the first start of scan, which is the last one.

    Raises:
        Broken: when the file ends before a scan, or a length is impossible.
    """
    at = 2
    budget = parts()
    while True:
        start, at, marker = _next_marker(data, at, budget)
        if marker == EOI:
            raise Broken("is a JPEG without a picture")
        if marker in ALONE:
            continue
        (length,) = unpack(">H", data, at)
        if length < 2:  # noqa: PLR2004 - the length counts its own two bytes
            raise Broken("is a JPEG with an impossible segment")
        yield Segment(marker, start, at + 2, at + length)
        if marker == SOS:
            return
        at += length


def _next_marker(data: bytes, at: int, budget: Iterator[int]) -> tuple[int, int, int]:
    """Start of the next marker, the position after it, and its code. Skips junk as libjpeg does."""
    for _ in budget:
        start = data.find(b"\xff", at)
        fill = FILL.match(data, start) if start >= 0 else None
        if fill is None or fill.end() >= len(data):
            break
        at = fill.end() + 1
        if data[at - 1]:
            return at - 2, at, data[at - 1]
    raise Broken("starts like a JPEG but ends before its picture")


def read(data: bytes) -> Header:
    """Size and orientation from the frame header and the first EXIF segment."""
    frame: Segment | None = None
    orientation = None
    for segment in segments(data):
        if segment.marker in FRAMES:
            frame = frame or segment
        elif segment.marker == APP1 and orientation is None:
            orientation = _orientation(data[segment.payload : segment.end])
    if frame is None:
        raise Broken("is a JPEG without a size")
    return _header(data, frame, orientation or 1)


def _orientation(payload: bytes) -> int | None:
    """None when the segment is no EXIF (XMP lives in the same marker)."""
    return exif.orientation(payload) if payload.startswith(exif.PREFIX) else None


def _header(data: bytes, frame: Segment, orientation: int) -> Header:
    bits, height, width, components = unpack(">BHHB", data, frame.payload)
    if frame.marker not in SERVED_FRAMES:
        raise NotServed("is a lossless or hierarchical JPEG, which is not read")
    if bits != 8:  # noqa: PLR2004
        raise NotServed(f"is a {bits}-bit JPEG; only 8-bit JPEGs are read")
    if components not in SERVED_COMPONENTS:
        raise NotServed(f"is a JPEG with {components} channels, which is not read")
    width, height = upright(width, height, orientation)
    return Header(format=Format.JPEG, width=width, height=height, orientation=orientation)
