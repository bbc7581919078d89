"""A source in hard light or between coloured lamps, made even before it is put on anyone: its shadows and bright spots would come along.

Bare skin is one surface of nearly one colour: what changes steeply on it over more than a wrinkle is a lamp's edge.
Slopes are made flat where they are steep, and what is left of them is summed up to a face again. Edges of shadows leave
neither lines nor rims that way, and their colours go with them.
"""

import cv2
import numpy as np

from mien.engine.ground import luminance
from mien.engine.lighting import GLARE
from mien.engine.mesh.beard import full_beard
from mien.engine.mesh.chart import Chart, brought
from mien.engine.mesh.lamps import several
from mien.engine.mesh.light import DARK_FLOOR, LUMA, PRIOR, SAMPLED_EVERY
from mien.engine.mesh.raster import Raster, cut, put
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.skin import ENOUGH_CELLS
from mien.engine.ranks import ranked, spread
from mien.engine.sampling import blurred, channels, interpolated
from mien.engine.types import HALF, Floats, Image, Mask

#: Light is hard where the glare (`mien.engine.lighting`) is above the first of these (logarithms), and surely so at
#: the second. Of 29 frontal portraits most lie below the first, dark skin that shines between both; dramatic light
#: begins at .85. The warning of hard light takes it of all that the outline encloses, where cloth and a second lamp
#: glare that are no bare skin, by a limit of its own: no limit on bare skin warns of the same ones of 93 portraits.
HARD = 0.5, 0.85
#: It is hard, too, where shade lies on a part of a face: of the skin above the jaw, where no beard grows, these of a
#: hundred cells are apart by the first of these factors (logarithms), and surely by the second. Of 93 portraits 79 lie
#: below the first, those from the second on are in dramatic light.
SHADE_AND_LIGHT, SHADED = (15, 85), (1.0, 1.25)
#: Slopes are told with this sigma, a share of the face, from skin as it goes on below eyes, brows and lips, which are as
#: light as what is within the second share.
SLOPE, BESIDE = 0.02, 0.03
#: So steep a slope (a logarithm over the length of a face) is left with .7, others with less as they are steeper: of faces in
#: soft light half of the skin lies below 3.5, of those in hard light above 4 to 9.
STEEP = 2.0
#: Of a brow, an eye or a mouth in the edge of a shadow the slopes are its own by a half (of the power).
OF_FEATURES = 0.5
#: Skin that is brightened by the first of these (logarithms) more than the best lit cell of twenty is hardly more
#: than the noise of a photo, by the second nothing else; sigma (cells) of the edge of what shows then.
LIGHTLESS, WELL_LIT, LIGHTLESS_EDGE = (1.9, 2.4), 5, 2.0


def evening(face: Image, skin: Mask, chart: Chart) -> Floats | None:
    """``(rows, columns, 3)`` logarithms: by what each cell of ``face`` gets brighter in even light; None in soft light.

    Args:
        face: ``(rows, columns, 3)`` uint8 RGB, on the chart.
        skin: ``(rows, columns)`` where it shows skin.
    """
    bright = np.asarray(np.log(luminance(face) + DARK_FLOOR), np.float32)
    skin = skin * (1 - chart.jaw * full_beard(face, skin, chart))
    bare = skin * chart.bare
    beardless = bare * (1 - chart.jaw)
    hard = max(
        hardness(bright, bare),
        hardness(bright, beardless),
        shadedness(bright, beardless),
        several(face, bare),
    )
    if not hard:
        return None
    near = mean(bright, skin, BESIDE * chart.cells)
    left = flattened(np.asarray(near + skin * (bright - near), np.float32), chart)
    usual = max(float(bare.sum()), PRIOR)
    changes = []
    for levels in channels(np.asarray(np.log(face + np.float32(DARK_FLOOR)), np.float32)):
        change = summed(*(slope * left for slope in slopes(levels))) - levels
        changes.append(change - np.float32(np.vdot(change, bare) / usual))
    return np.asarray(np.float32(hard) * cv2.merge(changes), np.float32)


def flattened(bright: Floats, chart: Chart) -> Floats:
    """``(rows, columns)`` what is left of the slopes of a face whose skin is so ``bright`` (logarithms), 0..1."""
    down, along = np.gradient(blurred(bright, SLOPE * chart.cells))
    steep = np.hypot(down, along) * np.float32(chart.cells / STEEP)
    features = np.maximum(np.maximum(chart.brows, chart.lids), chart.lips)
    power = (np.float32(OF_FEATURES) * features - 1) / 2
    return np.asarray(chart.outline * (1 + steep * steep) ** power, np.float32)


def slopes(values: Floats) -> tuple[Floats, Floats]:
    """By what ``values`` ``(h, w)`` rise from each cell to the next one, ``(h, w)`` each: down and along; 0 at the edges."""
    down, along = np.zeros_like(values), np.zeros_like(values)
    down[:-1], along[:, :-1] = np.diff(values, axis=0), np.diff(values, axis=1)
    return down, along


