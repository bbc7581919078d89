"""OpenCV's samplers with the types and conventions of this package."""

import cv2
import numpy as np

from mien.engine.types import Floats, Image


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


def blurred(values: Floats, sigma: float) -> Floats:
    """``values`` blurred by a Gaussian of ``sigma`` cells, edges mirrored."""
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)


def blurred_into_zero(values: Floats, sigma: float) -> Floats:
    """As `blurred`, with zeros beyond the edges."""
    zero = cv2.BORDER_CONSTANT
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=zero), np.float32)


def looked_up(image: Image, at: Floats) -> Image:
    """``(h, w, 3)`` pixels of ``image`` at ``at`` ``(h, w, 2)`` (x, y), bilinear.

    Beyond its edges the picture's last pixels are repeated.
    """
    # OpenCV looks four channels up in less than half of the time that three take.
    four = cv2.cvtColor(image, cv2.COLOR_RGB2RGBA)
    # None, as OpenCV asks for with a map of two channels; its type stubs do not know, and an empty
    # array in its place gives garbage (OpenCV 5.0.0).
    out = cv2.remap(four, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(cv2.cvtColor(out, cv2.COLOR_RGBA2RGB), np.uint8)
