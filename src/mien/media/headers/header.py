"""What every header reader returns, how it fails, and how it reads numbers safely."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from mien.media.formats import Format, Kind

#: Parts (segments, chunks, boxes) that one file may have; honest files have a few thousand.
MAX_PARTS = 100_000

#: EXIF orientations that swap width and height.
SIDEWAYS = (5, 6, 7, 8)


class HeaderError(Exception):
    """A file cannot be used; the text continues "The … file" without a full stop."""


class Broken(HeaderError):
    """Not a picture, or one that ends inside its header."""


class NotServed(HeaderError):
    """A picture of a kind that mien does not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The facts of a header that decide what happens next."""

    format: Format
    kind: Kind = Kind.STILL
    #: Pixels as shown, after orientation.
    width: int
    height: int
    frames: int = 1
    #: How long a video plays, seconds; 0 where the header does not say.
    duration_s: float = 0.0
    #: EXIF orientation (1..8) of the rows that the decoder will give.
    orientation: int = 1
    #: Pages of a TIFF; the first one is used.
    pages: int = 1
    #: Bits of a channel.
    bits: int = 8
    #: Whether the pixels are stored without loss (asked only where a format knows both ways).
    lossless: bool = False
    #: Colour primaries and transfer function where no profile says them (ITU-T H.273; 1 and 13
    #: are those of sRGB).
    primaries: int = 1
    transfer: int = 13

    def __post_init__(self) -> None:
        if self.kind is not Kind.VIDEO and min(self.width, self.height) < 1:
            raise Broken(f"says that it is {self.width} x {self.height} pixels")


def upright(width: int, height: int, orientation: int) -> tuple[int, int]:
    """Width and height after ``orientation``."""
    return (height, width) if orientation in SIDEWAYS else (width, height)


def unpack(layout: str, data: bytes, at: int) -> tuple[int, ...]:
    """``struct.unpack_from`` for whole numbers.

    Raises:
        Broken: when the data ends before.
    """
    try:
        return struct.unpack_from(layout, data, at)
    except struct.error:
        raise Broken("ends inside its header") from None


def parts(limit: int = MAX_PARTS) -> Iterator[int]:
    """0, 1, 2, …: one number for each part of a file, so that no walk is without end.

    Raises:
        Broken: after ``limit``.
    """
    yield from range(limit)
    raise Broken("is made of more small parts than a picture has")
