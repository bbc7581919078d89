"""Where faces are in a picture."""

from collections.abc import Sequence

import cv2
import numpy as np

from mien.engine.mesh.regions import OVAL
from mien.engine.types import Face, Mask


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
