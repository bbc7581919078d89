"""Which cells show the source: inside the outline, softly, without what stays the target's."""

from collections.abc import Sequence
from functools import reduce

import cv2
import numpy as np

from mien.engine.mesh.raster import Region, polygon
from mien.engine.mesh.regions import (
    FOREHEAD,
    FOREHEAD_MIDDLE,
    LEFT_BROW,
    LEFT_EYE,
    LEFT_LIDS,
    LIPS_INNER,
    LIPS_OUTER,
    MOUSTACHE,
    NOSE,
    NOSE_RIDGE,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_LIDS,
    Indices,
)
from mien.engine.mesh.shape import smoothstep
from mien.engine.sampling import blurred
from mien.engine.types import HALF, Floats, Mask, Points

#: The mask starts this far inside the outline and is full that much further in; shares of the face.
EDGE, FEATHER = 0.006, 0.05
#: On the forehead the mesh ends in the middle of the skin: there is room for a seam that nobody sees. Sigma of
#: the way from one feather to the other.
WIDE_FEATHER, WIDENING = 0.09, 0.04
#: Skin is learnt this far inside the outline: hair and shadow lie along it.
CORE_EDGE = 0.1
#: Hair along the outline goes with the head's new shape; things from here on stay where they are.
INTERIOR_EDGE = 0.03
#: The target's own mouth is shown when its lips are apart by the second of these shares of the eye
#: distance, and not at all below the first; a step between would be seen in moving pictures.
SHUT_MOUTH, OPEN_MOUTH = 0.045, 0.065
#: Around kept lips (option -m) this share of the face is kept too.
AROUND_LIPS = 0.05
#: Eyes, brows and mouth are protected from the search for occluders with this margin.
AROUND_FEATURES = 0.03


def inside(mask: Mask, edge: float, feather: Mask | float) -> Mask:
    """``mask`` (0 or 1) shrunk by ``edge`` and softened over ``feather``, both in cells."""
    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    return smoothstep(0, 1, (np.asarray(depth, np.float32) - np.float32(edge)) / feather)


def grown(mask: Mask, by: float) -> Mask:
    """``mask`` grown by ``by`` cells with an edge softened over the same length."""
    return smoothstep(2 * by, by / 2, away_from(mask))


def near(mask: Mask, reach: float) -> Mask:
    """1 up to ``reach`` cells from ``mask``, soon 0 beyond."""
    return smoothstep(1.25 * reach, reach, away_from(mask))


def away_from(mask: Mask) -> Floats:
    """``(rows, columns)`` cells to the nearest cell of ``mask``."""
    outside = (mask < HALF).astype(np.uint8)
    return np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_3), np.float32)


def outline(points: Points, region: Region, cells: float) -> Mask:
    """The soft inside of the face; ``cells`` is its size on the grid."""
    return inside(polygon(points[OVAL], region), EDGE * cells, FEATHER * cells)


def seam(points: Points, region: Region, cells: float) -> Mask:
    """As `outline`, with a wider edge on the forehead: what is shown of a source on a frontal face."""
    wide = blurred(polygon(points[FOREHEAD_MIDDLE], region), WIDENING * cells)
    feather = (FEATHER + wide * np.float32(WIDE_FEATHER - FEATHER)) * np.float32(cells)
    return inside(polygon(points[OVAL], region), EDGE * cells, feather)


#: Against what is behind it a face ends within the first of these shares of it, of which a part is the target's
#: alone: the mesh lies a little beside the face. From the first of these degrees of turn on it does so more and
#: more, and at the second the edge is as wide as the other share.
CONTOUR, WIDE_CONTOUR, CONTOUR_EDGE = 0.016, 0.06, 0.006
SURE_CONTOUR, UNSURE_CONTOUR = 38.0, 55.0


def contour(surface: Mask, cells: float, turn: float) -> Mask:
    """``(rows, columns)`` the soft inside of what is seen of a face's ``surface``, turned by ``turn`` degrees."""
    unsure = float(smoothstep(SURE_CONTOUR, UNSURE_CONTOUR, abs(turn)))
    feather = CONTOUR + unsure * (WIDE_CONTOUR - CONTOUR)
    return inside(surface, CONTOUR_EDGE * cells, feather * cells)


def core(points: Points, region: Region, cells: float) -> Mask:
    """Well inside the outline, where there is skin rather than hair."""
    return inside(polygon(points[OVAL], region), CORE_EDGE * cells, FEATHER * cells)


def interior(points: Points, region: Region, cells: float) -> Mask:
    """Inside the outline, where what stands before the face is not the head's own hair."""
    return inside(polygon(points[OVAL], region), INTERIOR_EDGE * cells, FEATHER * cells)


def forehead(points: Points, region: Region) -> Mask:
    """From the brows up."""
    return polygon(points[FOREHEAD], region)


def parted(apart: float) -> float:
    """0..1: how open a mouth is whose lips are ``apart``, a share of the eye distance."""
    return float(np.clip((apart - SHUT_MOUTH) / (OPEN_MOUTH - SHUT_MOUTH), 0, 1))


#: Lips that are apart by less than the first share of the eye distance meet; from the second on there is
#: room for teeth between them, unless the source's mouth is open so much wider that its teeth would be squeezed to
#: less than the last shares of their height.
MEETING, AJAR, SQUEEZED = 0.008, 0.02, (0.12, 0.1)


