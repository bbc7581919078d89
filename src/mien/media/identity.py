"""A person as a file: what is kept of somebody who was saved.

One NumPy archive (``.npz``): for each photo the crop around the face as a JPEG of hardly any loss, in
sRGB, and the numbers of `mien.engine.mesh.source.Source`. Such a file is biometric data.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pil

from mien.engine.identity import album, merged
from mien.engine.mesh.layout import INNER, with_rings
from mien.engine.mesh.source import Source, halvings
from mien.engine.types import Image, Mask
from mien.errors import Damaged
from mien.media.colour import match_colour
from mien.media.formats import Format
from mien.media.pictures import Still

#: Loss that no one sees, at a third of a PNG's size.
QUALITY = 96
#: A mask's 1 in the file.
FULL = 255
#: Version of the archive.
FORM = 1
#: A face of so many pixels fills a portrait in 4K; larger ones are kept at this size.
LARGEST_FACE = 1024.0
FAILURES = (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, SyntaxError)
DAMAGED = "The saved identity is damaged; save it again."
#: The numbers of a source that are kept as they are.
NUMBERS = ("landmarks", "yaw")
#: What lies on the chart: kept as levels of 0..255.
MASKS = ("seen", "free")


#: Longer side of a photo that is kept, pixels: enough for a portrait in 4K.
LARGEST_PHOTO = 4096


def srgb(still: Still) -> Image:
    """``(H, W, 3)`` the pixels of ``still`` in sRGB, in which people are made ready to be kept."""
    return match_colour(still, Still(pixels=still.pixels, format=Format.PNG))


def kept_photo(pixels: Image) -> bytes:
    """``pixels`` (sRGB) as a JPEG of hardly any loss and without anything else in it."""
    height, width = pixels.shape[:2]
    scale = LARGEST_PHOTO / max(height, width)
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return _jpeg(pixels)


def pack(source: Source, *, photo: bool = True) -> bytes:
    """``source`` with all its photos as a file.

    Args:
        photo: keep what surrounds the face in each; without it only the face's skin is kept.
    """
    arrays: dict[str, Any] = {"form": np.array(FORM)}
    for index, one in enumerate(album(source)):
        kept = _of_sensible_size(one)
        picture = kept.levels[0] if photo else _bare(kept)
        arrays |= {f"{name}_{index}": np.array(getattr(kept, name)) for name in NUMBERS}
        arrays |= {f"{name}_{index}": _levels(getattr(kept, name)) for name in MASKS}
        arrays[f"face_{index}"] = kept.face
        arrays[f"photo_{index}"] = np.frombuffer(_jpeg(picture), np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def unpack(data: bytes) -> Source:
    """The person in a file that `pack` wrote.

    Raises:
        Damaged: it is no such file.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return merged(list(_photos(archive)))
    except FAILURES as error:
        raise Damaged(DAMAGED, field="identity") from error


def in_colours_of(source: Source, target: Still) -> Source:
    """``source`` (sRGB) in the colour space of ``target``, all its photos."""
    if target.icc is None and not target.grey:
        return source
    photos = [_matched(one, target) for one in album(source)]
    return replace(photos[0], others=tuple(photos[1:]))


def _matched(photo: Source, target: Still) -> Source:
    photograph, face = (
        np.ascontiguousarray(match_colour(Still(pixels=pixels, format=Format.PNG), target))
        for pixels in (photo.levels[0], photo.face)
    )
    return replace(photo, levels=halvings(photograph), face=face)


def _levels(mask: Mask) -> NDArray[np.uint8]:
    return np.rint(mask * FULL).astype(np.uint8)


def _photos(archive: Mapping[str, Any]) -> Iterator[Source]:
    count = sum(name.startswith("photo_") for name in archive)
    for index in range(count):
        with Pil.open(io.BytesIO(archive[f"photo_{index}"].tobytes()), formats=["JPEG"]) as file:
            pixels = np.asarray(file.convert("RGB"))
        yield Source(
            levels=halvings(pixels),
            landmarks=archive[f"landmarks_{index}"],
            yaw=float(archive[f"yaw_{index}"]),
            face=archive[f"face_{index}"],
            seen=archive[f"seen_{index}"].astype(np.float32) / FULL,
            free=archive[f"free_{index}"].astype(np.float32) / FULL,
        )


def _of_sensible_size(photo: Source) -> Source:
    scale = LARGEST_FACE / photo.size
    if scale >= 1:
        return photo
    height, width = photo.levels[0].shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(cv2.resize(photo.levels[0], size, interpolation=cv2.INTER_AREA), np.uint8)
    by = np.array([size[0] / width, size[1] / height, scale], np.float32)
    # Pixel centres are whole numbers.
    shift = np.array([0.5, 0.5, 0], np.float32)
    landmarks = ((photo.landmarks + shift) * by - shift).astype(np.float32)
    return replace(photo, levels=halvings(small), landmarks=landmarks)


def _bare(photo: Source) -> Image:
    """The face with its middle colour around it instead of hair, clothes and room."""
    outline = np.rint(with_rings(photo.landmarks)[INNER, :2]).astype(np.int32)
    inside = np.zeros(photo.levels[0].shape[:2], np.uint8)
    cv2.fillPoly(inside, [outline], 1)
    around = np.median(photo.levels[0][inside > 0], axis=0) if inside.any() else np.zeros(3)
    return np.where(inside[..., None] > 0, photo.levels[0], around.astype(np.uint8))


def _jpeg(pixels: Image) -> bytes:
    buffer = io.BytesIO()
    Pil.fromarray(pixels).save(buffer, "JPEG", quality=QUALITY, subsampling=0)
    return buffer.getvalue()
