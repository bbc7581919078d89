"""A person before a backdrop: light, shadow and edges that belong to it, then the film."""

from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.ground import grain
from mien.engine.portrait.backdrop import Backdrop
from mien.engine.portrait.cutout import Cutout
from mien.engine.portrait.film import developed
from mien.engine.portrait.frame import Frame
from mien.engine.portrait.look import Look
from mien.engine.portrait.stage import GAMMA, Light
from mien.engine.types import Floats, Image, Mask

#: How much of a scene's colours comes onto a person, and of its side light.
CAST, SIDE = 0.32, 0.34
#: Light from behind reaches over the person's edge by this much (heights), this strongly.
WRAP_REACH, WRAP = 0.012, 0.5
#: A shadow on a wall: how far it is moved, how soft (heights), and how dark.
SHADOW_MOVE, SHADOW_SOFT, SHADOW = 0.05, 0.035, 0.4
#: Slow changes are worked out at this share of the size.
COARSE = 8
#: Grain of a portrait, levels, and its radius, pixels at a height of 1280.
GRAIN, GRAIN_RADIUS = 1.6, 0.7
#: Grain of film, by how many times more.
FULL_HEIGHT = 1280.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """A person at their place in the picture."""

    #: ``(H, W, 3)`` and ``(H, W)``.
    colour: Image
    alpha: Mask
    #: Middle of the face and half its width; pixels.
    middle: float
    half: float


def placed(person: Cutout, frame: Frame, middle: float, face: float) -> Placed:
    """``person`` in ``frame``.

    Args:
        middle, face: x of the face's middle and its height; pixels of the photo.
    """
    size = frame.width, frame.height
    # Pixel centres are whole numbers.
    shift = 0.5 * frame.scale - 0.5
    matrix = np.array(
        [[frame.scale, 0, frame.left + shift], [0, frame.scale, frame.top + shift]], np.float32
    )
    colour, alpha = person.colour, person.alpha
    if frame.scale < 0.7:  # noqa: PLR2004 - a bilinear look-up would skip pixels
        matrix, colour, alpha = _reduced(frame, colour, alpha)
    edge = cv2.BORDER_REPLICATE
    way = cv2.INTER_CUBIC if frame.scale > 1 else cv2.INTER_LINEAR
    return Placed(
        colour=np.asarray(
            cv2.warpAffine(colour, matrix, size, flags=way, borderMode=edge), np.uint8
        ),
        alpha=np.asarray(cv2.warpAffine(alpha, matrix, size, flags=cv2.INTER_LINEAR), np.float32),
        middle=middle * frame.scale + frame.left,
        half=0.5 * face * frame.scale,
    )


def _reduced(frame: Frame, colour: Image, alpha: Mask) -> tuple[Floats, Image, Mask]:
    height, width = alpha.shape
    small = max(1, round(width * frame.scale)), max(1, round(height * frame.scale))
    matrix = np.array([[1, 0, frame.left], [0, 1, frame.top]], np.float32)
    area = cv2.INTER_AREA
    return (
        matrix,
        np.asarray(cv2.resize(colour, small, interpolation=area), np.uint8),
        np.asarray(cv2.resize(alpha, small, interpolation=area), np.float32),
    )


def composed(person: Placed, behind: Backdrop, look: Look, *, noise: float = 1.0) -> Image:
    """``(H, W, 3)`` the person before the backdrop, lit and developed.

    Args:
        noise: how strong the grain is, next to the usual.
    """
    light = behind.light
    under = behind.pixels
    if light.wall:
        under = shadowed(under, person.alpha, light)
    over = relit(person, light, look)
    over = wrapped(over, person.alpha, under, light)
    picture = cv2.blendLinear(over, under, person.alpha, 1 - person.alpha)
    picture = developed(np.asarray(picture, np.uint8), look.film)
    return grained(picture, noise * (FILM_GRAIN if look.film.grainy else 1.0))


#: Film has this much more grain than a sensor.
FILM_GRAIN = 3.0


def small_size(shape: tuple[int, ...], by: int = COARSE) -> tuple[int, int]:
    """(width, height) of a ``(H, W)`` at an n-th of its size."""
    return max(1, shape[1] // by), max(1, shape[0] // by)


def relit(person: Placed, light: Light, look: Look) -> Image:
    """The person's colours in the light of the scene."""
    height, width = person.alpha.shape
    columns, rows = small_size((height, width))
    x = (np.arange(columns, dtype=np.float32) + 0.5) * width / columns
    turn = 0.5 + 0.5 * light.side * np.tanh((x - person.middle) / (1.3 * person.half))
    bright = np.array(light.colour, np.float32) ** np.float32(CAST / GAMMA * 2)
    shade = np.array(light.shade, np.float32) ** np.float32(CAST / GAMMA * 2)
    contrast = 1 + SIDE * light.hardness * light.side * np.tanh((x - person.middle) / person.half)
    warm = np.array([1 + 0.06 * look.warmth, 1.0, 1 - 0.07 * look.warmth], np.float32)
    level = light.level ** (1 / GAMMA) * 2 ** (0.25 * look.brightness)
    gain = (shade + (bright - shade) * turn[:, None]) * contrast[:, None] * warm * level
    strip = np.asarray(gain, np.float32)[None].repeat(rows, axis=0)
    large = cv2.resize(strip, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(person.colour, large, dtype=cv2.CV_8U), np.uint8)


def wrapped(over: Image, alpha: Mask, under: Image, light: Light) -> Image:
    """``over`` with the backdrop's light around its edges."""
    height, width = alpha.shape
    size = small_size((height, width), 4)
    sigma = max(0.6, WRAP_REACH * height / 4)
    around = 1 - np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32)
    rim = cv2.GaussianBlur(around, (0, 0), sigma)
    glow = cv2.GaussianBlur(
        np.asarray(cv2.resize(under, size, interpolation=cv2.INTER_AREA), np.uint8),
        (0, 0),
        3 * sigma,
    )
    share = np.asarray(rim * (WRAP * light.back), np.float32)[..., None]
    # Light adds: what shines is what is brighter than half.
    added = np.rint(glow * share * np.float32(0.9)).astype(np.uint8)
    full = cv2.resize(added, (width, height), interpolation=cv2.INTER_LINEAR)
    dark = cv2.multiply(cv2.bitwise_not(over), cv2.bitwise_not(full), scale=1 / 255)
    return np.asarray(cv2.bitwise_not(dark), np.uint8)


def shadowed(under: Image, alpha: Mask, light: Light) -> Image:
    """``under`` with the person's shadow, away from the light and down."""
    height, width = alpha.shape
    size = small_size((height, width))
    mask = np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32)
    move = SHADOW_MOVE * size[1]
    matrix = np.array([[1, 0, -light.side * move], [0, 1, 0.5 * move]], np.float64)
    moved = cv2.warpAffine(mask, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    soft = cv2.GaussianBlur(moved, (0, 0), SHADOW_SOFT * size[1])
    gain = np.asarray(1 - SHADOW * (0.5 + light.hardness) * soft, np.float32)
    large = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(under, cv2.merge([large] * 3), dtype=cv2.CV_8U), np.uint8)


def grained(picture: Image, strength: float) -> Image:
    """``picture`` with the grain of one shot over person and backdrop."""
    height = picture.shape[0]
    noise = grain(picture.shape[:2], max(0.4, GRAIN_RADIUS * height / FULL_HEIGHT))
    levels = np.rint(noise * (GRAIN * strength)).astype(np.int16)
    return np.asarray(cv2.add(picture, cv2.merge([levels] * 3), dtype=cv2.CV_8U), np.uint8)
