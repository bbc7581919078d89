"""Streets and towns."""

import numpy as np

from mien.engine.portrait.look import Time
from mien.engine.portrait.scenes.indoors import Room
from mien.engine.portrait.scenes.studio import Drawn, mixed_to, softened, times
from mien.engine.portrait.sky import Sky, daylight, heavens, sky_of
from mien.engine.portrait.stage import Box, Colour, Light, Stage, glow, linear, lit, mixed, step
from mien.engine.types import Floats

#: Lamps of a town, linear.
STREET: tuple[Colour, ...] = (
    (1.0, 0.55, 0.20),
    (1.0, 0.72, 0.42),
    (0.75, 0.85, 1.0),
    (1.0, 0.18, 0.10),
    (0.20, 0.85, 0.55),
)


def night(stage: Stage) -> Drawn:
    """A town at night, far out of focus."""
    sky = sky_of(stage, Time.NIGHT)
    ground = stage.between(0.66, 0.74)
    canvas = heavens(stage, sky, ground, clouds=0.3)
    canvas += lit(stage.flat((0.16, 0.09, 0.05)), glow(stage, 0, ground, 0.3))
    canvas = skyline(stage, canvas, sky, ground, lights=True)
    wet = canvas[::-1][: stage.height]
    mirrored = np.roll(wet, int((2 * ground - 1) * stage.height), axis=0) * 0.35
    below = step(ground, ground + 0.01, stage.y + 0 * stage.x)
    canvas = mixed(canvas, mirrored + 0.004, below)
    canvas = stage.blurred(canvas, 0.020)
    count = 110
    high = stage.rng.random(count) ** 0.6
    points = np.stack([stage.rng.uniform(-0.6, 0.6, count), ground - 0.45 * high + 0.06], axis=1)
    low = np.stack(
        [stage.rng.uniform(-0.6, 0.6, 26), stage.rng.uniform(ground - 0.05, ground + 0.12, 26)],
        axis=1,
    )
    colours = (
        picked(stage, count + 26)
        * stage.rng.uniform(0.10, 1.0, (count + 26, 1)).astype(np.float32) ** 1.6
    )
    canvas += stage.lamps(np.concatenate([points, low]), colours * 1.3, 0.022)
    light = Light(
        side=stage.between(-0.8, 0.8),
        colour=(1.0, 0.86, 0.70),
        shade=(0.72, 0.82, 1.12),
        back=0.6,
        hardness=0.5,
        level=0.8,
    )
    return canvas, light


def picked(stage: Stage, count: int) -> Floats:
    """``(count, 3)`` colours of lamps: those of the look, or a town's."""
    given = [linear(colour) for colour in stage.look.colours]
    lamps = np.array(given or STREET, np.float32)
    weights = np.array([1.0] * len(lamps) if given else [0.42, 0.3, 0.16, 0.07, 0.05])
    return np.asarray(
        lamps[stage.rng.choice(len(lamps), count, p=weights / weights.sum())], np.float32
    )


def skyline(
    stage: Stage, canvas: Floats, sky: Sky, ground: float, *, lights: bool, rise: float = 0.42
) -> Floats:
    """``canvas`` with rows of houses that stand on ``ground``, the far ones in haze."""
    out = canvas.copy()
    for row in range(3):
        haze = 0.72 - 0.28 * row
        x = -0.62 + stage.between(-0.05, 0)
        while x < 0.62:  # noqa: PLR2004 - the widest picture's half
            wide = stage.between(0.05, 0.13) * (1 + 0.25 * row)
            top = ground - rise * stage.between(0.25, 1.0) ** 1.4 * (1.0 - 0.16 * row)
            stone = mixed_to(
                times((0.15, 0.145, 0.14), stage.between(0.6, 1.3) * (sky.level + 0.04)),
                sky.horizon,
                haze,
            )
            stage.box(out, (x, top, x + wide, ground + 0.01), stone)
            stage.box(out, (x + 0.62 * wide, top, x + wide, ground + 0.01), times(stone, 0.8))
            if stage.rng.random() < 0.5:  # noqa: PLR2004 - every other house
                stage.box(out, (x + wide * 0.3, top - 0.03, x + wide * 0.6, top), stone)
            house = (x, top, x + wide, ground)
            panes(stage, out, house, (stone, sky.horizon), lights=lights)
            x += wide * stage.between(0.85, 1.15)
    return out


