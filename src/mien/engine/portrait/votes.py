"""How much person a pixel is, as pairs of colours vote: one of the person near it, one of what is behind.

After the sampling that mattes are made by (Gastal and Oliveira, "Shared Sampling for Real-Time Alpha
Matting", 2010): each pair that explains a pixel's colour as a mix names a share, and counts by how well it
explains it. Where the votes differ, or the colours behind do, the pixel is in doubt, and a guess from
elsewhere says more.
"""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np

from mien.engine.portrait.guided import Places
from mien.engine.types import Floats, Mask

#: Places around a pixel, and how far from it (faces), whose nearest sure colours are asked: near ones know hair best, far
#: ones whether what is behind varies.
ASKED, AROUND = 8, (0.01, 0.03, 0.12)
#: Each colour of the person is paired with the colour behind of the same place, and of those so many places on.
TURNS = (0, 1, 3)
#: Colours vary by this much (of 1) on either side; the noise of a vote has a quarter of its variance.
SPREAD, NOISE = 0.05, 0.25
#: Variance of a share of which nothing is known, and of one that no pair explains.
UNKNOWN, UNEXPLAINED = 0.25, 0.1
#: How fast pairs that explain a colour take that away.
EXPLAINED = 20.0
#: What variety behind, and (up to so much) of the person, adds to the doubt.
BUSY, PATTERNED, PATTERNED_MOST = 6.0, 0.02, 0.05
#: Weights, squared distances and variances below these say nothing.
FAINT, CLOSE, LEAST = 1e-6, 1e-3, 1e-4
#: Pixels that are counted at once: what the processor keeps at hand.
AT_ONCE = 2048
#: The angle that spreads places evenly: the golden one.
GOLDEN = 2.399963


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Votes:
    """What pairs of colours say of N pixels."""

    #: ``(N,)`` how much of each is person, and the variance of that.
    share: Floats
    doubt: Floats
    #: ``(3, N)`` the colours that explain each best: the person's and the one behind, 0..1.
    ours: Floats
    behind: Floats
    #: ``(N,)`` how much both sides have each colour, which then tells nothing: 0..1.
    common: Floats

    @classmethod
    def of(cls, guide: Floats, at: tuple[Places, Places], ours: Floats, behind: Floats) -> Self:
        """Count the votes on the pixels of ``guide`` ``(h, w, 3)`` at rows and columns ``at``.

        Args:
            ours, behind: ``(ASKED, 3, N)`` colours.
        """
        colours = guide[at].T
        counted = [
            counted_at_once(
                colours[:, first : first + AT_ONCE],
                ours[..., first : first + AT_ONCE],
                behind[..., first : first + AT_ONCE],
            )
            for first in range(0, colours.shape[1], AT_ONCE)
        ]
        total = np.concatenate(counted, axis=1)
        weight = total[0]
        share = total[1] / weight
        explained = weight / (ASKED * len(TURNS))
        doubt = np.maximum(total[2] / weight - share**2, LEAST)
        doubt += UNEXPLAINED * np.exp(-EXPLAINED * explained)
        doubt += BUSY * behind.var(axis=0).sum(axis=0)
        doubt += PATTERNED * np.minimum(ours.var(axis=0).sum(axis=0), PATTERNED_MOST)
        return cls(
            share=share,
            doubt=doubt,
            ours=total[3:6] / weight,
            behind=total[6:9] / weight,
            common=total[9],
        )


def counted_at_once(colours: Floats, ours: Floats, behind: Floats) -> Floats:
    """``(10, N)`` sums over all pairs of their weights, and of weighted shares, squares of shares and colours;
    how common each colour is.
    """
    sums = np.zeros((10, colours.shape[1]), np.float32)
    sums[9] = np.minimum(likeness(colours, ours), likeness(colours, behind))
    for turn in TURNS:
        theirs = np.roll(behind, -turn, axis=0)
        way, off = ours - theirs, colours - theirs
        apart = dotted(way, way)
        share = np.clip(dotted(off, way) / (apart + CLOSE), 0, 1)
        off -= share[:, None] * way
        weight = np.exp(dotted(off, off) / (-2 * SPREAD**2)) + FAINT
        noise = np.minimum(NOISE * SPREAD**2 / (apart + LEAST), UNKNOWN)
        sums[0] += weight.sum(axis=0)
        sums[1] += (weight * share).sum(axis=0)
        sums[2] += (weight * (share * share + noise)).sum(axis=0)
        sums[3:6] += (weight[:, None] * ours).sum(axis=0)
        sums[6:9] += (weight[:, None] * theirs).sum(axis=0)
    return sums


def likeness(colours: Floats, others: Floats) -> Floats:
    """``(N,)`` how near the nearest of ``others`` ``(K, 3, N)`` is to each of ``colours`` ``(3, N)``: 1 is the same."""
    off = others - colours
    return np.asarray(np.exp(dotted(off, off).min(axis=0) / (-2 * SPREAD**2)), np.float32)


def dotted(one: Floats, other: Floats) -> Floats:
    """``(K, N)`` the scalar products of colours ``(K, 3, N)``."""
    products = one[:, 0] * other[:, 0] + one[:, 1] * other[:, 1] + one[:, 2] * other[:, 2]
    return np.asarray(products, np.float32)


def sampled(guide: Floats, known: Mask, at: tuple[Places, Places], size: float) -> Floats:
    """``(ASKED, 3, N)`` colours of ``guide`` where ``known`` is 1, nearest to the places around each pixel.

    Args:
        size: of a face, cells.
    """
    nearest = nearest_of(known)
    height, width = known.shape
    colours = cv2.blur(guide, (3, 3)).reshape(-1, 3)
    rows, columns = at
    found = np.empty((ASKED, 3, len(rows)), np.float32)
    for number, (across, down) in enumerate(places(size)):
        row = np.clip(rows + down, 0, height - 1)
        column = np.clip(columns + across, 0, width - 1)
        found[number] = colours[nearest[row, column]].T
    return found


def places(size: float) -> list[tuple[int, int]]:
    """(x, y) of the places that are asked, from the pixel itself outwards, on no line."""
    spiral = [(0, 0)]
    for number in range(ASKED - 1):
        reach, turn = AROUND[number % len(AROUND)] * size, number * GOLDEN
        spiral.append((round(reach * np.cos(turn)), round(reach * np.sin(turn))))
    return spiral


def nearest_of(known: Mask) -> Places:
    """``(h, w)`` where in the flattened picture the nearest cell is whose ``known`` is 1."""
    unknown = (known <= 0).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(
        unknown, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    cells = np.flatnonzero(unknown.ravel() == 0)
    table = np.zeros(labels.max() + 1, np.intp)
    table[labels.ravel()[cells]] = cells
    return np.asarray(table[labels], np.intp)
