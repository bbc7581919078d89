"""Who is who within one clip: a small picture of head and shoulders, compared with others.

Not a recogniser: it holds for one clip's people in one clip's light and clothes, which is what it takes
to keep people apart when they cross or come back.
"""

import cv2
import numpy as np

from mien.engine.geometry import Viewed, crop_of
from mien.engine.landmarks import crop_around
from mien.engine.types import Face, Floats

#: Side of the small picture, and how much larger than the face its cut is: hair and collar help.
SIDE, MARGIN = 24, 1.9
#: Detail below this (pixels of the small picture) says more about pose than about who it is.
SOFT = 1.2
#: From this correlation on two likenesses show the same person: on a clip of four people who come and
#: go, the same one is at .7 to 1, two different ones at -.2 to .65.
SAME = 0.7


def likeness(image: Viewed, face: Face) -> Floats:
    """``(24 * 24 * 3,)`` unit vector of ``face`` in ``image``; independent of overall light."""
    crop = crop_of(image, crop_around(face.landmarks, MARGIN, SIDE), SIDE)
    soft = cv2.GaussianBlur(
        cv2.cvtColor(crop, cv2.COLOR_RGB2YCrCb).astype(np.float32), (0, 0), SOFT
    )
    flat = np.asarray(soft, np.float32).reshape(-1, 3)
    luma = (flat[:, 0] - flat[:, 0].mean()) / (flat[:, 0].std() + 1)
    # Colours are compared as they are: how red skin, hair and clothes are against each other.
    chroma = (flat[:, 1:] - flat[:, 1:].mean(axis=0)) / (flat[:, 1:].std() + 1)
    vector = np.concatenate([luma, chroma.ravel()])
    return np.asarray(vector / (np.linalg.norm(vector) + 1e-6), np.float32)


def alike(one: Floats, other: Floats) -> float:
    """-1..1: how alike two likenesses are."""
    return float(one @ other)
