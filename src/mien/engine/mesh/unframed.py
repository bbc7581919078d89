"""A source without the frame of its glasses: what is thin is painted over with the skin beside it."""

import numpy as np

from mien.engine.blend import feathered
from mien.engine.mesh.chart import Chart, brought
from mien.engine.mesh.look import Look
from mien.engine.mesh.raster import Raster, cut, put
from mien.engine.mesh.shape import smoothstep
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


def unframed(picture: Image, frame: Mask, own: Look, raster: Raster, chart: Chart) -> Image:
    """``picture`` ``(H, W, 3)`` with the frame of glasses painted over.

    Args:
        frame: ``(rows, columns)`` 1 where on the chart the frame is.
        own: the face that wears it.
        raster: its mesh drawn on ``picture``.
    """
    region, at = raster.region, chart.seen_from(raster)
    skin = smoothstep(PAINT[1], PAINT[0], own.plain) * chart.outline * (1 - chart.own)
    # A brow that a rim hides in part goes on under it.
    paint = np.maximum(skin, chart.brows) * (1 - frame)
    under = cut(picture, region)
    scene = painted(averaged(under, region.grid), brought(paint, at))
    over = np.rint(interpolated(scene, region.size)).clip(0, 255).astype(np.uint8)
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
