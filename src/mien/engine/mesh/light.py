"""The target's light on the source's skin: slow changes of colour carried over as a gain."""

from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.sampling import averaged, averaged_values, blurred, interpolated
from mien.engine.types import Floats, Image, Mask

#: How slow: sigma of the blur as a share of the face's size.
LIGHT_SIGMA = 0.16
#: Skin is compared on a grid this much coarser than the mask's: light has no fine detail.
COARSER = 4
#: A gain beyond these bounds is a mistake, not light.
GAIN_LIMITS = (1 / 4, 4.0)
#: In eyes and teeth only brightness follows, and not far: whites would turn into the skin's colour.
GREY_LIMITS = (0.4, 1.25)
#: Added to both sides of the quotient so that black over black is 1, on the scale 0..255.
DARK_FLOOR = 4.0
#: Fine detail follows a brightening gain with this power.
DETAIL_POWER = 0.25
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Relight:
    """``texture * gain + lift``, both ``(h, w, 3)`` float32 on the grid."""

    gain: Floats
    #: Levels, 0..255.
    lift: Floats


def relight(scene: Image, texture: Image, skin: Mask, greys: Mask, face_cells: float) -> Relight:
    """How to bring ``texture`` into the light of ``scene``.

    The quotient of both pictures' slow parts is the gain that the light asks for. Where it
    brightens, fine detail is enlarged less than the slow part: noise, pores and wrinkles of a dark
    source would otherwise become scars.

    Args:
        scene: ``(h, w, 3)`` the target on the grid.
        texture: ``(h, w, 3)`` the source's face, warped onto it.
        skin: ``(h, w)`` where both show skin that can be compared.
        greys: ``(h, w)`` where only brightness may follow (eyes, teeth).
        face_cells: size of the face in grid cells.
    """
    height, width = skin.shape
    size = max(2, width // COARSER), max(2, height // COARSER)
    weight = averaged_values(skin, size)
    sigma = LIGHT_SIGMA * face_cells / COARSER
    light, own = (
        slow_mean(averaged(p, size).astype(np.float32), weight, sigma) for p in (scene, texture)
    )
    asked = np.clip((light + DARK_FLOOR) / (own + DARK_FLOOR), *GAIN_LIMITS)
    detail = np.where(asked > 1, asked**DETAIL_POWER, asked)
    lift = interpolated(np.asarray((asked - detail) * own, np.float32), (width, height))
    fine = interpolated(np.asarray(detail, np.float32), (width, height))
    fine *= dimmed(texture, interpolated(own, (width, height)), SHINE_SIGMA * face_cells)
    grey = np.clip(interpolated(asked, (width, height)) @ LUMA, *GREY_LIMITS)[..., None]
    keep = 1 - greys[..., None]
    return Relight(gain=grey + keep * (fine - grey), lift=lift * keep)


#: Brighter than its surroundings by this factor, skin shines; what is above it is kept in this share.
SHINE, KEPT_SHINE = 1.15, 0.3
#: Shine is dimmed as a whole: sigma of the blur on it, a share of the face.
SHINE_SIGMA = 0.012


def dimmed(texture: Image, slow: Floats, sigma: float) -> Floats:
    """``(h, w, 1)`` gains that take the source's own highlights down.

    The sun on a source's nose is not part of the person, and a gain would blow it out.

    Args:
        texture: ``(h, w, 3)`` the source's face on the grid.
        slow: ``(h, w, 3)`` its slow part.
        sigma: cells.
    """
    over = (texture @ LUMA + DARK_FLOOR) / (slow @ LUMA + DARK_FLOOR)
    over = np.maximum(blurred(np.asarray(over, np.float32), max(sigma, SOFTEST)), SHINE)
    return np.asarray(((SHINE + KEPT_SHINE * (over - SHINE)) / over)[..., None], np.float32)


#: A picture whose colours are a function of brightness to this many levels (RMS) has one ink: black
#: and white and sepia portraits lie below 2.5, colour portraits above 4.4.
ONE_INK = 3.0
#: Small against the sums of some hundred cells.
RIDGE = 1e-3
#: Sigma (cells) of the least blur.
SOFTEST = 0.5
#: Every so many cells are enough to tell.
SAMPLED_EVERY = 3


def one_ink(scene: Image) -> bool:
    """Whether ``scene`` is black and white, sepia or lit by one colour.

    Then each channel is a smooth function of brightness: a quadratic explains it.
    """
    sample = scene[::SAMPLED_EVERY, ::SAMPLED_EVERY].reshape(-1, 3).astype(np.float32)
    luma = sample @ LUMA / 255
    powers = np.stack([np.ones_like(luma), luma, luma**2], axis=1)
    # Normal equations: three unknowns, and a ridge that keeps a flat scene from being singular.
    weights = np.linalg.solve(powers.T @ powers + RIDGE * np.eye(3), powers.T @ sample)
    explained = powers @ weights
    return float(np.sqrt(((sample - explained) ** 2).mean())) < ONE_INK


def without_colour(texture: Image) -> Image:
    """``texture`` in greys."""
    grey = cv2.cvtColor(texture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)


def lit(texture: Image, by: Relight) -> Image:
    """``texture`` ``(H, W, 3)`` relit; ``by`` is on a coarser grid."""
    size = texture.shape[1], texture.shape[0]
    scaled = cv2.multiply(texture, interpolated(by.gain, size), dtype=cv2.CV_8U)
    # The lift is slow and never negative: whole levels are enough, and four times faster.
    lift = cv2.resize(np.rint(by.lift).astype(np.uint8), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.add(scaled, lift), np.uint8)
