"""Thin strands of hair on a source's forehead: alone on another's they would be scratches.

Too thin and too pale to be told from skin by colour, they are told by their course: dark, upright, and hanging
from hair or from beyond the forehead. Wrinkles lie across, and frowns end below.
"""

import cv2
import numpy as np

from mien.engine.mesh.chart import Chart
from mien.engine.sampling import blurred, disc
from mien.engine.types import HALF, Image, Mask

#: A strand is thinner than this share of the face, darker than what is to both sides of it by this (a
#: logarithm), and longer than that share: of frowns and wrinkles, which can be as dark, few hang from hair.
THINNEST, DARKER, LONG = 0.095, 0.2, 0.07
#: It begins within so many cells of hair or of the forehead's end; it is taken wider by so many, and its edge
#: is blurred by this sigma.
HANGS_FROM, WIDER, EDGE = 3, 2, 0.6
#: Added to levels before logarithms are taken.
DARK = 4.0


def strands(face: Image, free: Mask, chart: Chart) -> Mask:
    """``(rows, columns)`` of the chart, 1 on strands of hair on the forehead; 0 all over for none.

    Args:
        face: ``(rows, columns, 3)`` uint8 RGB on the chart.
        free: ``(rows, columns)`` 0 where hair is known to cover it.
    """
    bare = (chart.forehead > 0) & (chart.inside > 0) & (chart.own < HALF) & (free > HALF)
    hair = ((free < HALF) | (chart.inside < HALF)).astype(np.uint8)
    near_hair = cv2.dilate(hair, disc(2 * HANGS_FROM + 1)) > 0
    light = np.log(cv2.cvtColor(face, cv2.COLOR_RGB2GRAY).astype(np.float32) + DARK)
    across = np.ones((1, round(THINNEST * chart.cells)), np.uint8)
    thin = (cv2.morphologyEx(light, cv2.MORPH_CLOSE, across) - light > DARKER) & bare
    count, labels, boxes, _ = cv2.connectedComponentsWithStats(thin.astype(np.uint8))
    width, height = boxes[:, cv2.CC_STAT_WIDTH], boxes[:, cv2.CC_STAT_HEIGHT]
    long = (height > LONG * chart.cells) & (height >= width)
    hangs = np.isin(np.arange(count), labels[thin & near_hair])
    found = (long & hangs)[labels] & thin
    wide = cv2.dilate(found.astype(np.float32), disc(2 * WIDER + 1))
    return blurred(np.asarray(wide, np.float32), EDGE) if found.any() else np.zeros_like(free)
