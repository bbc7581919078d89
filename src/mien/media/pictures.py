"""The values that still pictures travel in."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mien.engine.types import Image
from mien.media.formats import Format

#: ``(H, W)`` uint8: 0 transparent, 255 opaque.
Alpha = NDArray[np.uint8]
#: Horizontal and vertical dots an inch.
Density = tuple[float, float]

#: Larger colour profiles are not honest; the largest CMYK ones have 3 MB. Bytes.
MAX_PROFILE = 4_000_000
#: More is a mistake or a message, not a density.
MAX_DENSITY = 10_000.0


def density(x: float, y: float) -> Density | None:
    """Dots an inch; None when the two values are no sensible density."""
    pair = float(x), float(y)
    return pair if all(1.0 <= value <= MAX_DENSITY for value in pair) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a file was compressed, as far as its result follows it."""

    #: Whether the pixels were stored without loss.
    lossless: bool = True
    #: JPEG: 64 steps a table in natural order, for luminance and chrominance; empty when the
    #: tables are too coarse to be used again.
    tables: tuple[tuple[int, ...], ...] = ()
    #: JPEG: "4:4:4", "4:2:2" or "4:2:0"; empty when unknown or grey.
    subsampling: str = ""
    #: TIFF: Pillow's name of the compression; empty for none of the lossless ones.
    compression: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Still:
    """A decoded still picture, upright, in its file's own colour space.

    Raises:
        ValueError: when a shape is wrong.
    """

    #: ``(H, W, 3)`` uint8, read-only; the three channels are equal where ``grey``.
    pixels: Image
    #: ``(H, W)`` or None where the file has no transparency.
    alpha: Alpha | None = None
    format: Format
    #: The profile of ``pixels``; None means sRGB.
    icc: bytes | None = None
    #: Whether the file has no colour; its result has none either.
    grey: bool = False
    dpi: Density | None = None
    recipe: Recipe = field(default_factory=Recipe)
    #: Sentences for the report; each names the picture.
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        height, width, *channels = self.pixels.shape
        if channels != [3] or self.pixels.dtype != np.uint8:
            raise ValueError(f"pixels must be (H, W, 3) uint8, got {self.pixels.shape}")
        if self.alpha is not None and self.alpha.shape != (height, width):
            raise ValueError(f"alpha must be {(height, width)}, got {self.alpha.shape}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A result's file."""

    data: bytes
    format: Format
    width: int
    height: int
    #: What the format could not hold, as sentences for the report.
    warnings: tuple[str, ...] = ()
