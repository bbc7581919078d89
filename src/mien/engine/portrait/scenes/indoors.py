"""Rooms, out of focus behind who stands in them."""

from dataclasses import dataclass

import numpy as np

from mien.engine.portrait.look import Time
from mien.engine.portrait.scenes.studio import Drawn, mixed_to, times
from mien.engine.portrait.sky import heavens, sky_of
from mien.engine.portrait.stage import (
    Box,
    Colour,
    Light,
    Point,
    Stage,
    dyed,
    glow,
    linear,
    lit,
    mixed,
    step,
)
from mien.engine.types import Floats

Place = tuple[float, float, float]
TUNGSTEN: Colour = (1.0, 0.62, 0.28)
#: Spines of books, sRGB.
SPINES = (
    *((112, 38, 34), (58, 72, 60), (44, 56, 84), (140, 108, 66), (176, 150, 110), (70, 44, 34)),
    *((150, 70, 44), (86, 86, 84), (190, 178, 156), (40, 40, 44)),
)


@dataclass(frozen=True, kw_only=True)
class Room:
    """A room in central perspective; its places are X -1..1 across, Y 0 floor to 1 ceiling, Z into it."""

    #: Where parallels meet, and half the width and the height of the room at the picture's plane.
    x: float
    y: float
    half: float
    high: float
    #: How high the camera hangs, 0..1.
    eye: float = 0.5

    def at(self, x: float, y: float, z: float) -> Point:
        """Where a place of the room is in the picture."""
        near = 1 / (1 + z)
        return self.x + x * self.half * near, self.y + (self.eye - y) * self.high * near

    def wall(self, side: float, z0: float, z1: float, y0: float, y1: float) -> tuple[Point, ...]:
        """A rectangle of a side wall."""
        return (
            self.at(side, y0, z0),
            self.at(side, y0, z1),
            self.at(side, y1, z1),
            self.at(side, y1, z0),
        )

    def level(self, y: float, x0: float, x1: float, z0: float, z1: float) -> tuple[Point, ...]:
        """A rectangle of the floor or the ceiling."""
        return self.at(x0, y, z0), self.at(x1, y, z0), self.at(x1, y, z1), self.at(x0, y, z1)

    def back(self, z: float, x0: float, x1: float, y0: float, y1: float) -> tuple[Point, ...]:
        """A rectangle that faces the camera."""
        return self.at(x0, y0, z), self.at(x1, y0, z), self.at(x1, y1, z), self.at(x0, y1, z)


def shelves(stage: Stage, canvas: Floats, place: Box, rows: int) -> None:
    """A wall of books, straight ahead."""
    left, top, right, bottom = place
    stage.box(canvas, place, (0.035, 0.022, 0.014))
    row = (bottom - top) / rows
    for number in range(rows):
        floor = top + (number + 1) * row
        x = left
        while x < right:
            thick = row * stage.between(0.10, 0.24)
            high = row * stage.between(0.58, 0.86)
            if stage.rng.random() < 0.9:  # noqa: PLR2004 - here and there is a gap
                spine = linear(SPINES[int(stage.rng.integers(len(SPINES)))])
                shade = stage.between(0.6, 1.15)
                end = min(x + thick * 0.93, right)
                stage.box(canvas, (x, floor - high, end, floor), times(spine, shade))
            x += thick
        board = (left, floor - 0.05 * row, right, floor + 0.05 * row)
        stage.box(canvas, board, (0.12, 0.07, 0.04))


def books(stage: Stage) -> Drawn:
    """Shelves full of books, and lamps between them."""
    canvas = stage.flat((0.05, 0.03, 0.02))
    half = stage.aspect / 2
    middle = stage.between(-0.1, 0.1)
    width = stage.between(0.5, 0.62)
    for number in range(-2, 3):
        left = middle + (number - 0.5) * width
        shelves(stage, canvas, (left + 0.03, -0.03, left + width - 0.03, 1.05), 6)
        stage.box(canvas, (left - 0.03, -0.1, left + 0.03, 1.1), (0.16, 0.095, 0.055))
    side = float(stage.rng.choice([-1, 1]))
    lamp = (
        0.30
        + 0.95 * glow(stage, side * 0.45 * half, 0.28, 0.42)
        + 0.3 * glow(stage, -side * half, 0.5, 0.4)
    )
    warm = mixed((1.0, 0.80, 0.58), (1, 0.95, 0.85), lamp * 0.4)
    canvas = canvas * lamp[..., None] * warm * 1.7
    canvas = stage.blurred(canvas, 0.014)
    points = np.array(
        [
            [side * stage.between(0.5, 0.9) * half, stage.between(0.12, 0.3)],
            [-side * 0.8 * half, stage.between(0.2, 0.35)],
        ]
    )
    colours = np.array([TUNGSTEN, TUNGSTEN], np.float32) * np.array([[1.5], [0.8]], np.float32)
    canvas += stage.lamps(points, colours, 0.035, rim=0.2)
    canvas += lit(stage.flat(TUNGSTEN), 0.35 * glow(stage, points[0, 0], points[0, 1], 0.16))
    light = Light(
        side=side * 0.6,
        colour=(1.0, 0.88, 0.72),
        shade=(0.95, 0.92, 0.95),
        back=0.3,
        hardness=0.4,
        level=0.92,
    )
    return canvas, light


