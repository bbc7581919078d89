"""Shade of hats and hair on a source's forehead and temples: it belongs to what throws it, and stays behind with that.

Brightened with the rest of a face such skin would be a pale band, and red spots between strands and beside the eyes:
light that gets there has come through hair or from skin.
"""

import cv2
import numpy as np

from mien.engine.ground import luminance
from mien.engine.mesh.chart import Chart
from mien.engine.mesh.light import DARK_FLOOR
from mien.engine.mesh.look import Look
from mien.engine.mesh.masks import away_from
from mien.engine.mesh.occlusion import opened, side, touching
from mien.engine.mesh.regions import LEFT_EYE
from mien.engine.mesh.skin import ENOUGH_CELLS
from mien.engine.ranks import middle
from mien.engine.sampling import blurred, disc
from mien.engine.types import HALF, Cells, Floats, Mask

#: Skin this much darker than half of the face (a logarithm) is in the shade, as far as this share of the face from
#: what throws it. What is smaller than that share of the face is a wrinkle.
DARKER, REACH, SMALLEST = 0.5, 0.2, 0.045
#: It is taken wider by so many cells, and fades out with this sigma; before it is told, a sigma takes pores out.
WIDER, EDGE, PORES = 2, 2.0, 1.0
#: Cells along a brow's edge that are skin; and so far beyond its ends, a share of the face, it may go on.
WITHOUT_EDGE, ENDS = 1, 0.05


def shade(own: Look, free: Mask, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 on forehead and temples in the shade of what covers them; 0 all over for none.

    Args:
        own: the face.
        free: ``(rows, columns)`` 0 where hair or a hat covers it.
    """
    bright = np.asarray(np.log(luminance(own.face) + DARK_FLOOR), np.float32)
    skin = bright[own.skin * free > HALF]
    if len(skin) < ENOUGH_CELLS:
        return np.zeros_like(free)
    where, kept = above_cheeks(chart), features(chart)
    cover = where & (free < HALF)
    near = away_from(cover.astype(np.float32)) < REACH * chart.cells
    dark = blurred(bright, PORES) < middle(skin) - DARKER
    found = touching(dark & near & where & (kept < HALF) & (free > HALF), cover)
    found = opened(found, SMALLEST * chart.cells)
    wide = np.asarray(cv2.dilate(found, disc(2 * WIDER + 1)), np.float32)
    return blurred(wide, EDGE) * (1 - kept) if found.any() else found


def above_cheeks(chart: Chart) -> Cells:
    """``(rows, columns)`` on forehead and temples: further down a face is darker by its shape."""
    where = side(chart) & (chart.inside > 0)
    where[round(float(chart.points[LEFT_EYE, 1].max())) :] = False
    return where


def features(chart: Chart) -> Floats:
    """``(rows, columns)`` 1 on lids, and on brows, which are dark and may go on beyond their usual ends."""
    brows = cv2.erode(chart.brows, disc(2 * WITHOUT_EDGE + 1))
    ends = np.ones((1, 2 * round(ENDS * chart.cells) + 1), np.uint8)
    return np.maximum(np.asarray(cv2.dilate(brows, ends), np.float32), chart.lids)
