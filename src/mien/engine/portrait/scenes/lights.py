"""Lights in the dark, near and far."""

import numpy as np

from mien.engine.portrait.look import Rgb, Time
from mien.engine.portrait.scenes.land import ridge
from mien.engine.portrait.scenes.studio import Drawn, base, bent, mixed_to, softened, times
from mien.engine.portrait.sky import heavens, sky_of
from mien.engine.portrait.stage import Light, Stage, glow, linear, lit, mixed, step
from mien.engine.types import Floats

WARM: tuple[Rgb, ...] = ((255, 196, 120), (255, 150, 90), (255, 226, 180))


def palette(stage: Stage, usual: tuple[Rgb, ...], count: int) -> Floats:
    """``(count, 3)`` linear colours: the look's, or the usual ones."""
    colours = np.array([linear(colour) for colour in stage.look.colours or usual], np.float32)
    return np.asarray(colours[stage.rng.integers(0, len(colours), count)], np.float32)


def bokeh(stage: Stage) -> Drawn:
    """Discs of light."""
    usual = (
        WARM,
        ((120, 160, 255), (190, 130, 255), (90, 220, 255)),
        ((255, 120, 140), (255, 190, 120)),
    )
    chosen = usual[int(stage.rng.integers(len(usual)))]
    dark = times(palette(stage, chosen, 1)[0].tolist(), 0.05)
    canvas = lit(stage.flat(dark), 0.5 + 0.9 * glow(stage, stage.between(-0.3, 0.3), 0.4, 0.5))
    for count, radius, power in ((60, 0.014, 0.5), (34, 0.032, 0.32), (14, 0.062, 0.2)):
        points = stage.rng.uniform((-0.6, -0.05), (0.6, 1.05), (count, 2))
        bright = power * stage.rng.uniform(0.25, 1.0, (count, 1)).astype(np.float32)
        canvas = canvas + stage.lamps(points, palette(stage, chosen, count) * bright, radius)
    light = Light(
        side=stage.between(-0.7, 0.7),
        colour=softened(linear((stage.look.colours or chosen)[0])),
        back=0.6,
        hardness=0.4,
        level=0.9,
    )
    return canvas, light


def glitter(stage: Stage) -> Drawn:
    """A curtain of sequins."""
    colour = base(stage, ((212, 170, 90), (190, 190, 200), (200, 120, 130)))
    canvas = lit(stage.flat(times(colour, 0.22)), 0.5 + 0.8 * glow(stage, 0.0, 0.4, 0.5))
    for count, radius, power in ((900, 0.0050, 0.30), (260, 0.0085, 0.42), (60, 0.015, 0.5)):
        points = stage.rng.uniform((-0.6, -0.02), (0.6, 1.02), (count, 2))
        spark = power * stage.rng.random((count, 1)).astype(np.float32) ** 2.5
        hues = np.array(colour, np.float32) * stage.rng.uniform(0.7, 1.4, (count, 3)).astype(
            np.float32
        )
        canvas = canvas + stage.lamps(points, hues * spark * 4.5, radius, rim=0.15)
    return canvas, Light(
        side=stage.between(-0.6, 0.6), colour=softened(colour), back=0.5, hardness=0.5
    )


def embers(stage: Stage) -> Drawn:
    """Sparks over a fire."""
    rows, columns = np.mgrid[0 : stage.height, 0 : stage.width].astype(np.float32)
    reach = 0.2 * stage.height
    tongues = bent(
        stage.noise(4, 5, stretch=0.45, keep=0.6),
        columns + reach * stage.noise(2, 3),
        rows + reach * stage.noise(2, 3),
    )
    heat = np.clip(1.25 * stage.y - 0.62 + 0.30 * tongues, 0, 1)
    flames = np.dstack([1.6 * heat**1.1, 0.75 * heat**1.9, 0.22 * heat**3.4])
    dark = stage.flat((0.010, 0.006, 0.005))
    canvas = stage.blurred(np.asarray(flames + dark, np.float32), 0.025)
    count = 150
    high = stage.rng.random(count)
    points = np.stack([stage.rng.uniform(-0.6, 0.6, count), 1.02 - 1.1 * high], axis=1)
    power = (stage.rng.random((count, 1)) ** 2 * (1.15 - high[:, None])).astype(np.float32)
    canvas = canvas + stage.lamps(
        points, np.array([[1.0, 0.42, 0.12]], np.float32) * power * 1.8, 0.007, rim=0.1
    )
    return canvas, Light(
        side=stage.between(-0.5, 0.5),
        colour=(1.0, 0.78, 0.55),
        shade=(1.0, 0.8, 0.7),
        back=0.8,
        hardness=0.6,
        level=0.85,
    )


