"""Put one picture over another where a mask says so."""

import cv2
import numpy as np

from mien.engine.mesh import loops
from mien.engine.types import Floats, Image, Mask


def feathered(under: Image, over: Image, mask: Mask) -> Image:
    """``over`` where ``mask`` is 1, ``under`` where it is 0, a mix between.

    Args:
        under: ``(H, W, 3)``.
        over: ``(H, W, 3)``.
        mask: ``(H, W)``.

    Returns:
        ``(H, W, 3)``; byte-identical to ``under`` where the mask is 0.
    """
    out = under.copy()
    loops.mixed_in(out.reshape(-1, 3), np.ascontiguousarray(over).reshape(-1, 3), np.ravel(mask))
    return out


#: Levels of the multiband blend: the slowest mixes over 2^5 = 32 pixels.
BANDS = 5


def multiband(under: Image, over: Image, mask: Mask) -> Image:
    """As `feathered`, but slow changes mix over a wide seam and fine detail over a narrow one.

    After Burt and Adelson, "A multiresolution spline with application to image mosaics" (1983).
    """
    bands = min(BANDS, int(np.log2(max(2, min(mask.shape)))) - 1)
    weights = gaussians(mask, bands)
    unders, overs = laplacians(under, bands), laplacians(over, bands)
    mixed = [u + (o - u) * w[..., None] for u, o, w in zip(unders, overs, weights, strict=True)]
    out = mixed[-1]
    for band in reversed(mixed[:-1]):
        out = cv2.pyrUp(out, dstsize=(band.shape[1], band.shape[0])) + band
    blended = np.rint(np.clip(out, 0, 255)).astype(np.uint8)
    near = reached(mask, 2**bands)
    return np.where(near[..., None], blended, under)


def reached(mask: Mask, by: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Where ``mask`` is within ``by`` pixels."""
    size = 2 * by + 1
    wide = cv2.dilate((mask > 0).astype(np.uint8), np.ones((size, size), np.uint8))
    return np.asarray(wide > 0, np.bool_)


def gaussians(mask: Mask, bands: int) -> list[Mask]:
    """``mask`` and its halvings, ``bands + 1`` in all."""
    out = [mask]
    for _ in range(bands):
        out.append(np.asarray(cv2.pyrDown(out[-1]), np.float32))
    return out


def laplacians(image: Image, bands: int) -> list[Floats]:
    """``image`` as ``bands`` layers of detail and what is left, float32."""
    left: Floats = image.astype(np.float32)
    out: list[Floats] = []
    for _ in range(bands):
        half = np.asarray(cv2.pyrDown(left), np.float32)
        out.append(left - cv2.pyrUp(half, dstsize=(left.shape[1], left.shape[0])))
        left = half
    return [*out, left]
