"""A source in hard light, made even before it is put on anyone: its shadows and bright spots would come along.

What changes on a face faster than light that falls softly is split in two: a base, smooth but for the edges of
shadows, and the detail on it. Of the base hardly anything is left, of the detail everything.
"""

import cv2
import numpy as np

from mien.engine.ground import luminance, scaled
from mien.engine.mesh.beard import full_beard
from mien.engine.mesh.chart import Chart, brought
from mien.engine.mesh.light import COARSER, DARK_FLOOR, PRIOR, SAMPLED_EVERY
from mien.engine.mesh.raster import Raster, cut, put
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.skin import ENOUGH_CELLS
from mien.engine.ranks import HALFWAY, ranked
from mien.engine.sampling import averaged_values, blurred, interpolated
from mien.engine.types import Floats, Image, Mask

#: Light is hard where the brightest skin, but for so many cells in a hundred, is brighter than half of a face's by
#: the first of these factors (logarithms), and surely so at the second. Of 29 frontal portraits most lie below the
#: first, dark skin that shines between both; dramatic light begins at .85.
BRIGHTEST, HARD = 97, (0.5, 0.75)
#: It is hard, too, where shade lies on a part of a face: of the skin above the jaw, where no beard grows, these of a
#: hundred cells are apart by the first of these factors (logarithms), and surely by the second. Of 93 portraits 79 lie
#: below the first, those from the second on are in dramatic light.
SHADE_AND_LIGHT, SHADED = (15, 85), (1.0, 1.25)
#: Soft light changes over this share of the face (sigma); so much of a change (a logarithm) is left as features.
SOFT, FEATURES = 0.3, 0.1
#: Edges of the base: sigma of the space they are looked for in, a share of the face, and the least change
#: (a logarithm) that is one. Eyes, brows and lips are as light as the skin within the last share.
SPACE, EDGE, BESIDE = 0.03, 0.6, 0.03
#: Hard light glints on noses, lips and wrinkles: detail is brighter than its base by hardly more than this (a logarithm).
#: Where light is surely hard, that is: shine on a nose is a part of what it is known by, .004 of likeness.
GLINT, SURELY_HARD = 0.1, (0.75, 1.0)
#: A soft mask's middle.
HALF = 0.5


def evening(face: Image, skin: Mask, chart: Chart) -> Floats | None:
    """``(rows, columns)`` logarithms: by what each cell of ``face`` gets brighter in even light; None in soft light.

    Args:
        face: ``(rows, columns, 3)`` on the chart.
        skin: ``(rows, columns)`` where it shows skin.
    """
    bright = np.asarray(np.log(luminance(face) + DARK_FLOOR), np.float32)
    skin = skin * (1 - chart.jaw * full_beard(face, skin, chart))
    bare = skin * chart.bare
    beardless = bare * (1 - chart.jaw)
    hard = max(hardness(bright, bare), hardness(bright, beardless), shadedness(bright, beardless))
    if not hard:
        return None
    height, width = skin.shape
    size, cells = (width // COARSER, height // COARSER), chart.cells / COARSER
    slow = mean(averaged_values(bright, size), averaged_values(skin, size), SOFT * cells)
    near = mean(bright, skin, BESIDE * chart.cells)
    filled = np.asarray(near + skin * (bright - near), np.float32)
    base = cv2.bilateralFilter(filled, 0, EDGE, SPACE * chart.cells)
    change = np.asarray(base - interpolated(slow, (width, height)), np.float32)
    left = np.float32(FEATURES) * np.tanh(change / np.float32(FEATURES))
    glint = float(smoothstep(*SURELY_HARD, hard)) * glints(bright - base, chart)
    return np.asarray(np.float32(hard) * (left - change) - glint, np.float32)


def glints(detail: Floats, chart: Chart) -> Floats:
    """``(rows, columns)`` how much of a ``detail`` (logarithms) is a lamp's: on all of a face but its eyes."""
    bright = np.maximum(chart.outline * (1 - chart.eyes) * detail, 0)
    return np.asarray(bright - np.float32(GLINT) * np.tanh(bright / np.float32(GLINT)), np.float32)


def hardness(bright: Floats, bare: Mask) -> float:
    """0..1: how surely light is hard on a face as ``bright`` ``(h, w)`` (logarithms) where it is ``bare``."""
    return float(smoothstep(*HARD, between(HALFWAY, BRIGHTEST, bright, bare)))


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
    return ranked(skin, high) - ranked(skin, low) if len(skin) >= ENOUGH_CELLS else 0.0


def mean(values: Floats, weight: Mask, sigma: float) -> Floats:
    """``(h, w)`` weighted blur of ``values``; falls back to the weighted mean where ``weight`` is 0."""
    usual = float(np.vdot(values, weight)) / max(float(weight.sum()), PRIOR)
    total, count = blurred(values * weight, sigma), blurred(weight, sigma)
    return np.asarray((total + PRIOR * usual) / (count + PRIOR), np.float32)


def evened(picture: Image, raster: Raster, by: Floats, chart: Chart) -> Image:
    """``picture`` ``(H, W, 3)`` with a face made brighter ``by`` what `evening` says.

    Args:
        raster: the face's mesh drawn on it.
    """
    region = raster.region
    gain = np.exp(brought(by, chart.seen_from(raster)))
    out = picture.copy()
    put(out, scaled(cut(picture, region), interpolated(gain, region.size)), region)
    return out
