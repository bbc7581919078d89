"""AVI: a RIFF file whose first list holds the main header."""

from mien.media.formats import Format, Kind
from mien.media.headers.header import Broken, Header, unpack

#: RIFF, AVI, LIST, its size, hdrl, avih, its size: the main header follows.
MAIN = 32


def read(data: bytes) -> Header:
    """Size and number of frames from the main header."""
    if data[12:16] != b"LIST" or data[20:28] != b"hdrlavih":
        raise Broken("is an AVI without its header")
    (frames,) = unpack("<I", data, MAIN + 16)
    width, height = unpack("<2I", data, MAIN + 32)
    (microseconds,) = unpack("<I", data, MAIN)
    return Header(
        format=Format.AVI,
        kind=Kind.VIDEO,
        width=width,
        height=height,
        frames=frames,
        duration_s=frames * microseconds / 1e6,
    )
