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
from mien.engine.types import Face, Floats, Image, Mask, Points

#: Probabilities from which a pixel is surely person, and below which surely not.
SURE, SURELY_NOT = 0.9, 0.1
#: The band reaches this far (faces) into what was person, and out of it: hair flies outwards.
INWARDS, OUTWARDS = 0.021, 0.042
#: Colours of both sides this far apart (squared, of 1) tell a pixel's share well.
APART = 0.04
#: A pixel this far off the way between both colours tells nothing; and the most that colours count.
ASTRAY, MOST_TRUST = 0.06, 0.85
#: Probabilities that are hardly person, as likely as not, and hardly not.
LOW, EVEN, HIGH = 0.2, 0.5, 0.8
#: Share of a face's outline inside which it surely is a face.
INNER = 0.94
#: Background shows through hair up to so many faces from the outline; its hue is this near to the
#: background's (squared, of the way to the person's), and both are at least so far apart.
FRINGE, LIKE, DISTINCT = 0.18, 0.10, 0.06
#: Reach of the filter (faces), and its tolerance.
REACH, TOLERANCE = 0.016, 2e-4
#: Shares below and above which a pixel is not mixed at all: the filter leaves a veil.
CLEAR, FULL = 0.06, 0.94
#: Reaches (faces) over which the colours of both sides are looked for: first far, then near.
FAR, NEAR = 0.12, 0.015
#: Longest side of the picture that the band is worked out on, pixels.
WORKED_ON = 704


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
    found = (like < LIKE * apart) & (apart > DISTINCT) & near & (person > 0)
    return np.asarray(found, np.float32)


def hue(colours: Floats) -> Floats:
    """``(h, w, 3)`` colours without their brightness."""
    return np.asarray(colours - colours.mean(axis=-1, keepdims=True), np.float32)


def eased(mask: Mask) -> Mask:
    """``mask`` and the cells next to it."""
    return np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.float32)


def shared_out(guide: Floats, mask: Mask, person: Mask, nobody: Mask, behind: Floats) -> Mask:
    """``(h, w)`` a first guess of how much of each cell is person, from colours and ``mask``."""
    ours = flowed(guide, person)
    way = ours - behind
    apart = (way * way).sum(axis=-1)
    off = guide - behind
    along = np.clip((off * way).sum(axis=-1) / np.maximum(apart, 1e-4), 0, 1)
    astray = ((off - along[..., None] * way) ** 2).sum(axis=-1)
    trust = MOST_TRUST * apart / (apart + APART) * np.exp(-astray / (2 * ASTRAY**2))
    guess = trust * along + (1 - trust) * step(LOW, HIGH, mask)
    return np.asarray(np.clip(guess * (1 - nobody), person, 1), np.float32)


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


#: Weights below this say nothing.
FAINT = 1e-3


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
