"""Where faces are in a picture, and where there can be hair around them."""

from collections.abc import Sequence

import cv2
import numpy as np

from mien.engine.mesh.regions import OVAL
from mien.engine.types import Face, Mask

#: Hair is looked for this far beside, above and below a face (faces).
BESIDE, ABOVE, BELOW = 1.2, 1.2, 0.2


def inside_faces(
    faces: Sequence[Face], scale: float, shape: tuple[int, ...], times: float = 1.0
) -> Mask:
    """``shape`` 1 inside the outlines of ``faces``, each so many ``times`` as large.

    Args:
        scale: cells of a pixel of the photo.
    """
    mask = np.zeros(shape[:2], np.float32)
    for face in faces:
        ring = face.landmarks[OVAL, :2] * scale
        middle = ring.mean(axis=0)
        around = np.rint(middle + (ring - middle) * times).astype(np.int32)
        cv2.fillPoly(mask, [around], 1.0)
    return mask


def around_heads(faces: Sequence[Face], scale: float, shape: tuple[int, ...]) -> Mask:
    """``shape`` 1 where there can be hair; everywhere where there are no faces.

    Args:
        scale: cells of a pixel of the photo.
    """
    zone = np.full(shape[:2], 0.0 if faces else 1.0, np.float32)
    for face in faces:
        ring, size = face.landmarks[OVAL, :2] * scale, face.size * scale
        (left, top), (right, chin) = ring.min(axis=0), ring.max(axis=0)
        rows = slice(max(0, int(top - ABOVE * size)), max(0, int(chin + BELOW * size)))
        columns = slice(max(0, int(left - BESIDE * size)), max(0, int(right + BESIDE * size)))
        zone[rows, columns] = 1.0
    return zone
