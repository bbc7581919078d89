"""Where there surely is person, where surely none, and the band between, from a network's coarse mask."""

from collections.abc import Sequence

import cv2
import numpy as np

from mien.engine.types import Mask, Points

#: Probabilities from which a pixel is surely person, and below which surely not.
SURE, SURELY_NOT = 0.9, 0.1
#: As likely as not.
EVEN = 0.5
#: The band reaches this far (faces) into what was person, and out of it: hair flies outwards.
INWARDS, OUTWARDS = 0.03, 0.042
#: Nothing is person that is farther than so many faces from what more likely is than not.
ASTRAY_HAIR = 0.06
#: Share of a face's outline inside which it surely is a face.
INNER = 0.94


def of_people(mask: Mask, size: float) -> Mask:
    """``mask`` without what hangs together with no pixel that surely is person.

    Lamps, trees and hazy backgrounds are what a network finds "perhaps a person"; where their veils
    would come along, they end at ``ASTRAY_HAIR``.

    Args:
        size: of a face, cells of ``mask``.
    """
    likely = (mask > EVEN).astype(np.uint8)
    count, labels = cv2.connectedComponents(likely, connectivity=4)
    people = np.zeros(count, np.uint8)
    people[labels[mask > SURE]] = 1
    if not people.any():
        return mask
    away = cv2.distanceTransform(1 - people[labels], cv2.DIST_L2, 3)
    return np.asarray(mask * (away <= max(1.0, size * ASTRAY_HAIR)), np.float32)


def surely(mask: Mask, size: float) -> tuple[Mask, Mask]:
    """``(h, w)`` each: 1 where there surely is person, and where there surely is none."""
    inside = eroded((mask > SURE).astype(np.float32), size * INWARDS)
    outside = eroded((mask < SURELY_NOT).astype(np.float32), size * OUTWARDS)
    return inside, outside


def eroded(mask: Mask, by: float) -> Mask:
    """``mask`` without its outer ``by`` cells; beyond the picture it goes on."""
    side = 2 * max(1, round(by)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    edge, beyond = cv2.BORDER_CONSTANT, 1.0
    return np.asarray(cv2.erode(mask, kernel, borderType=edge, borderValue=beyond), np.float32)


def drawn(rings: Sequence[Points], shape: tuple[int, ...]) -> Mask:
    """``shape`` 1 inside the rings ``(N, 2)``, each a little smaller."""
    mask = np.zeros(shape[:2], np.float32)
    for ring in rings:
        middle = ring.mean(axis=0)
        inner = np.rint(middle + (ring - middle) * INNER).astype(np.int32)
        cv2.fillPoly(mask, [inner], 1.0)
    return mask


def eased(mask: Mask) -> Mask:
    """``mask`` and the cells next to it."""
    return np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.float32)
