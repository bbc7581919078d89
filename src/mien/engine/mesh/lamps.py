"""The colours of lamps: how many there are on a face, and what a source leaves behind of its own for them."""

import cv2
import numpy as np

from mien.engine.mesh.chart import Chart
from mien.engine.mesh.light import (
    COARSER,
    DARK_FLOOR,
    LIGHT_SIGMA,
    LUMA,
    RIDGE,
    SAMPLED_EVERY,
    Relight,
    matt,
    slow_mean,
)
from mien.engine.ranks import ranked, spread
from mien.engine.sampling import averaged, averaged_values, times
from mien.engine.types import HALF, Image, Mask

#: A picture whose colours are a function of brightness to this many levels (RMS over the channels), but for
#: one cell in a hundred, has one ink: black and white and sepia portraits lie below 5.7, colour portraits
#: above 8.9; of pale ones only lips and eyes tell. Between them there is no step: faces of a pale film
#: would change from frame to frame.
ONE_INK, COLOURED, BUT_FOR = 6.0, 8.5, 99


def one_ink(scene: Image) -> float:
    """0..1: how surely ``scene`` is black and white, sepia or lit by one colour.

    Then each channel is a smooth function of brightness: a quadratic explains it.
    """
    sample = scene[::SAMPLED_EVERY, ::SAMPLED_EVERY].reshape(-1, 3).astype(np.float32)
    luma = sample @ LUMA / 255
    powers = np.stack([np.ones_like(luma), luma, luma**2], axis=1)
    # Normal equations: three unknowns, and a ridge that keeps a flat scene from being singular.
    weights = np.linalg.solve(powers.T @ powers + RIDGE * np.eye(3), powers.T @ sample)
    explained = powers @ weights
    red, green, blue = ((sample - explained) ** 2).T
    left = np.sqrt((red + green + blue) / 3)
    most = ranked(left, BUT_FOR)
    return float(np.clip((COLOURED - most) / (COLOURED - ONE_INK), 0, 1))


#: Between two lights whose colours differ by the first factor (largest over smallest gain of a channel) all
#: colour of the skin goes from one into the other; at the second, `MOST_MUTED` of it is left behind.
SAME_CAST, OTHER_CAST, MOST_MUTED = 1.15, 1.75, 0.55


def muted(scene: Image, texture: Image, skin: Mask) -> float:
    """0..1: how much of its colour ``texture`` leaves behind, as the lamps of both pictures differ.

    A strong cast saturates channels: their detail is gone from one and left in the others, and would
    come out as spots of green and purple in another light.

    Args:
        scene, texture, skin: as of `relight`.
    """
    every = np.s_[::SAMPLED_EVERY, ::SAMPLED_EVERY]
    weight = skin[every].ravel()
    there, here = (
        weight @ picture[every].reshape(-1, 3).astype(np.float32) / (weight.sum() + RIDGE)
        for picture in (scene, texture)
    )
    gains = (there + DARK_FLOOR) / (here + DARK_FLOOR)
    apart = float(np.log(gains.max() / gains.min()))
    strong = np.clip((apart - np.log(SAME_CAST)) / np.log(OTHER_CAST / SAME_CAST), 0, 1)
    return MOST_MUTED * float(strong)


#: Skin whose ratios of red to green and of blue to green (logarithms) spread over less than the first of these, but
#: for so many percent at either end, is lit by one lamp; from the second on by lamps of two colours, and leaves
#: `MOST_PALE` of its colour behind: of 80 portraits in one light nine in ten lie below.
ONE_LAMP, TWO_LAMPS, AT_ENDS, MOST_PALE = 0.76, 0.86, 3, 0.7


def two_lamps(texture: Image, skin: Mask) -> float:
    """0..1: how much of its colour ``texture`` leaves behind, as lamps of several colours light it.

    One gain a channel cannot tell the lamp from the skin where the lamp changes from cell to cell.

    Args:
        texture, skin: as of `several`.
    """
    return MOST_PALE * several(texture, skin)