def summed(down: Floats, along: Floats) -> Floats:
    """``(h, w)`` values whose slopes are as near as can be to ``down`` and ``along``, with mean 0; h and w are even.

    They solve Poisson's equation, in waves (a cosine transform) that are flat at the edges.
    """
    bent = down + along
    bent[1:] -= down[:-1]
    bent[:, 1:] -= along[:, :-1]
    rows, columns = (2 * np.cos(np.pi * np.arange(n) / n) - 2 for n in bent.shape)
    waves = np.asarray(rows[:, None] + columns, np.float32)
    waves[0, 0] = 1  # The mean has no slope.
    found = cv2.dct(bent) / waves
    found[0, 0] = 0
    return np.asarray(cv2.dct(found, flags=cv2.DCT_INVERSE), np.float32)


def lightless(by: Floats, skin: Mask) -> Mask:
    """``(rows, columns)`` 1 where a face has got so little light that nothing is to be seen of it.

    Args:
        by: what `evening` says.
        skin: ``(rows, columns)`` where it shows skin.
    """
    brighter = by @ LUMA
    shown = brighter[skin > HALF]
    if len(shown) < ENOUGH_CELLS:
        return np.zeros_like(skin)
    return blurred(
        smoothstep(*LIGHTLESS, brighter - np.float32(ranked(shown, WELL_LIT))), LIGHTLESS_EDGE
    )


def hardness(bright: Floats, bare: Mask) -> float:
    """0..1: how surely light is hard on a face as ``bright`` ``(h, w)`` (logarithms) where it is ``bare``."""
    return float(smoothstep(*HARD, between(*GLARE, bright, bare)))


def shadedness(bright: Floats, beardless: Mask) -> float:
    """0..1: how surely shade lies on a part of a face, as `hardness`, by what can be no beard."""
    return float(smoothstep(*SHADED, between(*SHADE_AND_LIGHT, bright, beardless)))


def between(low: float, high: float, bright: Floats, bare: Mask) -> float:
    """How much brighter (a logarithm) one cell in a hundred is than another where a face is ``bare``; 0 for too few.

    Args:
        low, high: how many of a hundred are darker than either.
    """
    every = np.s_[::SAMPLED_EVERY, ::SAMPLED_EVERY]
    skin = bright[every][bare[every] > HALF]
    return spread(skin, low, high) if len(skin) >= ENOUGH_CELLS else 0.0


def mean(values: Floats, weight: Mask, sigma: float) -> Floats:
    """``(h, w)`` weighted blur of ``values``; falls back to the weighted mean where ``weight`` is 0."""
    usual = float(np.vdot(values, weight)) / max(float(weight.sum()), PRIOR)
    total, count = blurred(values * weight, sigma), blurred(weight, sigma)
    return np.asarray((total + PRIOR * usual) / (count + PRIOR), np.float32)


#: Colours of what is brightened by the first of these factors are a photo's, by the second hardly more than its noise:
#: there they are those of what is around, within this share of the face (sigma). Eyes and lips keep theirs.
BRIGHTENED, COLOUR = (1.2, 2.0), 0.02


def evened(picture: Image, raster: Raster, by: Floats, chart: Chart, *, size: float) -> Image:
    """``picture`` ``(H, W, 3)`` uint8 RGB with a face made brighter ``by`` what `evening` says.

    Args:
        raster: the face's mesh drawn on it.
        size: larger side of the face, pixels.
    """
    region, at = raster.region, chart.seen_from(raster)
    gain = interpolated(np.exp(brought(by, at)), region.size)
    own = interpolated(brought(np.maximum(chart.lids, chart.lips), at), region.size)
    lit = np.asarray(cv2.multiply(cut(picture, region), gain, dtype=cv2.CV_8U), np.uint8)
    weak = smoothstep(*BRIGHTENED, gain @ LUMA) * (1 - own)
    out = picture.copy()
    put(out, recoloured(lit, weak, COLOUR * size), region)
    return out


def recoloured(face: Image, weak: Mask, sigma: float) -> Image:
    """``face`` ``(h, w, 3)`` uint8 RGB with the colour of what is around, within ``sigma`` pixels, where its own is ``weak``.

    Args:
        weak: ``(h, w)`` 0..1.
    """
    height, width = face.shape[:2]
    # Such a blur has no detail: of a picture in which sigma is two pixels it is the same.
    coarser = max(1.0, sigma / 2)
    size = max(2, round(width / coarser)), max(2, round(height / coarser))
    luma, *tints = cv2.split(cv2.cvtColor(face, cv2.COLOR_RGB2YCrCb))
    for tint in tints:
        small = cv2.GaussianBlur(
            cv2.resize(tint, size, interpolation=cv2.INTER_AREA), (0, 0), sigma / coarser
        )
        around = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
        cv2.blendLinear(tint, around, 1 - weak, weak, dst=tint)
    return np.asarray(cv2.cvtColor(cv2.merge([luma, *tints]), cv2.COLOR_YCrCb2RGB), np.uint8)
