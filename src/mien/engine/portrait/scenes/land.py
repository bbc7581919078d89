"""Landscapes."""

import numpy as np

from mien.engine.portrait.look import Time
from mien.engine.portrait.scenes.studio import Drawn, mixed_to, times
from mien.engine.portrait.scenes.walls import raked
from mien.engine.portrait.sky import Sky, daylight, heavens, sky_of, sun
from mien.engine.portrait.stage import Colour, Light, Stage, glow, lit, mixed, step
from mien.engine.types import Floats

#: Depths at which flowers of a meadow begin to be larger, and farther out of focus.
FIELDS = (0.25, 0.5, 0.75)
GREEN: Colour = (0.075, 0.16, 0.035)


def ridge(stage: Stage, base: float, high: float, fine: float, octaves: int = 5) -> Floats:
    """``(1, W)`` the ``y`` of a line of hills."""
    knots = stage.noise(fine, octaves, keep=0.52)[stage.height // 2][None]
    return np.asarray(base - high * (0.5 + 0.6 * np.tanh(knots)), np.float32)


def below(stage: Stage, line: Floats, soft: float = 0.004) -> Floats:
    """``(H, W)`` 1 below a line."""
    return step(-soft, soft, stage.y - line)


def sun_at(stage: Stage, horizon: float) -> tuple[float, float]:
    """Where a low sun stands, beside where a head will be."""
    side = float(stage.rng.choice([-1, 1]))
    return side * stage.between(0.2, 0.36) * stage.aspect / 0.8, horizon - stage.between(0.05, 0.14)


def sunset(stage: Stage) -> Drawn:
    """The sun going down behind hills."""
    sky = sky_of(stage, Time.GOLDEN)
    horizon = stage.between(0.62, 0.7)
    x, y = sun_at(stage, horizon)
    canvas = heavens(stage, sky, horizon, clouds=stage.between(0.4, 0.7)) + sun(stage, sky, x, y)
    for number, (base, high) in enumerate(((0.0, 0.07), (0.05, 0.06), (0.12, 0.05), (0.22, 0.05))):
        line = ridge(stage, horizon + base, high, 2.0 + number)
        haze = 0.55 - 0.14 * number
        land = mixed_to(times((0.10, 0.08, 0.07), sky.level + 0.2), sky.horizon, haze)
        near_sun = lit(stage.flat(land), 1 + 0.8 * haze * glow(stage, x, y, 0.35))
        canvas = mixed(canvas, near_sun, below(stage, line))
    return stage.blurred(canvas, 0.008), daylight(stage, sky, float(np.sign(x)) * 0.7, back=1.0)


def sea(stage: Stage) -> Drawn:
    """Open water under the sky."""
    sky = sky_of(stage, Time.DAY)
    horizon = stage.between(0.46, 0.56)
    x, y = sun_at(stage, horizon)
    canvas = heavens(stage, sky, horizon, clouds=0.5) + sun(stage, sky, x, y) * (
        0.3 + 0.7 * sky.low
    )
    return stage.blurred(water(stage, canvas, sky, horizon, x), 0.007), daylight(
        stage, sky, float(np.sign(x)) * 0.6
    )


def water(stage: Stage, canvas: Floats, sky: Sky, horizon: float, x: float) -> Floats:
    """``canvas`` with water below the horizon: waves that grow nearer, and the sun's path."""
    deep = np.clip((stage.y - horizon) / (1 - horizon), 0, 1) + 0 * stage.x
    # The same waves look flatter and closer together the farther they are.
    waves = np.zeros_like(deep)
    for fine, where in ((48.0, 0.1), (26.0, 0.35), (13.0, 0.9)):
        share = np.exp(-(((deep - where) / (0.15 + 0.35 * where)) ** 2))
        waves += share * stage.noise(fine, 2, stretch=7.0, keep=0.6)
    near = mixed_to(times((0.02, 0.11, 0.14), 0.25 + sky.level), sky.zenith, 0.45)
    surface = mixed(times(sky.horizon, 0.62), near, deep**0.55)
    tilt = step(-1.2, 1.8, waves)
    surface = lit(surface, 0.62 + 0.75 * tilt)
    glitter = np.clip(waves - 0.35, 0, None) * np.exp(
        -(((stage.x - x) / (0.05 + 0.16 * deep)) ** 2)
    )
    surface = surface + lit(stage.flat(sky.sun), 2.2 * glitter * (0.25 + 0.75 * sky.low))
    return mixed(
        canvas, surface, below(stage, np.full((1, stage.width), horizon, np.float32), 0.003)
    )


def beach(stage: Stage) -> Drawn:
    """Sand, surf and the sea."""
    sky = sky_of(stage, Time.DAY)
    horizon = stage.between(0.42, 0.5)
    x, y = sun_at(stage, horizon)
    canvas = heavens(stage, sky, horizon, clouds=0.45) + sun(stage, sky, x, y) * (
        0.3 + 0.7 * sky.low
    )
    canvas = water(stage, canvas, sky, horizon, x)
    shore = stage.between(0.66, 0.74) + 0.10 * stage.x * float(stage.rng.choice([-1, 1]))
    shore = shore + 0.03 * stage.noise(1.6, 3)[0][None]
    for off, thick in ((0.0, 0.012), (-0.045, 0.007), (-0.085, 0.004)):
        away = np.abs(stage.y - shore - off + 0.012 * stage.noise(5, 3, stretch=3))
        foam = step(thick * 1.7, thick * 0.4, away) * step(-0.9, 0.6, stage.noise(22, 3, stretch=3))
        canvas = mixed(canvas, times((0.95, 0.97, 1.0), 0.25 + 0.75 * sky.level), 0.85 * foam)
    dry = step(0.0, 0.14, stage.y - shore)
    sand = mixed((0.22, 0.17, 0.12), (0.62, 0.50, 0.36), dry)
    sand = lit(
        sand,
        (0.2 + 0.8 * sky.level)
        * np.exp(0.05 * stage.noise(40, 3) + 0.10 * stage.noise(6, 3, stretch=3)),
    )
    canvas = mixed(canvas, sand * np.array(sky.sun, np.float32), below(stage, shore + 0.004, 0.008))
    return stage.blurred(canvas, 0.010), daylight(stage, sky, float(np.sign(x)) * 0.6)


def foliage(stage: Stage, fine: float, cover: float) -> Floats:
    """``(H, W)`` 1 where leaves are; ``cover`` is about their share."""
    clumps = stage.noise(fine / 5, 3) + 0.8 * stage.noise(fine, 3, keep=0.75)
    return step(-0.15, 0.35, clumps + 2.6 * (cover - 0.5))


def forest(stage: Stage, leaves: tuple[Colour, ...] = (GREEN, (0.14, 0.22, 0.05))) -> Drawn:
    """Trunks and leaves, with light between them."""
    sky = sky_of(stage, Time.DAY)
    shine = mixed_to(sky.horizon, (0.75, 0.85, 0.45), 0.45 * sky.level)
    x = stage.between(-0.3, 0.3)
    level = 0.12 + 0.88 * sky.level
    canvas = lit(stage.flat(times(shine, 0.75)), 0.35 + 1.0 * glow(stage, x, 0.36, 0.42))
    points = stage.rng.uniform((-0.55, 0.0), (0.55, 0.62), (2, 50, 2))
    power = stage.rng.uniform(0.05, 0.55, (2, 50, 1)).astype(np.float32) ** 1.3
    bright = power * np.array(shine, np.float32)
    for number, (count, wide) in enumerate(((16, 0.010), (9, 0.02), (5, 0.042))):
        haze = 0.62 - 0.26 * number
        bark = mixed_to(times((0.055, 0.042, 0.03), level), shine, haze * 0.7)
        tint = mixed_to(times(leaves[number % len(leaves)], level), shine, haze * 0.8)
        mask = foliage(stage, 16 - 4 * number, 0.30 + 0.2 * number) * step(
            0.95, 0.25 + 0.2 * number, stage.y
        )
        tone = np.exp(0.45 * stage.noise(18 - 4 * number, 3, keep=0.7))
        trunks(stage, canvas, count, wide, bark)
        canvas = mixed(canvas, lit(stage.flat(tint), tone), 0.9 * mask)
        canvas = stage.blurred(canvas, 0.028 - 0.003 * number)
        if number < len(bright):
            # What shines through gaps between leaves is a disc, whatever the gap is.
            canvas += stage.lamps(points[number], bright[number], 0.018, rim=0.1)
    floor = step(0.70, 0.95, stage.y + 0.05 * stage.noise(5, 3))
    ground = lit(
        stage.flat(times(mixed_to(leaves[-1], (0.10, 0.07, 0.04), 0.55), level)),
        np.exp(0.4 * stage.noise(20, 4, stretch=2)),
    )
    canvas = mixed(canvas, stage.blurred(ground, 0.014), floor)
    shafts = np.exp(-np.abs((stage.x - x) + 0.5 * (stage.y - 0.2) + 0.06 * stage.noise(3, 1)) * 5)
    canvas += lit(stage.flat(shine), 0.10 * shafts * step(0.9, 0.1, stage.y) * sky.level)
    shade: Colour = mixed_to(sky.shade, (0.92, 1.02, 0.88), 0.5)
    light = Light(
        side=float(np.sign(x)) * 0.4,
        colour=sky.sun,
        shade=shade,
        back=0.7,
        hardness=0.25,
        level=0.42 + 0.5 * level,
    )
    return canvas, light


def trunks(stage: Stage, canvas: Floats, count: int, wide: float, colour: Colour) -> None:
    """Trunks of trees at random places, a little aslant."""
    for x in stage.rng.uniform(-0.6, 0.6, count).tolist():
        half, lean = wide * stage.between(0.6, 1.4) / 2, stage.between(-0.04, 0.04)
        shade = times(colour, stage.between(0.7, 1.25))
        corners = (
            (x - half * 0.7 + lean, -0.05),
            (x + half * 0.7 + lean, -0.05),
            (x + half * 1.25, 1.0),
            (x - half * 1.25, 1.0),
        )
        stage.polygon(canvas, corners, shade)


def autumn(stage: Stage) -> Drawn:
    """The forest in October."""
    return forest(stage, ((0.42, 0.13, 0.02), (0.55, 0.28, 0.04), (0.30, 0.07, 0.02)))


def snow(stage: Stage) -> Drawn:
    """Snow on the hills and in the air."""
    sky = sky_of(stage, Time.DAY)
    level = 0.15 + 0.85 * sky.level
    grey = mixed_to(sky.horizon, times((0.80, 0.86, 0.95), level), 0.65)
    canvas = mixed(
        stage.flat(grey),
        times(grey, 0.72),
        step(0.6, 0.0, stage.y + 0 * stage.x + 0.1 * stage.noise(2, 3)),
    )
    for number in range(3):
        line = ridge(stage, 0.58 + 0.08 * number, 0.10, 2.5 + 2 * number)
        hill = lit(
            stage.flat(mixed_to(times((0.86, 0.90, 0.98), level), grey, 0.5 - 0.2 * number)),
            0.86 + 0.10 * stage.noise(4, 3, stretch=2),
        )
        canvas = firs(
            stage,
            canvas,
            line,
            number,
            mixed_to(times((0.03, 0.05, 0.05), level), grey, 0.62 - 0.22 * number),
        )
        canvas = mixed(canvas, hill, below(stage, line, 0.012))
        canvas = stage.blurred(canvas, 0.011)
    count = 260
    points = stage.rng.uniform((-0.6, -0.02), (0.6, 1.02), (count, 2))
    flakes = (
        stage.rng.uniform(0.08, 0.5, (count, 1)).astype(np.float32)
        * np.array([[1, 1, 1.02]], np.float32)
        * level
    )
    canvas += stage.lamps(points[:180], 0.5 * flakes[:180], 0.004, rim=0.0)
    canvas += stage.lamps(points[180:], 0.35 * flakes[180:], 0.010, rim=0.0)
    light = Light(
        side=stage.between(-0.5, 0.5),
        colour=mixed_to(sky.sun, (1, 1, 1), 0.5),
        shade=(0.86, 0.93, 1.05),
        back=0.6,
        hardness=0.12,
        level=0.5 + 0.5 * level,
    )
    return canvas, light


def firs(stage: Stage, canvas: Floats, line: Floats, number: int, colour: Colour) -> Floats:
    """``canvas`` with firs along a ridge."""
    high = 0.10 + 0.07 * number
    trees = np.zeros(canvas.shape, np.float32)
    half = max(0.6, 0.52 * stage.aspect)
    for x in stage.rng.uniform(-half, half, round((34 - 9 * number) * half / 0.6)).tolist():
        tall = high * stage.between(0.5, 1.25)
        column = int(np.clip((x + stage.aspect / 2) * stage.height, 0, stage.width - 1))
        foot = float(line[0, column]) + 0.02
        lean, slim = stage.between(-0.03, 0.03) * tall, stage.between(0.16, 0.30) * tall
        crown = ((x + lean, foot - tall), (x + slim, foot), (x - slim, foot))
        stage.polygon(trees, crown, (stage.between(0.75, 1.0),) * 3)
    # Boughs are ragged, and snow lies on them.
    boughs = stage.noise(38, 3, stretch=1.8, keep=0.7)
    solid = stage.blurred(trees, 0.012)[..., 0]
    ragged = step(0.22, 0.62, solid + 0.22 * boughs * step(0.02, 0.3, solid))
    laden = mixed(colour, times(colour, 2.1), step(0.1, 1.2, boughs))
    return mixed(canvas, laden, 0.92 * ragged)


def mountains(stage: Stage) -> Drawn:
    """Ridges behind ridges."""
    sky = sky_of(stage, Time.MORNING)
    horizon = stage.between(0.5, 0.56)
    x, y = sun_at(stage, horizon - 0.1)
    canvas = heavens(stage, sky, horizon, clouds=0.35) + 0.5 * sun(stage, sky, x, y)
    side = float(np.sign(x))
    for number in range(5):
        line = ridge(stage, horizon + 0.09 * number, 0.26 - 0.035 * number, 1.6 + 0.5 * number)
        haze = 0.80 - 0.17 * number
        rock = mixed_to(
            times((0.10, 0.105, 0.11), 0.3 + sky.level), (0.06, 0.09, 0.04), 0.2 * number
        )
        relief = stage.noise(8 + 3 * number, 5, keep=0.6)
        tone = raked(relief, side, 0.30 * (1 - haze)) * (1 + 0.25 * (1 - haze) * relief)
        land = lit(stage.flat(rock), tone * 1.25)
        peak = step(0.10, 0.02, stage.y - line + 0.05 * relief) * max(0.0, 1 - number / 3)
        land = mixed(
            land,
            times((0.85, 0.88, 0.95), 0.25 + 0.75 * sky.level),
            0.8 * peak * step(-0.1, 0.5, relief),
        )
        land = mixed(land, times(mixed_to(sky.horizon, sky.zenith, 0.35), 0.95), haze)
        canvas = mixed(canvas, land, below(stage, line))
    return stage.blurred(canvas, 0.007), daylight(stage, sky, side * 0.6)


def meadow(stage: Stage) -> Drawn:
    """Grass and flowers under the sky."""
    sky = sky_of(stage, Time.DAY)
    horizon = stage.between(0.48, 0.56)
    x, y = sun_at(stage, horizon)
    canvas = heavens(stage, sky, horizon, clouds=0.6) + sun(stage, sky, x, y) * (
        0.15 + 0.85 * sky.low
    )
    level = 0.12 + 0.88 * sky.level
    line = ridge(stage, horizon + 0.01, 0.06, 3)
    hedge = lit(
        stage.flat(mixed_to(times((0.05, 0.11, 0.03), level), sky.horizon, 0.4)),
        np.exp(0.4 * stage.noise(20, 3)),
    )
    canvas = mixed(canvas, hedge, below(stage, line, 0.008))
    field = np.full((1, stage.width), horizon + 0.02, np.float32)
    near = np.clip((stage.y - horizon) / (1 - horizon), 0, 1) + 0 * stage.x
    grass = mixed(
        mixed_to(times((0.24, 0.30, 0.08), level), sky.horizon, 0.3),
        times((0.09, 0.17, 0.03), level),
        near**0.6,
    )
    blades = np.exp(
        0.42 * stage.noise(34, 3, stretch=0.35, keep=0.8) * (0.3 + near)
        + 0.2 * stage.noise(4, 3, stretch=3)
    )
    canvas = mixed(
        canvas, lit(grass, blades) * np.array(sky.sun, np.float32), below(stage, field, 0.01)
    )
    canvas = stage.blurred(canvas, 0.014)
    count = 120
    clumps = (
        stage.rng.normal(0, 0.09, (count, 2))
        + stage.rng.uniform((-0.5, 0), (0.5, 1), (8, 2))[np.arange(count) % 8]
    )
    deep = np.minimum(np.abs(clumps[:, 1]), 1) ** 0.7
    points = np.stack([clumps[:, 0], horizon + 0.05 + deep * (0.95 - horizon)], axis=1)
    petals = np.array(
        [[0.9, 0.85, 0.8], [0.85, 0.55, 0.1], [0.8, 0.2, 0.3], [0.5, 0.35, 0.8]], np.float32
    )
    chosen = petals[stage.rng.integers(0, len(petals), count)] * level
    for near_to in range(len(FIELDS) + 1):
        on = np.digitize(deep, FIELDS) == near_to
        flowers = stage.lamps(points[on], 0.55 * chosen[on], 0.004 + 0.003 * near_to, rim=0.0)
        flowers = np.minimum(stage.blurred(flowers, 0.003 + 0.002 * near_to), 0.5 * level)
        canvas = canvas * (1 - np.clip(1.4 * flowers.max(axis=2), 0, 0.9))[..., None] + flowers
    return canvas, daylight(stage, sky, float(np.sign(x)) * 0.5)


def clouds(stage: Stage) -> Drawn:
    """Nothing but sky."""
    sky = sky_of(stage, Time.DAY)
    canvas = heavens(stage, sky, 1.25, clouds=stage.between(0.55, 0.8))
    return stage.blurred(canvas, 0.006), daylight(stage, sky, stage.between(-0.7, 0.7))


def desert(stage: Stage) -> Drawn:
    """Dunes."""
    sky = sky_of(stage, Time.GOLDEN)
    horizon = stage.between(0.46, 0.54)
    x, y = sun_at(stage, horizon)
    canvas = heavens(stage, sky, horizon, clouds=0.15) + 0.7 * sun(stage, sky, x, y)
    side = float(np.sign(x))
    level = 0.25 + 0.75 * sky.level
    for number in range(4):
        line = ridge(stage, horizon + 0.04 + 0.13 * number, 0.10, 1.8, 2)
        down = np.clip(stage.y - line, 0, 1)
        slope = np.gradient(line[0]).astype(np.float32)[None] * stage.height * side
        sunny = step(-0.35, 0.35, slope * 0.8 + 2.0 * (down - 0.06) + 0.25 * stage.noise(2, 2))
        ripples = 1 + 0.05 * np.sin(
            150 * (stage.y + 0.35 * stage.x) + 4 * stage.noise(3, 3)
        ) * step(0.0, 0.1, down)
        sand = mixed(times((0.30, 0.13, 0.07), level), times((0.95, 0.52, 0.26), level), sunny)
        sand = mixed(lit(sand, ripples), sky.horizon, 0.45 - 0.13 * number)
        canvas = mixed(canvas, sand, below(stage, line, 0.003))
    return stage.blurred(canvas, 0.008), daylight(stage, sky, side * 0.8)
