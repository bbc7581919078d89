"""How a face moves from one frame to the next, as its pixels show it.

A mesh that is found anew in every frame jitters more the less of a face is seen; pixels say how far it has
moved, but not where it is. Together they say both: see `mien.engine.frames.steady`. The pixels are followed at
each landmark (Lucas and Kanade 1981, in a pyramid); where a hand is before the face, or the pixels say something
else than the rest of the face, the landmarks go with that rest.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.frames.picture import Picture, Window, window_around
from mien.engine.hands import palm_length
from mien.engine.mesh.fingers import PERHAPS, drawn
from mien.engine.types import Cells, Face, Floats, Hand, Points

#: Larger side of the face, pixels, at which it is followed; smaller ones are not enlarged.
SIDE = 128.0
#: What is looked at around it, a share of the face.
ROOM = 0.2
#: Side of the windows that are followed (pixels), and halvings of the picture: movements of a quarter of a
#: face between two frames are found.
PATCH, HALVINGS = 15, 3
#: Fewer landmarks than this share of them tell nothing.
LEAST_SEEN = 0.1
#: How often the movement of the whole is fitted; by how much of the face a landmark that counts half moves
#: differently.
ROUNDS, ODD = 5, 0.02
#: What a landmark moves otherwise than the whole is an average over those beside it (sigma, a share of the face), for
#: skin has hardly anything to follow; so many others say that there is nothing.
BESIDE, ALONE = 0.1, 3.0


def drift(before: Picture, now: Picture, face: Face, hands: Sequence[Hand]) -> Points | None:
    """``(478, 2)`` pixels by which the landmarks of ``face`` of ``before`` have moved; None where nothing tells.

    Args:
        hands: those of ``now``; the ones of ``before`` are the face's own.
    """
    window = window_around(face.landmarks, ROOM * face.size, before.size)
    if window is None or face.size < 1:
        return None
    scale = min(1.0, SIDE / face.size)
    one, other = (grey(picture, window, scale) for picture in (before, now))
    at = reduced(face.landmarks, window, scale)
    to, found = followed(one, other, at)
    there = found & bare(face.hands, at, window, scale, one) & bare(hands, to, window, scale, one)
    if there.mean() < LEAST_SEEN:
        return None
    return np.asarray(settled(at, to - at, there, scale * face.size) / scale, np.float32)


def grey(picture: Picture, window: Window, scale: float) -> NDArray[np.uint8]:
    """``(h, w)`` brightness of ``window`` at ``scale``."""
    luma = cv2.cvtColor(picture.part(window), cv2.COLOR_RGB2GRAY)
    if scale == 1:
        return np.asarray(luma, np.uint8)
    height, width = luma.shape
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def reduced(points: Points, window: Window, scale: float) -> Points:
    """``(N, 2)`` picture points in pixels of ``window`` at ``scale``."""
    return np.asarray((points[:, :2] - window[:2]) * scale, np.float32)


def followed(one: NDArray[np.uint8], other: NDArray[np.uint8], at: Points) -> tuple[Points, Cells]:
    """``(N, 2)`` where points of ``one`` are in ``other``, and ``(N,)`` whether they were found."""
    start = np.ascontiguousarray(at[:, None])
    to, found, _ = cv2.calcOpticalFlowPyrLK(
        one, other, start, start.copy(), winSize=(PATCH, PATCH), maxLevel=HALVINGS
    )
    there = np.asarray(found[:, 0] > 0)
    return np.asarray(np.where(there[:, None], to[:, 0], at), np.float32), there


def bare(
    hands: Sequence[Hand], at: Points, window: Window, scale: float, like: NDArray[np.uint8]
) -> Cells:
    """``(N,)`` whether points lie where none of ``hands`` can be; outside of ``like`` nothing is known."""
    height, width = like.shape
    columns, rows = np.rint(at).astype(int).T
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    free = inside.copy()
    for hand in hands:
        points = reduced(hand.landmarks, window, scale)
        length = palm_length(hand.landmarks) * scale
        flesh = drawn(points, length, like.shape, share=1, more=PERHAPS)
        free[inside] &= flesh[rows[inside], columns[inside]] == 0
    return np.asarray(free)


def settled(at: Points, moved: Points, there: Cells, size: float) -> Floats:
    """``(N, 2)`` each landmark's own movement, as far as it goes with the similarity that most have in common.

    Args:
        at: ``(N, 2)`` where the landmarks were.
        moved: ``(N, 2)`` by how much each has moved; what is not ``there`` does not count.
        size: of the face, in the same unit.
    """
    x, y = (at - at[there].mean(axis=0)).astype(np.float64).T
    ones, zeros = np.ones_like(x), np.zeros_like(x)
    terms = np.stack([np.stack([x, -y, ones, zeros]), np.stack([y, x, zeros, ones])])
    weight = there.astype(np.float64)
    common = np.zeros_like(moved, np.float64)
    for _ in range(ROUNDS):
        scaled = terms * np.sqrt(weight)
        wanted = moved.T * np.sqrt(weight)
        found = np.linalg.lstsq(
            np.concatenate(list(scaled), axis=1).T, np.concatenate(list(wanted)), rcond=None
        )[0]
        common = np.einsum("k,akn->na", found, terms)
        apart = np.linalg.norm(moved - common, axis=1)
        weight = there / (1 + (apart / (ODD * size)) ** 2)
    near = np.exp(-(spacing(at) ** 2) / (2 * (BESIDE * size) ** 2)) * weight
    own = near @ (moved - common) / (near.sum(axis=1, keepdims=True) + ALONE)
    return np.asarray(common + own, np.float32)


def spacing(at: Points) -> Floats:
    """``(N, N)`` how far points lie from each other."""
    return np.asarray(np.hypot(*(np.subtract.outer(axis, axis) for axis in at.T)), np.float32)
