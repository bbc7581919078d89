"""A light hand on a portrait: even skin, and an exposure that shows the face."""

import cv2
import numpy as np

from mien.engine.mesh.regions import (
    LEFT_BROW,
    LEFT_EYE,
    LIPS_OUTER,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
)
from mien.engine.types import Face, Image, Mask

#: Share of the smoothed skin, and the reach of what is smoothed, in faces.
SMOOTHED, REACH = 0.38, 0.012
#: Differences above this (levels) are features, not blotches.
FEATURE = 22.0
#: Seams around features and outline, in faces.
SEAM = 0.025
#: So many percent of a picture that is well exposed are darker than this level; and the strongest curve
#: (an exponent) that brings a dim one there.
WHITE_SHARE, WHITE, MOST = 99.0, 200.0, 0.75


def retouched(image: Image, face: Face) -> Image:
    """``image`` with ``face`` retouched and the whole of it exposed for the face."""
    out = image.copy()
    x0, y0, x1, y1 = (int(value) for value in face.box)
    left, top = max(0, x0), max(0, y0)
    right, bottom = min(image.shape[1], x1 + 1), min(image.shape[0], y1 + 1)
    if right - left < 8 or bottom - top < 8:  # noqa: PLR2004 - hardly a face
        return out
    part = image[top:bottom, left:right]
    skin = skin_of(face, part.shape[:2], (left, top))
    reach = max(1.0, REACH * face.size)
    smooth = np.asarray(cv2.bilateralFilter(part, 0, FEATURE, reach), np.uint8)
    out[top:bottom, left:right] = cv2.blendLinear(
        smooth, part, skin * SMOOTHED, 1 - skin * SMOOTHED
    )
    return exposed(out)


def skin_of(face: Face, shape: tuple[int, ...], corner: tuple[int, int]) -> Mask:
    """``shape`` 1 on the bare skin of ``face`` in a part of the picture that begins at ``corner``."""
    mask = np.zeros(shape[:2], np.float32)
    points = np.rint(face.landmarks[:, :2] - np.array(corner, np.float32)).astype(np.int32)
    cv2.fillPoly(mask, [points[OVAL]], 1.0)
    seam = max(1.0, SEAM * face.size)
    holes = np.zeros_like(mask)
    for ring in (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, LIPS_OUTER):
        cv2.fillPoly(holes, [points[ring]], 1.0)
    grown = 2 * round(seam) + 1
    holes = np.asarray(cv2.dilate(holes, np.ones((grown, grown), np.uint8)), np.float32)
    return np.asarray(cv2.GaussianBlur(mask * (1 - holes), (0, 0), seam / 2), np.float32)


def exposed(image: Image) -> Image:
    """``image`` brighter when all of it is dim.

    What counts is the brightest of the whole picture, clothes and eyes too, never how light a skin is.
    """
    grey = cv2.cvtColor(image[::4, ::4], cv2.COLOR_RGB2GRAY)
    brightest = float(np.percentile(grey, WHITE_SHARE))
    gamma = float(np.clip(np.log(WHITE / 255) / np.log(np.clip(brightest, 8, 254) / 255), MOST, 1))
    if gamma >= 1:
        return image
    table = np.rint(255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)
    return np.asarray(cv2.LUT(image, table), np.uint8)
