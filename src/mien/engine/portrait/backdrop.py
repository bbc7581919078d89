"""A scene as pixels: drawn, graded as the look asks, and kept for the next portrait that wants it."""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from mien.engine.portrait.look import Look, Rgb
from mien.engine.portrait.scenes import SCENES, Scene
from mien.engine.portrait.stage import GAMMA, Light, Stage, linear
from mien.engine.types import Floats, Image

#: Backdrops that are kept; one of 1024 x 1280 has 4 MB.
KEPT = 24
#: From here on light is compressed, so that lamps keep their colour.
SHOULDER = 0.75
#: Red, green and blue in the brightness that people see (Rec. 709).
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backdrop:
    """What is behind a person."""

    #: ``(H, W, 3)`` uint8, read-only: it may be shared.
    pixels: Image
    light: Light


@lru_cache(maxsize=KEPT)
def backdrop(look: Look, width: int, height: int, seed: int) -> Backdrop:
    """The backdrop of ``look`` in pixels; the same for the same arguments.

    Raises:
        KeyError: there is no such scene.
    """
    scene = SCENES[look.scene]
    cells = min(scene.cells, height)
    stage = Stage(
        width=max(2, round(cells * width / height)),
        height=cells,
        rng=np.random.default_rng(seed),
        look=look,
    )
    canvas, light = scene.draw(stage)
    small = graded(np.asarray(canvas, np.float32), look, scene)
    pixels = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    # Banding shows in smooth skies and papers; half a level of noise hides it.
    noise = stage.rng.random((64, width), np.float32)
    tiled = np.tile(noise, (math.ceil(height / 64), 1))[:height, :, None]
    out = np.asarray(np.clip(pixels * np.float32(255) + tiled, 0, 255), np.uint8)
    out.setflags(write=False)
    return Backdrop(pixels=out, light=light)


def graded(canvas: Floats, look: Look, scene: Scene) -> Floats:
    """``(H, W, 3)`` sRGB 0..1 of a canvas in linear light, with the colours that the look asks for."""
    warm = np.array([1 + 0.22 * look.warmth, 1.0, 1 - 0.25 * look.warmth], np.float32)
    canvas = canvas * warm * np.float32(2 ** (0.9 * look.brightness))
    if look.colours and not scene.coloured:
        canvas = tinted(canvas, look.colours[0])
    room = 1 - SHOULDER
    lamps = np.asarray(1 - room * np.exp((SHOULDER - canvas) / room), np.float32)
    canvas = np.asarray(np.where(canvas < SHOULDER, canvas, lamps), np.float32)
    out = np.asarray(cv2.pow(np.clip(canvas, 0, 1), 1 / GAMMA), np.float32)
    if look.saturation:
        grey = (out @ LUMA)[..., None]
        out = np.asarray(grey + (out - grey) * np.float32(1 + 0.6 * look.saturation), np.float32)
    if look.contrast:
        out = np.asarray(0.5 + (out - 0.5) * np.float32(1 + 0.35 * look.contrast), np.float32)
    out = np.asarray(np.clip(out, 0, 1), np.float32)
    for colour in look.unwanted:
        out = without(out, colour)
    return np.asarray(out, np.float32)


def tinted(canvas: Floats, colour: Rgb) -> Floats:
    """``canvas`` in light of a colour; as bright as before."""
    tint = np.array(linear(colour), np.float32) + 0.02
    tint = tint / float(tint @ LUMA)
    grey = (canvas @ LUMA)[..., None]
    return np.asarray(canvas * 0.45 + 0.55 * (0.75 * grey + 0.25 * canvas) * tint, np.float32)


#: Hues this near to an unwanted one (degrees) go wholly, and up to the second in part.
SAME_HUE, NEAR_HUE = 32.0, 55.0
#: Colours of less chroma than this are greys, which have no hue.
GREY = 0.06


def without(picture: Floats, colour: Rgb) -> Floats:
    """``picture`` with what has the hue of ``colour`` made grey."""
    wanted = np.array([[colour]], np.float32) / 255
    if float(wanted.max() - wanted.min()) < GREY:
        return picture
    angle = float(cv2.cvtColor(wanted, cv2.COLOR_RGB2HSV)[0, 0, 0])
    hue = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2HSV), np.float32)[..., 0]
    away = np.abs((hue - angle + 180) % 360 - 180)
    keep = np.clip((away - SAME_HUE) / (NEAR_HUE - SAME_HUE), 0, 1)[..., None]
    grey = (picture @ LUMA)[..., None]
    return np.asarray(grey + (picture - grey) * keep, np.float32)
