"""Beards. A target's thick dark ones stay before what is put there, its grey ones are no light; a source's full ones are no shade."""

import cv2
import numpy as np

from mien.engine.ground import luminance
from mien.engine.mesh.chart import Chart, flipped
from mien.engine.mesh.light import SAMPLED_EVERY
from mien.engine.mesh.look import Look
from mien.engine.mesh.occlusion import OVER_WIDER, SHARPEST, SOFT_EDGE, TEXTURE, dark_and_grey
from mien.engine.mesh.regions import NOSE_BASE
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.skin import DARK, ENOUGH_CELLS
from mien.engine.ranks import middle
from mien.engine.sampling import blurred, disc
from mien.engine.types import HALF, Image, Mask

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


#: Both sides of a jaw are darker than half of the face above by the first of these (a logarithm) in the shade of a lamp
#: from above, by the second under a full dark beard: of 93 portraits the shaded ones end at .74, the beard has 1.
FULL = (0.75, 0.95)


def full_beard(face: Image, skin: Mask, chart: Chart) -> np.float32:
    """0..1: how surely a thick dark beard grows all over the jaw of a source's ``face``: on both sides it is dark.

    Its brightness is its own: light that makes it as bright as skin turns it to a veil.

    Args:
        face: ``(rows, columns, 3)`` on the chart.
        skin: ``(rows, columns)`` where it shows skin, or beard.
    """
    every = np.s_[::SAMPLED_EVERY, ::SAMPLED_EVERY]
    bright = np.log(luminance(np.ascontiguousarray(face[every])) + np.float32(DARK))
    shown, jaw = (skin[every] * chart.bare[every]) > HALF, chart.jaw[every] > HALF
    half = bright.shape[1] // 2
    parts = [bright[shown & ~jaw]]
    parts += [bright[:, side][(shown & jaw)[:, side]] for side in (np.s_[:half], np.s_[half:])]
    if min(map(len, parts)) < ENOUGH_CELLS:
        return np.float32(0)
    above, *sides = (float(middle(part)) for part in parts)
    return np.float32(smoothstep(*FULL, above - max(sides)))
