"""Lines that stand out most: from left to right through a field of values, or around in one."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.types import Floats

#: From column to column a line that is only judged climbs or falls by so many rows at most.
STEEPEST = 2
NEAR = np.ones((2 * STEEPEST + 1, 1), np.uint8)
#: What lies beyond the field.
NOWHERE = np.float32(-1e9)

Rows = NDArray[np.intp]


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
    columns = np.ascontiguousarray(values.T)
    best, steps = columns[0], []
    for column in columns[1:]:
        near = _stacked(best, 1)
        steps.append(near.argmax(axis=0) - 1)
        best = column + near.max(axis=0)
    rows = [int(best.argmax())]
    for step in reversed(steps):
        rows.append(rows[-1] + int(step[rows[-1]]))
    return np.array(rows[::-1])


def closed_line(values: Floats) -> Rows:
    """As `best_line`, around: the last column is beside the first."""
    count = values.shape[1]
    twice = best_line(np.hstack([values, values]))
    half = count // 2
    return np.roll(twice[half : half + count], half)


def _stacked(values: Floats, reach: int) -> Floats:
    """``(2 * reach + 1, N)``: ``values`` ``(N,)`` moved by -reach to reach rows."""
    count = len(values)
    out = np.full((2 * reach + 1, count), NOWHERE, np.float32)
    for index, move in enumerate(range(-reach, reach + 1)):
        first, last = max(0, -move), min(count, count - move)
        out[index, first:last] = values[first + move : last + move]
    return out