def several(texture: Image, skin: Mask) -> float:
    """0..1: how surely lamps of several colours light ``texture``.

    Args:
        texture: ``(h, w, 3)`` uint8 RGB, on the chart.
        skin: ``(h, w)`` 0..1: where it shows skin.
    """
    size = max(2, skin.shape[1] // COARSER), max(2, skin.shape[0] // COARSER)
    shown = averaged_values(skin, size) > HALF
    if not shown.any():
        return 0.0
    far = (apart(averaged(texture, size)[shown]) - ONE_LAMP) / (TWO_LAMPS - ONE_LAMP)
    return float(np.clip(far, 0, 1))


def apart(colours: Image) -> float:
    """How far apart the ratios of red to green and of blue to green of ``(N, 3)`` uint8 RGB are, a logarithm."""
    levels = np.log(colours.astype(np.float32) + 2 * DARK_FLOOR)
    ratios = levels[:, [0, 2]] - levels[:, 1:2]
    red, blue = (spread(one, AT_ENDS, 100 - AT_ENDS) for one in ratios.T)
    return float(np.hypot(red, blue))


#: Skin whose channels are apart by less than the first factor (the largest mean by the least) is lit by daylight or a
#: warm lamp; from the second on by one coloured lamp, and leaves `MOST_TINTED` of its colour behind: of 104 portraits
#: 102 lie below.
WARM, COLOURED_LAMP, MOST_TINTED = 2.5, 3.2, 0.9


def one_lamp(texture: Image, skin: Mask) -> float:
    """0..1: how much of its colour ``texture`` leaves behind, as one coloured lamp lights it.

    Args:
        texture, skin: as of `several`.
    """
    every = np.s_[::SAMPLED_EVERY, ::SAMPLED_EVERY]
    weight = skin[every].ravel()
    means = weight @ texture[every].reshape(-1, 3).astype(np.float32) / (weight.sum() + RIDGE)
    means += DARK_FLOOR
    coloured = (float(means.max() / means.min()) - WARM) / (COLOURED_LAMP - WARM)
    return MOST_TINTED * float(np.clip(coloured, 0, 1))


def colourless(texture: Image, skin: Mask, chart: Chart) -> float:
    """0..1: how much of its colour ``texture`` leaves behind, as that is an ink's or a coloured lamp's.

    Args:
        texture, skin: as of `several`.
    """
    face = texture[chart.outline > HALF]
    return max(one_ink(face[:, None]), two_lamps(texture, skin), one_lamp(texture, skin))


def without_colour(texture: Image, share: float) -> Image:
    """``texture`` ``(h, w, 3)`` uint8 RGB with ``share`` (0..1) of its colour taken out: in greys at 1."""
    grey = cv2.cvtColor(cv2.cvtColor(texture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if share < 1:
        grey = cv2.addWeighted(grey, share, texture, 1 - share, 0)
    return np.asarray(grey, np.uint8)


#: What is colourless gets these shares of what changes in the colours of the target's skin, and of its lips: all of it
#: would be spots, since no two faces blush at the same places, and paint on brighter lips. Sigma of the blur, a share of
#: the face.
SKIN_TINT, LIPS_TINT, TINT_SIGMA = 0.35, 0.7, 0.02


def tinted(by: Relight, scene: Image, shows: Mask, chart: Chart, *, share: float) -> Relight:
    """``by`` with a ``share`` (0..1) of what changes in the colour of the target's face, brightness apart.

    Args:
        scene: ``(h, w, 3)`` uint8 RGB, the target on the chart.
        shows: ``(h, w)`` 0..1: where it shows its skin and lips.
    """
    face = scene.astype(np.float32)
    shows = shows * matt(face, shows)
    slow, fine = (slow_mean(face, shows, s * chart.cells) for s in (LIGHT_SIGMA, TINT_SIGMA))
    change = np.log((fine + DARK_FLOOR) / (slow + DARK_FLOOR))
    change -= (change @ LUMA)[..., None]
    much = np.float32(share) * (SKIN_TINT + (LIPS_TINT - SKIN_TINT) * chart.lips)
    colour = np.exp(times(change, much))
    return Relight(gain=by.gain * colour, lift=by.lift * colour, own=by.own)
