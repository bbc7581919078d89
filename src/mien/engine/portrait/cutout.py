"""A person cut out of a photo: how much of each pixel is person, and what colour that part has.

From the coarse mask of a network to single hairs, in five steps: what is surely person and surely not;
how much of each pixel of the band between is person, as colours near it vote; as much of that as they are
sure of, and the mask's own outline where they are not, as before leaves or where black hair meets black;
a filter that makes the result follow the photo's own edges; and an edge of even width where it would be a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.portrait.guided import (
    Places,
    affine_of,
    boxed,
    cells_of,
    dotted,
    flowed,
    halved,
    hue,
    looked_up,
    mean_around,
    places_of,
)
from mien.engine.portrait.segment import People
from mien.engine.portrait.spill import hair_colours, hair_of, lit_alike, spilled_on, without_spill
from mien.engine.portrait.stage import Values, step
from mien.engine.portrait.trimap import EVEN, View, of_one_piece
from mien.engine.portrait.votes import Votes, sampled
from mien.engine.types import Face, Floats, Image, Mask

#: The mask's outline, where it decides, is as wide as these probabilities are apart.
LOW, HIGH = 0.42, 0.58
#: Variance of the mask's shares at its outline, and far from it (so many faces are far).
AT_OUTLINE, FAR_OFF, FAR = 0.06, 0.045, 0.014
#: Share of that variance that colours take away which clearly say the same.
SAID = 0.5
#: Variance from which a share is in doubt, and shares that then are none and all.
DOUBTFUL, NONE, ALL = 0.03, 0.35, 0.65
#: Variance from which colours say too little of a soft edge, and nothing, in the mean of so many faces around; sigma of
#: the outline's blur there (faces), and pixels at least.
VAGUE, AROUND, OUTLINE, LEAST = (0.035, 0.09), 0.015, 0.004, 0.5
#: Cells around one whose colour tells nothing are heard up to so many faces away, twice, for a square has corners;
#: each the more the less it is in doubt, down to this variance.
EVENED, TWICE, SETTLED = 0.015, 2, 0.01
#: Background shows through hair up to so many faces from the outline; its hue is this near to the
#: background's (squared, of the way to the person's), and both are at least so far apart.
FRINGE, LIKE, DISTINCT = 0.18, 0.10, 0.06
#: Takes the mean of red, green and blue.
THIRDS = np.full((1, 3), 1 / 3, np.float32)
#: Difference of brightness from which a cell is no background, whatever its hue, and share of what is behind: black has
#: every hue.
AS_BRIGHT, SHADE = 0.2, 0.5
#: Reach of the filter (faces), its tolerance, and how far (faces) it moves an outline at most.
REACH, TOLERANCE, SNAP = 0.016, 5e-4, 0.012
#: Variance of the photo's colours below which there is no edge to follow.
PLAIN = 2e-3
#: Shares below and above which a pixel is not mixed at all: the filter leaves a veil.
CLEAR, FULL = 0.1, 0.9


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


def cut_out(
    image: Image,
    people: People,
    size: float,
    faces: Sequence[Face] = (),
) -> Cutout:
    """The person of ``image``.

    Args:
        people: where they are, as `mien.engine.portrait.segment` tells.
        size: of a face, pixels; fine detail is measured in it.
        faces: of which the background shows through nothing.
    """
    view = View.of(image, people, size, faces)
    behind = flowed(view.guide, view.nobody)
    ours = hair_colours(view, behind)
    hair = hair_of(faces, view) * (not lit_alike(view, ours, behind))
    view = view.pierced(see_through(view, behind) * hair)
    shares, doubt, both = shared_out(view)
    share = outlined(followed(image, view.guide, shares, view.size), doubt, view)
    share = kept(share, view)
    colour = unmixed(image, share, both)
    spilled = spilled_on(view, ours, behind) * hair
    return Cutout(
        colour=without_spill(colour, spilled, ours, behind),
        alpha=np.clip((share - CLEAR) / (FULL - CLEAR), 0, 1),
    )


def see_through(view: View, behind: Floats) -> Mask:
    """``(h, w)`` 1 where the background shows between strands of hair, which the network fills.

    Cells near the outline that have the hue of what is behind, where the person around them has not.
    """
    reach = max(2, round(view.size * FRINGE))
    mean = mean_around(view.guide, view.person, reach)
    like, way = hue(view.guide - behind), hue(mean - behind)
    apart = dotted(way, way)
    near = boxed((view.mask < EVEN).astype(np.float32), reach) > 0
    off = np.abs(cv2.transform(view.guide - behind, THIRDS))
    bright = off < np.minimum(AS_BRIGHT, SHADE * cv2.transform(behind, THIRDS))
    found = (dotted(like, like) < LIKE * apart) & (apart > DISTINCT) & bright & near
    return np.asarray(found & (view.person > 0), np.float32)


def shared_out(view: View) -> tuple[Mask, Mask, tuple[Floats, Floats]]:
    """``(h, w)`` how much of each cell is person, the variance of that by colour, and ``(h, w, 3)`` colours of the
    person and behind them.
    """
    shares = np.maximum(step(LOW, HIGH, view.mask) * (1 - view.nobody), view.person)
    doubt = np.zeros_like(shares)
    ours, behind = view.guide.copy(), view.guide.copy()
    rows, columns = places_of((view.person <= 0) & (view.nobody <= 0))
    if not (len(rows) and view.person.any() and view.nobody.any()):
        return shares, doubt, (ours, behind)
    at = rows, columns
    votes = Votes.of(
        view.guide,
        at,
        sampled(view.guide, view.person, at, view.size),
        sampled(view.guide, view.nobody, at, view.size),
    )
    trust, distrust = 1 / votes.doubt, 1 / variance_of(view)[at]
    shares[at] = (votes.share * trust + shares[at] * distrust) / (trust + distrust)
    shares = evened(shares, at, votes, view.size)
    shares[at] = decided(shares[at], votes.doubt)
    doubt[at], ours[at], behind[at] = votes.doubt, votes.ours.T, votes.behind.T
    return of_one_piece(shares, view.person, view.size), doubt, (ours, behind)


def evened(shares: Mask, at: tuple[Places, Places], votes: Votes, size: float) -> Mask:
    """``shares``; what is around a cell decides where both sides have its colour, as black before black.

    The outline there is the mask's, or an invention: noise would tear it.

    Args:
        at: rows and columns that were voted on.
        size: of a face, cells.
    """
    common, weight = np.zeros_like(shares), np.full_like(shares, 1 / SETTLED)
    common[at], weight[at] = votes.common, 1 / np.maximum(votes.doubt, SETTLED)
    radius = max(1, round(size * EVENED))
    total = boxed(weight, radius)
    for _ in range(TWICE):
        shares = shares + (boxed(shares * weight, radius) / total - shares) * common
    return np.asarray(shares, np.float32)


def decided(shares: Values, doubt: Values) -> Floats:
    """``shares``, nearer to all or nothing the more they are in ``doubt``: else they would be veils."""
    share = doubt / (doubt + DOUBTFUL)
    return np.asarray(shares + (step(NONE, ALL, shares) - shares) * share, np.float32)


def variance_of(view: View) -> Mask:
    """``(h, w)`` how little the mask is to be relied on: least at its outline, more where colours agree."""
    inside = (view.mask > EVEN).astype(np.uint8)
    away = np.maximum(
        cv2.distanceTransform(inside, cv2.DIST_L2, 3),
        cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3),
    )
    near = np.exp(-((away / (view.size * FAR)) ** 2))
    variance = FAR_OFF + (AT_OUTLINE - FAR_OFF) * near
    return np.asarray(variance * (1 - SAID * view.clear), np.float32)


def followed(image: Image, guide: Floats, shares: Mask, size: float) -> Mask:
    """``(H, W)`` the shares at the photo's own pixels, moved to its edges where there are any nearby."""
    radius, full = max(2, round(size * REACH * 2)), image.shape[1::-1]
    side = 2 * max(1, round(size * SNAP)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    least, most = cv2.erode(shares, kernel), cv2.dilate(shares, kernel)
    own = np.asarray(cv2.resize(shares, full, interpolation=cv2.INTER_CUBIC), np.float32)
    # Where all around is alike nothing moves: that is most of a photo.
    rows, columns = places_of(cv2.resize(most - least, full) > 0)
    if len(rows):
        at = cells_of(rows, columns, image.shape, shares.shape)
        small = halved(shares)
        affine = looked_up(
            affine_of(halved(guide), small, max(1, round(radius / 2)), TOLERANCE),
            cells_of(rows, columns, image.shape, small.shape),
        )
        bounds = looked_up(np.dstack([least, most, edges_of(guide, radius)]), at)
        pixels = image[rows, columns] * np.float32(1 / 255)
        along = np.einsum("nc,nc->n", pixels, affine[:, :3]) + affine[:, 3]
        along = np.clip(along, bounds[:, 0], bounds[:, 1])
        own[rows, columns] += (along - own[rows, columns]) * bounds[:, 2]
    return np.clip(own, 0, 1, out=own)


def edges_of(guide: Floats, radius: int) -> Mask:
    """``(h, w)`` near 1 where there is an edge within ``radius``, near 0 where all is plain."""
    mean = boxed(guide, radius)
    squares = boxed(guide * guide, radius)
    variance = cv2.transform(squares - mean * mean, np.ones((1, 3), np.float32))
    return np.asarray(variance / (variance + PLAIN), np.float32)


def outlined(alpha: Mask, doubt: Mask, view: View) -> Mask:
    """``(H, W)`` ``alpha``, where colours leave it in doubt an outline of even width: what is guessed would be a veil.

    As before leaves, and in the dark.

    Args:
        doubt: ``(h, w)`` the variance of the shares, as colours vote.
    """
    full = alpha.shape[1], alpha.shape[0]
    vague = boxed(step(*VAGUE, doubt), max(1, round(view.size * AROUND)))
    share = np.asarray(cv2.resize(vague, full), np.float32)
    clean = step(NONE, ALL, alpha)
    width = max(LEAST, view.size / view.scale * OUTLINE)
    outline = cv2.GaussianBlur(clean, (0, 0), width)
    return np.asarray(alpha + (outline - alpha) * share, np.float32)


def kept(alpha: Mask, view: View) -> Mask:
    """``alpha`` with sure cells as they are; between them and the band there is a cell's width."""
    full = alpha.shape[1], alpha.shape[0]
    sure = np.asarray(cv2.resize(view.person, full), np.float32)
    free = np.asarray(cv2.resize(view.nobody, full), np.float32)
    return np.asarray(np.maximum(alpha * (1 - free), sure), np.float32)


def unmixed(image: Image, alpha: Mask, both: tuple[Floats, Floats]) -> Image:
    """``(H, W, 3)`` ``image`` without the background's share in the colours of mixed pixels.

    After Forte, "Approximate fast foreground colour estimation" (2021): what is known of both sides,
    corrected by what the photo says.

    Args:
        both: ``(h, w, 3)`` each, colours of the person and of what is behind, 0..1.
    """
    out = image.copy()
    rows, columns = places_of((alpha > 0) & (alpha < 1))
    if not len(rows):
        return out
    at = cells_of(rows, columns, alpha.shape, both[0].shape)
    share = alpha[rows, columns, None]
    ours, behind = (looked_up(each, at) for each in both)
    pixels = image[rows, columns] * np.float32(1 / 255)
    own = ours + share * (pixels - share * ours - (1 - share) * behind)
    out[rows, columns] = np.rint(np.clip(own, 0, 1) * 255).astype(np.uint8)
    return out
