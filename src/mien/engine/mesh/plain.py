"""The inner loops of the mesh engine, in NumPy: for machines that had no compiler.

`mien.engine.mesh.compiled` does the same, to the last bit, in a tenth of the time.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.types import Floats, Image

#: Fractional bits of corners: a 256th of a cell.
CORNER_BITS = 8
#: Index of cells that no triangle covers.
NOTHING = -1
#: What lies beyond the field that a line runs through.
NOWHERE = np.float32(-1e9)
#: The brightest level, and what is added before a level is cut to a whole one.
WHITE, HALF = np.float32(255), np.float32(0.5)
#: Of two pictures that are mixed, a share of which half a level is not seen is none, and all.
NONE, ALL = np.float32(1 / 512), np.float32(1 - 1 / 512)


#: Pixels along the side of a square whose mean is taken: sums of a column's levels have 16 bits.
MOST_AVERAGED = 257


def drawn(
    corners: NDArray[np.int64], order: NDArray[np.int64], columns: int, rows: int
) -> tuple[NDArray[np.int32], Floats]:
    """Triangles painted over each other; a cell belongs to one when its centre does, edges included.

    Args:
        corners: ``(M, 3, 2)`` x and y of each triangle's corners in 256ths of a cell; the centre of
            the cell in column i and row j lies at (256 i, 256 j).
        order: ``(M,)`` the triangles from first painted to last.

    Returns:
        ``(rows, columns)`` the triangle that each cell shows, -1 where there is none; and
        ``(rows, columns, 2)`` the shares of its second and third corner there, 0..1.
    """
    a, ab, ac = (each[order] for each in _spans(corners))
    double = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    turn, area = np.sign(double), np.abs(double)
    which, x, y = _candidates(corners[order], columns, rows)
    px, py = (x << CORNER_BITS) - a[which, 0], (y << CORNER_BITS) - a[which, 1]
    second = (px * ac[which, 1] - py * ac[which, 0]) * turn[which]
    third = (py * ab[which, 0] - px * ab[which, 1]) * turn[which]
    within = (second >= 0) & (third >= 0) & (second + third <= area[which]) & (area[which] > 0)
    # Where triangles overlap, the last one written stays.
    top = np.full(rows * columns, NOTHING, np.int64)
    top[(y * columns + x)[within]] = np.flatnonzero(within)
    shown = top >= 0
    winner = which[top[shown]]
    triangle = np.full(rows * columns, NOTHING, np.int32)
    triangle[shown] = order[winner]
    shares = np.zeros((rows * columns, 2), np.float32)
    shares[shown, 0] = second[top[shown]] / area[winner]
    shares[shown, 1] = third[top[shown]] / area[winner]
    return triangle.reshape(rows, columns), shares.reshape(rows, columns, 2)


def _spans(corners: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """``(M, 2)`` each: the first corner, and the ways from it to the second and to the third."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    return a, b - a, c - a


def _candidates(
    corners: NDArray[np.int64], columns: int, rows: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Each triangle with each cell of its box on the grid: its index, column and row, in order."""
    most = np.array([columns, rows]) - 1
    low = np.maximum(-(-corners.min(axis=1) >> CORNER_BITS), 0)
    high = np.minimum(corners.max(axis=1) >> CORNER_BITS, most)
    width, height = np.maximum(high - low + 1, 0).T
    count = width * height
    which = np.repeat(np.arange(len(corners)), count)
    nth = np.arange(len(which)) - (np.cumsum(count) - count)[which]
    down, across = np.divmod(nth, width[which])
    return which, across + low[which, 0], down + low[which, 1]


def values(triangle: NDArray[np.int32], shares: Floats, at_corners: Floats) -> Floats:
    """``(rows, columns, K)`` of values at corners ``(M, 3, K)``; 0 where there is no triangle.

    Args:
        triangle: ``(rows, columns)`` and
        shares: ``(rows, columns, 2)`` as `drawn` gives them, or a part of that.
    """
    nothing = np.zeros((1, *at_corners.shape[1:]), np.float32)  # what -1 takes
    first, second, third = np.concatenate([at_corners, nothing]).transpose(1, 2, 0)
    out = np.empty((*triangle.shape, at_corners.shape[2]), np.float32)
    for k in range(out.shape[2]):
        here = np.take(second[k] - first[k], triangle)
        here *= shares[..., 0]
        other = np.take(third[k] - first[k], triangle)
        other *= shares[..., 1]
        here += other
        np.add(here, np.take(first[k], triangle), out=out[..., k])
    return out


def relit(levels: NDArray[np.uint8], gain: Floats, lift: Floats) -> NDArray[np.uint8]:
    """``levels`` times ``gain``, at most white, plus ``lift``, within 0..255; ``(N,)`` each."""
    out = levels * gain
    np.minimum(out, WHITE, out=out)
    out += lift
    np.minimum(out, WHITE, out=out)
    np.maximum(out, 0, out=out)
    out += HALF
    return out.astype(np.uint8)


def mixed_in(under: NDArray[np.uint8], over: NDArray[np.uint8], mask: Floats) -> None:
    """Put ``over`` into ``under`` where ``mask`` is 1, nothing where it is 0, a mix between.

    Args:
        under, over: ``(N, 3)``.
        mask: ``(N,)``.
    """
    np.copyto(under, over, where=(mask >= ALL)[:, None])
    mixed = np.flatnonzero((mask > NONE) & (mask < ALL))
    below = under[mixed].astype(np.float32)
    below += (over[mixed] - below) * mask[mixed, None]
    below += HALF
    under[mixed] = below.astype(np.uint8)


def averages(picture: Image, step: int) -> Image:
    """``(h, w, 3)`` means of the squares of ``step`` pixels of ``picture`` ``(h * step, w * step, 3)``.

    Args:
        step: not 2, which OpenCV rounds otherwise, and at most `MOST_AVERAGED`.
    """
    size = picture.shape[1] // step, picture.shape[0] // step
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def best_line(columns: Floats) -> NDArray[np.int64]:
    """``(N,)`` the row of the line with the largest sum in each column; it moves by a row at most.

    Of equal ways the one through the upper rows is taken.

    Args:
        columns: ``(N, rows)``, column after column.
    """
    best, steps = columns[0], []
    for column in columns[1:]:
        near = _beside(best)
        steps.append(near.argmax(axis=0) - 1)
        best = column + near.max(axis=0)
    rows = [int(best.argmax())]
    for step in reversed(steps):
        rows.append(rows[-1] + int(step[rows[-1]]))
    return np.array(rows[::-1], np.int64)


def _beside(values: Floats) -> Floats:
    """``(3, N)``: of each of ``values`` ``(N,)`` the one before, itself and the one after."""
    wide = np.pad(values, 1, constant_values=NOWHERE)
    return np.stack([wide[:-2], values, wide[2:]])
