"""WebP: a RIFF file with one VP8 or VP8L picture, or with frames (RFC 9649)."""

from collections.abc import Iterator
from dataclasses import dataclass

from mien.media.formats import Format, Kind
from mien.media.headers import exif
from mien.media.headers.header import Broken, Header, parts, unpack, upright

ANIMATED = 0x02
SIDE = 0x3FFF
LOSSLESS_MARK = 0x2F
KEY_FRAME_MARK = b"\x9d\x01\x2a"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A RIFF chunk's four letters and where its payload lies."""

    kind: bytes
    start: int
    end: int


def chunks(data: bytes) -> Iterator[Chunk]:
    """Chunks of a RIFF file in order, until the end of the data."""
    at = 12
    for _ in parts():
        if at + 8 > len(data):
            return
        (length,) = unpack("<I", data, at + 4)
        yield Chunk(data[at : at + 4], at + 8, at + 8 + length)
        at += 8 + length + length % 2


def read(data: bytes) -> Header:
    """Canvas size, orientation, frames, and whether the picture is stored without loss."""
    size, flags, orientation, count, lossless = None, 0, 1, 0, False
    for chunk in chunks(data):
        if size is None and chunk.kind in SIZES:
            size = SIZES[chunk.kind](data, chunk.start)
        if chunk.kind == b"VP8X":
            (flags,) = unpack("B", data, chunk.start)
        elif chunk.kind == b"EXIF":
            orientation = exif.orientation(data[chunk.start : chunk.end])
        count += chunk.kind == b"ANMF"
        lossless = lossless or chunk.kind == b"VP8L"
    if size is None:
        raise Broken("is a WebP without a picture")
    width, height = upright(*size, orientation)
    moving = bool(flags & ANIMATED) and count > 1
    return Header(
        format=Format.WEBP,
        kind=Kind.ANIMATION if moving else Kind.STILL,
        width=width,
        height=height,
        frames=count if moving else 1,
        orientation=orientation,
        lossless=lossless,
    )


def _canvas(data: bytes, at: int) -> tuple[int, int]:
    low, high, low2, high2 = unpack("<4xHBHB", data, at)
    return (low | high << 16) + 1, (low2 | high2 << 16) + 1


def _lossy(data: bytes, at: int) -> tuple[int, int]:
    if data[at + 3 : at + 6] != KEY_FRAME_MARK:
        raise Broken("is a WebP with a broken picture header")
    width, height = unpack("<2H", data, at + 6)
    return width & SIDE, height & SIDE


def _lossless(data: bytes, at: int) -> tuple[int, int]:
    mark, bits = unpack("<BI", data, at)
    if mark != LOSSLESS_MARK:
        raise Broken("is a WebP with a broken picture header")
    return (bits & SIDE) + 1, (bits >> 14 & SIDE) + 1


SIZES = {b"VP8X": _canvas, b"VP8 ": _lossy, b"VP8L": _lossless}
