"""Whose colours a picture's cells have: those of the person near them, or those of what is behind there.

The picture's own few dozen colours are counted where there surely is person and where surely is none, in
windows about as large as half a face, as in "Video SnapCut" (Bai and others, 2009): how much more often a
cell's colour is seen on the one side than on the other near it says which side it is on. A network's mask is
coarse and takes gaps between strands, arms and fingers for person; where colours speak clearly, they decide.
So the person's are counted twice: the second time without gaps that the first has shown.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.portrait.guided import boxed, dotted, flowed, halved
from mien.engine.portrait.verdict import likely_of
from mien.engine.types import Floats, Mask

Labels = NDArray[np.intp]
#: Colours of a palette, and how often they move to the middle of what is nearest to them.
COLOURS, MOVES = 40, 6
#: Cells of each side of a picture that a palette is made from.
SEEN = 64
#: Differences of hue count that much more than those of brightness.
HUE = 1.6
#: Steps of each of red, green and blue that are told apart.
STEPS = 32
#: Colours closer than this are counted for each other, too.
ALIKE = 0.05
#: Cells of the picture to a side of a cell of the counts.
COARSE = 8
#: Windows (faces), and how much less the larger one counts, which knows where the smaller has seen little.
NEAR, FAR, FAR_WEIGHT = 0.45, 1.2, 0.1
#: A colour's share on either side that is as good as none.
RARE = 0.01
#: What shows in a gap is about so near to what flows in from behind. The person within so many faces is at
#: least so far from that, and where they are as far as this, it may be a gap for sure.
SAME, BESIDE, OTHER = 0.15, 0.08, (0.25, 0.45)
#: Share of the surroundings that has to be person, colours' odds (logarithm) that speak hardly for one, and
#: how sharply odds are told apart.
SURROUNDED, HARDLY, SHARPLY = 0.02, 1.0, 4.0
#: Counts (shares of a window) below which a side is unknown, and weights that say nothing.
FEW, FAINT = 0.05, 1e-3


def palette_of(guide: Floats) -> Floats:
    """``(COLOURS, 3)`` the colours of ``guide`` ``(h, w, 3)`` that stand best for all: k-means, always the same."""
    down, across = (max(1, side // SEEN) for side in guide.shape[:2])
    seen = spaced(guide[::down, ::across].reshape(-1, 3))
    label = np.empty(len(seen), np.intp)
    label[np.argsort(seen[:, 0], kind="stable")] = np.arange(len(seen)) * COLOURS // len(seen)
    for _ in range(MOVES):
        count = np.maximum(np.bincount(label, minlength=COLOURS), 1)
        sums = [np.bincount(label, seen[:, each], COLOURS) for each in range(3)]
        middles = (np.stack(sums, axis=1) / count[:, None]).astype(np.float32)
        label = nearest(seen, middles)
    return middles


def spaced(colours: Floats) -> Floats:
    """``(N, 3)`` brightness and two differences of hue, which are as far apart as they look."""
    bright = colours.mean(axis=1, keepdims=True)
    return np.concatenate([bright, HUE * (colours[:, [0, 2]] - bright)], axis=1).astype(np.float32)


def nearest(colours: Floats, middles: Floats) -> Labels:
    """``(N,)`` which of ``middles`` ``(COLOURS, 3)`` each colour is nearest to."""
    apart = (middles**2).sum(axis=1) - 2 * colours @ middles.T
    return np.asarray(apart.argmin(axis=1), np.intp)


def labelled(guide: Floats, middles: Floats) -> Labels:
    """``(h, w)`` the nearest of ``middles`` for each cell, by a table of all colours."""
    axis = (np.arange(STEPS, dtype=np.float32) + 0.5) / STEPS
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    table = nearest(spaced(np.asarray(grid, np.float32)), middles)
    steps = np.clip(guide * STEPS, 0, STEPS - 1).astype(np.intp)
    return np.asarray(
        table[(steps[..., 0] * STEPS + steps[..., 1]) * STEPS + steps[..., 2]], np.intp
    )


def odds(guide: Floats, person: Mask, nobody: Mask, size: float) -> Mask:
    """``(h, w)`` logarithms of odds that a cell's colour is the person's; near 0 where colours say nothing.

    Args:
        person, nobody: ``(h, w)`` 1 where there surely is person, and where surely none.
        size: of a face, cells.
    """
    middles = palette_of(guide)
    label = labelled(guide, middles)
    theirs = counted(label, nobody, middles, size)
    told = compared(label, counted(label, person, middles, size), theirs)
    half, ours, none, said = (halved(each) for each in (guide, person, nobody, told))
    gaps = showing_through(half, ours, none, said, size / 2)
    full = label.shape[1], label.shape[0]
    seen = np.asarray(person * (1 - cv2.resize(gaps, full)), np.float32)
    return compared(label, counted(label, seen, middles, size), theirs)


def compared(label: Labels, ours: Floats, theirs: Floats) -> Mask:
    """``(h, w)`` logarithms of how much more often each cell's colour is counted as ours than as theirs."""
    totals = ours.sum(axis=2), theirs.sum(axis=2)
    shares = [
        each / np.maximum(total, FEW / 10)[..., None]
        for each, total in zip((ours, theirs), totals, strict=True)
    ]
    known = np.minimum(*totals)
    told = np.log((shares[0] + RARE) / (shares[1] + RARE)) * (known / (known + FEW))[..., None]
    return picked(np.asarray(told, np.float32), label)