def meeting(apart: float, source: float) -> float:
    """0..1: how surely lips that are ``apart`` leave no room for the teeth of a ``source`` whose lips are further apart.

    Args:
        apart, source: shares of the eye distance.
    """
    least = smoothstep(AJAR, MEETING, apart)
    return float(max(least, smoothstep(*SQUEEZED, apart / max(source, SHUT_MOUTH))))


#: Lips that are further apart than others by the first share of the eye distance are torn, by the second so much that
#: they are nobody's when they meet: of laughing people the widest mouths are open by .35 to .4, of screaming ones by more.
TORN = (0.38, 0.46)


def torn(apart: float, source: float) -> float:
    """0..1: how surely the lips of a ``source`` cannot be closed to those that are ``apart``.

    Args:
        apart, source: shares of the eye distance.
    """
    return float(smoothstep(*TORN, source - apart))


#: What has colours of its own.
FEATURES = (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, NOSE, LIPS_OUTER)
#: Which of them are the brows, the nostrils and the lips, and which an eye with its brow.
BROWS, NOSTRILS, LIPS = slice(2, 4), 4, 5
LEFT_SIDE, RIGHT_SIDE = (0, 2), (1, 3)
#: Margin around brows and eyes where hair may hang into them; a share of the face.
CLOSE = 0.012


def brows(points: Points, region: Region, cells: float) -> Mask:
    """The brows, with hardly a margin."""
    return grown(together(points, (LEFT_BROW, RIGHT_BROW), region), CLOSE * cells)


def moustache(points: Points, region: Region, nostrils: Mask) -> Mask:
    """Between nose and upper lip, without the ``nostrils``."""
    return np.asarray(polygon(points[MOUSTACHE], region) * (nostrils < 0.5), np.float32)  # noqa: PLR2004


def ridge(points: Points, region: Region) -> Mask:
    """The ridge of the nose."""
    return polygon(points[NOSE_RIDGE], region)


def close_to_features(points: Points, region: Region, cells: float) -> Mask:
    """All features, with hardly a margin."""
    return grown(together(points, FEATURES, region), CLOSE * cells)


#: Beside and above the forehead, up to this share of the face, there is hair if there is any.
HAIR_REACH = 0.12


def beside_forehead(points: Points, region: Region, cells: float) -> Mask:
    """Around the forehead, outside the outline."""
    outside = 1 - polygon(points[OVAL], region)
    return np.asarray(near(forehead(points, region), HAIR_REACH * cells) * outside, np.float32)


def features(points: Points, region: Region, cells: float) -> list[Mask]:
    """Eyes, brows, nostrils and lips, each with a margin."""
    return [grown(polygon(points[ring], region), AROUND_FEATURES * cells) for ring in FEATURES]


def together(points: Points, rings: Sequence[Indices], region: Region) -> Mask:
    """``(rows, columns)`` 1 inside any of the rings."""
    return union([polygon(points[ring], region) for ring in rings])


def union(parts: Sequence[Mask]) -> Mask:
    """``(rows, columns)`` the largest of all, cell by cell."""
    return reduce(np.maximum, parts)


def eyes_and_teeth(points: Points, region: Region, cells: float) -> Mask:
    """Where colour must stay as it is: between the lids and between the lips."""
    return soft(together(points, (LEFT_EYE, RIGHT_EYE, LIPS_INNER), region), cells)


def mouth_inside(points: Points, region: Region, cells: float) -> Mask:
    """Between the lips."""
    return soft(polygon(points[LIPS_INNER], region), cells)


#: Blurred, the line between closed lips is this many times as faint.
LINE = 1.7


def mouth_line(points: Points, region: Region, cells: float) -> Mask:
    """Where closed lips meet."""
    line = np.minimum(LINE * mouth_inside(points, region, cells), 1)
    return np.asarray(line, np.float32)


#: Eyes of which the wider one is opened less than the first share of its width are closed, more than
#: the second open: of 95 portraits four with closed eyes lie below .12, all others above .17.
CLOSED, OPEN = 0.125, 0.16


def closed_eyes(points: Points, opening: float, region: Region, cells: float) -> Mask:
    """The lids of closed eyes: a source's open eye cannot be pressed into them."""
    return np.asarray(lids(points, region, cells) * smoothstep(OPEN, CLOSED, opening), np.float32)


def lids(points: Points, region: Region, cells: float) -> Mask:
    """The eyes with their lids."""
    return soft(together(points, (LEFT_LIDS, RIGHT_LIDS), region), cells)


def between_lids(points: Points, region: Region, cells: float) -> Mask:
    """The eyes themselves, as option --keep-eyes keeps them with their gaze."""
    return soft(together(points, (LEFT_EYE, RIGHT_EYE), region), cells)


def lips(points: Points, region: Region, cells: float) -> Mask:
    """The lips and a little around them, as option -m keeps."""
    return grown(polygon(points[LIPS_OUTER], region), AROUND_LIPS * cells)


#: Sigma of the small blur on inner edges, as a share of the face.
SOFT = 0.008


def soft(mask: Mask, cells: float) -> Mask:
    """``mask`` with its edge blurred a little."""
    return blurred(mask, max(SOFT * cells, 0.5))
