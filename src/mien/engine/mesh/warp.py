"""Move pixels: the background after the face's new shape, and the source's skin onto it."""

import cv2
import numpy as np

from mien.engine.mesh.raster import Raster, Region, cut
from mien.engine.mesh.source import LARGER
from mien.engine.mesh.view import View
from mien.engine.sampling import (
    blurred_into_zero,
    channels,
    each_interpolated,
    interpolated,
    looked_up,
)
from mien.engine.types import Floats, Image


def displacement(raster: Raster, away: Floats, sigma: float) -> Floats:
    """``(rows, columns, 2)`` pixels from where a cell is to where its background comes from.

    Args:
        away: ``(540, 2)`` the same at vertices; 0 on the outer ring.
        sigma: grid cells over which to smooth, so that the background shows no mesh.
    """
    field = raster.values(away)
    return blurred_into_zero(field, sigma)


#: Pixels of movement that no one sees.
UNMOVED = 0.03


def followed(target: Image, region: Region, field: Floats) -> Image:
    """The region of ``target`` with its background moved by ``field`` (grid, pixels)."""
    x, y = channels(field)
    away = np.maximum(np.abs(x), np.abs(y))
    moved = region.where(away > UNMOVED)
    out = cut(target, region)
    if moved is None:
        return out
    moved = region.wider(moved, 1)  # what is between two cells moves with either
    cells, (width, height) = region.cells_of(moved), moved.size
    room = 1 + int(np.ceil(away.max()))
    left, top = max(0, moved.x0 - room), max(0, moved.y0 - room)
    around = target[top : moved.y0 + height + room, left : moved.x0 + width + room]
    across = interpolated(x[cells] + np.float32(moved.x0 - left), moved.size)
    down = interpolated(y[cells] + np.float32(moved.y0 - top), moved.size)
    out[region.pixels_of(moved)] = looked_up(around, across, down, relative=True)
    return out


#: A face smaller than this (pixels) is blurred before it is sampled: larger ones are made as sharp as their
#: picture afterwards, and of few pixels each one that aliases is seen.
SMALL = 96.0
#: Sigma of that blur, in pixels of a copy that is larger by the square root of two.
SPREAD = 0.35
#: The copy that is sampled for it is larger by up to this factor: bilinear sampling of one that is hardly larger
#: is a blur of its own, which leaves a face of 25 pixels without eyes.
SMALL_LARGER = 3.2


def sampled(view: View, raster: Raster, size: float) -> Image:
    """The view's pixels drawn over the raster's region.

    Args:
        size: larger side of the face that is drawn, pixels.
    """
    small = size < SMALL
    level, scale = view.source.level_for(size, SMALL_LARGER if small else LARGER)
    if small:
        level = without_finer(level, scale * view.source.size / size)
    # Pixel centres are whole numbers: x of the first level lies at (x + .5) * scale - .5 here.
    here = (view.points[:, :2] + np.float32(0.5)) * np.float32(scale) - np.float32(0.5)
    x, y = each_interpolated(raster.values(here), raster.region.size)
    return looked_up(level, x, y)


def without_finer(level: Image, larger: float) -> Image:
    """``level`` without detail too fine for a place that it is so many times ``larger`` than."""
    if larger <= 1:
        return level
    sigma = SPREAD * float(np.sqrt(larger**2 - 1))
    return np.asarray(cv2.GaussianBlur(level, (0, 0), sigma), np.uint8)
