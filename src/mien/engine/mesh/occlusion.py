"""What stands in front of a face: cells whose colour is not this person's skin.

The colour of skin is learnt from the face itself (its median and spread between the features),
so that any skin under any light is its own measure. Eyes, brows and lips are protected.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.mesh.masks import union
from mien.engine.mesh.shape import smoothstep
from mien.engine.sampling import blurred
from mien.engine.types import Floats, Image, Mask

#: Smallest believed spreads of Y, Cr, Cb (8 bit): even skin has this much noise. Lab separates
#: no better here, and OpenCV builds tables for a tenth of a second when it is first asked for it.
SPREAD_FLOOR = np.array([16.0, 5.0, 5.0], np.float32)
#: Largest believed spreads: beyond, the face is not one skin (half shadow) and colour says little.
SPREAD_CEILING = np.array([40.0, 10.0, 12.0], np.float32)
#: The median absolute deviation times this is the sigma of a normal distribution.
MAD_TO_SIGMA = 1.4826
#: Distances, in sigmas, from which a cell is suspect and from which it is no skin.
#: Loose on the target (its shadows and make-up may be covered), strict on the source, whose hair
#: and frames must not come along.
TARGET_LIMITS, SOURCE_LIMITS = (3.4, 4.6), (2.8, 3.8)
#: Distance from which a cell of the source is hair when it joins what is surely no skin: a fringe
#: thins out over the forehead, and its ends have half the skin's colour.
HAIR_ENDS = 1.9
#: Spots smaller than this share of the face are freckles and noise, not occluders: on the target; on
#: the source thin strands of hair count.
TARGET_SPOT, SOURCE_SPOT = 0.05, 0.03
#: Sigma (cells) of the least blur on an occluder's edge.
SHARPEST = 0.6
#: Cr above Cb, levels, from which a cell may be skin, and the share of them that is enough.
REDDER, ENOUGH_RED = 8.0, 0.25
#: Every so many cells of skin are enough for a median.
SAMPLED_EVERY = 4
#: Skin takes at least this many of them, else there is nothing to learn from.
ENOUGH_CELLS = 40


def from_skin(small: Image, core: Mask) -> Floats:
    """``(h, w, 3)`` how far each cell's Y, Cr and Cb are from the skin's, in sigmas.

    All zeros when there is too little skin to learn from.

    Args:
        small: ``(h, w, 3)`` the picture on the grid.
        core: ``(h, w)`` 1 where there is certainly face and no feature.
    """
    colours = cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    skin = likely_skin(colours[core > 0.5][::SAMPLED_EVERY])  # noqa: PLR2004 - a soft mask's middle
    if len(skin) < ENOUGH_CELLS:
        return np.zeros(colours.shape, np.float32)
    middle = np.median(skin, axis=0)
    sigma = MAD_TO_SIGMA * np.median(np.abs(skin - middle), axis=0)
    return np.asarray((colours - middle) / np.clip(sigma, SPREAD_FLOOR, SPREAD_CEILING), np.float32)


def likely_skin(colours: Floats) -> Floats:
    """Of ``(N, 3)`` Y, Cr, Cb those that are redder than blue, if there are enough of them.

    Skin of every shade is; a mask or dark glasses over half of the face mostly are not, and would
    otherwise be taken for its skin. Under coloured light or without colour, all are taken.
    """
    red = colours[colours[:, 1] - colours[:, 2] > REDDER]
    return red if len(red) > ENOUGH_RED * len(colours) else colours


def length(apart: Floats) -> Floats:
    """``(h, w)`` lengths of ``(h, w, 3)``; channel by channel, which is five times as fast."""
    luma, red, blue = cv2.split(apart)
    return np.asarray(cv2.sqrt(luma * luma + red * red + blue * blue), np.float32)


#: How much darker and less red than skin, in sigmas each, a thing before the lips is: lips are redder
#: than skin, teeth brighter, and the dark between closed lips is thinner than `TARGET_SPOT`.
THING = (1.5, 2.5)


def dark_and_grey(apart: Floats, cells: float) -> Mask:
    """``(h, w)`` where something is that can be neither skin nor lips nor teeth: a microphone.

    Args:
        apart: ``(h, w, 3)`` of `from_skin`.
        cells: size of the face on the grid.
    """
    darker, less_red = -apart[..., 0], -apart[..., 1]
    things = smoothstep(*THING, np.minimum(darker, less_red))
    large = cv2.morphologyEx(things, cv2.MORPH_OPEN, disc(TARGET_SPOT * cells))
    return np.asarray(large, np.float32)


def disc(size: float) -> NDArray[np.uint8]:
    """A round element about ``size`` cells across, one at least."""
    side = max(1, round(size))
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def free(
    distance: Floats, protected: Mask, limits: tuple[float, float], spot: float, cells: float
) -> Mask:
    """``(h, w)`` 1 where the face shows, 0 where something stands before it.

    Args:
        distance: ``(h, w)`` lengths of `from_skin`.
        protected: where the face shows whatever its colour.
        limits: distances from which a cell is suspect, and surely no skin.
        spot: what is smaller is left alone; a share of the face.
        cells: size of the face on the grid.
    """
    suspect = smoothstep(*limits, distance)
    large = cv2.morphologyEx(suspect, cv2.MORPH_OPEN, disc(spot * cells))
    wider = np.asarray(cv2.dilate(large, disc(TARGET_SPOT * cells)), np.float32)
    covered = blurred(wider, max(SHARPEST, TARGET_SPOT * cells / 4))
    return np.asarray(1 - covered * (1 - protected), np.float32)


#: Around a feature, this many times its own margin is looked at to tell whether it is covered.
AROUND = 0.07
#: Share of what is around a feature that is no skin, from which it is covered, and surely so: dark
#: glasses and masks surround it, brows and shadows do not.
PARTLY, SURELY = 0.45, 0.7


def shielded(distance: Floats, features: Sequence[Mask], between: Mask, cells: float) -> Mask:
    """``(h, w)`` what is no skin and yet the face's own: features that nothing covers.

    Args:
        distance: ``(h, w)`` lengths of `from_skin` on the target.
        features: ``(h, w)`` each; eyes, brows, nostrils, lips.
        between: ``(h, w)`` the inside of the outline without them.
        cells: size of the face on the grid.
    """
    foreign = smoothstep(*TARGET_LIMITS, distance) * between
    size = max(3, round(2 * AROUND * cells)) | 1
    shields = []
    for feature in features:
        around = np.asarray(cv2.dilate(feature, np.ones((size, size), np.uint8)), np.float32)
        share = float((foreign * around).sum()) / max(float((between * around).sum()), 1e-6)
        shields.append(feature * smoothstep(SURELY, PARTLY, share))
    return union(shields)


#: Hair is told from skin by its own colour where the two differ by this many sigmas.
HAIR_DIFFERS = 2.5
#: A cell is hair when it is at least so far from skin, and nearer to hair by this factor.
OFF_SKIN, NEARER_HAIR = 1.0, 0.8


def with_hair(apart: Floats, distance: Floats, around: Mask, forehead: Mask) -> Floats:
    """``distance`` raised to "no skin" where the ``forehead`` has the colour of the hair around it.

    A fringe can be so close to skin in colour that only the hair beside the face tells them apart.

    Args:
        apart: ``(h, w, 3)`` of `from_skin`.
        distance: ``(h, w)`` its length.
        around: ``(h, w)`` 1 beside and above the upper face, outside its outline.
        forehead: ``(h, w)`` 1 on the forehead.
    """
    beside = apart[(around > 0) & (distance > HAIR_DIFFERS)]
    if len(beside) < ENOUGH_CELLS:
        return distance
    hair = np.median(beside, axis=0)
    nearer = length(apart - hair) < NEARER_HAIR * distance
    is_hair = (forehead > 0) & (distance > OFF_SKIN) & nearer
    return np.asarray(
        np.where(is_hair, np.maximum(distance, SOURCE_LIMITS[1]), distance), np.float32
    )


def with_hair_ends(distance: Floats, forehead: Mask) -> Floats:
    """``distance`` raised to "no skin" where hair thins out over the ``forehead`` ``(h, w)``.

    Cells that are a little off and touch cells that are far off are taken with them.
    """
    near = ((distance > HAIR_ENDS) & (forehead > 0)).astype(np.uint8)
    count, labels = cv2.connectedComponents(near, connectivity=4)
    sure = (distance > SOURCE_LIMITS[1]) & (near > 0)
    joined = np.zeros(count, np.bool_)
    joined[labels[sure]] = True
    joined[0] = False
    return np.asarray(np.where(joined[labels], SOURCE_LIMITS[1], distance), np.float32)
