"""Walls and cloth that a person stands before."""

import cv2
import numpy as np

from mien.engine.portrait.scenes.studio import Drawn, base, bent, mixed_to, times
from mien.engine.portrait.stage import Light, Stage, dyed, glow, lit, mixed, step
from mien.engine.types import Floats

#: Courses of bricks per height of the picture, and how long a brick is for its height.
COURSES, LONG = 17, 2.9
#: Boards across a picture's height.
BOARDS = 5.5


def raked(relief: Floats, side: float, depth: float) -> Floats:
    """How bright a relief is that light rakes from ``side`` and above; about 1."""
    across = cv2.Sobel(relief, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(relief, cv2.CV_32F, 0, 1, ksize=3)
    return np.asarray(np.clip(1 + depth * (-across * side + down * -0.7), 0.25, 2.2), np.float32)


def pool(stage: Stage, side: float) -> Floats:
    """Light on a wall from ``side``."""
    spot = glow(stage, 0.35 * side, 0.3, 0.75)
    return np.asarray(0.35 + 0.8 * spot, np.float32)


def concrete(stage: Stage) -> Drawn:
    """Bare concrete or plaster."""
    colour = base(stage, ((150, 148, 144), (140, 144, 148), (166, 156, 142)))
    side = stage.between(-1, 1)
    relief = stage.noise(5, 6, keep=0.55)
    patches = stage.noise(1.6, 4)
    pores = step(1.9, 2.6, stage.noise(70, 2, keep=0.8))
    tone = np.exp(0.16 * patches + 0.05 * stage.noise(40, 2)) * (1 - 0.45 * pores)
    canvas = lit(stage.flat(colour), tone * raked(relief, side, 0.22) * pool(stage, side))
    return stage.blurred(canvas, 0.004), Light(side=side, wall=True, back=0.25, hardness=0.45)


def brick(stage: Stage) -> Drawn:
    """A brick wall."""
    usual = ((146, 84, 66), (160, 104, 82), (120, 76, 66))
    colour, side = base(stage, usual), stage.between(-1, 1)
    wobble = 0.035 * stage.noise(6, 3)
    v = stage.y * COURSES + wobble
    course = np.floor(v).astype(np.int32)
    u = (stage.x + 2) * COURSES / LONG + 0.5 * (course % 2) + 0.6 * wobble
    number = np.floor(u).astype(np.int32)
    gap = np.minimum(
        np.minimum(u % 1, 1 - u % 1) * LONG, np.minimum(v % 1, 1 - v % 1)
    ) + 0.025 * stage.noise(30, 3)
    solid = step(0.05, 0.115, gap.astype(np.float32))
    dice = stage.rng.standard_normal((64, 64, 2)).astype(np.float32)
    own = dice[course % 64, number % 64]
    face = mixed(
        colour, times(mixed_to(colour, (0.10, 0.07, 0.07), 0.5), 1.0), step(-1.5, 2.5, own[..., 0])
    )
    face = lit(face, np.exp(0.24 * own[..., 1] + 0.12 * stage.noise(45, 3, keep=0.7)))
    mortar = stage.flat(mixed_to(colour, (0.42, 0.40, 0.37), 0.8))
    canvas = mixed(lit(mortar, 0.8 + 0.12 * stage.noise(50, 2)), face, solid)
    relief = solid * (1 + 0.25 * own[..., 1]) + 0.18 * stage.noise(40, 3, keep=0.7)
    canvas = lit(canvas, raked(relief, side, 0.28) * pool(stage, side))
    return stage.blurred(canvas, 0.005), Light(side=side, wall=True, back=0.2, hardness=0.5)


def wood(stage: Stage) -> Drawn:
    """Upright boards."""
    colour = base(stage, ((126, 92, 64), (96, 72, 54), (150, 122, 92)))
    side = stage.between(-1, 1)
    across = (stage.x + 2) * BOARDS + stage.between(0, 1) + 0 * stage.y
    board = np.floor(across).astype(np.int32)
    inside = across % 1
    edge = step(0.0, 0.03, np.minimum(inside, 1 - inside).astype(np.float32))
    dice = stage.rng.standard_normal((64, 2)).astype(np.float32)[board % 64]
    rings = stage.noise(2.2, 3, stretch=0.12) + 3.5 * dice[..., 0]
    lines = np.sin(26 * (inside - 0.5) ** 2 * 4 + 9 * rings)
    fibre = stage.noise(90, 3, stretch=0.06, keep=0.8)
    grain = np.exp(0.13 * lines + 0.12 * fibre + 0.20 * dice[..., 1])
    warm = mixed(
        times(colour, 0.6),
        mixed_to(colour, (0.55, 0.38, 0.22), 0.2),
        step(-1.4, 1.4, lines + fibre),
    )
    tone = grain * (0.22 + 0.78 * edge) * raked(edge + 0.06 * fibre, side, 0.2) * pool(stage, side)
    return stage.blurred(lit(warm, tone), 0.004), Light(
        side=side, wall=True, back=0.2, hardness=0.45
    )


def marble(stage: Stage) -> Drawn:
    """A polished slab with veins."""
    colour = dyed(stage.look.colours[0]) if stage.look.colours else (0.80, 0.80, 0.79)
    rows, columns = np.mgrid[0 : stage.height, 0 : stage.width].astype(np.float32)
    reach = 0.22 * stage.height
    bend = stage.noise(1.6, 5, keep=0.55)
    veins = np.zeros_like(bend)
    for fine, weight in ((2.0, 1.0), (4.5, 0.5)):
        field = bent(
            stage.noise(fine, 3), columns + reach * bend, rows + reach * stage.noise(1.6, 4)
        )
        veins += weight * np.exp(-np.abs(field) * 9) * step(-0.6, 1.0, stage.noise(2.4, 2))
    cloud = step(-1.5, 1.5, bend)
    dark = mixed_to(colour, (0.10, 0.10, 0.12), 0.72)
    canvas = mixed(mixed(times(colour, 0.78), colour, cloud), dark, np.clip(0.75 * veins, 0, 0.8))
    side = stage.between(-1, 1)
    sheen = 0.62 + 0.5 * glow(stage, 0.3 * side, 0.35, 0.7)
    return stage.blurred(lit(canvas, sheen), 0.004), Light(
        side=side, wall=True, back=0.35, hardness=0.3
    )


def drape(stage: Stage) -> Drawn:
    """A heavy curtain."""
    colour = base(stage, ((120, 26, 34), (30, 44, 84), (58, 34, 70), (26, 70, 58)))
    sway = 0.045 * stage.noise(0.9, 2, stretch=0.6)
    at = stage.x + sway + 0.02 * (stage.y - 0.5) * stage.noise(1.5, 1)
    depth = sum(
        weight * np.sin(2 * np.pi * (often * at + stage.between(0, 1)) + turn * sway * 30)
        for often, weight, turn in ((5.5, 1.0, 1.0), (9.3, 0.5, -1.4), (16.1, 0.16, 2.0))
    )
    depth = np.asarray(depth / 1.66, np.float32)
    side = float(stage.rng.choice([-1, 1])) * stage.between(0.5, 1)
    slope = cv2.Sobel(depth, cv2.CV_32F, 1, 0, ksize=3) * stage.height / 160
    shine = np.clip(0.5 + 0.5 * depth - 0.30 * slope * side, 0.02, 1.6)
    nap = 1 + 0.05 * stage.noise(120, 2, stretch=0.3)
    tone = shine**1.5 * nap * (0.55 + 0.6 * glow(stage, 0.2 * side, 0.3, 0.7))
    canvas = lit(stage.flat(colour), tone * 1.15) + lit(stage.flat((0.02, 0.02, 0.02)), shine**6)
    return stage.blurred(canvas, 0.005), Light(side=side, wall=True, back=0.25, hardness=0.5)
