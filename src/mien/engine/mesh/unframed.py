"""A source without the frame of its glasses: what is thin is painted over with the skin beside it.

Paint is smooth and skin is not: it gets pores and small lines, as strong as the skin's beside it.
"""

from itertools import pairwise

import cv2
import numpy as np

from mien.engine.blend import feathered
from mien.engine.ground import brightened, grain, luminance
from mien.engine.mesh.chart import Chart, brought
from mien.engine.mesh.raster import Raster, cut, gridded, put
from mien.engine.ranks import MEDIAN_TO_RMS, middle
from mien.engine.sampling import blurred, channels, interpolated, times
from mien.engine.types import Floats, Image, Mask

#: Skin is looked for with blurs of these sigmas (cells), the narrowest that finds some.
REACHES = (2.0, 4.0, 8.0)
#: So many cells beyond the frame are looked at for skin: all that the widest blur sees.
PAINTED_FROM = round(3 * REACHES[-1])
#: So much skin within a blur is some; so little is a number and no division by zero.
SOME, LEAST = 0.15, 1e-3
#: Sigma (cells) of the seam, which lies outside of the frame: what is this much frame is all painted over.
SEAM, ALL = 0.7, 0.5
#: Sigmas between which pores and small lines lie, shares of the face; and how much of the skin's are made: lines
#: are longer than grains, and stand out less.
PORES, PORED = (0.0015, 0.003, 0.006, 0.012), 0.5


def unframed(
    picture: Image, frame: Mask, skin: Mask, raster: Raster, chart: Chart, *, size: float
) -> Image:
    """``picture`` ``(H, W, 3)`` with the frame of glasses painted over.

    Args:
        frame: ``(rows, columns)`` 1 where on the chart the frame is.
        skin: ``(rows, columns)`` 1 on what it is painted over with.
        raster: its mesh drawn on ``picture``.
        size: larger side of the face, pixels.
    """
    region, at = raster.region, chart.seen_from(raster)
    paint = skin * (1 - frame)
    seam = seam_of(brought(frame, at))
    band = region.where(seam > 0)
    if band is None:
        return picture
    skin_here, under = brought(paint, at), cut(picture, region)
    around = region.wider(band, PAINTED_FROM)
    scene = painted(gridded(picture, around), skin_here[region.cells_of(around)])
    scene = interpolated(scene[around.cells_of(band)], band.size)
    over = np.rint(scene).clip(0, 255).astype(np.uint8)
    pixels = region.pixels_of(band)
    over = brightened(over, pores(under, interpolated(skin_here, region.size), size, pixels))
    out = picture.copy()
    weight = interpolated(seam[region.cells_of(band)], band.size)
    put(out, feathered(under[pixels], over, weight), band)
    return out


def seam_of(frame: Mask) -> Mask:
    """How much of each cell is painted over, 0..1: all of the ``frame``, and less and less beside it."""
    return np.asarray(np.minimum(blurred(frame, SEAM) / np.float32(ALL), 1), np.float32)


def painted(scene: Image, weight: Mask) -> Floats:
    """``(h, w, 3)`` the skin nearest to each cell of ``scene``, of which ``weight`` ``(h, w)`` is skin."""
    colours = scene.astype(np.float32)
    # Four channels are blurred in hardly more time than three.
    lit = np.asarray(cv2.merge([*channels(times(colours, weight)), weight]), np.float32)
    paint = np.zeros_like(colours)
    left = np.ones_like(weight)
    for reach in REACHES:
        *light, amount = channels(blurred(lit, reach))
        found = left * np.minimum(amount / SOME, 1)
        share = found / np.maximum(amount, LEAST)
        paint += cv2.merge([channel * share for channel in light])
        left = left - found
    found = 1 - left[..., None]
    return np.where(found > LEAST, paint / np.maximum(found, LEAST), scene)


def pores(under: Image, skin: Mask, size: float, pixels: tuple[slice, slice]) -> Floats:
    """Levels of pores and lines like those that ``under`` has on its ``skin`` ``(H, W)``, for its ``pixels``.

    Args:
        under: ``(H, W, 3)``.
        size: larger side of the face, pixels.
    """
    rows, columns = pixels
    detail = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.float32)
    seen = np.flatnonzero(skin > ALL)
    if not len(seen):
        return detail
    sigmas = [share * size for share in PORES]
    steps = [blurred(luminance(under), sigma) for sigma in sigmas]
    for fine, coarse in pairwise(zip(steps, sigmas, strict=True)):
        levels = np.abs(fine[0].ravel()[seen] - coarse[0].ravel()[seen])
        strength = PORED * MEDIAN_TO_RMS * middle(levels)
        detail += np.float32(strength) * between(pixels, fine[1], coarse[1])
    return detail


def between(pixels: tuple[slice, slice], fine: float, coarse: float) -> Floats:
    """Noise of variance 1 for ``pixels`` of a picture, with grains between two sigmas."""
    # Blurred white noise is as weak as its blur is wide; both come from the same noise.
    reach = pixels[0].stop, pixels[1].stop
    finer, coarser = (grain(reach, sigma)[pixels] for sigma in (fine, coarse))
    noise = finer * np.float32(coarse / fine) - coarser
    return np.asarray(noise / noise.std(), np.float32)
