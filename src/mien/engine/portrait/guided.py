"""Filters that follow the edges of a picture, and colours that flow into what is unknown."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.types import Cells, Floats, Mask

#: Whole numbers that name rows and columns.
Places = NDArray[np.intp]
#: Halvings over which colours flow: 2^6 = 64 cells.
LEVELS = 6


def boxed(values: Floats, radius: int) -> Floats:
    """The mean of the square of ``radius`` around each cell."""
    side = 2 * radius + 1
    mean = cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(mean, np.float32)


def halved(values: Floats) -> Floats:
    """``values`` ``(h, w, ...)`` with half the cells on each side."""
    height, width = values.shape[:2]
    half = max(1, width // 2), max(1, height // 2)
    return np.asarray(cv2.resize(values, half, interpolation=cv2.INTER_AREA), np.float32)


def mean_around(colours: Floats, weight: Mask, radius: int) -> Floats:
    """``(h, w, 3)`` the mean of ``colours`` by ``weight`` in the square of ``radius`` cells around each.

    It is smooth: it is worked out with half the cells on each side.
    """
    small, half = halved(weight), max(1, round(radius / 2))
    total = np.maximum(boxed(small, half), FAINT)[..., None]
    mean = boxed(halved(colours * weight[..., None]), half) / total
    return np.asarray(cv2.resize(mean, weight.shape[::-1]), np.float32)


def affine_of(guide: Floats, mask: Mask, radius: int, tolerance: float) -> Floats:
    """``(H, W, 4)`` a, b, c, d: ``mask`` is about a red + b green + c blue + d around each cell.

    The guided filter of He, Sun and Tang (2013) for a guide of three colours, 0..1; its result at any
    size is the sum, with the four enlarged ("Fast Guided Filter", 2015).

    Args:
        tolerance: variance of a colour below which there is no edge.
    """
    colours = [np.asarray(colour, np.float32) for colour in cv2.split(guide)]
    means = [boxed(colour, radius) for colour in colours]
    mean_mask = boxed(mask, radius)

    def spread(one: int, other: int) -> Floats:
        product = boxed(colours[one] * colours[other], radius)
        return product - means[one] * means[other]

    rr, gg, bb = (spread(each, each) + np.float32(tolerance) for each in range(3))
    rg, rb, gb = spread(0, 1), spread(0, 2), spread(1, 2)
    of_red, of_green, of_blue = (
        boxed(colour * mask, radius) - mean * mean_mask
        for colour, mean in zip(colours, means, strict=True)
    )
    first, second, third = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    fourth, fifth, sixth = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    scale = 1 / (rr * first + rg * second + rb * third)
    slopes = [
        (first * of_red + second * of_green + third * of_blue) * scale,
        (second * of_red + fourth * of_green + fifth * of_blue) * scale,
        (third * of_red + fifth * of_green + sixth * of_blue) * scale,
    ]
    offset = mean_mask - slopes[0] * means[0] - slopes[1] * means[1] - slopes[2] * means[2]
    return boxed(np.asarray(cv2.merge([*slopes, offset]), np.float32), radius)


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


def places_of(there: Cells) -> tuple[Places, Places]:
    """``(N,)`` each: rows and columns of what is True in ``there`` ``(h, w)``, as `np.nonzero` names them but faster."""
    if not there.any():
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    found = cv2.findNonZero(there.view(np.uint8)).reshape(-1, 2)
    columns, rows = np.ascontiguousarray(found.T, np.intp)
    return rows, columns


def cells_of(
    rows: Places, columns: Places, shape: tuple[int, ...], small: tuple[int, ...]
) -> Floats:
    """``(N, 2)`` where pixels of a picture of ``shape`` lie in one of ``small`` (height, width, ...): x, y."""
    x = (columns + 0.5) * small[1] / shape[1] - 0.5
    y = (rows + 0.5) * small[0] / shape[0] - 0.5
    return np.stack([x, y], axis=-1).astype(np.float32)


def looked_up(values: Floats, at: Floats) -> Floats:
    """``(N, C)`` of ``(h, w, C)`` at ``(N, 2)`` x, y, bilinear."""
    # OpenCV looks up a picture's worth at once, no side of it longer than 32767.
    missing = -len(at) % ABREAST
    across, down = (
        np.pad(at, ((0, missing), (0, 0)), mode="edge").reshape(-1, ABREAST, 2).transpose(2, 0, 1)
    )
    found = cv2.remap(
        values, across.copy(), down.copy(), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(found, np.float32).reshape(-1, values.shape[2])[: len(at)]


def hue(colours: Floats) -> Floats:
    """``(..., 3)`` colours without their brightness."""
    if not colours.size:
        return colours
    hues = cv2.transform(colours.reshape(-1, 1, 3), GREY_OUT)
    return np.asarray(hues, np.float32).reshape(colours.shape)


def dotted(one: Floats, other: Floats) -> Floats:
    """``(...)`` the scalar products of colours ``(..., 3)``."""
    if not one.size:
        return np.zeros(one.shape[:-1], np.float32)
    products = cv2.multiply(one, other).reshape(-1, 1, 3)
    sums = cv2.transform(products, np.ones((1, 3), np.float32))
    return np.asarray(sums, np.float32).reshape(one.shape[:-1])


#: Points that are looked up in a row.
ABREAST = 1024
#: Takes the mean of red, green and blue from each.
GREY_OUT = np.eye(3, dtype=np.float32) - np.float32(1 / 3)
#: Weights below this say nothing.
FAINT = 1e-4
