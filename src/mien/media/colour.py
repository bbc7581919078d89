"""Colour spaces: which profile a picture keeps, and how the source comes into the target's space.

LittleCMS does the arithmetic, through Pillow. Relative colorimetric with black point compensation:
it keeps every colour that the target's space can show, which is what a face needs; perceptual
intent would shift colours that fit (and most RGB profiles have no table for it anyway).
"""

from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from PIL import Image as Pil
from PIL import ImageCms

from mien.engine.types import Image
from mien.media.pictures import MAX_PROFILE, Still
from mien.media.readers.raster import Raster

#: A profile's colour space -> the picture modes that it describes.
SPACES = {"GRAY": {"L", "LA"}, "RGB ": {"RGB", "RGBA"}, "CMYK": {"CMYK"}}
#: Input, display, output, colour space; not device links, named colours or abstract effects.
CLASSES = {"scnr", "mntr", "prtr", "spac"}
BROKEN = "has a broken colour profile; it is treated as sRGB"
UNFIT = "has a colour profile of another kind of picture; it is treated as sRGB"
BIG = "has a colour profile that is too large; it is treated as sRGB"
CMS_FAILURES = (ImageCms.PyCMSError, OSError, ValueError, TypeError)
#: Levels by which two profiles may differ and still be the same (sRGB comes in many wordings).
SAME = 1
#: Steps a channel of the sample that compares profiles.
SAMPLE_STEPS = 9
WHITE = 255


def settle(raster: Raster, *, deep: bool) -> Raster:
    """``raster`` as L, LA, RGB or RGBA with a profile that fits, or none for sRGB.

    Args:
        deep: the file had 16 bits a channel; it leaves its colour space, as CMYK does, because a
            wide space in 8 bits would show bands.
    """
    checked = _with_checked_profile(raster)
    if checked.picture.mode == "CMYK":
        note = "is CMYK; it was converted to 8-bit sRGB"
        return _in_srgb(checked, note)
    if deep:
        return _in_srgb(checked, "has 16 bits a channel; it was converted to 8-bit sRGB")
    return checked


def _with_checked_profile(raster: Raster) -> Raster:
    fault = _fault(raster.icc, raster.picture.mode) if raster.icc else ""
    if not raster.icc or not fault:
        return raster
    return replace(raster, icc=None, notes=(*raster.notes, fault))


def _fault(icc: bytes, mode: str) -> str:
    """What is wrong with a profile, as a note; empty when it can be used."""
    if len(icc) > MAX_PROFILE:
        return BIG
    try:
        profile = _opened(icc)
        fits = mode in SPACES.get(profile.profile.xcolor_space, set())
        if not fits or profile.profile.device_class not in CLASSES:
            return UNFIT
        _transform(icc, mode.removesuffix("A"), None, "RGB")
    except CMS_FAILURES:
        return BROKEN
    return ""


def _in_srgb(raster: Raster, note: str) -> Raster:
    picture = raster.picture
    if raster.icc or picture.mode == "CMYK":
        picture = _picture_in_srgb(picture, raster.icc)
    return replace(raster, picture=picture, pixels=None, icc=None, notes=(*raster.notes, note))


def _picture_in_srgb(picture: Pil.Image, icc: bytes | None) -> Pil.Image:
    """Grey stays grey, alpha stays as it is."""
    if icc is None:
        return picture.convert("RGB")
    bare = picture.mode.removesuffix("A")
    turned = _transform(icc, bare, None, "RGB").apply(picture.convert(bare))
    if bare == "L":
        turned = turned.convert("L")
    if picture.mode.endswith("A"):
        turned.putalpha(picture.getchannel("A"))
    return turned


def to_srgb(pixels: Image, icc: bytes, *, grey: bool) -> Image:
    """``(H, W, 3)`` pixels of the space ``icc`` in sRGB, for a file that cannot hold a profile."""
    return np.asarray(_converted(pixels, _Space(icc, grey), _Space(None, grey)))


def match_colour(source: Still, target: Still) -> Image:
    """The source's pixels in the target's colour space.

    Fully transparent pixels become white: what a file holds under them is arbitrary.

    Returns:
        ``(H, W, 3)`` uint8; the source's own array where nothing has to change.
    """
    pixels = _visible(source)
    here, there = _Space(source.icc, source.grey), _Space(target.icc, target.grey)
    if here == there:
        return pixels
    return np.asarray(_converted(pixels, here, there))


def _visible(still: Still) -> Image:
    if still.alpha is None or still.alpha.all():
        return still.pixels
    pixels = still.pixels.copy()
    pixels[still.alpha == 0] = WHITE
    return pixels


@dataclass(frozen=True, slots=True)
class _Space:
    """A colour space: a profile (None for sRGB) and whether its pictures are grey."""

    icc: bytes | None
    grey: bool

    @property
    def mode(self) -> str:
        """Pillow's mode of the pixels that the profile describes."""
        return "L" if self.grey and self.icc else "RGB"


def _converted(pixels: Image, here: _Space, there: _Space) -> Pil.Image:
    """RGB picture of ``pixels`` in the space ``there``."""
    picture = Pil.fromarray(pixels)
    if here.icc != there.icc:
        transform = _transform(here.icc, here.mode, there.icc, there.mode)
        if here.mode != there.mode or not transform.changes_nothing():
            picture = transform.apply(picture.convert(here.mode))
    if there.grey:
        picture = picture.convert("L")
    return picture.convert("RGB")


class _Transform:
    """A LittleCMS transform between two modes."""

    def __init__(self, cms: ImageCms.ImageCmsTransform, mode: str) -> None:
        self._cms = cms
        self._mode = mode

    def apply(self, picture: Pil.Image) -> Pil.Image:
        out = ImageCms.applyTransform(picture, self._cms)
        if out is None:
            raise OSError("no picture came back")
        return out

    def changes_nothing(self) -> bool:
        """Whether a sample of all colours comes back the same: both profiles mean one space."""
        steps = np.linspace(0, 255, SAMPLE_STEPS).astype(np.uint8)
        grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(SAMPLE_STEPS, -1, 3)
        sample = Pil.fromarray(grid).convert(self._mode)
        before, after = np.asarray(sample, np.int16), np.asarray(self.apply(sample), np.int16)
        return before.shape == after.shape and int(np.abs(before - after).max()) <= SAME


def _transform(here: bytes | None, mode: str, there: bytes | None, into: str) -> _Transform:
    """Raises one of `CMS_FAILURES` when a profile cannot be used."""
    cms = ImageCms.buildTransform(
        _opened(here),
        _opened(there),
        mode,
        into,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return _Transform(cms, mode)


def _opened(icc: bytes | None) -> ImageCms.ImageCmsProfile:
    if icc is None:
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return ImageCms.ImageCmsProfile(BytesIO(icc))
