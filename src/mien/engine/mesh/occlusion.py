"""What stands before a face: cells that are foreign to its skin, and come from where things come from.

All of it is done on the chart (`mien.engine.mesh.chart`), where the features of every face lie at the
same place. Hair, hats, scarves and hands reach into a face from outside; what is foreign in its middle
and joined to nothing outside is a shadow, a freckle, make-up, unless it is large.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.mesh import masks
from mien.engine.mesh.chart import Chart
from mien.engine.mesh.look import Look
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.skin import ENOUGH_CELLS, length, middle
from mien.engine.sampling import blurred
from mien.engine.types import Floats, Mask

Cells = NDArray[np.bool_]

#: Distances from skin, in sigmas, from which a cell is suspect and from which it is no skin. Loose on
#: the target (its shadows and make-up may be covered), strict on the source, whose hair and hats must
#: not come along.
TARGET_LIMITS, SOURCE_LIMITS = (3.0, 4.2), (2.4, 3.6)
#: Distance from which a cell of the source is hair when it joins what is surely no skin: a fringe
#: thins out over the forehead, and its ends have half the skin's colour.
HAIR_ENDS = 1.7
#: Spots smaller than this share of the face are freckles and noise, not occluders: on the target; on
#: the source thin strands of hair count, and thinner ends of them.
TARGET_SPOT, SOURCE_SPOT, ENDS_SPOT = 0.05, 0.03, 0.02
#: A spot of the target that is joined to nothing outside must be so large.
ALONE_SPOT = 0.09
#: An occluder is taken wider by this share of the face, and blurred by a quarter of it.
WIDER = 0.05
#: Sigma (cells) of the least blur on an occluder's edge.
SHARPEST = 0.6
#: How much darker and less red than skin, in sigmas each, a thing before the lips is: lips are redder
#: than skin, teeth brighter, and the dark between closed lips is thinner than `TARGET_SPOT`.
THING = (1.5, 2.5)
#: A soft mask's middle.
HALF = 0.5


def source_free(look: Look, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 where the source's face shows, 0 where hair, hat, scarf or hand covers it."""
    distance = with_hair(look, look.foreign, chart, SOURCE_LIMITS)
    own = source_own(chart) * smoothstep(*FEATURE_SEEN, look.seen)
    suspect = smoothstep(*SOURCE_LIMITS, distance) * (1 - own)
    sure = opened(suspect * joined(suspect, chart), SOURCE_SPOT * chart.cells)
    ends = (distance > HAIR_ENDS) & (own < HALF) & side(chart)
    wide = np.maximum(sure, opened(touching(ends, sure > HALF), ENDS_SPOT * chart.cells))
    return uncovered(wide, without_brow_ends(own, chart), chart)


