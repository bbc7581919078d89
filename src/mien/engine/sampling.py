"""OpenCV's samplers with the types and conventions of this package."""

import cv2
import numpy as np

from mien.engine.types import Floats, Image, Mask


def averaged(image: Image, size: tuple[int, int]) -> Image:
    """``(H, W, 3)`` uint8 reduced to ``size`` (width, height) by averaging."""
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def averaged_values(values: Floats, size: tuple[int, int]) -> Floats:
    """``(h, w)`` or ``(h, w, K)`` float32 reduced to ``size`` (width, height) by averaging."""
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def interpolated(values: Floats, size: tuple[int, int]) -> Floats:
    """``(h, w)`` or ``(h, w, K)`` float32 at the pixels of ``size`` (width, height), bilinear.

    Cell i of n covers pixels i / n to (i + 1) / n of the side, its value stands at its centre.
    """
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR), np.float32)


def each_interpolated(values: Floats, size: tuple[int, int]) -> list[Floats]:
    """As `interpolated`, ``(H, W)`` for each channel: OpenCV enlarges one twice as fast as half of two."""
    return [interpolated(one, size) for one in channels(values)]


def channels(values: Floats) -> list[Floats]:
    """``(h, w)`` for each channel of ``values`` ``(h, w, K)``."""
    return [np.asarray(one, np.float32) for one in cv2.split(values)]


def times(values: Floats, by: Mask) -> Floats:
    """``values`` ``(h, w, 3)``, each multiplied by ``by`` ``(h, w)``; NumPy takes twice as long over three channels."""
    return np.asarray(cv2.multiply(values, cv2.merge([by] * 3)), np.float32)


def blurred(values: Floats, sigma: float) -> Floats:
    """``values`` blurred by a Gaussian of ``sigma`` cells, edges mirrored."""
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)


def blurred_into_zero(values: Floats, sigma: float) -> Floats:
    """As `blurred`, with zeros beyond the edges."""
    zero = cv2.BORDER_CONSTANT
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=zero), np.float32)


def looked_up(image: Image, x: Floats, y: Floats, *, relative: bool = False) -> Image:
    """``(h, w, 3)`` pixels of ``image`` at ``x`` and ``y`` ``(h, w)`` each, bilinear.

    Beyond its edges the picture's last pixels are repeated.

    Args:
        relative: ``x`` and ``y`` count from each pixel's own place.
    """
    # OpenCV looks four channels up in less than half of the time that three take.
    four = cv2.cvtColor(image, cv2.COLOR_RGB2RGBA)
    how = cv2.INTER_LINEAR | (cv2.WARP_RELATIVE_MAP if relative else 0)
    out = cv2.remap(four, x, y, how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.cvtColor(out, cv2.COLOR_RGBA2RGB), np.uint8)


def disc(size: float) -> Image:
    """A round element for OpenCV's morphology, about ``size`` cells across, one at least."""
    width = max(1, round(size))
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), np.uint8)
