"""A person cut out of a photo: how much of each pixel is person, and what colour that part has.

From the coarse mask of a network to single hairs, in four steps: what is surely person and surely not;
the colours of both sides, flowed over the band between; how far each pixel of the band lies on the
way from one colour to the other; and a filter that makes the result follow the photo's own edges.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.mesh.regions import OVAL
from mien.engine.portrait.guided import affine_of, boxed, flowed
from mien.engine.portrait.stage import step
from mien.engine.portrait.trimap import EVEN, drawn, eased, of_people, surely
from mien.engine.types import Face, Floats, Image, Mask

#: Colours of both sides this far apart (squared, of 1) tell a pixel's share well.
APART = 0.04
#: A pixel this far off the way between both colours tells nothing.
ASTRAY = 0.08
#: Probabilities that are hardly person, and hardly not.
LOW, HIGH = 0.2, 0.8
#: Shares up to which and from which a first guess shows the colours of either side.
OURS, THEIRS = 0.97, 0.03
#: Background shows through hair up to so many faces from the outline; its hue is this near to the
#: background's (squared, of the way to the person's), and both are at least so far apart.
FRINGE, LIKE, DISTINCT = 0.18, 0.10, 0.06
#: Difference of brightness from which a cell is no background, whatever its hue.
AS_BRIGHT = 0.2
#: Reach of the filter (faces), and its tolerance.
REACH, TOLERANCE = 0.016, 5e-4
#: Shares below and above which a pixel is not mixed at all: the filter leaves a veil.
CLEAR, FULL = 0.06, 0.94
#: Reaches (faces) over which the colours of both sides are looked for: first far, then near.
FAR, NEAR = 0.12, 0.015
#: Longest side of the picture that the band is worked out on, pixels.
WORKED_ON = 704
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
    scale = min(0.5, WORKED_ON / max(height, width)) if max(height, width) > WORKED_ON / 2 else 1.0
    small = max(8, round(width * scale)), max(8, round(height * scale))
    guide = np.asarray(cv2.resize(image, small, interpolation=cv2.INTER_AREA), np.float32)
    guide *= np.float32(1 / 255)
    mask = np.asarray(cv2.resize(likely, small, interpolation=cv2.INTER_AREA), np.float32)
    mask = of_people(mask, size * scale)
    person, nobody = surely(mask, size * scale)
    solid = drawn([face.landmarks[OVAL, :2] * scale for face in faces], mask.shape)
    person, nobody = np.maximum(person, solid), nobody * (1 - solid)
    behind = flowed(guide, nobody)
    holes = see_through(guide, mask, person, behind, size * scale) * (1 - solid)
    mask, person = mask * (1 - holes), person * (1 - eased(holes) * (1 - solid))
    shares = shared_out(guide, mask, person, nobody, behind)
    affine = affine_of(guide, shares, max(2, round(size * scale * REACH * 2)), TOLERANCE)
    alpha = followed(image, affine, person, nobody)
    colour = own_colours(image, alpha, guide, size * scale)
    return Cutout(colour=colour, alpha=alpha)


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


def shared_out(guide: Floats, mask: Mask, person: Mask, nobody: Mask, behind: Floats) -> Mask:
    """``(h, w)`` how much of each cell is person, from colours and ``mask``.

    Guessed twice: what the first guess is certain of is nearer to a hair than what was sure before.
    """
    guess = keyed(guide, flowed(guide, person), behind, mask)
    guess = np.clip(guess * (1 - nobody), person, 1)
    ours, theirs = (guess > OURS).astype(np.float32), (guess < THEIRS).astype(np.float32)
    guess = keyed(guide, flowed(guide, ours), flowed(guide, theirs), mask)
    return np.asarray(np.clip(guess * (1 - nobody), person, 1), np.float32)


def keyed(guide: Floats, ours: Floats, behind: Floats, mask: Mask) -> Mask:
    """``(h, w)`` how far each colour is on the way from ``behind`` to ``ours``; ``mask`` where that tells little."""
    way, off = ours - behind, guide - behind
    apart = dotted(way, way)
    along = np.clip(dotted(off, way) / np.maximum(apart, FAINT), 0, 1)
    off -= along[..., None] * way
    trust = apart / (apart + APART) * np.exp(dotted(off, off) / (-2 * ASTRAY**2))
    by_mask = step(LOW, HIGH, mask)
    return np.asarray(by_mask + trust * (along - by_mask), np.float32)


def dotted(one: Floats, other: Floats) -> Mask:
    """``(h, w)`` the scalar product of the colours of each cell."""
    ones = np.ones((1, 3), np.float32)
    return np.asarray(cv2.transform(cv2.multiply(one, other), ones), np.float32)


def followed(image: Image, affine: Floats, person: Mask, nobody: Mask) -> Mask:
    """``(H, W)`` the shares at the photo's own pixels."""
    size = image.shape[1], image.shape[0]
    large = np.asarray(cv2.resize(affine, size), np.float32)
    sums = cv2.multiply(image, large[..., :3], scale=1 / 255, dtype=cv2.CV_32F)
    alpha = cv2.transform(sums, np.ones((1, 3), np.float32)) + large[..., 3]
    # Sure cells stay as they are; between them and the band there is a cell's width.
    sure, free = (np.asarray(cv2.resize(each, size), np.float32) for each in (person, nobody))
    alpha = np.clip((alpha - CLEAR) / (FULL - CLEAR), 0, 1)
    return np.asarray(np.maximum(alpha * (1 - free), sure), np.float32)


def own_colours(image: Image, alpha: Mask, guide: Floats, size: float) -> Image:
    """``(H, W, 3)`` ``image`` without the background's share in the colours.

    After Forte, "Approximate fast foreground colour estimation" (2021): means of both sides over a
    wide and a narrow reach, each corrected by what the photo says; the means are taken on ``guide``.
    """
    small = guide.shape[1], guide.shape[0]
    share = np.asarray(cv2.resize(alpha, small, interpolation=cv2.INTER_AREA), np.float32)[
        ..., None
    ]
    ours, behind = guide, guide
    for reach in (FAR, NEAR):
        radius = max(1, round(size * reach))
        weight = boxed(share[..., 0], radius)[..., None]
        mean = np.asarray(boxed(ours * share, radius) / np.maximum(weight, FAINT), np.float32)
        rest = boxed(behind * (1 - share), radius) / np.maximum(1 - weight, FAINT)
        behind = np.asarray(rest, np.float32)
        own = mean + share * (guide - share * mean - (1 - share) * behind)
        ours = np.asarray(np.clip(own, 0, 1), np.float32)
    both = np.asarray(np.dstack([mean, behind]), np.float32) * np.float32(255)
    return _unmixed(image, alpha, both)


def _unmixed(image: Image, alpha: Mask, both: Floats) -> Image:
    """``image`` with what ``both`` (means of person and background, smaller) say of mixed pixels."""
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
