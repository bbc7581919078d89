"""What stands before a face: cells that are foreign to its skin, and come from where things come from.

All of it is done on the chart (`mien.engine.mesh.chart`), where the features of every face lie at the
same place. Hair, hats, scarves and hands reach into a face from outside; what is foreign in its middle
and joined to nothing outside is a shadow, a freckle, make-up, unless it is large.
"""

from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np

from mien.engine.mesh import masks
from mien.engine.mesh.chart import Chart, fine
from mien.engine.mesh.look import Look
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.skin import ENOUGH_CELLS, length
from mien.engine.ranks import middle
from mien.engine.sampling import blurred, disc
from mien.engine.types import HALF, Cells, Floats, Mask

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
#: Gaps of the source's hair narrower than this share of the face, a brow under strands, go with it.
SOURCE_GAP = 0.07
#: Sigma (cells) of the least blur on an occluder's edge.
SHARPEST = 0.6
#: How much darker and less red than skin, in sigmas each, a thing before the lips is: lips are redder
#: than skin, teeth brighter, and the dark between closed lips is thinner than `TARGET_SPOT`.
THING = (1.5, 2.5)
#: What goes on over a source's nostrils and lips is larger than this share of the face.
OVER_SPOT = 0.09
#: A soft mask's least.
LEAST_OWN = 0.05


