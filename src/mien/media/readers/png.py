"""PNG: the chunks that make pixels, checked; the profile inflated with a limit."""

import zlib
from io import BytesIO

from PIL.PngImagePlugin import PngImageFile

from mien.media.headers import Header
from mien.media.headers.png import SIGNATURE, TAIL, Chunk, chunks
from mien.media.pictures import MAX_PROFILE, Density, Recipe, density
from mien.media.readers.raster import Raster, plain

METRE = 1
INCHES_PER_METRE = 39.3701
GREY_WITH_ALPHA = 4
COLOUR_TYPE_AT = 25


class DamagedPng(ValueError):
    """A chunk that matters is cut off or its checksum is wrong."""


def read(data: bytes, header: Header) -> Raster:
    """Decode; ``picture`` is L, LA, RGB or RGBA."""
    found = list(chunks(data))
    picture = PngImageFile(BytesIO(_pixels_only(data, found, deep=header.bits > 8)))  # noqa: PLR2004
    picture.load()
    pixels = plain(picture)
    if data[COLOUR_TYPE_AT] == GREY_WITH_ALPHA and pixels.mode == "RGBA":
        pixels = pixels.convert("LA")  # Pillow knows 16-bit grey with alpha only as RGBA
    icc, notes = _profile(data, found)
    return Raster(
        picture=pixels,
        icc=icc,
        dpi=_density(data, found),
        orientation=header.orientation,
        recipe=Recipe(),
        notes=notes,
    )


def _pixels_only(data: bytes, found: list[Chunk], *, deep: bool) -> bytes:
    """The critical chunks and tRNS; without tRNS for 16 bits, where Pillow compares it with 8."""
    wanted = {b"IHDR", b"PLTE", b"IDAT", b"IEND"} | (set() if deep else {b"tRNS"})
    kept = [chunk for chunk in found if chunk.kind in wanted]
    if not kept or kept[-1].kind != b"IEND":
        raise DamagedPng("no end")
    view = memoryview(data)
    for chunk in kept:
        _check(view, chunk)
    return b"".join((SIGNATURE, *(view[chunk.start - 8 : chunk.end + TAIL] for chunk in kept)))


def _check(view: memoryview, chunk: Chunk) -> None:
    """Raises `DamagedPng` when the checksum does not fit; Pillow does not look at that of IDAT."""
    told = int.from_bytes(view[chunk.end : chunk.end + TAIL], "big")
    if chunk.end + TAIL > len(view) or zlib.crc32(view[chunk.start - 4 : chunk.end]) != told:
        raise DamagedPng(f"checksum of {chunk.kind!r}")


def profile_of(data: bytes) -> bytes | None:
    """The colour profile of a PNG; None where there is none, or none that can be used."""
    return _profile(data, list(chunks(data)))[0]


def _profile(data: bytes, found: list[Chunk]) -> tuple[bytes | None, tuple[str, ...]]:
    """The inflated iCCP chunk and notes on it."""
    chunk = next((one for one in found if one.kind == b"iCCP"), None)
    if chunk is None:
        return None, ()
    _, _, packed = data[chunk.start : chunk.end].partition(b"\0")
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed[1:], MAX_PROFILE)
    except zlib.error:
        return None, ("has a broken colour profile; it is treated as sRGB",)
    if unpacker.unconsumed_tail or not unpacker.eof:
        return None, ("has a colour profile that is too large or cut off; it is treated as sRGB",)
    return profile, ()


def _density(data: bytes, found: list[Chunk]) -> Density | None:
    chunk = next((one for one in found if one.kind == b"pHYs"), None)
    payload = data[chunk.start : chunk.end] if chunk else b""
    if len(payload) != 9 or payload[8] != METRE:  # noqa: PLR2004 - its only length
        return None
    across, down = int.from_bytes(payload[:4], "big"), int.from_bytes(payload[4:8], "big")
    return density(across / INCHES_PER_METRE, down / INCHES_PER_METRE)
