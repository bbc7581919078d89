"""A source's glasses: what of them is thin and painted over, and what they throw on the face."""

import cv2
import numpy as np

from mien.engine.blend import feathered
from mien.engine.ground import luminance
from mien.engine.mesh import masks
from mien.engine.mesh.chart import Chart
from mien.engine.mesh.glasses import Seat
from mien.engine.mesh.light import DARK_FLOOR
from mien.engine.mesh.look import Look
from mien.engine.mesh.occlusion import touching
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.told import Told
from mien.engine.mesh.unframed import painted, seam_of
from mien.engine.sampling import blurred, disc
from mien.engine.types import HALF, Image, Mask

#: Distances from skin, in sigmas, up to which a cell is the skin to paint with, and from which it is not.
PAINT = (1.5, 3.0)
#: What a frame throws on the face is thinner than this share of it, and darker or brighter than what surrounds it by
#: so much (a logarithm); a sigma (cells) takes pores out before.
THINNEST, STANDS_OUT, PORES = 0.11, 0.22, 1.0
#: It lies within this share of the face of the frame and begins within so many cells of it; it is taken wider by so
#: many, with an edge of this sigma. So many cells around lids and brows are their own shade.
REACH, BEGINS, WIDER, EDGE, LIDS = 0.08, 2, 1, 0.6, 2


def paint(own: Look, told: Told | None, chart: Chart, seat: Seat) -> Mask:
    """``(rows, columns)`` 1 on the skin that what is thin before a face is painted over with.

    A brow that a rim hides in part goes on under it.
    """
    if told and told.glasses(seat):
        # In the shade, too: what lies there is painted with shade.
        skin = 1 - told.before_source(chart, seat)
    else:
        skin = smoothstep(PAINT[1], PAINT[0], own.plain)
    return masks.union([skin * chart.outline * (1 - chart.own), chart.brows])


def framed(own: Look, told: Told | None, skin: Mask, chart: Chart, seat: Seat) -> Mask:
    """``(rows, columns)`` 1 on the frame of glasses that the face wears and on what it throws; 0 all over for none.

    Args:
        skin: as `paint` gives it.
    """
    if told is None:
        return seat.frame(own.face, own.seen)
    if not told.glasses(seat):
        return np.zeros_like(own.seen)
    frame = told.frame(chart, seat)
    over = np.rint(painted(own.face, skin * (1 - frame))).astype(np.uint8)
    return np.maximum(frame, thrown(feathered(own.face, over, seam_of(frame)), frame, chart, seat))


def thrown(without: Image, frame: Mask, chart: Chart, seat: Seat) -> Mask:
    """``(rows, columns)`` 1 below the eyes where a ``frame`` throws shade, or glares.

    Args:
        without: ``(rows, columns, 3)`` the face with the frame painted over.
    """
    bright = blurred(np.asarray(np.log(luminance(without) + DARK_FLOOR), np.float32), PORES)
    element = disc(round(THINNEST * chart.cells) | 1)
    darker = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, element) - bright
    brighter = bright - cv2.morphologyEx(bright, cv2.MORPH_OPEN, element)
    kept = cv2.dilate(np.maximum(chart.lids, chart.brows), disc(2 * LIDS + 1))
    near = cv2.dilate(frame, disc(2 * REACH * chart.cells)) * seat.below
    found = (np.maximum(darker, brighter) > STANDS_OUT) & (near > HALF) & (kept < HALF)
    found = touching(found, cv2.dilate(frame, disc(2 * BEGINS + 1)) > HALF)
    wide = cv2.dilate(np.asarray(found, np.float32), disc(2 * WIDER + 1))
    return blurred(np.asarray(wide, np.float32), EDGE)
