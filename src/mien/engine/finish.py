"""The last touches on a face before it is blended in: age, skin texture and sharpness.

Pure functions of pixels and mesh. The same input gives the same bytes.
"""

import cv2
import numpy as np

from mien.engine.age import aged
from mien.engine.ground import Ground, brightened, compressed, luminance
from mien.engine.options import SwapOptions
from mien.engine.sampling import averaged_values, blurred, interpolated
from mien.engine.types import Floats, Image


def finished(texture: Image, ground: Ground, options: SwapOptions) -> Image:
    """``texture`` as ``options`` ask for it.

    Args:
        texture: ``(H, W, 3)`` the face over the ground's pixels, in the light of the picture.

    Returns:
        ``texture`` itself when nothing is asked for.
    """
    out = aged(texture, ground, options.age)
    if options.texturize:
        out = texturized(out, ground)
    return sharpened(out, ground.size) if options.sharpen else out


#: Sigma of the unsharp mask as a share of the face, and the least in pixels.
SHARP_SIGMA, SHARP_LEAST = 0.0035, 0.7
#: How much of the difference is added.
SHARP_GAIN = 1.1
#: Differences below these levels are noise.
SHARP_CORE = 0.7
#: A pixel gets at most this much (levels) beyond the darkest and brightest around it: no halos.
HALO = 5.0


def sharpened(image: Image, size: float) -> Image:
    """``image`` with a face of ``size`` pixels sharpened: an unsharp mask without halos."""
    sigma = max(SHARP_LEAST, SHARP_SIGMA * size)
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    own = grey.astype(np.float32)
    detail = own - blurred(own, sigma)
    detail -= np.clip(detail, -SHARP_CORE, SHARP_CORE)
    detail *= np.float32(SHARP_GAIN)
    around = np.ones((2 * round(sigma) + 1,) * 2, np.uint8)
    brightest, darkest = cv2.dilate(grey, around), cv2.erode(grey, around)
    np.minimum(detail, brightest - own + np.float32(HALO), out=detail)
    np.maximum(detail, darkest - own - np.float32(HALO), out=detail)
    return brightened(image, detail)


#: Detail lies between these sigmas, shares of the face: pores and hairs, lines, folds. Each band
#: has its gain, and levels beyond which it grows no more.
SIGMAS = (0.0028, 0.006, 0.014)
BAND_GAINS = (0.9, 0.6, 0.35)
BAND_LIMIT = 14.0


def texturized(texture: Image, ground: Ground) -> Image:
    """``texture`` with the skin's detail brought out.

    Eyes, brows, nostrils and lips stay as they are.
    """
    change = more_detail(luminance(texture), ground.size)
    change *= ground.at_pixels(ground.skin())
    return brightened(texture, change)


def more_detail(grey: Floats, size: float) -> Floats:
    """The bands of ``grey`` times their gains; the coarser two on a quarter of the pixels."""
    height, width = grey.shape
    fine = blurred(grey, max(0.5, SIGMAS[0] * size))
    half = averaged_values(fine, (-(-width // 2), -(-height // 2)))
    middle, slow = (blurred(half, max(0.5, sigma * size / 2)) for sigma in SIGMAS[1:])
    coarser = compressed(half - middle, BAND_LIMIT) * np.float32(BAND_GAINS[1])
    coarser += compressed(middle - slow, BAND_LIMIT) * np.float32(BAND_GAINS[2])
    added = compressed(grey - fine, BAND_LIMIT)
    added *= np.float32(BAND_GAINS[0])
    added += interpolated(coarser, (width, height))
    return added
