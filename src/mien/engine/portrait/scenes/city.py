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
    """Towers of a large town in haze, seen over the trees of a park."""
    sky = sky_of(stage, Time.DAY)
    side = float(stage.rng.choice([-1, 1])) * stage.between(0.4, 0.9)
    canvas = mixed(heavens(stage, sky, 0.95, clouds=0.0), sky.horizon, 0.35)
    for row in range(4):
        canvas = towers(stage, canvas, sky, side, row)
        # Every row stands in more haze at its foot.
        mist = step(0.30, 1.0, stage.y + 0 * stage.x) * (0.5 - 0.12 * row)
        canvas = mixed(canvas, mixed_to(sky.horizon, sky.sun, 0.35), mist)
    canvas = stage.blurred(canvas, 0.010)
    crowns = stage.y - 0.92 + 0.045 * stage.noise(3, 4, keep=0.5)
    green = times((0.085, 0.12, 0.055), 0.1 + 0.9 * sky.level)
    leaves = lit(stage.flat(green), np.exp(0.4 * stage.noise(14, 3, keep=0.7)))
    canvas = stage.blurred(mixed(canvas, leaves, step(-0.02, 0.02, crowns)), 0.013)
    canvas = lit(canvas, 0.95 + 0.16 * side * stage.x)
    return canvas + glints(stage, sky), daylight(stage, sky, side)


#: Edges of a tower's windows, heights: a storey is so high, a window so wide.
STOREY, BAY = 0.021, 0.015


def towers(stage: Stage, canvas: Floats, sky: Sky, side: float, row: int) -> Floats:
    """``canvas`` with a row of towers, of which 0 is the farthest; the sun stands at ``side``."""
    out = canvas.copy()
    haze = 0.80 - 0.19 * row
    half = max(0.62, 0.54 * stage.aspect)
    x = -half - 0.04
    while x < half:
        wide = stage.between(0.05, 0.11) * (1 + 0.18 * row)
        top = 0.62 - 0.5 * stage.between(0.05, 1.0) ** 1.7 + 0.05 * row
        tone = stage.between(0.55, 1.25) * (sky.level + 0.03)
        warm = stage.between(0, 1)
        stone = times(mixed_to((0.26, 0.27, 0.30), (0.36, 0.30, 0.25), warm), tone)
        sunny = tuple(1.4 * a * b for a, b in zip(stone, sky.sun, strict=True))
        bright = mixed_to((sunny[0], sunny[1], sunny[2]), sky.horizon, haze)
        dark = mixed_to(times(stone, 0.55), sky.horizon, haze)
        lit_side, shaded = (bright, dark) if side < 0 else (dark, bright)
        middle = x + wide * stage.between(0.35, 0.65)
        narrow = 0.0
        for level in (top, top - stage.between(0, 0.05), top - stage.between(0.02, 0.09)):
            stage.box(out, (x + narrow, level, middle, 1.05), lit_side)
            stage.box(out, (middle, level, x + wide - narrow, 1.05), shaded)
            narrow += wide * stage.between(0.05, 0.16)
        x += wide * stage.between(0.7, 1.5)
    return windowed(stage, canvas, out, sky, 0.85 - 0.85 * haze)


def windowed(stage: Stage, before: Floats, after: Floats, sky: Sky, much: float) -> Floats:
    """``after`` with windows where it is not ``before``; ``much`` says how well they are seen."""
    built = (np.abs(after - before).sum(axis=2) > 0).astype(np.float32)
    columns = np.floor((stage.x + 1) / BAY).astype(np.int32)
    rows = np.floor(stage.y / STOREY).astype(np.int32)
    dice = stage.rng.random((97, 101)).astype(np.float32)[rows % 97, columns % 101]
    glass = ((stage.x + 1) / BAY % 1 < 0.7) & (stage.y / STOREY % 1 < 0.6)  # noqa: PLR2004 - the rest is wall
    share = built * glass * much
    weather = np.exp(0.10 * stage.noise(14, 4, stretch=0.35, keep=0.7))
    after = mixed(after, lit(after, weather), built)
    return mixed(after, times(sky.zenith, 0.8), share * (0.4 + 0.6 * dice))


def glints(stage: Stage, sky: Sky) -> Floats:
    """Windows that throw the sun back, or lamps once it is gone."""
    dark = 1 - min(1.0, sky.level / 0.5)
    count = 10 + int(260 * dark)
    points = np.stack(
        [stage.rng.uniform(-0.6, 0.6, count), 0.92 - 0.55 * stage.rng.random(count) ** 1.3], axis=1
    )
    lamps = picked(stage, count) if dark else np.array(sky.sun, np.float32)[None]
    power = stage.rng.uniform(0.02, 0.45, (count, 1)).astype(np.float32) ** 1.5
    return stage.lamps(points, np.broadcast_to(lamps * power, (count, 3)), 0.008, rim=0.15)


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
