"""Whether a cell is person: what a network says of its place and a palette of its colour, weighed up.

The network's mask is right about the whole and coarse at edges. Colours may overrule it near its outline:
they open gaps between strands, arms and fingers, and bring back what the network has lost of a hat.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.portrait.heads import around_heads, inside_faces
from mien.engine.portrait.stage import step
from mien.engine.types import Face, Mask

#: As likely as not; a network is never surer than this.
EVEN, SUREST = 0.5, 0.98
#: How much a network's logarithm of odds counts at most for a person, and against one: it rather takes
#: too much than too little.
FOR, AGAINST = 1.0, 3.5
#: How much more it counts a face's size farther from its outline, and that many times more in clothes,
#: which have all colours and few gaps.
DEEPER, CLOTHES = 4.0, 10.0
#: Odds (logarithm) that are as good as certain.
ENOUGH = 16.0
#: A piece is overruled if colours speak as clearly as this somewhere in it, and it is as large as a
#: square of so many faces: highlights on skin are smaller.
CLEARLY, LEAST = 1.5, 0.03
#: Odds by colour (logarithm) that are weak, and that are not: gaps and locks have strong ones. So much of its own
#: odds the network that knows bodies adds to weak ones.
WEAK, HEARD = (0.8, 1.4), 0.5
#: How likely is what the selfie networks are not sure of: it begins, and it ends between two of these each.
UNSURE = ((0.05, 0.2), (0.85, 0.95))
#: Smaller than so many faces across such a piece is but an outline.
PIECE = 0.1
#: Teeth and eyes have all colours: up to so many times a face's outline, and inside it, colours say no more
#: than this against a person.
SPARED = ((1.15, -0.9), (1.0, 0.0))


def weighed(mask: Mask, told: Mask, size: float, faces: Sequence[Face], scale: float) -> Mask:
    """``(h, w)`` how likely each cell is person.

    Args:
        mask: ``(h, w)`` how likely the network thinks it.
        told: ``(h, w)`` logarithms of odds by colour.
        size: of a face, cells.
        scale: cells of a pixel of the photo.
    """
    before = placed(mask, size, around_heads(faces, scale, mask.shape))
    for times, least in SPARED:
        face = inside_faces(faces, scale, mask.shape, times)
        told = np.asarray(np.where(face > 0, np.maximum(told, least), told), np.float32)
    after = np.asarray(cv2.blur(before + told, (3, 3)), np.float32)
    surest = np.sign(before) * np.maximum(np.abs(before), np.abs(after))
    kept = overruled(before, after, told, (LEAST * size) ** 2)
    decided = np.asarray(np.where(kept, after, surest), np.float32)
    return likely_of(decided)


def backed(told: Mask, likely: Mask, bodies: Mask, size: float) -> Mask:
    """``told`` ``(h, w)`` and, where colours say little, what the network that knows bodies adds.

    It is heard where colours speak against all networks, and in whole pieces that the selfie networks are not
    sure of: these know what people wear and hold. So black hair before black keeps its outline, and snow beside
    a white jacket stays behind.

    Args:
        told: logarithms of odds by colour.
        likely, bodies: ``(h, w)`` how likely each cell is person by the selfie networks, and by that one.
        size: of a face, cells.
    """
    begun, ended = (step(*each, likely) for each in UNSURE)
    side = 2 * max(1, round(PIECE * size / 2)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    unsure = cv2.morphologyEx(begun * (1 - ended), cv2.MORPH_OPEN, kernel)
    body = bodies > EVEN
    agreed = (body == (likely > EVEN)) & (body != (told > 0))
    heard = np.maximum(unsure, agreed) * (1 - step(*WEAK, np.abs(told)))
    return np.asarray(told + HEARD * log_odds(bodies) * heard, np.float32)


def log_odds(likely: Mask) -> Mask:
    """``(...)`` logarithms of the odds of what is so likely."""
    likely = np.clip(likely, 1 - SUREST, SUREST)
    return np.asarray(np.log(likely / (1 - likely)), np.float32)


def likely_of(told: Mask) -> Mask:
    """``(...)`` how likely something is that has those logarithms of odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(told, -ENOUGH, ENOUGH))), np.float32)


def placed(mask: Mask, size: float, head: Mask) -> Mask:
    """``(h, w)`` logarithms of odds by the network, and by how far from its outline a cell is."""
    inside = (mask > EVEN).astype(np.uint8)
    into = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    out = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    said = np.clip(log_odds(mask), -AGAINST, FOR)
    deep = into * np.where(head > 0, 1, CLOTHES) - out
    return np.asarray(said + deep * (DEEPER / size), np.float32)


def overruled(before: Mask, after: Mask, told: Mask, least: float) -> NDArray[np.bool_]:
    """``(h, w)`` False in pieces that would change sides but are too small, or told nowhere clearly to.

    Args:
        least: cells of a piece.
    """
    changed = ((before > 0) != (after > 0)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(changed, connectivity=8)
    clear = np.zeros(count, np.bool_)
    clear[labels[np.abs(cv2.blur(told, (3, 3))) > CLEARLY]] = True
    clear &= stats[:, cv2.CC_STAT_AREA] >= least
    clear[0] = True
    return np.asarray(clear[labels], np.bool_)
