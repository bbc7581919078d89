"""A person in several photos: which of them fits a target best, and what people have in common.

A `Source` is a person made ready. One photo is enough; more of them are kept side by side, and each
target takes the one whose head and expression are nearest to its own, with the others to show what
that one hides. Nothing is averaged between photos of one person: two sharp photos make a blurred mean.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mien.engine.mesh.source import Source
from mien.engine.pose import eyes_open, mouth_open, pose
from mien.engine.types import Points

#: What one degree of difference in yaw and pitch costs, where 1 is twenty degrees of yaw.
TURN_COST, NOD_COST = 1 / 20, 1 / 15
#: What the openings of mouth (shares of the eye distance) and eyes (gap over width) cost.
MOUTH_COST, EYES_COST = 3.0, 4.0
#: A photo this many times smaller than the target costs as much as 20 degrees of yaw: it is soft.
SMALLER_COST = 1.0
#: People that can be mixed, repeats counted, as in the original.
MOST_MIXED = 3


def merged(photos: Sequence[Source]) -> Source:
    """One person of several ``photos``; the most frontal of them stands for the rest.

    Raises:
        ValueError: when there is none.
    """
    if not photos:
        raise ValueError("a person needs one photo at least")
    flat = [photo for one in photos for photo in album(one)]
    first = min(flat, key=lambda photo: abs(photo.yaw) * TURN_COST + softness(photo))
    return replace(first, others=tuple(photo for photo in flat if photo is not first))


#: A face of so many pixels has all the detail that a portrait needs.
DETAILED = 200.0


def softness(photo: Source) -> float:
    """What a photo costs for being small, 0 from `DETAILED` pixels on."""
    return SMALLER_COST * max(0.0, float(np.log2(DETAILED / max(photo.size, 1.0))))


def album(source: Source) -> tuple[Source, ...]:
    """The photos of ``source``, each alone, the one that stands for them first."""
    return replace(source, others=()), *source.others


def nearest(source: Source, landmarks: Points) -> Source:
    """``source`` with the photo first that is nearest to a target in pose, expression and detail.

    Args:
        landmarks: ``(478, 3)`` the target's, picture pixels.
    """
    if not source.others:
        return source
    photos = album(source)
    best = min(photos, key=lambda photo: unlike(photo, landmarks))
    return replace(best, others=tuple(photo for photo in photos if photo is not best))


def unlike(photo: Source, landmarks: Points) -> float:
    """How far ``photo`` is from a target: 1 for twenty degrees of yaw, or what looks as far off."""
    yaw, pitch, _ = pose(landmarks)
    own_yaw, own_pitch, _ = pose(photo.landmarks)
    span = landmarks[:, :2].max(axis=0) - landmarks[:, :2].min(axis=0)
    smaller = max(0.0, float(np.log2(max(float(span.max()), 1.0) / max(photo.size, 1.0))))
    return (
        TURN_COST * abs(yaw - own_yaw)
        + NOD_COST * abs(pitch - own_pitch)
        + MOUTH_COST * abs(mouth_open(landmarks) - mouth_open(photo.landmarks))
        + EYES_COST * abs(eyes_open(landmarks) - eyes_open(photo.landmarks))
        + SMALLER_COST * smaller
    )
