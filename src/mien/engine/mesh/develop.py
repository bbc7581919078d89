"""A source that was taken in the dark, developed before anything is learnt of it.

A face of some twenty levels has no skin that could be told from a hood, and light that brightens it tenfold leaves
its features behind as noise. Developed, it is a face like any other.
"""

import cv2
import numpy as np

from mien.engine.mesh.chart import Chart
from mien.engine.mesh.light import LUMA, SAMPLED_EVERY
from mien.engine.mesh.shape import smoothstep
from mien.engine.ranks import ranked
from mien.engine.sampling import blurred
from mien.engine.types import HALF, Image

#: A face is too dark whose brightest skin, but for so many cells in a hundred, lies below the second of these levels,
#: and surely so below the first: of 104 portraits one lies below 110, at 28.
BRIGHTEST, DARK = 97, (70.0, 105.0)
#: The level that it is brought to, by this factor at most: beyond, there is nothing in a photo.
DEVELOPED, MOST = 170.0, 9.0
#: Noise is brightened with it. Of so many levels (sigma) for each factor, it goes from brightness before that, within
#: this share of the face; colour is hardly anything but noise, and keeps what is larger than the second share.
NOISE, FINE, COLOUR = 1.6, 0.004, 0.02
#: Pixels: the least sigma of a blur.
SOFTEST = 0.6


#: The level of Cr and Cb that is no colour.
GREY = 128


def developing(face: Image, chart: Chart) -> float:
    """By what factor a ``face`` ``(rows, columns, 3)`` on the chart is too dark; 1 where it is not."""
    every = np.s_[::SAMPLED_EVERY, ::SAMPLED_EVERY]
    skin = face[every][chart.core[every] * (1 - chart.own[every]) > HALF]
    level = max(ranked(skin.astype(np.float32) @ LUMA, BRIGHTEST), DEVELOPED / MOST)
    return float((DEVELOPED / level) ** float(smoothstep(DARK[1], DARK[0], level)))


def developed(picture: Image, by: float, size: float) -> Image:
    """``picture`` ``(h, w, 3)`` with a face of ``size`` pixels made brighter ``by`` a factor; white stays white."""
    luma, red, blue = cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb))
    fine, wide = (max(SOFTEST, share * size) for share in (FINE, COLOUR))
    levels = cv2.bilateralFilter(luma.astype(np.float32), 0, NOISE * np.sqrt(by), fine)
    # Middle tones by the factor, the brightest less and less: they would be one white.
    bright = levels * by / (1 + (by - 1) * levels / 255)
    gain = (bright + 1) / (levels + 1)
    tints = [GREY + gain * (blurred(c.astype(np.float32), wide) - GREY) for c in (red, blue)]
    out = np.clip(np.rint(cv2.merge([bright, *tints])), 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(out, cv2.COLOR_YCrCb2RGB), np.uint8)