def panes(
    stage: Stage, canvas: Floats, house: Box, colours: tuple[Colour, Colour], *, lights: bool
) -> None:
    """The windows of a house of stone, which mirror the sky."""
    size, share = 0.013, 0.33 if lights else 0.0
    left, top, right, ground = house
    stone, sky = colours
    for column in np.arange(left + size, right - size, size * 1.6):
        for row in np.arange(top + size, ground - size, size * 1.9):
            if stage.rng.random() < share:
                colour = times((1.0, 0.66, 0.34), stage.between(0.2, 1.3))
            else:
                colour = mixed_to(times(stone, 0.7), sky, stage.between(0, 0.5))
            stage.box(canvas, (column, row, column + size, row + size * 1.2), colour)


def skyline_by_day(stage: Stage) -> Drawn:
    """Towers of a large town."""
    sky = sky_of(stage, Time.DAY)
    ground = 1.05
    canvas = heavens(stage, sky, 0.9, clouds=0.5)
    canvas = skyline(stage, canvas, sky, ground, lights=sky.level < 0.5, rise=0.85)  # noqa: PLR2004 - it is dark
    side = stage.between(-0.8, 0.8)
    canvas = lit(canvas, 0.92 + 0.16 * side * stage.x)
    return stage.blurred(canvas, 0.016), daylight(stage, sky, side)


def neon(stage: Stage) -> Drawn:
    """An alley with neon signs."""
    given = [linear(colour) for colour in stage.look.colours]
    pinks: list[Colour] = [*given, (1.0, 0.06, 0.42), (0.05, 0.65, 1.0), (0.55, 0.10, 1.0)]
    pair = pinks[: max(2, len(given))]
    space = Room(x=stage.between(-0.12, 0.12), y=0.52, half=stage.aspect * 0.62, high=2.2, eye=0.25)
    canvas = stage.flat((0.012, 0.010, 0.018))
    stage.polygon(canvas, space.level(0, -1, 1, -0.7, 8), (0.02, 0.02, 0.026))
    shine = np.zeros_like(canvas)
    for z in (4.5, 3.2, 2.2, 1.5, 0.9, 0.45, 0.1):
        for side in (-1.0, 1.0):
            grey = times((0.03, 0.028, 0.034), stage.between(0.5, 1.5))
            stage.polygon(canvas, space.wall(side, z, z + 0.9, 0, 1.4), grey)
            if stage.rng.random() < 0.85:  # noqa: PLR2004 - hardly a house without
                colour = pair[int(stage.rng.integers(len(pair)))]
                low = stage.between(0.25, 0.6)
                tube = space.wall(
                    side, z, z + stage.between(0.1, 0.3), low, low + stage.between(0.04, 0.3)
                )
                stage.polygon(shine, tube, times(colour, 2.2))
    air = stage.blurred(shine, 0.16) * 1.3
    floor = step(0.60, 0.75, stage.y + 0 * stage.x)
    wet = stage.blurred(np.roll(shine[::-1], int(0.1 * stage.height), axis=0), 0.03) * 0.7
    smear = step(-0.6, 0.9, stage.noise(20, 3, stretch=5))
    canvas = canvas * (1 + 6 * air) + air * 0.30 + lit(wet, floor * smear)
    canvas = stage.blurred(canvas + shine, 0.014)
    side = float(stage.rng.choice([-1, 1]))
    light = Light(
        side=side * 0.8,
        colour=softened(pair[0]),
        shade=softened(pair[1]),
        back=0.9,
        hardness=0.6,
        level=0.85,
    )
    return canvas, light