def stars(stage: Stage) -> Drawn:
    """The night sky with the Milky Way."""
    tint = linear(stage.look.colours[0]) if stage.look.colours else (0.30, 0.34, 0.75)
    angle = stage.between(-0.9, 0.9)
    rows, columns = np.mgrid[0 : stage.height, 0 : stage.width].astype(np.float32)
    across = stage.x * np.cos(angle) + (stage.y - 0.42) * np.sin(angle)
    cloud = stage.noise(3, 6, keep=0.58)
    reach = 0.12 * stage.height
    dust = bent(
        stage.noise(4, 6, keep=0.6), columns + reach * cloud, rows + reach * stage.noise(3, 3)
    )
    band = np.exp(-((across / 0.2) ** 2)) * np.exp(0.5 * cloud)
    lane = step(-0.1, 1.1, dust) * np.exp(-((across / 0.09) ** 2))
    canvas = stage.flat((0.004, 0.006, 0.016))
    canvas = (
        canvas
        + lit(stage.flat(times(tint, 0.16)), band)
        + lit(stage.flat((0.20, 0.12, 0.12)), 0.45 * band**2.2)
    )
    canvas = lit(canvas, 1 - 0.75 * np.clip(lane, 0, 1))
    canvas = canvas + starlight(stage, 2400, band)
    light = Light(
        side=stage.between(-0.7, 0.7),
        colour=(0.92, 0.95, 1.0),
        shade=(0.70, 0.78, 1.15),
        back=0.5,
        hardness=0.5,
        level=0.85,
    )
    return canvas, light


def starlight(stage: Stage, count: int, band: Floats | None = None) -> Floats:
    """``(H, W, 3)`` stars of one cell or two, more of them where ``band`` is high."""
    canvas = np.zeros((stage.height, stage.width, 3), np.float32)
    rows = stage.rng.integers(0, stage.height - 1, count)
    columns = stage.rng.integers(0, stage.width - 1, count)
    power = stage.rng.pareto(1.9, count).astype(np.float32) * 0.05
    if band is not None:
        power *= 0.45 + np.clip(band[rows, columns], 0, 1.4)
    hue = stage.rng.uniform(0.75, 1.15, (count, 3)).astype(np.float32)
    for down, right, share in ((0, 0, 1.0), (1, 0, 0.45), (0, 1, 0.45), (1, 1, 0.2)):
        np.add.at(
            canvas, (rows + down, columns + right), hue * (share * np.minimum(power, 2.5))[:, None]
        )
    return canvas


