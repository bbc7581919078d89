"""Glasses before a target's eyes: found by their bridge, kept by their frame.

A frame is thin, and no skin. Between the eyes nothing of a face crosses from side to side; a frame's
bridge does. Where it does, what is thin and no skin around the eyes is frame.
"""

import cv2
import numpy as np

from mien.engine.mesh.masks import brows, grown, near, together
from mien.engine.mesh.raster import Region, polygon
from mien.engine.mesh.regions import (
    BRIDGE,
    BRIDGE_LINE,
    LEFT_EYE,
    RIGHT_EYE,
)
from mien.engine.mesh.shape import smoothstep
from mien.engine.sampling import blurred
from mien.engine.types import Floats, Mask, Points

#: A frame is thinner than this share of the face, and its bridge than that.
THICKEST, THICKEST_BRIDGE = 0.09, 0.07
#: Distances from skin beyond this, in sigmas, say no more.
FAR = 8.0
#: Half the width of the strip between the eyes that a bridge has to cross, a share of the face.
STRIP = 0.045
#: In all but this share of the strip's columns (percent) a bridge stands out.
GAPS = 20
#: By how many sigmas it does, at least: of 14 portraits with rims 11 do, of 78 without glasses one;
#: a posterised painting does too.
STANDS_OUT = 1.55
#: Below each eye, from this share of the face down, a rim stands out by so many sigmas in so many of
#: the columns: lines drawn between the eyes of a painting have none.
RIM_FROM, RIM_STANDS_OUT, ENOUGH_RIM = 0.03, 0.8, 0.6
#: By how many sigmas a cell stands out to be frame, perhaps and surely.
FRAME = (0.7, 1.5)
#: Cells by which a frame is taken wider: a target's, so that it keeps its edge; a source's, so that
#: none of it and of its shadow comes along.
KEPT_WIDER, LEFT_WIDER = 1, 3
#: Sigma (cells) of the blur on a frame's edge.
EDGE = 0.6
#: How far from the eyes a frame reaches, and how close to the lids it is not looked for; shares of
#: the face.
REACH, LIDS = 0.17, 0.02


def worn(distance: Floats, points: Points, region: Region, cells: float) -> bool:
    """Whether a face wears glasses with a frame.

    Args:
        distance: ``(rows, columns)`` lengths of `mien.engine.mesh.occlusion.from_skin`.
        points: ``(540, 3)`` its mesh, pixels of the picture that ``region`` lies in.
        cells: size of the face on the grid.
    """
    across = standing_out(distance, THICKEST_BRIDGE * cells)
    if bridge(across, points, region, cells) < STANDS_OUT:
        return False
    rims = [rim(across, points[eye], region, cells) for eye in (LEFT_EYE, RIGHT_EYE)]
    return min(rims) >= ENOUGH_RIM


def frame(distance: Floats, points: Points, region: Region, cells: float, margin: int) -> Mask:
    """``(rows, columns)`` 1 where the frame of worn glasses stands before the eyes.

    Args:
        distance, points, region, cells: as in `worn`.
        margin: cells by which the frame is taken wider than it was found.
    """
    thin = standing_out(distance, THICKEST * cells)
    found = smoothstep(*FRAME, thin) * around_eyes(points, region, cells)
    size = 2 * margin + 1
    wider = cv2.dilate(found, np.ones((size, size), np.uint8))
    return blurred(np.asarray(wider, np.float32), EDGE)


def standing_out(distance: Floats, thickest: float) -> Floats:
    """By how many sigmas a cell is further from skin than its surroundings (top-hat).

    Only what is thinner than ``thickest`` cells stands out.
    """
    size = max(3, round(thickest)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    near = np.minimum(distance, np.float32(FAR))
    return np.asarray(near - cv2.morphologyEx(near, cv2.MORPH_OPEN, disc), np.float32)


def bridge(thin: Floats, points: Points, region: Region, cells: float) -> float:
    """By how many sigmas something thin stands out all the way from eye to eye."""
    middle = float(region.to_grid(points[BRIDGE_LINE])[:, 0].mean())
    half = STRIP * cells
    first, last = max(0, int(middle - half)), min(thin.shape[1], int(middle + half) + 1)
    if first >= last:
        return 0.0
    inside = thin * polygon(points[BRIDGE], region)
    return float(np.percentile(inside[:, first:last].max(axis=0), GAPS))


def rim(thin: Floats, eye: Points, region: Region, cells: float) -> float:
    """Share of the columns below an eye in which something thin stands out."""
    corners = region.to_grid(eye)
    low, high = corners.min(axis=0), corners.max(axis=0)
    height, width = thin.shape
    left, right = max(0, int(low[0])), min(width, int(high[0]) + 1)
    top = max(0, int(high[1] + RIM_FROM * cells))
    bottom = min(height, int(high[1] + REACH * cells) + 1)
    if left >= right or top >= bottom:
        return 0.0
    return float((thin[top:bottom, left:right].max(axis=0) > RIM_STANDS_OUT).mean())


def around_eyes(points: Points, region: Region, cells: float) -> Mask:
    """Where a frame may be: around the eyes, without lids and brows."""
    eyes = together(points, (LEFT_EYE, RIGHT_EYE), region)
    own = np.maximum(grown(eyes, LIDS * cells), brows(points, region, cells))
    return np.asarray(near(eyes, REACH * cells) * (1 - own), np.float32)
