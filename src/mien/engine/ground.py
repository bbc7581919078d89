"""The ground that a face's finish is worked on: its mesh over the pixels of its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import cv2
import numpy as np

from mien.engine.mesh import masks
from mien.engine.mesh.layout import Layout
from mien.engine.mesh.raster import Raster, Region, polygon
from mien.engine.mesh.regions import (
    LEFT_BROW,
    LEFT_EYE,
    LIPS_OUTER,
    NOSE,
    RIGHT_BROW,
    RIGHT_EYE,
    Indices,
)
from mien.engine.sampling import blurred, interpolated
from mien.engine.types import Floats, Image, Mask, Points


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """A face's mesh over a piece of picture.

    Raises:
        ValueError: when the face has no size.
    """

    #: ``(540, 3)`` where the vertices are, picture pixels.
    points: Points
    #: The mesh drawn over the cells of the face; its region says which pixels they are.
    raster: Raster
    #: Larger side of the face, pixels.
    size: float
    layout: Layout

    def __post_init__(self) -> None:
        if not self.size > 0:
            raise ValueError(f"a face must have a size, got {self.size}")

    @property
    def region(self) -> Region:
        """The cells and pixels."""
        return self.raster.region

    @property
    def cells(self) -> float:
        """Larger side of the face on the grid."""
        return self.size / self.region.step

    @property
    def down(self) -> tuple[float, float]:
        """The unit vector (x, y) from forehead to chin in the picture."""
        along = (self.points[CHIN] - self.points[TOP])[:2]
        x, y = (along / max(float(np.hypot(*along)), 1e-6)).tolist()
        return x, y

    def near(self, rings: Sequence[Indices], by: float) -> Mask:
        """``(rows, columns)`` 1 inside the rings and up to ``by`` (share of the face) around."""
        together = np.maximum.reduce([polygon(self.points[r], self.region) for r in rings])
        return masks.grown(together, by * self.cells)

    def skin(self) -> Mask:
        """``(rows, columns)`` 1 on bare skin, 0 on eyes, brows, nostrils and lips, and outside."""
        inside = masks.outline(self.points, self.region, self.cells)
        return inside * (1 - self.near((*FEATURES, NOSE), AROUND_FEATURES))

    def at_pixels(self, on_grid: Floats) -> Floats:
        """Values of the grid enlarged to the pixels of the region."""
        return interpolated(on_grid, self.region.size)


#: What is no bare skin; and the tip of the nose, where its lower edge has hard shadows.
FEATURES = (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, LIPS_OUTER)
#: Lashes and the lips' edges lie within this share of the face.
AROUND_FEATURES = 0.02
#: Vertices at the forehead's and the chin's middle.
TOP, CHIN = 10, 152


def luminance(image: Image) -> Floats:
    """``(H, W)`` float32 of ``(H, W, 3)``, 0..255."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32)


def brightened(image: Image, by: Floats) -> Image:
    """``image`` with ``by`` ``(H, W)`` levels added to each channel."""
    levels = np.rint(by).astype(np.int16)
    return np.asarray(cv2.add(image, cv2.merge([levels] * 3), dtype=cv2.CV_8U), np.uint8)


def scaled(image: Image, gain: Floats) -> Image:
    """``image`` with each channel multiplied by ``gain`` ``(H, W)``."""
    return np.asarray(cv2.multiply(image, cv2.merge([gain] * 3), dtype=cv2.CV_8U), np.uint8)


def compressed(values: Floats, limit: float) -> Floats:
    """``values`` with lengths bounded softly by ``limit``: small ones stay, edges do not ring."""
    return np.asarray(values / (1 + np.abs(values) / limit), np.float32)


#: Side of the pattern that grain is taken from, and its seed.
TILE, GRAIN_SEED = 256, 1826


@cache
def pattern() -> Floats:
    """``(TILE, TILE)`` white noise of variance 1; the same at every call."""
    return np.random.default_rng(GRAIN_SEED).standard_normal((TILE, TILE)).astype(np.float32)


def grain(shape: tuple[int, int], sigma: float) -> Floats:
    """``shape`` (rows, columns) noise of variance 1, its grains about ``sigma`` pixels in radius."""
    below, right = (max(0, side - TILE) for side in shape)
    tiles = cv2.copyMakeBorder(grained(sigma), 0, below, 0, right, cv2.BORDER_WRAP)
    return np.asarray(tiles[: shape[0], : shape[1]], np.float32)


@lru_cache(maxsize=32)
def grained(sigma: float) -> Floats:
    """`pattern` with grains of ``sigma`` pixels, of variance 1, without a seam where it is repeated."""
    room = int(np.ceil(4 * sigma))
    wide = cv2.copyMakeBorder(pattern(), room, room, room, room, cv2.BORDER_WRAP)
    noise = blurred(np.asarray(wide, np.float32), sigma)[room:-room, room:-room]
    return np.ascontiguousarray(noise / noise.std())
