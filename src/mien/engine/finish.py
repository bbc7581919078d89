"""The last touches on a face before it is blended in: age, skin texture and sharpness.

Pure functions of pixels and mesh. The same input gives the same bytes: noise comes from a fixed
pattern.
"""

import cv2
import numpy as np

from mien.engine.age import aged
from mien.engine.ground import Ground, brightened, compressed, grain, luminance
from mien.engine.options import SwapOptions
from mien.engine.sampling import averaged_values, blurred, interpolated
from mien.engine.types import Floats, Image, Mask


def finished(texture: Image, scene: Image, ground: Ground, options: SwapOptions) -> Image:
    """``texture`` as ``options`` ask for it.

    Args:
        texture: ``(H, W, 3)`` the face over the ground's pixels, in the light of the picture.
        scene: ``(H, W, 3)`` what the picture shows there; the same array to edit a face in place.

    Returns:
        ``texture`` itself when nothing is asked for.
    """
    out = aged(texture, ground, options.age)
    if options.texturize:
        out = texturized(out, scene, ground)
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


def texturized(texture: Image, scene: Image, ground: Ground) -> Image:
    """``texture`` with the skin's detail brought out, and as much grain as ``scene`` has.

    Eyes, brows, nostrils and lips stay as they are.
    """
    own, there = luminance(texture), luminance(scene)
    skin = ground.skin()
    on_skin = ground.at_pixels(skin)
    change = more_detail(own, ground.size)
    missing = missing_grain(own + change, there, on_skin)
    if missing > 0:
        change += grain(own.shape, GRAIN_SIGMA) * np.float32(missing)
    change *= on_skin
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


#: Grain is what a Gaussian of this sigma (pixels) takes away; cameras and JPEG leave so fine a one.
GRAIN_SIGMA = 0.7
#: Never more than so many levels (RMS), and none below.
MOST_GRAIN, LEAST_GRAIN = 5.0, 0.3
#: Share of the face that grain is measured on must be larger than this.
ENOUGH = 0.5
#: Every so many pixels are enough to measure it.
EVERY = 3
#: A normal distribution's RMS over its median absolute value.
MEDIAN_TO_RMS = 1.4826


def missing_grain(own: Floats, there: Floats, skin: Mask) -> float:
    """RMS levels of grain that ``own`` lacks to look like ``there`` on the ``skin``."""
    chosen = skin[::EVERY, ::EVERY] > ENOUGH
    if not chosen.any():
        return 0.0
    has, wanted = (grain_of(values, chosen) for values in (own, there))
    missing = float(np.sqrt(max(0.0, wanted**2 - has**2)))
    return min(missing, MOST_GRAIN) if missing > LEAST_GRAIN else 0.0


def grain_of(values: Floats, chosen: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> float:
    """RMS of the finest detail where ``chosen``; the median, so that hairs do not count."""
    fine = (values - blurred(values, 2 * GRAIN_SIGMA))[::EVERY, ::EVERY]
    return MEDIAN_TO_RMS * float(np.median(np.abs(fine[chosen])))