def window(stage: Stage) -> Drawn:
    """A light room with a large window."""
    sky = sky_of(stage, Time.DAY)
    side = float(stage.rng.choice([-1, 1]))
    wall = dyed(stage.look.colours[0]) if stage.look.colours else (0.56, 0.53, 0.49)
    canvas = stage.flat(times(wall, 0.5 + 0.3 * sky.level))
    outside = heavens(stage, sky, 0.75, clouds=0.4) * 1.25
    trees = step(0.0, 0.5, stage.noise(7, 4) + 3.0 * (stage.y - 0.62))
    outside = mixed(
        outside, mixed_to((0.10, 0.22, 0.08), sky.horizon, 0.35), 0.75 * trees * sky.level**0.4
    )
    # Who exposes for a room has little of the sky.
    outside = mixed(outside, mixed_to(sky.horizon, (1, 1, 1), 0.7 * sky.level), 0.55)
    frame = np.zeros_like(canvas)
    x0, x1 = sorted((side * 0.06, side * 0.7))
    top, bottom = stage.between(-0.05, 0.06), stage.between(0.72, 0.8)
    panes = 3
    for number in range(panes):
        left = x0 + (x1 - x0) * number / panes
        right = x0 + (x1 - x0) * (number + 1) / panes
        for upper, lower in ((top, top + 0.26), (top + 0.285, bottom)):
            stage.box(frame, (left + 0.012, upper, right - 0.012, lower), (1, 1, 1))
    stage.box(canvas, (x0 - 0.03, top - 0.1, x1 + 0.03, bottom + 0.03), (0.75, 0.74, 0.72))
    stage.box(canvas, (x0 - 0.06, bottom + 0.02, x1 + 0.06, bottom + 0.06), (0.55, 0.54, 0.52))
    canvas = lit(canvas, 0.45 + 0.75 * glow(stage, side * 0.4, 0.45, 0.5))
    canvas = mixed(canvas, outside * 1.35, frame[..., 0])
    curtain = glow(stage, side * 0.03, 0.4, 10) * step(
        0.085, 0.05, np.abs(stage.x - side * 0.04) + 0 * stage.y
    )
    folds = 0.75 + 0.25 * np.sin(stage.x * 260 + 3 * stage.noise(1, 1))
    canvas = mixed(
        canvas, lit(stage.flat((0.85, 0.83, 0.80)), folds * (0.4 + 0.5 * sky.level)), 0.85 * curtain
    )
    light = Light(
        side=side * 0.9,
        colour=sky.sun,
        shade=(0.95, 0.96, 1.0),
        back=0.7,
        hardness=0.5,
        level=0.6 + 0.4 * sky.level,
    )
    return stage.blurred(canvas, 0.024), light


def beams(stage: Stage) -> Drawn:
    """A stage with spotlights in haze."""
    given = [linear(colour) for colour in stage.look.colours]
    usual: list[Colour] = [(0.25, 0.45, 1.0), (1.0, 0.30, 0.55), (1.0, 0.75, 0.4), (0.4, 0.9, 0.9)]
    stage.rng.shuffle(usual)
    colours = [*given, *usual]
    canvas = stage.flat((0.006, 0.006, 0.010))
    haze = 0.75 + 0.35 * stage.noise(3, 4)
    points, shines = [], []
    for number in range(7):
        x = -0.5 + number / 6 + stage.between(-0.06, 0.06)
        lean = stage.between(-0.55, 0.55)
        colour = colours[number % max(2, min(3, len(colours)))]
        down = np.clip(stage.y + 0.03, 0, None)
        away = np.abs(stage.x - x - lean * down) / (0.012 + 0.13 * down)
        beam = np.exp(-(away**2) * 1.6) * np.exp(-1.5 * down) * haze
        canvas += lit(stage.flat(colour), 0.55 * np.asarray(beam, np.float32))
        points.append((x, 0.015 + 0.03 * stage.rng.random()))
        shines.append(np.array(colour, np.float32) * 2.2 + 0.6)
    floor = step(0.86, 1.0, stage.y + 0 * stage.x)
    canvas += lit(stage.flat(colours[0]), 0.12 * floor * haze)
    canvas = stage.blurred(canvas, 0.006)
    canvas += stage.lamps(np.array(points), np.stack(shines), 0.022)
    side = stage.between(-0.8, 0.8)
    light = Light(
        side=side,
        colour=(1.0, 0.96, 0.92),
        shade=softly(colours[0]),
        back=0.8,
        hardness=0.7,
        level=0.9,
    )
    return canvas, light


def softly(colour: Colour) -> Colour:
    """A lamp's colour as it tints shadows."""
    top = max(colour)
    return mixed_to((colour[0] / top, colour[1] / top, colour[2] / top), (1, 1, 1), 0.55)