def showing_through(guide: Floats, person: Mask, nobody: Mask, told: Mask, size: float) -> Mask:
    """``(h, w)`` how sure it is that what a network took for person is a gap, and no colour of theirs.

    It looks like what is behind flows on there, colours do not speak for the person, and those that do nearby
    are others: black hair before black is no gap.

    Args:
        told: ``(h, w)`` logarithms of odds by colour, gaps counted as the person's.
    """
    behind = flowed(guide, nobody)
    alike = np.exp(-((apart(guide, behind) / SAME) ** 2))
    reach = max(2, round(size * BESIDE))
    sure = np.asarray(person * likely_of(SHARPLY * told), np.float32)
    weight = boxed(sure, reach)
    total = np.maximum(weight, np.float32(FAINT))[..., None]
    own = np.asarray(boxed(guide * sure[..., None], reach) / total, np.float32)
    other = np.clip((apart(own, behind) - OTHER[0]) / (OTHER[1] - OTHER[0]), 0, 1)
    doubted = likely_of(SHARPLY * (HARDLY - told))
    return np.asarray(alike * other * (weight > SURROUNDED) * doubted, np.float32)


def apart(one: Floats, other: Floats) -> Mask:
    """``(h, w)`` distances of the colours of two guides ``(h, w, 3)``, in the guides' own units."""
    off = one - other
    return np.asarray(np.sqrt(dotted(off, off)), np.float32)


def counted(label: Labels, known: Mask, middles: Floats, size: float) -> Floats:
    """``(h', w', COLOURS)`` how much of a window around each coarse cell is known and has each colour."""
    height, width = label.shape
    rows, columns = -(-height // COARSE), -(-width // COARSE)
    down, across = np.arange(height) // COARSE, np.arange(width) // COARSE
    at = (down[:, None] * columns + across) * COLOURS + label
    counts = np.bincount(at.ravel(), known.ravel(), rows * columns * COLOURS)
    apart = ((middles[:, None] - middles) ** 2).sum(axis=2)
    alike = np.exp(apart / (-2 * ALIKE**2))
    cells = (counts.reshape(-1, COLOURS) @ alike).astype(np.float32) / COARSE**2
    cells = cells.reshape(rows, columns, COLOURS)
    near, far = (windowed(cells, size * reach / COARSE) for reach in (NEAR, FAR))
    return near + FAR_WEIGHT * far


def windowed(counts: Floats, reach: float) -> Floats:
    """``counts`` averaged over windows that fade out at ``reach``."""
    side = 2 * max(1, round(reach / 2)) + 1
    out = np.empty_like(counts)
    # OpenCV's fast paths are for four channels at most.
    for first in range(0, counts.shape[2], 4):
        part = np.ascontiguousarray(counts[..., first : first + 4])
        once = cv2.blur(part, (side, side), borderType=cv2.BORDER_CONSTANT)
        out[..., first : first + 4] = cv2.blur(once, (side, side), borderType=cv2.BORDER_CONSTANT)
    return out


def picked(told: Floats, label: Labels) -> Mask:
    """``(h, w)`` of ``(h', w', COLOURS)`` each cell's own colour, bilinear between coarse cells."""
    rows, columns, _ = told.shape
    height, width = label.shape
    y = np.clip((np.arange(height) + 0.5) / COARSE - 0.5, 0, rows - 1)
    x = np.clip((np.arange(width) + 0.5) / COARSE - 0.5, 0, columns - 1)
    top, left = y.astype(np.intp), x.astype(np.intp)
    below, right = np.minimum(top + 1, rows - 1), np.minimum(left + 1, columns - 1)
    down, across = (y - top).astype(np.float32)[:, None], (x - left).astype(np.float32)

    def at(row: Labels, column: Labels) -> Floats:
        cells = (row[:, None] * columns + column) * COLOURS + label
        return np.asarray(told.ravel()[cells], np.float32)

    upper = at(top, left) * (1 - across) + at(top, right) * across
    lower = at(below, left) * (1 - across) + at(below, right) * across
    return np.asarray(upper * (1 - down) + lower * down, np.float32)
