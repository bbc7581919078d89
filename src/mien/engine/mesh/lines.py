"""Lines that stand out most: from left to right through a field of values, or around in one."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.mesh import loops
from mien.engine.types import Floats

#: From column to column a line that is only judged climbs or falls by so many rows at most.
STEEPEST = 2
NEAR = np.ones((2 * STEEPEST + 1, 1), np.uint8)

Rows = NDArray[np.int64]


def crossing(values: Floats, most: float) -> float:
    """How much the best line from left to right stands out on the average, as a share of ``most``.

    Args:
        values: ``(rows, columns)``; beyond ``most`` they say no more.
    """
    capped = np.ascontiguousarray(np.minimum(values, np.float32(most)).T)
    best = capped[0]
    for column in capped[1:]:
        best = column + cv2.dilate(best[:, None], NEAR)[:, 0]
    return float(best.max()) / (most * len(capped))


def best_line(values: Floats) -> Rows:
    """``(columns,)`` the row of the line with the largest sum; it moves by a row at most a column."""
    return loops.best_line(np.ascontiguousarray(values.T))


def closed_line(values: Floats) -> Rows:
    """As `best_line`, around: the last column is beside the first."""
    count = values.shape[1]
    twice = best_line(np.hstack([values, values]))
    half = count // 2
    return np.roll(twice[half : half + count], half)
