"""Whether a cell is person: what a network says of its place and a palette of its colour, weighed up.

The network's mask is right about the whole and coarse at edges. Colours may overrule it near its outline:
they open gaps between strands, arms and fingers, and bring back what the network has lost of a hat.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from mien.engine.portrait.heads import inside_faces
from mien.engine.portrait.stage import step
from mien.engine.types import Cells, Face, Mask

#: As likely as not; a network is never surer than this.
EVEN, SUREST = 0.5, 0.98
#: How much the network's logarithm of odds counts at most for a person, in hair and elsewhere, and against one: it
#: rather takes too much than too little, most of all gaps in hair.
FOR_HAIR, FOR, AGAINST = 2.0, 3.0, 3.5
#: Its logarithm of odds against a person counts so many times where there is no hair: what shows between a chin and a
#: shoulder often has the colours of skin or cloth, and strands the network gives up lightly are hair's.
NO_HAIR = 2.5
#: How much more it counts a face's size farther from its outline, and that many times more in clothes,
#: which have all colours and few gaps.
DEEPER, CLOTHES = 4.0, 10.0
#: It does so from the first to the second of these likelihoods: what is in doubt has no depth.
CERTAIN = (0.5, 0.7)
#: Odds (logarithm) that are as good as certain.
ENOUGH = 16.0
#: A piece is overruled if colours speak as clearly as this somewhere in it, and it is as large as a
#: square of so many faces: highlights on skin are smaller.
CLEARLY, LEAST = 1.5, 0.03
#: Teeth and eyes have all colours: up to so many times a face's outline, and inside it, colours say no more
#: than this against a person.
SPARED = ((1.15, -0.9), (1.0, 0.0))


def weighed(
    mask: Mask, hair: Mask, told: Mask, size: float, faces: Sequence[Face], *, scale: float
) -> Mask:
    """``(h, w)`` how likely each cell is person.

    Args:
        mask: ``(h, w)`` how likely the network thinks it.
        hair: ``(h, w)`` 1 where there can be hair.
        told: ``(h, w)`` logarithms of odds by colour.
        size: of a face, cells.
        scale: cells of a pixel of the photo.
    """
    before = placed(mask, size, hair)
    for times, least in SPARED:
        face = inside_faces(faces, scale, mask.shape, times)
        told = np.asarray(np.where(face > 0, np.maximum(told, least), told), np.float32)
    after = np.asarray(cv2.blur(before + told, (3, 3)), np.float32)
    surest = np.sign(before) * np.maximum(np.abs(before), np.abs(after))
    kept = overruled(before, after, told, (LEAST * size) ** 2)
    decided = np.asarray(np.where(kept, after, surest), np.float32)
    return likely_of(decided)


def log_odds(likely: Mask) -> Mask:
    """``(...)`` logarithms of the odds of what is so likely."""
    likely = np.clip(likely, 1 - SUREST, SUREST)
    return np.asarray(np.log(likely / (1 - likely)), np.float32)


def likely_of(told: Mask) -> Mask:
    """``(...)`` how likely something is that has those logarithms of odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(told, -ENOUGH, ENOUGH))), np.float32)


def placed(mask: Mask, size: float, hair: Mask) -> Mask:
    """``(h, w)`` logarithms of odds by the network, and by how far from its outline a cell is."""
    inside = (mask > EVEN).astype(np.uint8)
    into = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    out = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    odds = log_odds(mask)
    odds[(odds < 0) & (hair <= 0)] *= NO_HAIR
    said = np.clip(odds, -AGAINST, np.where(hair > 0, FOR_HAIR, FOR))
    deep = into * step(*CERTAIN, mask) * np.where(hair > 0, 1, CLOTHES) - out
    return np.asarray(said + deep * (DEEPER / size), np.float32)


def overruled(before: Mask, after: Mask, told: Mask, least: float) -> Cells:
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
