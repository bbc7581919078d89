"""Rooms, out of focus behind who stands in them."""

from dataclasses import dataclass

import numpy as np

from mien.engine.portrait.look import Time
from mien.engine.portrait.scenes.studio import Drawn, mixed_to, times
from mien.engine.portrait.sky import Sky, heavens, sky_of
from mien.engine.portrait.stage import (
    Box,
    Colour,
    Light,
    Point,
    Stage,
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


def room(stage: Stage, *, high: float = 1.9) -> Room:
    """A room that is seen from somewhere near its middle."""
    return Room(
        x=stage.between(-0.22, 0.22),
        y=stage.between(0.40, 0.5),
        half=stage.aspect * stage.between(0.85, 1.05),
        high=high,
    )


def shell(
    stage: Stage, space: Room, colours: tuple[Colour, Colour, Colour], depth: float
) -> Floats:
    """Walls, floor and ceiling (their colours in this order), darker towards the back."""
    wall, floor, ceiling = colours
    canvas = stage.flat(wall)
    near = -0.6
    stage.polygon(canvas, space.level(1, -1, 1, near, depth), ceiling)
    stage.polygon(canvas, space.level(0, -1, 1, near, depth), floor)
    for side, share in ((-1, 0.9), (1, 0.75)):
        stage.polygon(canvas, space.wall(side, near, depth, 0, 1), times(wall, share))
    stage.polygon(canvas, space.back(depth, -1, 1, 0, 1), times(wall, 0.85))
    return canvas


def office(stage: Stage) -> Drawn:
    """An office with tall windows."""
    sky = sky_of(stage, Time.DAY)
    space, side = room(stage), float(stage.rng.choice([-1, 1]))
    tint = linear(stage.look.colours[0]) if stage.look.colours else (0.62, 0.64, 0.66)
    day = 0.35 + 0.65 * sky.level
    canvas = shell(
        stage, space, (times(tint, 0.62 * day), (0.20, 0.18, 0.17), (0.52, 0.53, 0.54)), 3.2
    )
    for z in np.arange(-0.5, 3.0, 0.62):
        pane = mixed_to(sky.horizon, (1, 1, 1), 0.45 * sky.level)
        stage.polygon(canvas, space.wall(side, z, z + 0.52, 0.16, 0.9), times(pane, 1.5))
        stage.polygon(
            canvas,
            space.wall(side, z, z + 0.52, 0.16, 0.36),
            times(mixed_to(sky.horizon, (0.3, 0.35, 0.3), 0.6), 0.9),
        )
        stage.polygon(canvas, space.wall(side, z + 0.24, z + 0.27, 0.16, 0.9), (0.06, 0.06, 0.07))
        stage.polygon(canvas, space.level(0.995, -0.55, -0.25, z, z + 0.4), (1.5, 1.45, 1.35))
        stage.polygon(canvas, space.level(0.995, 0.25, 0.55, z, z + 0.4), (1.5, 1.45, 1.35))
    for z in (2.6, 1.6, 0.9):
        for x0 in (-0.8, 0.15):
            desk = x0 + stage.between(-0.1, 0.1)
            stage.polygon(canvas, space.back(z, desk, desk + 0.55, 0.0, 0.27), (0.07, 0.06, 0.06))
            stage.polygon(
                canvas, space.level(0.27, desk, desk + 0.55, z, z + 0.4), (0.34, 0.27, 0.21)
            )
            stage.polygon(
                canvas, space.back(z, desk + 0.1, desk + 0.36, 0.31, 0.48), (0.03, 0.035, 0.04)
            )
            stage.polygon(
                canvas, space.back(z, desk + 0.11, desk + 0.35, 0.325, 0.47), (0.16, 0.24, 0.32)
            )
    if stage.rng.random() < 0.7:  # noqa: PLR2004 - most offices have a plant
        plant(stage, canvas, space.at(-0.85 * side, 0.3, 0.9), 0.22)
    canvas = lit(canvas, 0.85 + 0.4 * glow(stage, side * stage.aspect / 2, 0.4, 0.5))
    light = Light(
        side=side * 0.75, colour=sky.sun, shade=(0.95, 0.98, 1.0), back=0.5, hardness=0.35
    )
    return stage.blurred(canvas, 0.028), light


def plant(stage: Stage, canvas: Floats, at: Point, size: float) -> None:
    """Leaves that spread from a point."""
    for _ in range(26):
        angle, long = stage.between(-2.8, -0.3), size * stage.between(0.5, 1)
        tip = at[0] + long * np.cos(angle), at[1] + long * np.sin(angle)
        aside = 0.16 * long
        middle = (at[0] + tip[0]) / 2, (at[1] + tip[1]) / 2
        over = -np.sin(angle) * aside, np.cos(angle) * aside
        leaf = (
            at,
            (middle[0] + over[0], middle[1] + over[1]),
            tip,
            (middle[0] - over[0], middle[1] - over[1]),
        )
        green = stage.between(0.3, 1)
        stage.polygon(canvas, leaf, (0.05 * green, 0.20 * green, 0.06 * green))


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


def cafe(stage: Stage) -> Drawn:
    """A dim room with bulbs on strings."""
    sky = sky_of(stage, Time.DUSK)
    space = room(stage, high=1.7)
    canvas = shell(
        stage, space, ((0.085, 0.06, 0.048), (0.05, 0.035, 0.028), (0.03, 0.022, 0.02)), 2.6
    )
    side = float(stage.rng.choice([-1, 1]))
    pane = mixed_to(sky.horizon, sky.zenith, 0.4)
    for z in (0.2, 1.1):
        stage.polygon(canvas, space.wall(side, z, z + 0.75, 0.3, 0.85), times(pane, 0.8))
    stage.polygon(canvas, space.back(2.5, -1, 1, 0.0, 0.3), (0.13, 0.075, 0.045))
    for _ in range(5):
        x, z = stage.between(-0.9, 0.9), stage.between(0.8, 2.0)
        stage.polygon(canvas, space.level(0.28, x, x + 0.35, z, z + 0.3), (0.24, 0.14, 0.08))
    canvas = stage.blurred(canvas, 0.03)
    count = 16
    points = np.stack(
        [stage.rng.uniform(-0.6, 0.6, count), 0.10 + 0.26 * stage.rng.random(count) ** 1.4], axis=1
    )
    colours = np.array(TUNGSTEN, np.float32) * stage.rng.uniform(0.35, 1.6, (count, 1)).astype(
        np.float32
    )
    canvas += stage.lamps(points, colours, 0.028)
    canvas += lit(stage.flat(TUNGSTEN), 0.10 * glow(stage, 0, 0.2, 0.5))
    light = Light(
        side=-side * 0.5,
        colour=(1.0, 0.84, 0.64),
        shade=(0.9, 0.92, 1.0),
        back=0.5,
        hardness=0.45,
        level=0.85,
    )
    return canvas, light


def window(stage: Stage) -> Drawn:
    """A light room with a large window."""
    sky = sky_of(stage, Time.DAY)
    side = float(stage.rng.choice([-1, 1]))
    wall = linear(stage.look.colours[0]) if stage.look.colours else (0.56, 0.53, 0.49)
    canvas = stage.flat(times(wall, 0.5 + 0.3 * sky.level))
    outside = heavens(stage, sky, 0.75, clouds=0.4) * 1.25
    trees = step(0.0, 0.5, stage.noise(7, 4) + 3.0 * (stage.y - 0.62))
    outside = mixed(
        outside, mixed_to((0.10, 0.22, 0.08), sky.horizon, 0.35), 0.75 * trees * sky.level**0.4
    )
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
    plant(stage, canvas, (side * stage.between(0.15, 0.3), bottom + 0.02), 0.17)
    light = Light(
        side=side * 0.9,
        colour=sky.sun,
        shade=(0.95, 0.96, 1.0),
        back=0.7,
        hardness=0.5,
        level=0.6 + 0.4 * sky.level,
    )
    return stage.blurred(canvas, 0.02), light


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


def hall(stage: Stage) -> Drawn:
    """A castle's hall: stone, arches, torches."""
    space = Room(x=stage.between(-0.12, 0.12), y=0.46, half=stage.aspect * 0.95, high=2.2)
    canvas = shell(
        stage, space, ((0.14, 0.115, 0.09), (0.06, 0.05, 0.042), (0.035, 0.03, 0.026)), 3.5
    )
    sky: Sky = sky_of(stage, Time.DUSK)
    far = 3.5
    for x in (-0.55, 0.0, 0.55):
        pane = times(mixed_to(sky.horizon, sky.zenith, 0.45), 1.6)
        arch(stage, canvas, space, (far, x, 0.17), pane)
    torches = []
    for z in (2.4, 1.5, 0.8, 0.3):
        for side in (-1.0, 1.0):
            stage.polygon(canvas, space.wall(side * 0.92, z, z + 0.16, 0, 1), (0.20, 0.165, 0.13))
            stage.polygon(canvas, space.back(z, side * 0.92, side * 1.1, 0, 1), (0.11, 0.09, 0.07))
            torches.append((*space.at(side * 0.9, 0.62, z), 1 / (1 + z)))
    if stage.look.colours:
        for x in (-0.28, 0.28):
            banner = times(linear(stage.look.colours[0]), 0.7)
            stage.polygon(canvas, space.back(far, x - 0.09, x + 0.09, 0.35, 0.95), banner)
    stone = np.exp(0.22 * stage.noise(16, 4, keep=0.7))
    fire = sum(near * glow(stage, x, y, 0.30 * near + 0.05) for x, y, near in torches)
    canvas = lit(canvas, stone * (0.5 + 0.9 * np.asarray(fire, np.float32)))
    canvas = stage.blurred(canvas, 0.014)
    places = np.array([(x, y) for x, y, _ in torches])
    glows = np.array(TUNGSTEN, np.float32) * np.array(
        [[0.7 + 1.3 * near] for *_, near in torches], np.float32
    )
    canvas += stage.lamps(places, glows, 0.018, rim=0.1)
    canvas += lit(stage.flat(TUNGSTEN), 0.16 * np.asarray(fire, np.float32))
    side = float(stage.rng.choice([-1, 1]))
    light = Light(
        side=side * 0.7,
        colour=(1.0, 0.82, 0.60),
        shade=(0.85, 0.88, 1.0),
        back=0.35,
        hardness=0.6,
        level=0.85,
    )
    return canvas, light


def arch(stage: Stage, canvas: Floats, space: Room, place: Place, colour: Colour) -> None:
    """A tall window with a round top; its place is Z, X, and half its width."""
    z, x, half = place
    turns = np.linspace(0, np.pi, 13)
    high = half * space.half / space.high
    top = [space.at(x + half * np.cos(turn), 0.72 + high * np.sin(turn), z) for turn in turns]
    stage.polygon(canvas, (space.at(x + half, 0.3, z), *top, space.at(x - half, 0.3, z)), colour)
