"""Filters that follow the edges of a picture, and colours that flow into what is unknown."""

import cv2
import numpy as np

from mien.engine.types import Floats, Mask

#: Halvings over which colours flow: 2^6 = 64 cells.
LEVELS = 6


def boxed(values: Floats, radius: int) -> Floats:
    """The mean of the square of ``radius`` around each cell."""
    side = 2 * radius + 1
    mean = cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(mean, np.float32)


def affine_of(guide: Floats, mask: Mask, radius: int, tolerance: float) -> Floats:
    """``(H, W, 4)`` a, b, c, d: ``mask`` is about a red + b green + c blue + d around each cell.

    The guided filter of He, Sun and Tang (2013) for a guide of three colours, 0..1; its result at any
    size is the sum, with the four enlarged ("Fast Guided Filter", 2015).

    Args:
        tolerance: variance of a colour below which there is no edge.
    """
    red, green, blue = cv2.split(guide)
    mean = boxed(guide, radius)
    mean_mask = boxed(mask, radius)
    share = boxed(guide * mask[..., None], radius) - mean * mean_mask[..., None]
    squares = boxed(np.stack([red * red, green * green, blue * blue], axis=-1), radius)
    rr, gg, bb = cv2.split(squares - mean * mean + np.float32(tolerance))
    products = boxed(np.stack([red * green, red * blue, green * blue], axis=-1), radius)
    crossed = mean[..., [0, 0, 1]] * mean[..., [1, 2, 2]]
    rg, rb, gb = cv2.split(products - crossed)
    first, second, third = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    fourth, fifth, sixth = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    determinant = rr * first + rg * second + rb * third
    of_red, of_green, of_blue = cv2.split(share)
    slopes = np.stack(
        [
            first * of_red + second * of_green + third * of_blue,
            second * of_red + fourth * of_green + fifth * of_blue,
            third * of_red + fifth * of_green + sixth * of_blue,
        ],
        axis=-1,
    )
    slopes /= determinant[..., None]
    offset = mean_mask - (slopes * mean).sum(axis=-1)
    return boxed(np.dstack([slopes, offset]), radius)


def flowed(colours: Floats, known: Mask) -> Floats:
    """``(H, W, 3)`` ``colours`` where ``known`` is 1, and what flows in from there elsewhere.

    Averages of ever larger cells fill the gaps (pull and push, after Gortler and others, 1996).
    """
    sums, weights = [colours * known[..., None]], [known]
    while len(sums) <= LEVELS and min(weights[-1].shape) > 1:
        sums.append(np.asarray(cv2.pyrDown(sums[-1]), np.float32))
        weights.append(np.asarray(cv2.pyrDown(weights[-1]), np.float32))
    out = sums[-1] / np.maximum(weights[-1], FAINT)[..., None]
    for total, weight in zip(sums[-2::-1], weights[-2::-1], strict=True):
        coarse = cv2.pyrUp(out, dstsize=(weight.shape[1], weight.shape[0]))
        sure = np.clip(weight * 4, 0, 1)[..., None]
        own = total / np.maximum(weight, FAINT)[..., None]
        out = coarse + (own - coarse) * sure
    return np.asarray(out, np.float32)


#: Weights below this say nothing.
FAINT = 1e-4
