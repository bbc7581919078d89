"""TIFF: the first page behind a new directory that holds only what pixels need."""

import struct
from io import BytesIO

from PIL.TiffImagePlugin import TiffImageFile

from mien.media.headers import Header, NotServed
from mien.media.headers.tiff import (
    COMPRESSION,
    LONG,
    TYPES,
    Directory,
    Value,
    add_directory,
    first_page,
)
from mien.media.pictures import Density, Recipe, density
from mien.media.readers.raster import Raster, plain

#: Tags without which the pixels cannot be decoded (TIFF 6.0, parts 1 and 2): those with one
#: value, and those with a list.
SINGLE_TAGS = {256, 257, 259, 262, 266, 277, 278, 284, 317, 322, 323, 531}
LIST_TAGS = {258, 273, 279, 320, 324, 325, 338, 339, 347, 529, 530, 532}
PIXEL_TAGS = SINGLE_TAGS | LIST_TAGS
ICC, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 34675, 282, 283, 296
RATIONAL = 5
CENTIMETRE = 3
CM_PER_INCH = 2.54
#: BigTIFF's 64-bit types become LONG: no file in memory needs more.
NARROWED = {16, 18}
#: Lossless compressions by their number, in Pillow's words.
LOSSLESS = {
    1: "raw",
    5: "tiff_lzw",
    8: "tiff_adobe_deflate",
    32946: "tiff_adobe_deflate",
    32773: "packbits",
}


def read(data: bytes, header: Header) -> Raster:
    """Decode the first page.

    Raises:
        NotServed: a combination of depth, channels and compression that Pillow does not know.
    """
    page = first_page(data)
    try:
        picture = TiffImageFile(BytesIO(_pixels_only(data, page)))
    except SyntaxError as error:
        raise NotServed("is a TIFF of a kind that is not read") from error
    picture.load()
    packing = page.number(COMPRESSION, 1)
    return Raster(
        picture=plain(picture),
        icc=page.raw(ICC) or None,
        dpi=_density(page),
        orientation=header.orientation,
        recipe=Recipe(lossless=packing in LOSSLESS, compression=LOSSLESS.get(packing, "")),
        notes=_notes(header),
    )


def _notes(header: Header) -> tuple[str, ...]:
    if header.pages == 1:
        return ()
    return (f"has {header.pages} pages; only the first one is used",)


def _pixels_only(data: bytes, page: Directory) -> bytes:
    """``data`` with a classic directory of `PIXEL_TAGS` at its end; offsets stay as they are."""
    body = bytearray(data)
    tags = PIXEL_TAGS & page.entries.keys()
    add_directory(body, page.order, {tag: _value(page, tag) for tag in tags})
    return bytes(body)


def _value(page: Directory, tag: int) -> Value:
    entry = page.entries[tag]
    kind, count, raw = entry.kind, entry.count, page.raw(tag)
    if kind in NARROWED:
        kind, raw = LONG, _narrowed(page, tag, count)
    return (kind, 1, raw[: TYPES[kind][0]]) if tag in SINGLE_TAGS else (kind, count, raw)


def _narrowed(page: Directory, tag: int, count: int) -> bytes:
    """64-bit numbers as 32-bit ones; those that do not fit lie outside any file: struct.error."""
    return struct.pack(f"{page.order}{count}I", *page.numbers(tag, most=count))


def _density(page: Directory) -> Density | None:
    across, down = (_ratio(page, tag) for tag in (X_RESOLUTION, Y_RESOLUTION))
    unit = page.number(RESOLUTION_UNIT, 2)
    scale = CM_PER_INCH if unit == CENTIMETRE else 1.0
    return density(across * scale, down * scale)


def _ratio(page: Directory, tag: int) -> float:
    raw = page.raw(tag)
    entry = page.entries.get(tag)
    if entry is None or entry.kind != RATIONAL or len(raw) != TYPES[RATIONAL][0]:
        return 0.0
    above, below = struct.unpack(page.order + "2I", raw)
    return above / below if below else 0.0
