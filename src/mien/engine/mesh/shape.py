"""Whose shape: the target's mesh moved part of the way to the source's, expression left alone."""

from collections.abc import Sequence

import numpy as np

from mien.engine.geometry import similarity_3d
from mien.engine.mesh.layout import Layout
from mien.engine.mesh.regions import LIPS_INNER, LIPS_OUTER, LOWER_LIP, UPPER_LIP
from mien.engine.mesh.topology import SURFACE_POINTS
from mien.engine.pose import LOWER_LIDS, UPPER_LIDS, eye_distance
from mien.engine.types import Floats, Points

#: How far the target's shape goes to the source's. Likeness pulls against the target's landmarks: at
#: shares of 0, .35 and .7 the identity distance was .507, .463 and .433 on 116 frontal pairs, and landmarks
#: strayed by 2.6, 3.3 and 4.4 % of the eye distance beyond a control.
SHARE = 0.7
#: Lips go this much of what the rest of a face does: where a mouth is says more of a face's expression than of whose it
#: is. Of the whole way landmarks on frontal faces stray by .57 more, and the identity distance is .002 less; the half of
#: nose, eyes, brows or jaw costs .003 to .009 for .1 at most.
LIPS_GO = 0.5
#: Where heads turn differently by more than the first of these degrees, brows, eyes and nose go further, by this share
#: of their way from the second on: much of the outline, which tells people apart, too, is hidden there. The identity
#: distance of 178 turned pairs is .005 less, and landmarks stray by .1 more.
FEATURES_MORE, FEATURES_TURN = 0.2, (8.0, 20.0)
#: No vertex moves by more than this share of the eye distance: the background has to follow.
LIMIT = 0.2
#: Degrees between the two heads' turns up to which shapes compare well, and from which not at all:
#: depth is the least certain of the three coordinates, and a turn makes it width.
SAME_TURN, OTHER_TURN = 50.0, 95.0


def smoothstep(low: float, high: float, value: Floats | float) -> Floats:
    """0 below ``low``, 1 above ``high``, 3t^2 - 2t^3 between; the other way where low > high."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def reshaped(
    target: Points, source: Points, layout: Layout, apart: float, share: float = SHARE
) -> Points:
    """``(468, 3)`` the target's surface with part of the source's shape.

    The source is laid on the target in space; what is left between them is shape and expression.
    Eyes open as far as they did, lips move together and half of the way, and what the jaw's opening explains is taken out.
    On heads that turn differently brows, eyes and nose go further than the outline.

    Args:
        apart: degrees between the turns of the two heads.
        share: how far to go, 0 (not at all) to 1 (all the way).
    """
    goal, points = target[:SURFACE_POINTS], source[:SURFACE_POINTS]
    linear, shift = similarity_3d(points, goal, layout.stable)
    laid = points @ linear.T + shift
    away = without_expression((laid - goal)[:, :2], laid, goal, layout)
    # Heads turned alike compare well; turned differently, hardly.
    away *= share * smoothstep(OTHER_TURN, SAME_TURN, apart)
    away *= 1 + FEATURES_MORE * smoothstep(*FEATURES_TURN, apart) * layout.inner[:, None]
    out = goal.copy()
    out[:, :2] += limited(away, LIMIT * eye_distance(target))
    return out


def without_expression(away: Floats, laid: Points, goal: Points, layout: Layout) -> Floats:
    """``away`` ``(468, 2)`` without what lids, lips and jaw do."""
    away = away - layout.jaw[:, None] * wider(laid, goal, UPPER_LIP, LOWER_LIP)
    for eye, upper, lower in zip(layout.opening, UPPER_LIDS, LOWER_LIDS, strict=True):
        away -= eye[:, None] * wider(laid, goal, lower, upper)
    together = away[np.concatenate([LIPS_OUTER, LIPS_INNER])].mean(axis=0)
    return np.asarray(
        away + layout.lips[:, None] * (np.float32(LIPS_GO) * together - away), np.float32
    )


def wider(
    laid: Points, goal: Points, start: int | Sequence[int], end: int | Sequence[int]
) -> Floats:
    """``(2,)`` by how much the way from some vertices to others is another on ``laid`` than on ``goal``."""
    away = laid[:, :2] - goal[:, :2]
    there, here = (away[at].reshape(-1, 2) for at in (end, start))
    return np.asarray(there.sum(axis=0) / len(there) - here.sum(axis=0) / len(here), np.float32)


def limited(away: Floats, limit: float) -> Floats:
    """``away`` ``(N, 2)`` with lengths bounded softly by ``limit``."""
    length = np.linalg.norm(away, axis=1, keepdims=True)
    return np.asarray(away / np.sqrt(1 + (length / limit) ** 2), np.float32)
