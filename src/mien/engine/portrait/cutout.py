"""A person cut out of a photo: how much of each pixel is person, and what colour that part has.

From the coarse mask of a network to single hairs, in four steps: what is surely person and surely not;
how much of each pixel of the band between is person, as colours near it vote; as much of that as they are
sure of, and the mask's own outline where they are not, as before leaves or where black hair meets black;
and a filter that makes the result follow the photo's own edges.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.mesh.regions import OVAL
from mien.engine.portrait.guided import affine_of, boxed, flowed
from mien.engine.portrait.stage import Values, step
from mien.engine.portrait.trimap import (
    EVEN,
    drawn,
    eased,
    of_one_piece,
    of_people,
    surely,
    without_pinholes,
)
from mien.engine.portrait.votes import Votes, sampled
from mien.engine.types import Face, Floats, Image, Mask

#: The mask's outline, where it decides, is as wide as these probabilities are apart.
LOW, HIGH = 0.42, 0.58
#: Variance of the mask's shares at its outline, and far from it (so many faces are far).
AT_OUTLINE, FAR_OFF, FAR = 0.06, 0.03, 0.014
#: Variance from which a share is in doubt, and shares that then are none and all.
DOUBTFUL, NONE, ALL = 0.03, 0.35, 0.65
#: Background shows through hair up to so many faces from the outline; its hue is this near to the
#: background's (squared, of the way to the person's), and both are at least so far apart.
FRINGE, LIKE, DISTINCT = 0.18, 0.10, 0.06
#: Difference of brightness from which a cell is no background, whatever its hue.
AS_BRIGHT = 0.2
#: Reach of the filter (faces), its tolerance, and how far (faces) it moves an outline at most.
REACH, TOLERANCE, SNAP = 0.012, 5e-4, 0.012
#: Variance of the photo's colours below which there is no edge to follow.
PLAIN = 2e-3
#: Shares below and above which a pixel is not mixed at all: the filter leaves a veil.
CLEAR, FULL = 0.1, 0.9
#: Longest side of the picture that the band is worked out on, pixels.
WORKED_ON = 512
#: Weights below this say nothing.
FAINT = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cutout:
    """A person without what was behind them.

    Raises:
        ValueError: when the shapes differ.
    """

    #: ``(H, W, 3)`` uint8 the person's own colours, also where the background showed through.
    colour: Image
    #: ``(H, W)`` how much of each pixel is person.
    alpha: Mask

    def __post_init__(self) -> None:
        if self.colour.shape[:2] != self.alpha.shape:
            raise ValueError(f"shapes differ: {self.colour.shape} and {self.alpha.shape}")


def cut_out(image: Image, likely: Mask, size: float, faces: Sequence[Face] = ()) -> Cutout:
    """The person of ``image``.

    Args:
        likely: ``(H, W)`` where people are, as `mien.engine.portrait.segment` tells.
        size: of a face, pixels; fine detail is measured in it.
        faces: of which the background shows through nothing.
    """
    height, width = image.shape[:2]
    scale = min(1.0, WORKED_ON / max(height, width))
    small = max(8, round(width * scale)), max(8, round(height * scale))
    guide = np.asarray(cv2.resize(image, small, interpolation=cv2.INTER_AREA), np.float32)
    guide *= np.float32(1 / 255)
    mask = np.asarray(cv2.resize(likely, small, interpolation=cv2.INTER_AREA), np.float32)
    mask = without_pinholes(of_people(mask, size * scale), size * scale)
    person, nobody = surely(mask, size * scale)
    solid = drawn([face.landmarks[OVAL, :2] * scale for face in faces], mask.shape)
    person, nobody = np.maximum(person, solid), nobody * (1 - solid)
    behind = flowed(guide, nobody)
    holes = see_through(guide, mask, person, behind, size * scale) * (1 - solid)
    mask, person = mask * (1 - holes), person * (1 - eased(holes) * (1 - solid))
    shares, both = shared_out(guide, mask, person, nobody, size * scale)
    shares = of_one_piece(shares, person) if person.any() else shares
    alpha = followed(image, guide, shares, size * scale)
    alpha = kept(alpha, person, nobody)
    return Cutout(colour=unmixed(image, alpha, both * np.float32(255)), alpha=alpha)


def see_through(guide: Floats, mask: Mask, person: Mask, behind: Floats, size: float) -> Mask:
    """``(h, w)`` 1 where the background shows between strands of hair, which the network fills.

    Cells near the outline that have the hue of what is behind, where the person around them has not.
    """
    theirs = hue(behind)
    reach = max(2, round(size * FRINGE))
    around = boxed(person, reach)
    mean = boxed(guide * person[..., None], reach) / np.maximum(around, FAINT)[..., None]
    ours = hue(np.asarray(mean, np.float32))
    own = hue(guide)
    like = ((own - theirs) ** 2).sum(axis=-1)
    apart = ((ours - theirs) ** 2).sum(axis=-1)
    near = boxed((mask < EVEN).astype(np.float32), reach) > 0
    bright = np.abs((guide - behind).mean(axis=-1)) < AS_BRIGHT
    found = (like < LIKE * apart) & (apart > DISTINCT) & bright & near & (person > 0)
    return np.asarray(found, np.float32)


def hue(colours: Floats) -> Floats:
    """``(h, w, 3)`` colours without their brightness."""
    return np.asarray(colours - colours.mean(axis=-1, keepdims=True), np.float32)


def shared_out(
    guide: Floats, mask: Mask, person: Mask, nobody: Mask, size: float
) -> tuple[Mask, Floats]:
    """``(h, w)`` how much of each cell is person, and ``(h, w, 6)`` colours of the person and behind them."""
    shares = np.asarray(np.maximum(step(LOW, HIGH, mask) * (1 - nobody), person), np.float32)
    both = np.concatenate([guide, guide], axis=-1)
    rows, columns = np.nonzero((person <= 0) & (nobody <= 0))
    at = rows, columns
    if not (len(rows) and person.any() and nobody.any()):
        return shares, both
    votes = Votes.of(guide, at, sampled(guide, person, at, size), sampled(guide, nobody, at, size))
    trust = 1 / votes.doubt
    distrust = 1 / variance_of(mask, size)[at]
    shares[at] = decided(
        (votes.share * trust + shares[at] * distrust) / (trust + distrust), votes.doubt
    )
    both[at] = np.concatenate([votes.ours, votes.behind]).T
    return shares, both


def decided(shares: Values, doubt: Values) -> Floats:
    """``shares``, nearer to all or nothing the more they are in ``doubt``: else they would be veils."""
    share = doubt / (doubt + DOUBTFUL)
    return np.asarray(shares + (step(NONE, ALL, shares) - shares) * share, np.float32)


def variance_of(mask: Mask, size: float) -> Mask:
    """``(h, w)`` how little ``mask`` is to be relied on: most at its outline."""
    inside = (mask > EVEN).astype(np.uint8)
    away = np.maximum(
        cv2.distanceTransform(inside, cv2.DIST_L2, 3),
        cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3),
    )
    near = np.exp(-((away / (size * FAR)) ** 2))
    return np.asarray(FAR_OFF + (AT_OUTLINE - FAR_OFF) * near, np.float32)


def followed(image: Image, guide: Floats, shares: Mask, size: float) -> Mask:
    """``(H, W)`` the shares at the photo's own pixels, moved to its edges where there are any nearby."""
    full = image.shape[1], image.shape[0]
    radius = max(2, round(size * REACH * 2))
    affine = np.asarray(cv2.resize(affine_of(guide, shares, radius, TOLERANCE), full), np.float32)
    sums = cv2.multiply(image, affine[..., :3], scale=1 / 255, dtype=cv2.CV_32F)
    along = cv2.transform(sums, np.ones((1, 3), np.float32)) + affine[..., 3]
    side = 2 * max(1, round(size * SNAP)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    least, most = cv2.erode(shares, kernel), cv2.dilate(shares, kernel)
    along = np.clip(along, cv2.resize(least, full), cv2.resize(most, full))
    own = cv2.resize(shares, full, interpolation=cv2.INTER_CUBIC)
    edges = cv2.resize(edges_of(guide, radius), full)
    alpha = own + (along - own) * edges
    return np.asarray(np.clip((alpha - CLEAR) / (FULL - CLEAR), 0, 1), np.float32)


def edges_of(guide: Floats, radius: int) -> Mask:
    """``(h, w)`` near 1 where there is an edge within ``radius``, near 0 where all is plain."""
    mean = boxed(guide, radius)
    variance = (boxed(guide * guide, radius) - mean * mean).sum(axis=-1)
    return np.asarray(variance / (variance + PLAIN), np.float32)


def kept(alpha: Mask, person: Mask, nobody: Mask) -> Mask:
    """``alpha`` with sure cells as they are; between them and the band there is a cell's width."""
    full = alpha.shape[1], alpha.shape[0]
    sure, free = (np.asarray(cv2.resize(each, full), np.float32) for each in (person, nobody))
    return np.asarray(np.maximum(alpha * (1 - free), sure), np.float32)


def unmixed(image: Image, alpha: Mask, both: Floats) -> Image:
    """``(H, W, 3)`` ``image`` without the background's share in the colours of mixed pixels.

    After Forte, "Approximate fast foreground colour estimation" (2021): what is known of both sides,
    corrected by what the photo says.

    Args:
        both: ``(h, w, 6)`` colours of the person and of what is behind, 0..255.
    """
    out = image.copy()
    rows, columns = np.nonzero((alpha > 0) & (alpha < 1))
    if not len(rows):
        return out
    height, width = alpha.shape
    at = np.stack(
        [
            (columns + 0.5) * both.shape[1] / width - 0.5,
            (rows + 0.5) * both.shape[0] / height - 0.5,
        ],
        axis=-1,
    ).astype(np.float32)
    values = looked_up(both, at)
    share = alpha[rows, columns, None]
    ours, behind = values[:, :3], values[:, 3:]
    pixels = image[rows, columns].astype(np.float32)
    own = ours + share * (pixels - share * ours - (1 - share) * behind)
    out[rows, columns] = np.rint(np.clip(own, 0, 255)).astype(np.uint8)
    return out


def looked_up(values: Floats, at: Floats) -> Floats:
    """``(N, K)`` of ``(h, w, K)`` at ``(N, 2)`` x, y, bilinear."""
    high = np.array(values.shape[1::-1], np.float32) - 1
    at = np.clip(at, 0, high)
    low = np.minimum(np.floor(at), np.maximum(high - 1, 0)).astype(np.int32)
    share = at - low
    x, y = low.T
    x2, y2 = np.minimum(x + 1, values.shape[1] - 1), np.minimum(y + 1, values.shape[0] - 1)
    across, down = share[:, :1], share[:, 1:]
    above = values[y, x] * (1 - across) + values[y, x2] * across
    under = values[y2, x] * (1 - across) + values[y2, x2] * across
    return np.asarray(above * (1 - down) + under * down, np.float32)
