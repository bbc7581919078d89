"""Backdrops of a photo studio."""

import cv2
import numpy as np

from mien.engine.portrait.look import Rgb
from mien.engine.portrait.stage import Colour, Light, Stage, dyed, glow, linear, lit, mixed, step
from mien.engine.types import Floats

Drawn = tuple[Floats, Light]
#: Greys and muted tones that papers come in.
PAPERS: tuple[Rgb, ...] = ((168, 172, 178), (188, 182, 174), (122, 130, 140), (150, 160, 166))
#: Gels that light is coloured with, in pairs.
GELS: tuple[tuple[Rgb, Rgb], ...] = (
    ((255, 60, 110), (40, 110, 255)),
    ((255, 130, 40), (30, 160, 200)),
    ((170, 60, 255), (255, 90, 60)),
    ((40, 210, 190), (240, 60, 160)),
)


def base(stage: Stage, usual: tuple[Rgb, ...] = PAPERS, index: int = 0) -> Colour:
    """The colour that the look asks for, as paper and paint have it, or one of the usual ones; linear."""
    colours = stage.look.colours
    if len(colours) > index:
        return dyed(colours[index])
    return linear(usual[int(stage.rng.integers(len(usual)))])


def times(colour: Colour, by: float) -> Colour:
    """``colour`` brighter or darker."""
    return colour[0] * by, colour[1] * by, colour[2] * by


def paper(stage: Stage) -> Drawn:
    """A roll of paper with a pool of light on it."""
    colour, side = base(stage), stage.between(-1, 1)
    pool = glow(stage, 0.22 * side, stage.between(0.3, 0.5), stage.between(0.45, 0.65))
    fall = 0.42 + 0.75 * pool + 0.07 * side * stage.x * 2
    fibres = 1 + 0.012 * stage.noise(60, 2) + 0.02 * stage.noise(2, 3)
    light = Light(side=side * 0.6, wall=True, back=0.35, hardness=0.35)
    return lit(stage.flat(colour), fall * fibres), light


def gradient(stage: Stage) -> Drawn:
    """Two colours that run into each other."""
    first = base(stage, ((64, 84, 120), (92, 70, 110), (60, 100, 104), (120, 84, 74)))
    second = (
        dyed(stage.look.colours[1])
        if len(stage.look.colours) > 1
        else times(mixed_to(first, (1, 0.96, 0.92), 0.45), 1.0)
    )
    angle = stage.between(-0.7, 0.7)
    along = stage.y + angle * stage.x + 0.06 * stage.noise(1.2, 2)
    canvas = mixed(first, second, step(0.05, 1.05, along))
    canvas *= (0.8 + 0.35 * glow(stage, 0, 0.4, 0.6))[..., None]
    return canvas, Light(side=np.sign(angle) * 0.4, wall=False, back=0.4)


def mixed_to(colour: Colour, other: Colour, share: float) -> Colour:
    """A colour between two."""
    red, green, blue = (a + (b - a) * share for a, b in zip(colour, other, strict=True))
    return red, green, blue


def brushed(stage: Stage) -> Drawn:
    """Hand-painted canvas: clouds of the brush, layer on layer."""
    colour = base(stage, ((104, 98, 88), (86, 96, 104), (112, 92, 80), (92, 100, 90)))
    warp = 0.5 * stage.noise(2.0, 3)
    strokes = np.zeros_like(warp)
    for _ in range(3):
        along = stage.noise(7, 4, stretch=stage.between(0.35, 0.7), keep=0.62)
        across = stage.noise(7, 4, stretch=stage.between(1.5, 3.0), keep=0.62)
        either = step(-0.5, 0.5, stage.noise(3, 3) + warp)
        strokes += along + (across - along) * either
    tone = 0.55 + 0.9 * glow(stage, stage.between(-0.12, 0.12), 0.38, 0.5)
    tone *= np.exp(0.05 * strokes + 0.13 * warp)
    weave = 1 + 0.02 * stage.noise(150, 1)
    hue = mixed(
        times(colour, 0.55), mixed_to(colour, (0.9, 0.85, 0.78), 0.16), step(-4.5, 3.5, strokes)
    )
    light = Light(side=stage.between(-0.8, 0.8), wall=True, back=0.25, hardness=0.45)
    return stage.blurred(lit(hue, tone), 0.012) * weave[..., None], light