def target_free(look: Look, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 where the target's face shows, 0 where something stands before it.

    What reaches in from outside needs to be foreign by colour alone, what is alone in the middle by
    colour that light does not explain: there it is more often shadow or shine.
    """
    distance = with_hair(look, look.plain, chart, TARGET_LIMITS)
    things = dark_and_grey(look.colour, chart.cells)
    lips = [feature * (1 - things) for feature in chart.features[masks.LIPS :]]
    features = [*chart.features[: masks.LIPS], *lips]
    own = shielded(look.plain, features, chart)
    large = opened(smoothstep(*TARGET_LIMITS, distance), TARGET_SPOT * chart.cells)
    reaching = np.maximum(large, things)
    alone = opened(smoothstep(*TARGET_LIMITS, look.foreign), ALONE_SPOT * chart.cells)
    return uncovered(np.maximum(reaching * joined(reaching, chart), alone), own, chart)


def bare(look: Look, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 where a target is skin by the strict limits for sources, hair's ends included."""
    distance = with_hair(look, look.foreign, chart, SOURCE_LIMITS)
    own = source_own(chart)
    suspect = np.where(side(chart), smoothstep(HAIR_ENDS, SOURCE_LIMITS[1], distance), 0)
    return uncovered(np.asarray(suspect * (1 - own), np.float32), own, chart)


def uncovered(occluders: Mask, own: Mask, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 away from ``occluders``, softly; where the face's ``own`` features are, too."""
    wider = np.asarray(cv2.dilate(occluders, disc(WIDER * chart.cells)), np.float32)
    covered = blurred(wider, max(SHARPEST, WIDER * chart.cells / 4))
    return np.asarray(1 - covered * (1 - own), np.float32)


#: How squarely a source's feature must be seen to be believed: behind a turned nose there is background
#: where the mesh believes an eye to be.
FEATURE_SEEN = (0.35, 0.65)


def source_own(chart: Chart) -> Mask:
    """``(rows, columns)`` the features, with hardly a margin where hair may hang into them."""
    return np.asarray(np.where(chart.depth < SIDE, chart.close, chart.own), np.float32)


def without_brow_ends(own: Mask, chart: Chart) -> Mask:
    """``own`` without the brows at the temples: an end that hair touches goes with the hair."""
    return np.asarray(own * (1 - chart.brows * (chart.depth < SIDE)), np.float32)


def opened(mask: Mask, size: float) -> Mask:
    """``mask`` without what is smaller than ``size`` cells."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc(size)), np.float32)


def joined(mask: Mask, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 on those spots of ``mask`` that reach the outline, 0 elsewhere."""
    return touching(mask > HALF, (chart.inside < HALF))


def touching(cells: Cells, seeds: Cells) -> Mask:
    """``(rows, columns)`` 1 on those spots of ``cells`` that touch or hold one of ``seeds``."""
    count, labels = cv2.connectedComponents((cells | seeds).astype(np.uint8), connectivity=4)
    kept = np.zeros(count, np.float32)
    kept[labels[seeds]] = 1
    return np.asarray(kept[labels] * cells, np.float32)


#: How far inside the outline hair hangs at the temples and cheeks, a share of the face.
SIDE = 0.22


def side(chart: Chart) -> Cells:
    """``(rows, columns)`` where hair may be: the forehead, and along the outline."""
    return np.asarray((chart.forehead > 0) | ((chart.inside > 0) & (chart.depth < SIDE)))


def dark_and_grey(apart: Floats, cells: float) -> Mask:
    """``(rows, columns)`` where something is that can be neither skin nor lips nor teeth: a microphone.

    Args:
        apart: ``(rows, columns, 3)`` of `mien.engine.mesh.skin.from_skin`.
        cells: size of the face.
    """
    darker, less_red = -apart[..., 0], -apart[..., 1]
    return opened(smoothstep(*THING, np.minimum(darker, less_red)), TARGET_SPOT * cells)


def disc(size: float) -> NDArray[np.uint8]:
    """A round element about ``size`` cells across, one at least."""
    width = max(1, round(size))
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), np.uint8)


#: Share of what is around a feature that is no skin, from which it is covered, and surely so: dark
#: glasses and masks surround it, brows and shadows do not.
PARTLY, SURELY = 0.45, 0.7


def shielded(distance: Floats, features: Sequence[Mask], chart: Chart) -> Mask:
    """``(rows, columns)`` what is no skin and yet the face's own: features that nothing covers.

    Args:
        distance: ``(rows, columns)`` sigmas from the target's skin.
        features: ``(rows, columns)`` each; eyes, brows, nostrils, lips.
    """
    foreign = smoothstep(*TARGET_LIMITS, distance)
    shares = [
        float(np.vdot(foreign, around)) / max(float(around.sum()), 1e-6) for around in chart.around
    ]
    return masks.union(
        [f * smoothstep(SURELY, PARTLY, share) for f, share in zip(features, shares, strict=True)]
    )


#: Hair is told from skin by its own colour where the two differ by this many sigmas.
HAIR_DIFFERS = 2.5
#: A cell is hair when it is at least so far from skin, and nearer to hair by this factor.
OFF_SKIN, NEARER_HAIR = 1.0, 0.8


def with_hair(look: Look, distance: Floats, chart: Chart, limits: tuple[float, float]) -> Floats:
    """``distance`` ``(rows, columns)``, beyond ``limits`` where a face has the colour of its hair.

    Hair can be so close to skin in colour that only the hair beside the face tells them apart.
    """
    cells = np.flatnonzero((chart.beside > 0) & (look.plain > HAIR_DIFFERS))
    if len(cells) < ENOUGH_CELLS:
        return distance
    hair = middle(look.colour.reshape(-1, 3)[cells])
    nearer = length(look.colour - hair) < NEARER_HAIR * look.plain
    is_hair = side(chart) & (look.foreign > OFF_SKIN) & nearer
    return np.asarray(np.where(is_hair, np.maximum(distance, limits[1]), distance), np.float32)
