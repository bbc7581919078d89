"""How far each cell of a face is from its own skin: by colour, and by colour that light explains.

Two measures, because each is wrong where the other is right. The first knows the middle colour of
the skin, and takes its shadows for something else; the second explains what changes slowly over the
face by light, and explains a mask or a beard along with it. What both find foreign is foreign.
"""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.ranks import middle
from mien.engine.types import HALF, Floats, Image, Mask

#: Smallest believed spreads of Y, Cr, Cb (8 bit): even skin has this much noise. Lab separates
#: no better here, and OpenCV builds tables for a tenth of a second when it is first asked for it.
SPREAD_FLOOR = np.array([16.0, 5.0, 5.0], np.float32)
#: Largest believed spreads: beyond, the face is not one skin (half shadow) and colour says little.
SPREAD_CEILING = np.array([40.0, 10.0, 12.0], np.float32)
#: Cr above Cb, levels, from which a cell may be skin, and the share of them that is enough.
REDDER, ENOUGH_RED = 8.0, 0.25
#: Added to each level before logarithms are taken; the logarithms of all levels.
DARK = 4.0
LOGARITHMS = np.log(np.arange(256) + DARK).astype(np.float32)
#: Smallest and largest believed spreads: of the logarithm of brightness, and of those of the ratios
#: red to green and blue to green.
SPREADS = ((0.16, 0.38), (0.05, 0.12), (0.06, 0.16))
#: Below this brightness (levels) ratios of colours are mostly noise.
NOISY = 20.0
#: Every so many cells of skin are enough for a median, and for a fit; so few are none.
MEDIAN_EVERY, FIT_EVERY, ENOUGH_CELLS = 4, 13, 40
#: Rounds of the fit; residuals beyond so many spreads count for nothing (Tukey's biweight).
ROUNDS, BEYOND = 3, 4.0
#: Holds the fit back from explaining by light what is not on the sample.
RIDGE = 1e-3
#: The median absolute deviation times this is the sigma of a normal distribution.
MAD_TO_SIGMA = 1.4826
#: From so many sigmas of colour alone something is foreign whatever light may explain: a mask.
SURELY_FOREIGN = 6.0


def from_skin(face: Image, skin: Mask) -> Floats:
    """``(h, w, 3)`` how far each cell's Y, Cr and Cb are from the skin's, in sigmas.

    All zeros when there is too little skin to learn from.

    Args:
        face: ``(h, w, 3)`` on the chart.
        skin: ``(h, w)`` 1 where there is certainly face and no feature.
    """
    colours = cv2.cvtColor(face, cv2.COLOR_RGB2YCrCb)
    taken = np.take(colours.reshape(-1, 3), chosen(skin, MEDIAN_EVERY), axis=0)
    sample = likely_skin(taken.astype(np.float32))
    if len(sample) < ENOUGH_CELLS:
        return np.zeros(colours.shape, np.float32)
    usual = middle(sample)
    sigma = MAD_TO_SIGMA * middle(np.abs(sample - usual))
    sigma = np.clip(sigma, SPREAD_FLOOR, SPREAD_CEILING)
    # Channel by channel: NumPy takes four times as long over all three at once.
    each = zip(cv2.split(colours), usual, sigma, strict=True)
    return np.asarray(cv2.merge([(one - own) / spread for one, own, spread in each]), np.float32)


def chosen(skin: Mask, every: int) -> NDArray[np.intp]:
    """Every so many cells of ``skin`` ``(h, w)``, as indices into its flat array."""
    return np.flatnonzero(skin.ravel() > HALF)[::every]


def likely_skin(colours: Floats) -> Floats:
    """Of ``(N, 3)`` Y, Cr, Cb those that are redder than blue, if there are enough of them.

    Skin of every shade is; a mask or dark glasses over half of the face mostly are not, and would
    otherwise be taken for its skin. Under coloured light or without colour, all are taken.
    """
    red = np.compress(colours[:, 1] - colours[:, 2] > REDDER, colours, axis=0)
    return red if len(red) > ENOUGH_RED * len(colours) else colours


