"""The target's light on the source's skin: slow changes of colour carried over as a gain."""

from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.mesh import loops
from mien.engine.mesh.chart import Chart
from mien.engine.mesh.shape import smoothstep
from mien.engine.ranks import middle, ranked
from mien.engine.sampling import averaged, averaged_values, blurred, interpolated, times
from mien.engine.types import HALF, Floats, Image, Mask

#: How slow: sigma of the blur as a share of the face's size.
LIGHT_SIGMA = 0.16
#: Skin is compared on a grid this much coarser than the mask's: light has no fine detail.
COARSER = 4
#: A gain beyond these bounds is a mistake, not light. Of pale skin, a face in the dark or in light of one
#: colour has a tenth in one channel: at a quarter such faces glowed, grey or blue.
GAIN_LIMITS = (1 / 16, 16.0)
#: In eyes and teeth only brightness follows, and not far: whites would turn into the skin's colour.
GREY_LIMITS = (0.4, 1.25)
#: Added to both sides of the quotient so that black over black is 1, on the scale 0..255.
DARK_FLOOR = 4.0
#: Fine detail follows a brightening gain with this power, and a darkening one with that at least: shine,
#: which makes most of a face's relief, is as strong on dark skin as on pale.
DETAIL_POWER, DARKENED_POWER = 0.25, 0.7
#: Channels whose gains differ by the second factor, of grey faces in colour or in the light of another lamp, get
#: brightness and colour of the light one after the other, by the first each for itself.
STAINS = (1.3, 1.7)
#: Of the relief of a face in harder light than the target's at least this share is left on skin: features are
#: relief, too. Of a face that is brightened, from the first of the factors on and by the second fully, the other
#: share is enough: dark skin has more relief for its shine, which would be bleached spots on pale skin.
LEAST_RELIEF, LEAST_BRIGHTENED, BRIGHT_SKIN = 0.85, 0.5, (1.1, 1.8)
#: Weight of the face's mean where no skin is near, as a share of full coverage.
PRIOR = 0.02
#: What a grey beard takes from the weight of the skin under it: grey next to brown would be blue light.
HAIR = 0.9
#: Small against the sums of some hundred cells.
RIDGE = 1e-3
#: Sigma (cells) of the least blur.
SOFTEST = 0.5
#: Rec. 709 luma of R, G, B.
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def slow_mean(small: Floats, weight: Mask, sigma: float) -> Floats:
    """``(h, w, 3)`` weighted blur of ``small``; falls back to the weighted mean far from skin."""
    mean = weight.ravel() @ small.reshape(-1, 3) / max(float(weight.sum()), 1e-6)
    total = blurred(small * weight[..., None], sigma)
    count = blurred(weight, sigma)[..., None]
    return np.asarray((total + PRIOR * mean) / (count + PRIOR), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relight:
    """How skin is brought into another light: ``texture * gain + lift``; float32, on the chart or a grid."""

    #: ``(h, w, 3)``.
    gain: Floats
    #: ``(h, w, 3)`` levels, -255..255.
    lift: Floats
    #: ``(h, w, 3)`` the gain for eyes and teeth, whose colour is not the skin's; without lift.
    own: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Skin:
    """Where skin can be compared, ``(rows, columns)`` of the chart each."""

    #: What the target shows of its skin, and the source of its.
    there: Mask
    here: Mask
    #: 1 where the target's own skin stays, 0 where the source is shown.
    stays: Mask
    #: 1 on a beard of the target that is greyer than its skin: its colour is no light.
    beard: Mask
    #: 1 on a full dark beard of the source: it gets no paler than its skin does.
    full: Mask

    @property
    def both(self) -> Mask:
        """Where both show skin."""
        return np.minimum(self.there, self.here)


def relight(scene: Image, texture: Image, skin: Skin, chart: Chart) -> Relight:
    """How to bring ``texture`` into the light of ``scene``; all on the chart.

    The quotient of both pictures' slow parts is the gain that the light asks for. Where it
    brightens, fine detail is enlarged less than the slow part: noise, pores and wrinkles of a dark
    source would otherwise become scars. Where it darkens, more detail is kept where the target
    has more: pale skin darkened as a whole looks grey. Where the target has less of it, less is kept.
    Edges of hard light and shine are faster than that: those of the target are added, and those of the
    source taken away.

    Args:
        scene: ``(h, w, 3)`` the target.
        texture: ``(h, w, 3)`` the source.
        skin: where they show skin.
    """
    height, width = chart.bare.shape
    size = max(2, width // COARSER), max(2, height // COARSER)
    cells = chart.cells / COARSER
    target, source = (averaged(p, size).astype(np.float32) for p in (scene, texture))
    there, here, beard = (averaged_values(m, size) for m in (skin.there, skin.here, skin.beard))
    there = there * (1 - np.float32(HAIR) * beard)
    weight = np.minimum(there, here)
    weight = weight * matt(target, weight) * matt(source, weight)
    light, own = (slow_mean(p, weight, LIGHT_SIGMA * cells) for p in (target, source))
    asked = np.clip((light + DARK_FLOOR) / (own + DARK_FLOOR), *GAIN_LIMITS)
    changes = changed(target, light, there, cells), changed(source, own, here, cells)
    changes = changes[0] * (1 - beard[..., None]), changes[1]
    relief = contrast(*changes, np.minimum(there, here))
    detail = detailed(asked, relief, averaged_values(chart.bare, size))
    detail += averaged_values(skin.full, size)[..., None] * (asked - detail)
    close = beside(averaged_values(skin.stays, size), cells)
    edges = np.exp(followed(*changes, close))
    lifted = np.asarray((asked - detail) * own * edges, np.float32)
    lift = interpolated(lifted, (width, height))
    fine = interpolated(np.asarray(detail * edges, np.float32), (width, height))
    at_source, at_target = (
        over(picture, interpolated(slow @ LUMA, (width, height)), SHINE_SIGMA * chart.cells)
        for picture, slow in ((texture, own), (scene, light))
    )
    brighter = interpolated(smoothstep(*BRIGHTENED, asked @ LUMA), (width, height))
    left = interpolated(np.asarray(detail @ LUMA / (asked @ LUMA), np.float32), (width, height))
    hair = smoothstep(*HAIR_DARK, at_source) * chart.brows
    lift = lift + times(interpolated(warmed(lifted), (width, height)), hair)
    fine = times(fine, shone(at_source, at_target, chart, brighter, left))
    eyes, (darkest, brightest) = chart.eyes, GREY_LIMITS
    tint, opened = of_eyes(scene, texture, eyes, float((light @ LUMA).mean()))
    grey = np.maximum(interpolated(asked * edges @ LUMA, (width, height)), darkest)
    grey = np.minimum(grey, brightest + eyes * (opened - brightest))
    whites = [grey * (1 + eyes * (change - 1)) for change in tint]
    return Relight(gain=fine, lift=lift, own=np.asarray(cv2.merge(whites), np.float32))


#: Where brows grow, what is darker than its surroundings by the first factor is skin, by the second hair.
HAIR_DARK = (0.6, 0.35)


def warmed(lift: Floats) -> Floats:
    """``(h, w, 3)`` what takes the colour from a ``lift`` ``(h, w, 3)`` that is more green and blue than red.

    That is what pale skin has more of than another's, and on what is dark there is nothing else: black brows would be green.
    """
    grey = (lift @ LUMA)[..., None]
    return np.asarray(np.where(lift[..., :1] < grey, grey - lift, 0), np.float32)


def detailed(asked: Floats, contrast: float, bare: Mask) -> Floats:
    """``(h, w, 3)`` the gain of fine detail where the slow part gets the gain that is ``asked`` for.

    Args:
        contrast: the target's by the source's.
        bare: ``(h, w)`` where skin shines.
    """
    brightness = np.maximum(asked @ LUMA, RIDGE)[..., None]
    # Detail that is enlarged less than the slow part has lost contrast already.
    calmed = np.maximum(brightness, 1) ** np.float32(1 - DETAIL_POWER)
    left = contrast * calmed
    most = np.minimum(brightness, 1) ** np.float32(DARKENED_POWER - 1)
    # A strong colour goes over whole: channels with powers of their own would stain what is dark.
    apart = asked.max(axis=-1, keepdims=True) / asked.min(axis=-1, keepdims=True)
    each = np.where(asked > 1, asked**DETAIL_POWER, asked)
    plain = each + smoothstep(*STAINS, apart) * (asked / calmed - each)
    goes = np.float32(LEAST_RELIEF - LEAST_BRIGHTENED) * smoothstep(*BRIGHT_SKIN, brightness)
    least = 1 - bare[..., None] * (1 - np.float32(LEAST_RELIEF) + goes)
    return np.asarray(plain * np.clip(left, least, most), np.float32)


def contrast(there: Floats, here: Floats, weight: Mask) -> float:
    """How much more the brightness of one face changes than that of another.

    Args:
        there, here: ``(h, w, 3)`` how they change, see `changed`.
        weight: ``(h, w)`` where both show skin.
    """
    one, other = (float((weight * (change @ LUMA) ** 2).sum()) for change in (there, here))
    return float(np.sqrt((one + RIDGE) / (other + RIDGE)))


#: The colour of the whites of the eyes follows the target's within these bounds.
TINT_LIMITS = (0.75, 1.3)
#: Whites that are darker than skin by the first factor are not seen between the lids: their colour is that of lids.
#: From the second on it counts.
SHADED = (0.4, 0.6)
#: Eyes that lie in the shade get as bright as the target's, by this factor at most.
MOST_OPENED = 3.0


def of_eyes(scene: Image, texture: Image, eyes: Mask, skin: float) -> tuple[Floats, float]:
    """``(3,)`` by what the colour of the eyes' whites changes, brightness apart; and the brightest gain they may get.

    Whites are as red as the lamp that the photo was taken by; irises are whose they are. Eyes in the shade of their
    brows would be black holes in a face that is lit from the front.

    Args:
        scene, texture, eyes: as of `relight`.
        skin: brightness of the target's skin.
    """
    where = np.flatnonzero(eyes > HALF)
    there, here = (
        whites(np.take(picture.reshape(-1, 3), where, axis=0)) for picture in (scene, texture)
    )
    one, other = float(there @ LUMA), float(here @ LUMA)
    shows = smoothstep(*SHADED, one / max(skin, RIDGE))
    tint = np.clip((there / one) / (here / other), *TINT_LIMITS) ** shows
    most = min(max(one / other, GREY_LIMITS[1]), MOST_OPENED)
    return np.asarray(tint, np.float32), most


def whites(colours: Image) -> Floats:
    """``(3,)`` the mean of the brighter half of ``(N, 3)`` colours."""
    levels = colours.astype(np.float32)
    brightness = levels @ LUMA
    return np.asarray(levels[brightness >= middle(brightness)].mean(axis=0) + DARK_FLOOR)


#: Skin this much brighter than most of a face shines; by so much more, it counts half.
SHINING, HALF_SHINE = 1.2, 0.3
#: The same for what is darker: brows, beards and the hollows of eyes. It may be a face's shadow side, too, so that
#: a share counts however dark it is.
DARKER, HALF_DARKER, LEAST_COUNTED = 1.2, 0.4, 0.25


def matt(face: Floats, weight: Mask) -> Mask:
    """``(h, w)`` 1 on most of a face's skin, less where it shines, in the lamp's colour, or is darker.

    Args:
        face: ``(h, w, 3)``.
        weight: ``(h, w)`` where it shows skin.
    """
    brightness = face @ LUMA + DARK_FLOOR
    chosen = brightness[weight > HALF]
    usual = float(middle(chosen)) if chosen.size else float(brightness.mean())
    over = np.maximum(brightness / usual - SHINING, 0) / HALF_SHINE
    under = np.maximum(usual / brightness - DARKER, 0) / HALF_DARKER
    lit = np.maximum(1 / (1 + under * under), LEAST_COUNTED)
    return np.asarray(lit / (1 + over * over), np.float32)


#: Edges of light are looked for with a blur of this sigma, a share of the face.
EDGE_SIGMA = 0.04
#: Faces change at that scale by about so much in soft light (logarithms), in brightness and in colour;
#: what goes beyond is light. At a third of these values pictures in hard light look better still, but
#: take on the target's features: .03 of identity distance.
SOFT_CHANGE, SOFT_TINT = 0.7, 0.2


def changed(face: Floats, slow: Floats, weight: Mask, cells: float) -> Floats:
    """``(h, w, 3)`` logarithms of how ``face`` changes faster than its slow part.

    Args:
        face: ``(h, w, 3)``.
        slow: ``(h, w, 3)`` its slow part.
        weight: ``(h, w)`` where it shows skin.
        cells: size of the face.
    """
    faster = slow_mean(face, weight, EDGE_SIGMA * cells)
    return np.asarray(np.log((faster + DARK_FLOOR) / (slow + DARK_FLOOR)), np.float32)


#: A source's own changes of colour are hardly its own: blush, but hair, cloth and lamps beside it, too.
OWN_TINT = 0.06


def hard_light(change: Floats, soft_tint: float = SOFT_TINT) -> Floats:
    """``(h, w, 3)`` what hard light does of a ``change``: its shadows' and lamps' edges."""
    brightness = (change @ LUMA)[..., None]
    return beyond(brightness, SOFT_CHANGE) + beyond(change - brightness, soft_tint)


#: From the target's own skin on, light follows it closely over this share of the face (sigma), by a factor
#: of two up or down at most (a logarithm), in brightness and in colour.
CLOSE, MOST_CLOSELY = 0.045, 0.7


def beside(stays: Mask, cells: float) -> Mask:
    """``(h, w)`` 1 along what ``stays`` ``(h, w)`` the target's, soon 0 beyond."""
    return smoothstep(0, 0.5, blurred(stays, CLOSE * cells))


def followed(there: Floats, here: Floats, close: Mask) -> Floats:
    """``(h, w, 3)`` logarithms of the edges of light that the source gets.

    Beside the target's own skin all that changes: else there would be a seam, and no light along the
    edge of a head that is lit from behind.

    Args:
        there, here: ``(h, w, 3)`` how target and source change.
        close: ``(h, w)`` 1 beside the target's own skin.
    """
    hard = hard_light(there) - hard_light(here, OWN_TINT)
    every = there - here
    brightness = (every @ LUMA)[..., None]
    # One after the other: channels by themselves would lose their colour where brightness goes beyond.
    most = -MOST_CLOSELY, MOST_CLOSELY
    every = np.clip(brightness, *most) + np.clip(every - brightness, *most)
    return np.asarray(hard + close[..., None] * (every - hard), np.float32)


def beyond(change: Floats, usual: float) -> Floats:
    """What of ``change`` goes beyond the ``usual``: little of less, nearly all of much more."""
    return np.asarray(change * np.abs(change) / (usual + np.abs(change)), np.float32)


def toned(by: Relight, greys: Mask, *, ink: float) -> Relight:
    """``by`` with their own gain in ``greys`` ``(h, w)``: eyes and teeth.

    Args:
        ink: how surely the picture has one ink; then eyes and teeth have its colour too.
    """
    keep = 1 - greys
    own = by.own
    if ink:
        inked = (own @ LUMA / np.maximum(by.gain @ LUMA, RIDGE))[..., None] * by.gain
        own = np.asarray(own + np.float32(ink) * (inked - own), np.float32)
    return Relight(gain=own + times(by.gain - own, keep), lift=times(by.lift, keep), own=own)


#: Brighter than its surroundings by this factor, skin shines; this share of what is above it is taken
#: for the skin's own.
SHINE, OWN_SHINE = 1.25, 0.3
#: Shine is one with its surroundings: sigma of the blur on it, a share of the face.
SHINE_SIGMA = 0.012


#: Skin that is brightened by the first factor is as it was, by the second a darker person's or a darker room's;
#: then lips get no brighter than this share of what surrounds them.
BRIGHTENED, LIPS_LEVEL = (1.05, 1.5), 0.95
#: Nothing of a source shines more than the target's brightest skin, but for so many cells in a hundred, or than the
#: second of these factors where that is dull; of what goes beyond the last share is left.
BRIGHTEST, LEAST_SHINE, BEYOND = 97, 1.25, 0.3
#: Every so many cells are enough to tell.
SAMPLED_EVERY = 3


def shone(here: Floats, there: Floats, chart: Chart, brighter: Mask, left: Floats) -> Floats:
    """``(h, w)`` by what a source is multiplied to lose its own shine and to get the target's.

    The sun on a source's nose is not part of the person, and a gain would blow it out; that on the
    target's belongs to the picture. The lips of dark skin can be brighter than all of
    it, and brightened with it they would be white.

    Args:
        here, there: ``(h, w)`` how much brighter than its surroundings each cell of source and target is.
        brighter: ``(h, w)`` how much brighter the source becomes, 0..1.
        left: ``(h, w)`` the share of the source's contrast that is left.
    """
    # Half of it, as logarithms: all of it would carry the shape of the target's nose along.
    skin = np.sqrt(shine(there) / shine(here))
    had = left * here
    wanted = had * (1 + chart.bare * (skin - 1)) + (1 - left)
    lips = float(np.vdot(wanted, chart.lips)) / float(chart.lips.sum())
    if lips > LIPS_LEVEL:
        wanted *= 1 - chart.lips * brighter * np.float32(1 - LIPS_LEVEL / lips)
    every = np.s_[::SAMPLED_EVERY, ::SAMPLED_EVERY]
    usual = there[every][chart.bare[every] * chart.core[every] > HALF]
    most = np.float32(max(ranked(usual, BRIGHTEST), LEAST_SHINE))
    wanted -= np.float32(1 - BEYOND) * np.maximum(wanted - most, 0) * (1 - chart.eyes)
    by = np.maximum(wanted + left - 1, 0) / np.maximum(had, RIDGE)
    return np.asarray(by, np.float32)


def shine(brighter: Floats) -> Floats:
    """``(h, w)`` by what factor shine brightens cells that are ``brighter`` than their surroundings."""
    seen = np.maximum(brighter, SHINE)
    return np.asarray(seen / (SHINE + OWN_SHINE * (seen - SHINE)), np.float32)


def over(face: Image, slow: Floats, sigma: float) -> Floats:
    """``(h, w)`` how much brighter than its surroundings each cell of a face is, a factor.

    Args:
        face: ``(h, w, 3)``.
        slow: ``(h, w)`` brightness of its slow part.
        sigma: cells.
    """
    factor = (cv2.transform(face, LUMA[None]) + DARK_FLOOR) / (slow + DARK_FLOOR)
    return blurred(np.asarray(factor, np.float32), max(sigma, SOFTEST))


def lit(texture: Image, by: Relight) -> Image:
    """``texture`` ``(H, W, 3)`` relit; ``by`` is on a coarser grid."""
    size = texture.shape[1], texture.shape[0]
    gain, lift = (interpolated(one, size).ravel() for one in (by.gain, by.lift))
    return np.reshape(loops.relit(np.ravel(texture), gain, lift), texture.shape)