def spot(stage: Stage) -> Drawn:
    """A round light on a dark wall."""
    colour = base(stage, ((120, 116, 112), (96, 108, 128), (130, 104, 92)))
    x, y = stage.between(-0.12, 0.12), stage.between(0.32, 0.45)
    away = np.hypot(stage.x - x, (stage.y - y) * stage.between(0.85, 1.1))
    tone = 0.05 + 1.0 * step(0.50, 0.16, away) * (0.75 + 0.25 * glow(stage, x, y, 0.3))
    tone = tone * (1 + 0.05 * stage.noise(9, 4))
    light = Light(side=np.sign(x) * -0.7, wall=True, back=0.3, hardness=0.75, level=0.9)
    return lit(stage.flat(colour), tone), light


def gels(stage: Stage) -> Drawn:
    """Two lamps of different colours on a grey wall."""
    pair = GELS[int(stage.rng.integers(len(GELS)))]
    given = stage.look.colours
    first, second = (linear(given[i] if len(given) > i else pair[i]) for i in (0, 1))
    side = float(stage.rng.choice([-1, 1]))
    half = stage.aspect / 2
    left = glow(stage, -half * side * 1.05, stage.between(0.2, 0.6), 0.62)
    right = glow(stage, half * side * 1.05, stage.between(0.2, 0.6), 0.62)
    canvas = lit(stage.flat(first), left) + lit(stage.flat(second), right) + 0.012
    canvas *= (1 + 0.04 * stage.noise(5, 4))[..., None]
    light = Light(
        side=-0.8 * side, colour=softened(first), shade=softened(second), back=0.7, hardness=0.6
    )
    return canvas * 1.1, light


def softened(colour: Colour) -> Colour:
    """A lamp's colour as light on skin: half of the way to white, as bright as white."""
    top = max(colour)
    red, green, blue = (0.5 + 0.5 * value / top for value in colour)
    return red, green, blue


def high_key(stage: Stage) -> Drawn:
    """White, without a corner."""
    colour = dyed(stage.look.colours[0]) if stage.look.colours else (0.93, 0.94, 0.96)
    tone = 1.06 - 0.12 * step(0.55, 1.1, stage.y) + 0.03 * stage.noise(1, 2)
    tone = tone - 0.06 * np.abs(stage.x)
    light = Light(side=stage.between(-0.4, 0.4), wall=False, back=0.6, hardness=0.1, level=1.1)
    return lit(stage.flat(mixed_to(colour, (0.96, 0.96, 0.96), 0.35)), tone), light


def low_key(stage: Stage) -> Drawn:
    """Nearly black, with a breath of light from one side."""
    colour = base(stage, ((62, 64, 70), (70, 62, 56), (50, 60, 72)))
    side = float(stage.rng.choice([-1, 1]))
    veil = glow(stage, side * 0.55, stage.between(0.25, 0.5), 0.5)
    tone = (0.10 + 0.85 * veil) * (1 + 0.1 * stage.noise(2, 4))
    return lit(stage.flat(colour), tone), Light(
        side=-side * 0.9, back=0.25, hardness=0.85, level=0.85
    )


def smoke(stage: Stage) -> Drawn:
    """Smoke before black."""
    colour = base(stage, ((140, 150, 165), (160, 140, 150), (130, 150, 150)))
    drift = 0.35 * stage.noise(1.5, 3)
    rows, columns = np.mgrid[0 : stage.height, 0 : stage.width].astype(np.float32)
    puffs = stage.noise(2.5, 6, keep=0.6)
    reach = 0.16 * stage.height
    warped = bent(puffs, columns + reach * drift, rows + reach * stage.noise(2, 3))
    density = step(-0.7, 1.7, warped + 0.5 * drift) ** 1.6
    lamp = 0.15 + glow(stage, stage.between(-0.4, 0.4), stage.between(0.2, 0.5), 0.5)
    side = stage.between(-0.9, 0.9)
    canvas = lit(stage.flat(colour), density * lamp * 1.1) + 0.006
    return stage.blurred(canvas, 0.006), Light(side=side, back=0.5, hardness=0.6, level=0.9)


def bent(values: Floats, columns: Floats, rows: Floats) -> Floats:
    """``values`` looked up at other cells."""
    linear_way, mirror = cv2.INTER_LINEAR, cv2.BORDER_REFLECT
    return np.asarray(cv2.remap(values, columns, rows, linear_way, borderMode=mirror), np.float32)