def source_free(look: Look, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 where the source's face shows, 0 where hair, hat, scarf or hand covers it."""
    distance = with_hair(look, look.foreign, chart, SOURCE_LIMITS)
    own = source_own(chart) * smoothstep(*FEATURE_SEEN, look.seen)
    suspect = smoothstep(*SOURCE_LIMITS, distance) * (1 - own)
    sure = opened(suspect * joined(suspect, chart), SOURCE_SPOT * chart.cells)
    ends = (distance > HAIR_ENDS) & (own < HALF) & side(chart)
    wide = np.maximum(sure, opened(touching(ends, sure > HALF), ENDS_SPOT * chart.cells))
    # Brows have the colour of hair, and beards touch lips: neither is lost to it.
    low = own * np.maximum(chart.features[masks.NOSTRILS], chart.features[masks.LIPS])
    over = onto_features(look, wide * (1 - own), low, chart)
    over = touching(over > HALF, opened(over, OVER_SPOT * chart.cells) > HALF)
    own = own * (1 - blurred(np.asarray(cv2.dilate(over, disc(OVER_WIDER)), np.float32), SHARPEST))
    free = uncovered(np.maximum(wide, over), without_brow_ends(own, chart), chart)
    free = without_gaps(free, chart)
    beard = own_beard(look, chart)
    return np.maximum(free, np.float32(beard) * chart.jaw) if beard else free


def ends_free(look: Look, hair: Cells, chart: Chart) -> Mask:
    """``(rows, columns)`` 0 on the ends of what is surely ``hair`` of a source, 1 where it shows."""
    distance = with_hair(look, look.foreign, chart, SOURCE_LIMITS)
    own = source_own(chart) * smoothstep(*FEATURE_SEEN, look.seen)
    sure = opened(smoothstep(*SOURCE_LIMITS, distance) * (1 - own), SOURCE_SPOT * chart.cells)
    seeds = hair | (chart.inside < HALF)
    wide = touching((distance > HAIR_ENDS) & (own < HALF) & side(chart), seeds)
    wide = np.maximum(sure * touching(sure > HALF, seeds), opened(wide, ENDS_SPOT * chart.cells))
    return uncovered(wide, without_brow_ends(own, chart), chart)


#: Above the lips of a dark beard it is darker than skin by so many sigmas, and surely so by the second; nothing cold
#: is that, and the nose shows skin: over a mask it is no nearer to that than the last.
MOUSTACHE, COLD, NO_MASK = (1.2, 1.9), 3.0, 3.0


def own_beard(look: Look, chart: Chart) -> float:
    """0..1: how surely what is dark around a source's mouth is its beard, and no scarf, mask or thing."""
    above = look.colour[chart.moustache > HALF]
    if not len(above):
        return 0.0
    darker, cold = -float(middle(above[:, 0])), -float(middle(above[:, 1]))
    nose = float(middle(look.plain[chart.ridge > HALF]))
    return float(smoothstep(*MOUSTACHE, darker)) * float(cold < COLD and nose < NO_MASK)


def target_free(look: Look, chart: Chart, lenses: Mask) -> Mask:
    """``(rows, columns)`` 1 where the target's face shows, 0 where something stands before it.

    What reaches in from outside needs to be foreign by colour alone, what is alone in the middle by
    colour that light does not explain: there it is more often shadow or shine.

    Args:
        lenses: ``(rows, columns)`` 1 where dark lenses are.
    """
    distance = with_hair(look, look.plain, chart, TARGET_LIMITS)
    things = dark_and_grey(look.colour, chart.cells)
    lips = [feature * (1 - things) for feature in chart.features[masks.LIPS :]]
    features = [*chart.features[: masks.LIPS], *lips]
    own = shielded(look.plain, features, chart)
    large = opened(smoothstep(*TARGET_LIMITS, distance), TARGET_SPOT * chart.cells)
    reaching = np.maximum(large, things)
    alone = opened(smoothstep(*TARGET_LIMITS, look.foreign), ALONE_SPOT * chart.cells)
    found = np.maximum(reaching * joined(reaching, chart), alone)
    found *= 1 - np.maximum(only_light(found, look, chart), shine(found, look, chart))
    found = np.maximum(found, lenses)
    # A thing goes on over features; with what they are by themselves they cannot tell.
    over = onto_features(look, np.maximum(found * (1 - own), lenses), own, chart)
    own = own * (1 - blurred(np.asarray(cv2.dilate(over, disc(OVER_WIDER)), np.float32), SHARPEST))
    return uncovered(np.maximum(found, over), own, chart)


#: A spot that takes more than this share of a face is light where the face's features are seen in it: where
#: it is like their drawing by more than this (a correlation). Masks and scarves are at -.1 and below.
LARGE_SPOT, SEEN_IN_IT = 0.3, 0.05
#: Added to levels before logarithms are taken; the logarithm's least believed variance.
DARK, LEAST_VARIANCE = 8, 1e-4
#: Cells around a spot that go with it: the softness of its edge.
SOFT_EDGE = 5


def only_light(found: Mask, look: Look, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 on those large spots of ``found`` that are half a face in hard shadow, or in colours.

    What covers a face hides its features; light does not.
    """
    light, spots = np.zeros_like(found), found > HALF
    skin = chart.core * (1 - chart.own) * look.seen
    least = LARGE_SPOT * float(skin.sum())
    if float(skin[spots].sum()) < least:
        return light
    _, labels = cv2.connectedComponents(spots.astype(np.uint8), connectivity=4)
    sizes = np.bincount(labels.ravel(), weights=skin.ravel())
    for spot in 1 + np.flatnonzero(sizes[1:] > least):
        cells = labels == spot
        if likeness(look, cells & (look.seen > 0), chart) > SEEN_IN_IT:
            light[cells] = 1
    return np.asarray(cv2.dilate(light, disc(SOFT_EDGE)), np.float32) if light.any() else light


#: A spot that is brighter than skin by more than so many sigmas is light where it fades into skin: where the
#: distance from skin changes by less than this from cell to cell along half of its edge. Of 65 such spots
#: on the test pictures those of light lie mostly below, hair, beards and frames of glasses above.
BRIGHTER, FADES = 0.7, 0.6
#: The edge is looked for within so many cells of the spot's own; spots with fewer cells of it are not judged.
EDGE_WITHIN, LEAST_EDGE = 5, 4
#: Distances from skin beyond this many sigmas are one.
FURTHEST = 8.0


def shine(found: Mask, look: Look, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 on those spots of ``found`` that are shine and bright light: a forehead in the sun."""
    light = np.zeros_like(found)
    spots = (found > HALF) & (look.colour[..., 0] > BRIGHTER)
    bright = spots & (chart.inside > 0) & (look.seen > 0)
    if not bright.any():
        return light
    slopes = steepest(np.minimum(look.plain, FURTHEST))
    count, labels = cv2.connectedComponents(bright.astype(np.uint8), connectivity=4)
    # Where a spot goes on beyond the outline it has no edge.
    inner = cv2.erode(spots.astype(np.uint8), disc(3)) > 0
    edge = bright & ~inner & (chart.own < HALF)
    for spot in range(1, count):
        along = slopes[edge & (labels == spot)]
        if len(along) >= LEAST_EDGE and median(along.tolist()) < FADES:
            light[labels == spot] = 1
    return np.asarray(cv2.dilate(light, disc(SOFT_EDGE)), np.float32) if light.any() else light


def steepest(values: Floats) -> Floats:
    """``(rows, columns)`` by how much ``values`` change from cell to cell near each cell, at most."""
    soft = blurred(values, 1.0)
    x, y = (cv2.Sobel(soft, cv2.CV_32F, *axes, scale=1 / 8) for axes in ((1, 0), (0, 1)))
    return np.asarray(cv2.dilate(cv2.magnitude(x, y), disc(EDGE_WITHIN)), np.float32)


def likeness(look: Look, cells: Cells, chart: Chart) -> float:
    """-1..1: how much a face is like the drawing of one, where ``cells`` say."""
    brightness = cv2.cvtColor(look.face, cv2.COLOR_RGB2GRAY).astype(np.float32)
    detail = blurred(fine(np.log(brightness + DARK), chart.cells), 1.0)
    pair = np.stack([detail[cells], chart.drawing[cells]])
    pair -= pair.mean(axis=1, keepdims=True)
    cross, own, drawn = pair[0] @ pair[1], pair[0] @ pair[0], pair[1] @ pair[1]
    least = LEAST_VARIANCE * pair.shape[1]
    return float(cross / np.sqrt((own + least) * (drawn + least)))


#: Beside a feature, up to this share of the face, the colour of what covers the face is learnt.
LEARNT_WITHIN = 0.06
#: Of what is around a cell of a feature, so much must be covered for it to have a neighbour to go by.
NEIGHBOURS = 0.03
#: A cell of a feature belongs to what covers the face beside it when it is nearer to that than to skin
#: by this factor, no further from it than so many sigmas, and that far from skin.
NEARER_THING, LIKE_THING, NOT_SKIN = 0.8, 4.0, 1.5
#: Sigma (cells) of the blur before colours are compared: the grid of a microphone has two.
TEXTURE = 1.2
#: Share of what is around an eye from which something may go on over it and its brow: hair and hats
#: touch brows from above, and are no darker than those.
AROUND_EYE = 0.2
#: What goes on over a feature is taken wider by so many cells.
OVER_WIDER = 3


def onto_features(look: Look, found: Mask, own: Mask, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 where what was ``found`` beside features goes on over them.

    Told by its own colour: a microphone before lips, a mask over the nose, lenses before the eyes.

    Args:
        found: ``(rows, columns)`` what covers the face, without features.
        own: ``(rows, columns)`` the features.
    """
    sure = (found > HALF) & (chart.inside > 0)
    weight, reach = sure.astype(np.float32), LEARNT_WITHIN * chart.cells
    amount = blurred(weight, reach)
    beside = (amount > NEIGHBOURS) & open_to(weight, chart) & (own > LEAST_OWN)
    if not beside.any():
        return np.zeros_like(own)
    colour, thing = blurred(look.colour, TEXTURE), blurred(look.colour * weight[..., None], reach)
    thing /= np.maximum(amount, NEIGHBOURS)[..., None]
    away, off = length(colour - thing), length(colour)
    alike = (away < NEARER_THING * off) & (away < LIKE_THING) & (off > NOT_SKIN)
    return touching(alike & beside, sure)


def open_to(covered: Mask, chart: Chart) -> Cells:
    """``(rows, columns)`` where what ``covered`` a face may go on: not over eyes that hardly any of it surrounds."""
    where = np.ones(covered.shape, np.bool_)
    for eye, features in ((0, masks.LEFT_SIDE), (1, masks.RIGHT_SIDE)):
        around = chart.around[eye]
        if float(np.vdot(covered, around)) < AROUND_EYE * float(around.sum()):
            for feature in features:
                where &= chart.features[feature] <= LEAST_OWN
    return where


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


def without_gaps(free: Mask, chart: Chart) -> Mask:
    """``free`` ``(rows, columns)`` without its narrow bays and islands, within the outline."""
    element = disc(SOURCE_GAP * chart.cells)
    kept = cv2.morphologyEx(free, cv2.MORPH_OPEN, element)
    return np.asarray(np.where(chart.inside > 0, kept, free), np.float32)


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
    return np.asarray(np.take(kept, np.asarray(labels, np.int32)) * cells, np.float32)


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
    hair = middle(np.take(look.colour.reshape(-1, 3), cells, axis=0))
    apart = cv2.merge([c - own for c, own in zip(cv2.split(look.colour), hair, strict=True)])
    nearer = length(np.asarray(apart, np.float32)) < NEARER_HAIR * look.plain
    is_hair = side(chart) & (look.foreign > OFF_SKIN) & nearer
    return np.asarray(np.where(is_hair, np.maximum(distance, limits[1]), distance), np.float32)