def aurora(stage: Stage) -> Drawn:
    """Northern lights."""
    given = [linear(colour) for colour in stage.look.colours]
    low, high = (*given, (0.12, 0.95, 0.45), (0.45, 0.20, 0.85))[:2]
    sky = sky_of(stage, Time.NIGHT)
    canvas = heavens(stage, sky, 0.8, clouds=0.0) + starlight(stage, 900)
    for _ in range(3):
        wave = stage.noise(1.3, 2)[stage.height // 2][None]
        foot = (
            stage.between(0.38, 0.60) + 0.11 * np.tanh(wave) + 0.15 * stage.x * stage.between(-1, 1)
        )
        rays = np.exp(
            0.75 * stage.noise(26, 3, stretch=0.04, keep=0.7) + 0.5 * stage.noise(4, 2, stretch=0.2)
        )
        up = foot - stage.y
        veil = (
            np.where(up > 0, np.exp(-up * 5.5), np.exp(up * 42)) * rays * stage.between(0.35, 0.9)
        )
        hue = mixed(stage.flat(low), high, step(0.05, 0.34, up + 0 * stage.x))
        canvas = canvas + lit(hue, np.asarray(0.55 * veil, np.float32))
    line = ridge(stage, stage.between(0.82, 0.88), 0.10, 2.4)
    canvas = mixed(canvas, (0.004, 0.007, 0.010), step(-0.004, 0.004, stage.y - line))
    light = Light(
        side=stage.between(-0.5, 0.5),
        colour=(0.95, 1.0, 0.98),
        shade=softened(low),
        back=0.6,
        hardness=0.3,
        level=0.8,
    )
    return stage.blurred(canvas, 0.006), light


def deep(stage: Stage) -> Drawn:
    """Under water, with light from above."""
    colour = linear(stage.look.colours[0]) if stage.look.colours else (0.02, 0.30, 0.42)
    down = stage.y + 0 * stage.x
    canvas = mixed(
        times(mixed_to(colour, (0.7, 0.95, 1.0), 0.45), 1.15), times(colour, 0.12), down**0.65
    )
    x = stage.between(-0.25, 0.25)
    turn = np.arctan2(stage.x - x, stage.y + 0.35)
    fan = np.interp(turn, np.linspace(-1.6, 1.6, 240), beads(stage, 240)).astype(np.float32)
    canvas = canvas + lit(stage.flat((0.5, 0.85, 0.9)), 0.42 * fan * np.exp(-2.1 * down))
    rows, columns = np.mgrid[0 : stage.height, 0 : stage.width].astype(np.float32)
    reach = 0.06 * stage.height
    net = bent(
        stage.noise(11, 2, stretch=2),
        columns + reach * stage.noise(6, 2),
        rows + reach * stage.noise(6, 2),
    )
    canvas = canvas + lit(
        stage.flat((0.7, 0.95, 1.0)), 0.5 * np.exp(-np.abs(net) * 7) * step(0.34, 0.0, down)
    )
    points = stage.rng.uniform((-0.6, 0.0), (0.6, 1.0), (60, 2))
    motes = (
        np.array([[0.35, 0.6, 0.65]], np.float32)
        * stage.rng.random((60, 1)).astype(np.float32) ** 2
    )
    canvas = stage.blurred(canvas, 0.012) + stage.lamps(points, 0.35 * motes, 0.008)
    light = Light(
        side=x, colour=(0.86, 1.0, 1.0), shade=(0.70, 0.95, 1.1), back=0.7, hardness=0.3, level=0.85
    )
    return canvas, light


def beads(stage: Stage, count: int) -> Floats:
    """``(count,)`` smooth random values of 0 and more, as light has that falls through waves."""
    knots = stage.rng.random(count // 5) ** 2.2
    spread = np.interp(np.arange(count), np.linspace(0, count, len(knots)), knots)
    return np.asarray(spread, np.float32)


def rain(stage: Stage) -> Drawn:
    """Lights of a town behind a window that it rains on."""
    canvas = lit(stage.flat((0.018, 0.026, 0.045)), 0.7 + 0.6 * glow(stage, 0, 0.5, 0.5))
    usual: tuple[Rgb, ...] = (
        (255, 176, 96),
        (255, 120, 70),
        (140, 180, 255),
        (255, 70, 60),
        (255, 220, 170),
    )
    count = 46
    points = np.stack(
        [stage.rng.uniform(-0.6, 0.6, count), stage.rng.uniform(0.2, 0.85, count)], axis=1
    )
    power = stage.rng.uniform(0.1, 0.6, (count, 1)).astype(np.float32)
    far = canvas + stage.lamps(points, palette(stage, usual, count) * power, 0.034)
    return drops(stage, far), Light(
        side=stage.between(-0.7, 0.7),
        colour=(1.0, 0.92, 0.84),
        shade=(0.78, 0.88, 1.1),
        back=0.4,
        hardness=0.4,
        level=0.82,
    )


def drops(stage: Stage, far: Floats) -> Floats:
    """``far`` through a wet window: each drop shows what lies behind it upside down."""
    rows, columns = np.mgrid[0 : stage.height, 0 : stage.width].astype(np.float32)
    dome = np.zeros((stage.height, stage.width), np.float32)
    to_x, to_y = columns.copy(), rows.copy()
    for _ in range(230):
        x, y = stage.between(-0.6, 0.6), stage.between(0, 1)
        r = stage.height * 0.004 * (1 + stage.rng.pareto(2.4))
        r = min(r, 0.018 * stage.height)
        column, row = (x + stage.aspect / 2) * stage.height, y * stage.height
        x0, x1 = max(0, int(column - r)), min(stage.width, int(column + r + 2))
        y0, y1 = max(0, int(row - 1.2 * r)), min(stage.height, int(row + 1.2 * r + 2))
        if x0 >= x1 or y0 >= y1:
            continue
        dx, dy = columns[y0:y1, x0:x1] - column, (rows[y0:y1, x0:x1] - row) / 1.15
        inside = np.clip(r - np.hypot(dx, dy), 0, 1)
        dome[y0:y1, x0:x1] = np.maximum(dome[y0:y1, x0:x1], inside)
        to_x[y0:y1, x0:x1] -= inside * dx * 9
        to_y[y0:y1, x0:x1] -= inside * dy * 9
    seen = np.stack([bent(far[..., i], to_x, to_y) for i in range(3)], axis=-1)
    return np.asarray(far + (seen * 1.15 + 0.012 - far) * dome[..., None], np.float32)


def christmas(stage: Stage) -> Drawn:
    """Strings of small lamps in fir branches."""
    canvas = lit(stage.flat((0.014, 0.035, 0.020)), np.exp(0.8 * stage.noise(14, 4, keep=0.7)))
    canvas = stage.blurred(canvas, 0.012)
    usual: tuple[Rgb, ...] = (
        (255, 190, 100),
        (255, 190, 100),
        (255, 80, 60),
        (120, 200, 120),
        (120, 150, 255),
    )
    points = stage.rng.uniform((-0.6, -0.02), (0.6, 1.02), (95, 2))
    power = stage.rng.uniform(0.15, 0.9, (95, 1)).astype(np.float32)
    colours = palette(stage, usual, 95) * power
    canvas = canvas + stage.lamps(points, colours, 0.017)
    for (x, y), colour in zip(points[:30].tolist(), colours[:30], strict=True):
        canvas += lit(stage.flat(tuple(colour.tolist())), 0.06 * glow(stage, x, y, 0.07))
    return canvas, Light(
        side=stage.between(-0.6, 0.6),
        colour=(1.0, 0.88, 0.70),
        shade=(0.9, 1.0, 0.95),
        back=0.5,
        hardness=0.35,
        level=0.88,
    )
