"""What a picture is taken on: curves of films, and black and white."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.portrait.look import Film
from mien.engine.types import Image

Curve = NDArray[np.uint8]
#: How black and white film sees red, green and blue.
PANCHROMATIC = np.array([[0.32, 0.55, 0.13]], np.float32)


def developed(picture: Image, film: Film) -> Image:
    """``picture`` ``(H, W, 3)`` as ``film`` shows it; itself for a sensor."""
    if film is Film.DIGITAL:
        return picture
    if film in (Film.MONO, Film.NOIR, Film.SEPIA):
        grey = cv2.transform(picture, PANCHROMATIC)
        picture = np.asarray(cv2.merge([grey] * 3), np.uint8)
    elif film in SATURATION:
        picture = saturated(picture, SATURATION[film])
    out = np.asarray(cv2.LUT(picture, curves(film)), np.uint8)
    return vignetted(out, VIGNETTE[film]) if film in VIGNETTE else out


#: How colourful, and how dark the corners are.
SATURATION = {Film.VINTAGE: 0.72, Film.SLIDE: 1.28, Film.NEGATIVE: 0.93, Film.CROSS: 1.1}
VIGNETTE = {Film.NOIR: 0.45, Film.SEPIA: 0.25, Film.VINTAGE: 0.22}


def saturated(picture: Image, by: float) -> Image:
    """``picture`` more or less colourful."""
    luma = np.array([[0.2126, 0.7152, 0.0722]], np.float32)
    matrix = by * np.eye(3, dtype=np.float32) + (1 - by) * luma.repeat(3, axis=0)
    return np.asarray(cv2.transform(picture, matrix), np.uint8)


@cache
def curves(film: Film) -> Curve:
    """``(1, 256, 3)`` what each level of red, green and blue becomes."""
    x = np.linspace(0, 1, 256)
    bend = x * x * (3 - 2 * x)
    red, green, blue = _bent(film, x, bend)
    table = np.stack([red, green, blue], axis=-1)
    return np.rint(np.clip(table, 0, 1) * 255).astype(np.uint8)[None]


Floats64 = NDArray[np.float64]


def _bent(  # noqa: PLR0911 - one answer a film
    film: Film, x: Floats64, bend: Floats64
) -> tuple[Floats64, Floats64, Floats64]:
    if film is Film.MONO:
        tone = 0.7 * x + 0.3 * bend
        return tone, tone, tone
    if film is Film.NOIR:
        tone = np.clip(1.25 * bend - 0.10, 0, 1)
        return tone, tone, tone
    if film is Film.SEPIA:
        tone = 0.06 + 0.90 * (0.8 * x + 0.2 * bend)
        return np.minimum(1, tone * 1.07 + 0.02), tone * 0.93, tone * 0.74
    if film is Film.VINTAGE:
        return 0.09 + 0.86 * x, 0.075 + 0.85 * (0.9 * x + 0.1 * bend), 0.14 + 0.70 * x
    if film is Film.SLIDE:
        tone = 0.55 * x + 0.45 * bend
        return tone, tone, 0.98 * tone
    if film is Film.NEGATIVE:
        soft = 0.03 + 0.95 * x**0.93
        return soft, 0.995 * soft, 0.965 * soft + 0.012
    return 0.45 * x + 0.55 * bend, 0.65 * x + 0.35 * bend, 0.16 + 0.68 * x


def vignetted(picture: Image, by: float) -> Image:
    """``picture`` with corners darker by a share."""
    height, width = picture.shape[:2]
    across = np.linspace(-1, 1, 64, dtype=np.float32)
    gain = 1 - by * np.clip((across[None] ** 2 + across[:, None] ** 2) / 2, 0, 1) ** 1.5
    large = cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(picture, cv2.merge([large] * 3), dtype=cv2.CV_8U), np.uint8)
