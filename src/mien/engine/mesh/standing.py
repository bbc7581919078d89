"""What stands before a face stays where it is, while the face and its surroundings take a new shape.

Glasses, microphones and hands do not bend with whoever is behind them. All of it on the grid around
a face; "moved" is what that grid shows once the background has followed the face's new shape.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.sampling import blurred, channels, disc
from mien.engine.types import Floats, Mask

#: What is beside something that stays, up to so many cells, stays too.
BESIDE = 4
#: Below this nothing is there.
LEAST = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """How the picture moves, and what stands before the face once it has."""

    #: ``(rows, columns, 2)`` pixels from where a cell is to where its background comes from.
    field: Floats
    #: ``(rows, columns)`` 1 where something is before the face, 0 where the face shows.
    covered: Mask


def standing(field: Floats, step: int, covered: Mask, inner: Mask, hands: Mask | None) -> Standing:
    """``field`` without what would move things before the face.

    Args:
        field: ``(rows, columns, 2)`` how the background follows the face's new shape, pixels.
        step: pixels from cell to cell.
        covered: ``(rows, columns)`` what covers the face, by where the new shape has the same spot.
        inner: as ``covered``, only what shall stay: hair goes with the head.
        hands: ``(rows, columns)`` of the picture as it is; None where there are none.
    """
    if hands is None and inner.max() < LEAST:
        return Standing(field=field, covered=covered)
    across, down = channels(field)
    x, y = across / np.float32(step), down / np.float32(step)
    stays = pulled(inner, x, y)
    if hands is not None:
        stays = np.maximum(stays, hands)
    moves = away_from(stays)
    # What stays is not seen a second time where the background beside it comes from under it.
    goes = pulled(covered - inner, x * (1 - moves), y * (1 - moves))
    moved = np.asarray(cv2.merge([across * moves, down * moves]), np.float32)
    return Standing(field=moved, covered=np.minimum(stays + goes, 1))


def pulled(mask: Mask, x: Floats, y: Floats) -> Mask:
    """``mask`` ``(rows, columns)`` with each cell taken from ``x`` and ``y`` cells before it; 0 beyond it."""
    rows, columns = mask.shape
    across, down = np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)[:, None]
    return np.asarray(
        cv2.remap(mask, across - x, down - y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT),
        np.float32,
    )


def away_from(mask: Mask) -> Mask:
    """``(rows, columns)`` 0 on ``mask`` and up to `BESIDE` cells from it, softly 1 elsewhere."""
    return 1 - blurred(np.asarray(cv2.dilate(mask, disc(2 * BESIDE + 1)), np.float32), BESIDE / 2)
