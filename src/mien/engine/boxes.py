"""Boxes: overlap, and keeping the best of those that overlap."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np

from mien.engine.types import Floats


class Boxed(Protocol):
    """Something found: ``box`` ``(4,)`` x0, y0, x1, y1, and a score."""

    @property
    def box(self) -> Floats: ...

    @property
    def score(self) -> float: ...


Found = TypeVar("Found", bound=Boxed)

#: Detections that share more than this are one face (MediaPipe's face detection graph uses .3).
SAME_FACE_OVERLAP = 0.3
#: Of a box that lies this far inside a better one, the same: tiles cut faces into inner boxes.
SAME_FACE_INSIDE = 0.6


def areas(boxes: Floats) -> Floats:
    """Areas, ``(N,)``, of ``(N, 4)`` boxes."""
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return np.asarray(sides[:, 0] * sides[:, 1], np.float32)


def intersections(box: Floats, boxes: Floats) -> Floats:
    """Area, ``(N,)``, that ``box`` ``(4,)`` shares with each of ``boxes`` ``(N, 4)``."""
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[2:], boxes[:, 2:])
    return areas(np.hstack([low, high]))


def same_face(box: Floats, boxes: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of ``boxes`` ``(N, 4)`` show the face that ``box`` ``(4,)`` shows, ``(N,)`` bool."""
    shared, own, others = intersections(box, boxes), areas(box[None])[0], areas(boxes)
    overlap = shared / (own + others - shared)
    inside = shared / np.minimum(own, others)
    return np.asarray((overlap > SAME_FACE_OVERLAP) | (inside > SAME_FACE_INSIDE), np.bool_)


def best_of_each(detections: Sequence[Found]) -> list[Found]:
    """Non-maximum suppression: of detections that show the same, the one scored highest.

    Returns:
        Highest score first.
    """
    left = sorted(detections, key=lambda d: -d.score)
    best: list[Found] = []
    while left:
        best.append(left[0])
        same = same_face(left[0].box, np.stack([d.box for d in left]))
        left = [d for d, twin in zip(left[1:], same[1:], strict=True) if not twin]
    return best
