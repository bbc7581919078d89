"""Beards of a target: thick dark ones stay before what is put there, grey ones are no light."""

import cv2
import numpy as np

from mien.engine.mesh.chart import Chart, flipped
from mien.engine.mesh.look import Look
from mien.engine.mesh.occlusion import HALF, OVER_WIDER, SHARPEST, SOFT_EDGE, TEXTURE, dark_and_grey
from mien.engine.mesh.regions import NOSE_BASE
from mien.engine.mesh.shape import smoothstep
from mien.engine.sampling import blurred, disc
from mien.engine.types import Mask

#: A beard grows on both sides: so much of it is there on the other side, too, with so much room (a share of the face)
#: between one and the other mirrored. A shadow falls on one. What is seen less squarely than the last may be anything.
MIRRORED, LOPSIDED, OTHER_SIDE = 0.6, 0.08, 0.35


def bearded(look: Look, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 on a thick dark beard or moustache: below the nose, and neither skin nor lips."""
    beard = dark_and_grey(look.colour, chart.cells) * (1 - chart.lips)
    beard[: round(float(chart.points[NOSE_BASE, 1]))] = 0
    if not beard.any():
        return beard
    beard = on_both_sides(beard, look.seen, chart)
    return blurred(np.asarray(cv2.dilate(beard, disc(OVER_WIDER)), np.float32), SHARPEST)


def on_both_sides(beard: Mask, seen: Mask, chart: Chart) -> Mask:
    """``beard`` ``(rows, columns)`` without those of its spots of which too little is on the other side.

    Args:
        seen: how squarely the camera sees each cell.
    """
    sure = beard > HALF
    other = cv2.dilate(flipped(beard), disc(2 * LOPSIDED * chart.cells)) > HALF
    both = sure & (other | (flipped(seen) < OTHER_SIDE))
    _, labels = cv2.connectedComponents(sure.astype(np.uint8), connectivity=4)
    whole, shared = (
        np.bincount(labels[cells], minlength=labels.max() + 1) for cells in (sure, both)
    )
    kept = sure & (shared > MIRRORED * whole)[labels]
    return np.minimum(beard, cv2.dilate(kept.astype(np.float32), disc(SOFT_EDGE)))


#: How much less red than skin, in sigmas, a beard is, perhaps and surely.
LESS_RED = (1.5, 3.0)


def grizzled(look: Look, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 where a face's beard is less red than its skin."""
    grey = smoothstep(*LESS_RED, blurred(-look.colour[..., 1], TEXTURE))
    return np.asarray(grey * chart.jaw * (1 - chart.lips), np.float32)
