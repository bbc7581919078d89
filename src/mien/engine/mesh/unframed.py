"""A source without the frame of its glasses: what is thin is painted over with the skin beside it.

Paint is smooth and skin is not: it gets pores and small lines, as strong as the skin's beside it.
"""

from itertools import pairwise

import numpy as np

from mien.engine.blend import feathered
from mien.engine.ground import brightened, grain, luminance
from mien.engine.mesh.chart import Chart, brought
from mien.engine.mesh.look import Look
from mien.engine.mesh.raster import Raster, cut, put
from mien.engine.mesh.shape import smoothstep
from mien.engine.ranks import MEDIAN_TO_RMS, middle
from mien.engine.sampling import averaged, blurred, interpolated
from mien.engine.types import Floats, Image, Mask

#: Distances from skin, in sigmas, up to which a cell is the skin to paint with, and from which it is not.
PAINT = (1.5, 3.0)
#: Skin is looked for with blurs of these sigmas (cells), the narrowest that finds some.
REACHES = (2.0, 4.0, 8.0)
#: So much skin within a blur is some; so little is a number and no division by zero.
SOME, LEAST = 0.15, 1e-3
#: Sigma (cells) of the seam, which lies outside of the frame: what is this much frame is all painted over.
SEAM, ALL = 0.7, 0.5
#: Sigmas between which pores and small lines lie, shares of the face; and how much of the skin's are made: lines
#: are longer than grains, and stand out less.
PORES, PORED = (0.0015, 0.003, 0.006, 0.012), 0.5


def unframed(
    picture: Image, frame: Mask, own: Look, raster: Raster, chart: Chart, *, size: float
) -> Image:
    """``picture`` ``(H, W, 3)`` with the frame of glasses painted over.

    Args:
        frame: ``(rows, columns)`` 1 where on the chart the frame is.
        own: the face that wears it.
        raster: its mesh drawn on ``picture``.
        size: larger side of the face, pixels.
    """
    region, at = raster.region, chart.seen_from(raster)
    skin = smoothstep(PAINT[1], PAINT[0], own.plain) * chart.outline * (1 - chart.own)
    # A brow that a rim hides in part goes on under it.
    paint = np.maximum(skin, chart.brows) * (1 - frame)
    under = cut(picture, region)
    skin_here = brought(paint, at)
    scene = painted(averaged(under, region.grid), skin_here)
    over = np.rint(interpolated(scene, region.size)).clip(0, 255).astype(np.uint8)
    over = pored(over, under, interpolated(skin_here, region.size), size)
    seam = np.minimum(blurred(brought(frame, at), SEAM) / np.float32(ALL), 1)
    out = picture.copy()
    put(out, feathered(under, over, interpolated(seam, region.size)), region)
    return out


def painted(scene: Image, weight: Mask) -> Floats:
    """``(h, w, 3)`` the skin nearest to each cell of ``scene``, of which ``weight`` ``(h, w)`` is skin."""
    lit = scene.astype(np.float32) * weight[..., None]
    paint = np.zeros_like(lit)
    left = np.ones_like(weight)
    for reach in REACHES:
        amount = blurred(weight, reach)
        found = left * np.minimum(amount / SOME, 1)
        paint += blurred(lit, reach) * (found / np.maximum(amount, LEAST))[..., None]
        left = left - found
    found = 1 - left[..., None]
    return np.where(found > LEAST, paint / np.maximum(found, LEAST), scene)


def pored(over: Image, under: Image, skin: Mask, size: float) -> Image:
    """``over`` with pores and lines like those that ``under`` has on its ``skin`` ``(H, W)``.

    Args:
        over, under: ``(H, W, 3)``.
        size: larger side of the face, pixels.
    """
    seen = np.flatnonzero(skin > ALL)
    if not len(seen):
        return over
    sigmas = [share * size for share in PORES]
    steps = [blurred(luminance(under), sigma) for sigma in sigmas]
    detail = np.zeros(skin.shape, np.float32)
    for fine, coarse in pairwise(zip(steps, sigmas, strict=True)):
        levels = np.abs(fine[0] - coarse[0]).ravel()[seen]
        strength = PORED * MEDIAN_TO_RMS * middle(levels)
        detail += np.float32(strength) * between(skin.shape, fine[1], coarse[1])
    return brightened(over, detail)


def between(shape: tuple[int, ...], fine: float, coarse: float) -> Floats:
    """``shape`` (rows, columns) noise of variance 1 with grains between two sigmas (pixels)."""
    # Blurred white noise is as weak as its blur is wide; both come from the same noise.
    finer, coarser = (grain((shape[0], shape[1]), sigma) for sigma in (fine, coarse))
    noise = finer * np.float32(coarse / fine) - coarser
    return np.asarray(noise / noise.std(), np.float32)
