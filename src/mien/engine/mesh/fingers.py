"""What a hand covers: drawn from its landmarks, then fitted to the edges of the picture.

Skin before skin has no colour of its own, but a contour. Bones are drawn twice on a face's grid:
thinner than a hand, where it surely is, and wider, beyond which it surely is not. Between, a watershed
finds the strongest edge (Meyer 1992): the contour, and not the wrinkles inside.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.hands import palm_length
from mien.engine.mesh.raster import SUBPIXEL_BITS, Region
from mien.engine.sampling import blurred
from mien.engine.types import Floats, Hand, Image, Mask, Points

#: Landmarks of each finger from its root to its tip, thumb first.
FINGERS = ((1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11, 12), (13, 14, 15, 16), (17, 18, 19, 20))
#: Around the palm.
PALM = (0, 1, 2, 5, 9, 13, 17)
WRIST, INDEX_ROOT, MIDDLE_ROOT, LITTLE_ROOT = 0, 5, 9, 17
#: Half of a finger's width at its root and its tip, of the flesh around the palm's landmarks, and of
#: the forearm, shares of the palm's length.
ROOT, TIP, FLESH, ARM = 0.12, 0.1, 0.18, 0.26
#: The heel of the hand reaches so far to both sides of the wrist, a share of the way across the knuckles;
#: so much of the forearm is drawn, a share of the palm's length.
HEEL, ARM_LENGTH = 0.5, 1.0
#: Where the hand surely is: the widths times this. Where it may be: that much beyond the widths, as a
#: share of the palm's length; around palm and forearm, whose flesh is a guess, twice as much.
SURELY, PERHAPS = 0.6, 0.08
#: Labels of the watershed.
BACK, HAND = 1, 2
#: Sigma (cells) of the blur on the contour.
SOFT = 0.7
#: Cells below which a palm has no direction.
SHORTEST = 1e-6


def hands_before(hands: Sequence[Hand], scene: Image, region: Region) -> Mask:
    """``(rows, columns)`` 1 where ``hands`` are, 0 elsewhere.

    Args:
        scene: ``(rows, columns, 3)`` the picture on the grid of ``region``, one pixel a cell.
    """
    covered = np.zeros(scene.shape[:2], np.uint8)
    for hand in hands:
        covered |= contour(hand, scene, region)
    return blurred(covered.astype(np.float32), SOFT)


def contour(hand: Hand, scene: Image, region: Region) -> NDArray[np.uint8]:
    """``(rows, columns)`` 1 where ``hand`` is, a cell wider than it was found."""
    points, length = region.to_grid(hand.landmarks), palm_length(hand.landmarks) / region.step
    labels = np.zeros(scene.shape[:2], np.int32)
    labels[drawn(points, length, scene.shape, share=1, more=PERHAPS) == 0] = BACK
    labels[drawn(points, length, scene.shape, share=SURELY, more=0) > 0] = HAND
    cv2.watershed(np.ascontiguousarray(scene), labels)
    return np.asarray(cv2.dilate((labels == HAND).astype(np.uint8), np.ones((3, 3), np.uint8)))


class Limb(NamedTuple):
    """A line as wide as the flesh around it."""

    #: ``(2,)`` both ends, cells.
    start: Floats
    end: Floats
    #: Half of its width, a share of the palm's length.
    half: float
    #: How much less sure its contour is than a finger's, a factor.
    doubt: float


def drawn(
    points: Points, length: float, shape: tuple[int, ...], *, share: float, more: float
) -> NDArray[np.uint8]:
    """``(rows, columns)`` 1 on a hand as wide as its flesh times ``share``, and ``more``.

    Args:
        points: ``(21, 2)`` landmarks, cells.
        length: of the palm, cells.
        more: a share of the palm's length.
    """
    canvas = np.zeros(shape[:2], np.uint8)
    palm = around_palm(points, share)
    cv2.fillPoly(canvas, [fixed(palm)], 1, cv2.LINE_8, SUBPIXEL_BITS)
    for limb in (*fingers(points), *edges(palm), forearm(points, length)):
        ends = fixed(np.stack([limb.start, limb.end])).tolist()
        width = max(1, round(2 * length * (limb.half * share + limb.doubt * more)))
        cv2.line(canvas, ends[0], ends[1], 1, width, cv2.LINE_8, SUBPIXEL_BITS)
    return canvas


def fingers(points: Points) -> Iterator[Limb]:
    """All that lies between the landmarks ``(21, 2)`` of each finger."""
    for finger in FINGERS:
        halves = np.linspace(ROOT, TIP, len(finger) - 1).tolist()
        for start, end, half in zip(finger[:-1], finger[1:], halves, strict=True):
            yield Limb(points[start], points[end], half, 1)


def around_palm(points: Points, share: float) -> Points:
    """``(N, 2)`` the palm's outline, as wide at the wrist as its heel times ``share``."""
    heel = (points[INDEX_ROOT] - points[LITTLE_ROOT]) * np.float32(HEEL * share)
    corners = [*points[list(PALM)], points[WRIST] - heel, points[WRIST] + heel]
    return np.asarray(cv2.convexHull(np.stack(corners)), np.float32).reshape(-1, 2)


def edges(outline: Points) -> Iterator[Limb]:
    """The flesh along an ``outline`` ``(N, 2)``."""
    for start, end in zip(outline, np.roll(outline, 1, axis=0), strict=True):
        yield Limb(start, end, FLESH, 2)


def forearm(points: Points, length: float) -> Limb:
    """The forearm, straight on from the palm of ``length`` cells."""
    along = points[WRIST] - points[MIDDLE_ROOT]
    along = along / max(float(np.linalg.norm(along)), SHORTEST) * np.float32(length * ARM_LENGTH)
    return Limb(points[WRIST], points[WRIST] + along, ARM, 2)


def fixed(points: Points) -> NDArray[np.int32]:
    """Points in OpenCV's drawing coordinates."""
    return np.rint(points * (1 << SUBPIXEL_BITS)).astype(np.int32)
