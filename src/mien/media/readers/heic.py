"""HEIC through libheif. Imported only when a HEIC comes by: libheif takes its time to load."""

import pillow_heif

from mien.media.headers import Header
from mien.media.pictures import Recipe
from mien.media.readers.raster import Raster, plain
from mien.media.readers.simple import colour_notes


def read(data: bytes, header: Header) -> Raster:
    """The primary picture, already upright: libheif applies rotation, mirror and crop."""
    file = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
    image = file[file.primary_index]
    profile = image.info.get("icc_profile")
    return Raster(
        picture=plain(image.to_pillow()),
        icc=profile if isinstance(profile, bytes) else None,
        recipe=Recipe(lossless=False),
        notes=colour_notes(header),
    )
