"""JPEG: pixels from a copy without metadata; the profile and the tables read beside it."""

from io import BytesIO

import simplejpeg
from PIL import ImageChops
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from mien.engine.types import Image as Pixels
from mien.media.headers import Header
from mien.media.headers.header import SIDEWAYS
from mien.media.headers.jpeg import APP0, APP2, APP14, COM, SOS, Segment, segments
from mien.media.pictures import Recipe, density
from mien.media.readers.raster import Raster, plain

ICC_PREFIX = b"ICC_PROFILE\0"
JFIF_PREFIX = b"JFIF\0"

#: The mean of a table against that of the standard's luminance table gives libjpeg's quality.
STANDARD_MEAN = 3688 / 64
#: From here on the target's own tables are used again. Measured on portraits: with the same tables
#: what was not touched comes back at 55-70 dB and 1.0-1.2 times the size at any quality, but the
#: new face falls under 38 dB below 75 (block edges show), and libjpeg's own default is 75.
WORTH_KEEPING = 75
SAMPLINGS = {0: "4:4:4", 1: "4:2:2", 2: "4:2:0"}

Table = tuple[int, ...]


def read(data: bytes, header: Header) -> Raster:
    """Decode; ``picture`` is L, RGB or CMYK."""
    marks = list(segments(data))
    bare = _pixels_only(data, marks)
    picture = JpegImageFile(BytesIO(bare))
    pixels = _decoded(bare, picture)
    if pixels is None:
        picture.load()
    settled = plain(picture)
    if picture.mode == "CMYK" and "adobe" not in picture.info:
        # Pillow takes every CMYK file for one of Adobe's, which are stored inverted.
        settled = ImageChops.invert(settled)
    return Raster(
        picture=settled,
        pixels=pixels,
        icc=_profile(data, marks),
        dpi=density(*picture.info.get("dpi", (0, 0))),
        orientation=header.orientation,
        recipe=_recipe(picture, header.orientation),
    )


def _decoded(data: bytes, picture: JpegImageFile) -> Pixels | None:
    """``(H, W, 3)`` of a sound file in colour; None for others, and where there is any doubt: Pillow decides.

    The same libjpeg-turbo as Pillow's, called so that it writes the array itself: three quarters of the time.
    """
    if picture.mode != "RGB":
        return None
    try:
        pixels: Pixels = simplejpeg.decode_jpeg(data, "RGB", strict=True)
    except ValueError:
        return None
    return pixels if pixels.shape[1::-1] == picture.size else None


def _pixels_only(data: bytes, marks: list[Segment]) -> bytes:
    """The file without comments and application segments, but JFIF and Adobe (colour transform)."""
    kept = [data[mark.start : mark.end] for mark in marks[:-1] if _matters(data, mark)]
    return b"".join((b"\xff\xd8", *kept, memoryview(data)[marks[-1].start :]))


def _matters(data: bytes, mark: Segment) -> bool:
    if mark.marker == APP0:
        return data.startswith(JFIF_PREFIX, mark.payload)
    return mark.marker in {APP14, SOS} or not (mark.marker >= APP0 or mark.marker == COM)


def _profile(data: bytes, marks: list[Segment]) -> bytes | None:
    """The ICC profile, joined from its numbered parts; None when there is none."""
    parts = sorted(
        data[mark.payload + len(ICC_PREFIX) : mark.end]
        for mark in marks
        if mark.marker == APP2 and data.startswith(ICC_PREFIX, mark.payload)
    )
    return b"".join(part[2:] for part in parts) or None


def _recipe(picture: JpegImageFile, orientation: int) -> Recipe:
    tables = [tuple(picture.quantization[layer[3]]) for layer in picture.layer]
    sideways = orientation in SIDEWAYS
    if picture.mode == "CMYK":
        return Recipe(lossless=False)
    subsampling = SAMPLINGS.get(get_sampling(picture), "")
    if sideways and subsampling == "4:2:2":
        subsampling = "4:4:4"  # its mirror image, 4:4:0, is one that Pillow cannot write
    return Recipe(
        lossless=False, tables=_reusable(tables, sideways=sideways), subsampling=subsampling
    )


def _reusable(tables: list[Table], *, sideways: bool) -> tuple[Table, ...]:
    """One table for grey, two or three for colour, turned with the picture; empty when coarse."""
    if quality(tables[0]) < WORTH_KEEPING:
        return ()
    different = tables[:2] if tables[1:2] == tables[2:3] else tables
    return tuple(_transposed(table) if sideways else table for table in different)


def _transposed(table: Table) -> Table:
    return tuple(table[8 * column + row] for row in range(8) for column in range(8))


def quality(table: Table) -> float:
    """The quality (1..100) at which libjpeg would make a luminance table of this mean."""
    scale = 100 * sum(table) / len(table) / STANDARD_MEAN
    return (200 - scale) / 2 if scale <= 100 else 5000 / scale  # noqa: PLR2004 - libjpeg's formula
