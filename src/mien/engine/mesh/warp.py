"""Move pixels: the background after the face's new shape, and the source's skin onto it."""

import cv2
import numpy as np

from mien.engine.mesh.raster import Raster, Region, cut
from mien.engine.mesh.view import View
from mien.engine.sampling import blurred_into_zero, each_interpolated, looked_up
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
    if np.abs(field).max() < UNMOVED:
        return cut(target, region)
    width, height = region.size
    room = 1 + int(np.ceil(np.abs(field).max()))
    left, top = max(0, region.x0 - room), max(0, region.y0 - room)
    part = target[top : region.y0 + height + room, left : region.x0 + width + room]
    x, y = each_interpolated(field, region.size)
    x += np.arange(width, dtype=np.float32) + np.float32(region.x0 - left)
    y += (np.arange(height, dtype=np.float32) + np.float32(region.y0 - top))[:, None]
    return looked_up(part, x, y)


#: A face smaller than this (pixels) is blurred before it is sampled: larger ones are made as sharp as their
#: picture afterwards, and of few pixels each one that aliases is seen.
SMALL = 96.0
#: Sigma of that blur, in pixels of a copy that is larger by the square root of two.
SPREAD = 0.5


def sampled(view: View, raster: Raster, size: float) -> Image:
    """The view's pixels drawn over the raster's region.

    Args:
        size: larger side of the face that is drawn, pixels.
    """
    level, scale = view.source.level_for(size)
    if size < SMALL:
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