def length(apart: Floats) -> Floats:
    """``(h, w)`` lengths of ``(h, w, 3)``; channel by channel, which is five times as fast."""
    luma, red, blue = cv2.split(apart)
    return np.asarray(cv2.sqrt(luma * luma + red * red + blue * blue), np.float32)


def unlit(face: Image, skin: Mask) -> Floats:
    """``(h, w, 3)`` how far brightness and both ratios of colours are from what light explains, in sigmas.

    Brightness may change over the face as a quadratic, ratios of colours as a plane: near enough to
    what lamps and windows do to a convex surface. All zeros when there is too little skin.

    Args:
        face: ``(h, w, 3)`` on the chart.
        skin: ``(h, w)`` where there is certainly face and no feature.
    """
    sample = chosen(skin, FIT_EVERY)
    if len(sample) < ENOUGH_CELLS:
        return np.zeros(face.shape, np.float32)
    brightness = cv2.cvtColor(face, cv2.COLOR_RGB2GRAY)
    red, green, blue = cv2.split(cv2.LUT(face, LOGARITHMS))
    quadratic, plane = bases(*skin.shape)
    noise = 1 + NOISY / (brightness + np.float32(DARK))
    channels = [
        away(
            np.asarray(cv2.LUT(brightness, LOGARITHMS), np.float32), quadratic, sample, SPREADS[0]
        ),
        away(red - green, plane, sample, SPREADS[1]) / noise,
        away(blue - green, plane, sample, SPREADS[2]) / noise,
    ]
    return np.asarray(cv2.merge(channels), np.float32)


def away(
    values: Floats, basis: Floats, sample: NDArray[np.intp], spreads: tuple[float, float]
) -> Floats:
    """``(h, w)`` how far ``values`` are from what ``basis`` explains of most of the ``sample``, in sigmas.

    Args:
        spreads: smallest and largest believed one.
    """
    explained, sigma = fitted(basis, values.ravel(), sample, spreads[0])
    return (values - explained.reshape(values.shape)) / np.float32(min(sigma, spreads[1]))


@cache
def bases(rows: int, columns: int) -> tuple[Floats, Floats]:
    """``(rows * columns, 6)`` and ``(…, 3)``: powers of x and y, which run from -1 to 1."""
    y, x = np.meshgrid(
        np.linspace(-1, 1, rows, dtype=np.float32),
        np.linspace(-1, 1, columns, dtype=np.float32),
        indexing="ij",
    )
    powers = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)
    return powers, np.ascontiguousarray(powers[:, :3])


def fitted(
    basis: Floats, values: Floats, sample: NDArray[np.intp], least: float
) -> tuple[Floats, float]:
    """The combination of ``basis`` ``(N, K)`` nearest to most of ``values[sample]``, and their spread.

    Iteratively reweighted least squares.

    Args:
        least: the smallest spread that is believed.
    """
    rows, wanted = np.take(basis, sample, axis=0), np.take(values, sample)
    weights = np.zeros(basis.shape[1], np.float32)
    weights[0] = middle(wanted)
    ridge = RIDGE * len(sample) * np.diag([0.0] + [1.0] * (basis.shape[1] - 1)).astype(np.float32)
    spread = least
    for _ in range(ROUNDS):
        left = wanted - rows @ weights
        spread = max(least, MAD_TO_SIGMA * float(middle(np.abs(left))))
        trust = np.maximum(1 - (left / np.float32(BEYOND * spread)) ** 2, 0) ** 2
        weighted = rows * trust[:, None]
        weights = np.linalg.solve(weighted.T @ rows + ridge, weighted.T @ wanted)
    return np.asarray(basis @ weights, np.float32), spread


def foreign(by_colour: Floats, by_ratio: Floats) -> Floats:
    """``(h, w)`` sigmas: the lesser of both distances, unless colour alone is far beyond doubt."""
    both = np.minimum(by_colour, by_ratio)
    return np.asarray(np.where(by_colour > SURELY_FOREIGN, by_colour, both), np.float32)
