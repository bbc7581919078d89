"""What a format's reader returns, and the way there from Pillow's many modes."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from mien.engine.types import Image as Pixels
from mien.media.headers import Header, NotServed
from mien.media.pictures import Density, Recipe


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster:
    """Decoded pixels as they are stored: not yet upright, in any colour space."""

    #: Mode L, LA, RGB, RGBA or CMYK; loaded, unless there are ``pixels``.
    picture: Image.Image
    #: ``(H, W, 3)`` what ``picture``, of mode RGB, holds, where another decoder than Pillow's read it.
    pixels: Pixels | None = None
    icc: bytes | None = None
    dpi: Density | None = None
    #: EXIF orientation of ``picture``.
    orientation: int = 1
    recipe: Recipe = field(default_factory=Recipe)
    #: Ends of sentences that begin with "The … picture".
    notes: tuple[str, ...] = ()


Reader = Callable[[bytes, Header], Raster]


def plain(picture: Image.Image) -> Image.Image:
    """``picture`` in mode L, LA, RGB, RGBA or CMYK, transparency as alpha.

    Raises:
        NotServed: a mode without a meaning for people (Lab, 32-bit).
    """
    mode = picture.mode
    if mode in {"P", "PA"}:
        return _from_palette(picture)
    if mode.startswith("I;16"):
        return _from_16_bits(picture)
    if "transparency" in picture.info and mode in SEE_THROUGH:
        return picture.convert(SEE_THROUGH[mode])
    if mode in CONVERSIONS:
        return picture.convert(CONVERSIONS[mode])
    if mode not in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        raise NotServed(f"has pixels of a kind that is not read ({mode})")
    return picture


#: Modes in which one colour may be declared transparent.
SEE_THROUGH = {"1": "LA", "L": "LA", "RGB": "RGBA"}
#: ``a`` is premultiplied alpha.
CONVERSIONS = {"1": "L", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB", "YCbCr": "RGB"}


def _from_palette(picture: Image.Image) -> Image.Image:
    """True colour, or grey where every colour in use is."""
    seen_through = picture.mode == "PA" or "transparency" in picture.info
    colours = picture.convert("RGBA" if seen_through else "RGB")
    used = np.asarray(picture.getpalette("RGB"), np.uint8).reshape(-1, 3)[_used(picture)]
    grey = bool((used == used[:, :1]).all())
    return colours.convert("LA" if seen_through else "L") if grey else colours


def _used(picture: Image.Image) -> list[int]:
    """Palette entries that occur in the picture."""
    indices = picture.getchannel(0) if picture.mode == "PA" else picture
    return [index for index, count in enumerate(indices.histogram()) if count]


def _from_16_bits(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits rounded to 8: 65535 / 255 = 257."""
    deep = np.asarray(picture).astype(np.uint32)
    return Image.fromarray(((deep + 128) // 257).astype(np.uint8))
