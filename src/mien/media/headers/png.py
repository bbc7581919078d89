"""PNG and APNG: a signature and chunks (W3C PNG, third edition)."""

from collections.abc import Iterator
from dataclasses import dataclass

from mien.media.formats import Format, Kind
from mien.media.headers import exif
from mien.media.headers.header import Broken, Header, parts, unpack, upright

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Colour type -> bit depths that the standard allows.
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
#: Length and type before a chunk's payload, checksum after it.
HEAD, TAIL = 8, 4


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk's type and where its payload lies; the payload may reach beyond a cut file."""

    kind: bytes
    start: int
    end: int


def chunks(data: bytes) -> Iterator[Chunk]:
    """Chunks in file order, until ``IEND`` or the end of the data."""
    at = len(SIGNATURE)
    for _ in parts():
        if at + HEAD > len(data):
            return
        (length,) = unpack(">I", data, at)
        chunk = Chunk(data[at + 4 : at + 8], at + HEAD, at + HEAD + length)
        yield chunk
        if chunk.kind == b"IEND":
            return
        at = chunk.end + TAIL


def read(data: bytes) -> Header:
    """Size from IHDR, orientation from eXIf, frames from the fcTL chunks of an APNG."""
    width, height, bits = _image_header(data)
    orientation, animated, frames = 1, False, 0
    for chunk in chunks(data):
        if chunk.kind == b"eXIf":
            orientation = exif.orientation(data[chunk.start : chunk.end])
        animated = animated or chunk.kind == b"acTL"
        frames += chunk.kind == b"fcTL"
    width, height = upright(width, height, orientation)
    moving = animated and frames > 1
    return Header(
        format=Format.PNG,
        kind=Kind.ANIMATION if moving else Kind.STILL,
        width=width,
        height=height,
        frames=frames if moving else 1,
        orientation=orientation,
        bits=max(bits, 8),
        lossless=True,
    )


def _image_header(data: bytes) -> tuple[int, int, int]:
    length, kind, width, height, bits, colour = _ihdr(data)
    if kind != b"IHDR" or length != 13:  # noqa: PLR2004 - its only length
        raise Broken("starts like a PNG but has no PNG header")
    if bits not in DEPTHS.get(colour, ()):
        raise Broken(f"is a PNG of an impossible kind (colour type {colour}, {bits} bits)")
    return width, height, bits


def _ihdr(data: bytes) -> tuple[int, bytes, int, int, int, int]:
    (length,) = unpack(">I", data, len(SIGNATURE))
    kind = data[12:16]
    width, height, bits, colour = unpack(">IIBB", data, 16)
    return length, kind, width, height, bits, colour
