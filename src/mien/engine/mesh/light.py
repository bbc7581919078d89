"""The target's light on the source's skin: slow changes of colour carried over as a gain."""

import cv2
import numpy as np

from mien.engine.sampling import averaged, averaged_values, blurred, interpolated
from mien.engine.types import Floats, Image, Mask

#: How slow: sigma of the blur as a share of the face's size.
LIGHT_SIGMA = 0.12
#: Skin is compared on a grid this much coarser than the mask's: light has no fine detail.
COARSER = 4
#: A gain beyond these bounds is a mistake, not light.
GAIN_LIMITS = (1 / 4, 4.0)
#: In eyes and teeth only brightness follows, and not far: whites would turn into the skin's colour.
GREY_LIMITS = (0.4, 1.25)
#: Added to both sides of the quotient so that black over black is 1, on the scale 0..255.
DARK_FLOOR = 4.0
#: Weight of the face's mean where no skin is near, as a share of full coverage.
PRIOR = 0.02
#: Rec. 709 luma of R, G, B.
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def slow_mean(small: Floats, weight: Mask, sigma: float) -> Floats:
    """``(h, w, 3)`` weighted blur of ``small``; falls back to the weighted mean far from skin."""
    mean = (small * weight[..., None]).sum(axis=(0, 1)) / max(float(weight.sum()), 1e-6)
    total = blurred(small * weight[..., None], sigma)
    count = blurred(weight, sigma)[..., None]
    return np.asarray((total + PRIOR * mean) / (count + PRIOR), np.float32)


def gain(scene: Image, texture: Image, skin: Mask, greys: Mask, face_cells: float) -> Floats:
    """What to multiply ``texture`` with so that its light becomes that of ``scene``.

    Args:
        scene: ``(h, w, 3)`` the target on the grid.
        texture: ``(h, w, 3)`` the source's face, warped onto it.
        skin: ``(h, w)`` where both show skin that can be compared.
        greys: ``(h, w)`` where only brightness may follow (eyes, teeth).
        face_cells: size of the face in grid cells.

    Returns:
        ``(h, w, 3)`` float32.
    """
    height, width = skin.shape
    size = max(2, width // COARSER), max(2, height // COARSER)
    weight = averaged_values(skin, size)
    sigma = LIGHT_SIGMA * face_cells / COARSER
    light, own = (
        slow_mean(averaged(p, size).astype(np.float32), weight, sigma) for p in (scene, texture)
    )
    coarse = np.clip((light + DARK_FLOOR) / (own + DARK_FLOOR), *GAIN_LIMITS)
    fine = interpolated(coarse, (width, height))
    grey = np.clip(fine @ LUMA, *GREY_LIMITS)[..., None]
    return np.asarray(fine + greys[..., None] * (grey - fine), np.float32)


def lit(texture: Image, by: Floats) -> Image:
    """``texture`` ``(H, W, 3)`` times the gain ``by`` ``(h, w, 3)`` of a coarser grid."""
    full = interpolated(by, (texture.shape[1], texture.shape[0]))
    return np.asarray(cv2.multiply(texture, full, dtype=cv2.CV_8U), np.uint8)
