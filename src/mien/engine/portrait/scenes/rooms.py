"""Rooms that people work and sit in, and a castle's: far out of focus, made of light more than of things."""

import numpy as np

from mien.engine.portrait.look import Time
from mien.engine.portrait.scenes.indoors import TUNGSTEN, Room
from mien.engine.portrait.scenes.studio import Drawn, mixed_to, times
from mien.engine.portrait.sky import Sky, sky_of
from mien.engine.portrait.stage import (
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

#: Shares that are too small to be seen.
FAINT = 0.02
#: Glass of bottles, linear.
BOTTLES: tuple[Colour, ...] = (
    (0.34, 0.13, 0.03),
    (0.05, 0.16, 0.06),
    (0.45, 0.40, 0.32),
    (0.10, 0.05, 0.03),
    (0.30, 0.05, 0.03),
    (0.50, 0.34, 0.12),
)


def office(stage: Stage) -> Drawn:
    """An office beside a front of glass."""
    sky = sky_of(stage, Time.DAY)
    side = float(stage.rng.choice([-1, 1]))
    space = Room(
        x=-side * stage.between(0.10, 0.20),
        y=stage.between(0.46, 0.54),
        half=stage.aspect * stage.between(0.85, 1.0),
        high=2.1,
        eye=0.45,
    )
    day = 0.30 + 0.70 * sky.level
    tint = dyed(stage.look.colours[0]) if stage.look.colours else (0.60, 0.61, 0.62)
    canvas = stage.flat(times(tint, 0.45 * day))
    stage.polygon(canvas, space.level(1, -1, 1, -0.7, 4), times((0.62, 0.62, 0.62), 0.75 * day))
    stage.polygon(canvas, space.level(0, -1, 1, -0.7, 4), times((0.15, 0.13, 0.12), day))
    stage.polygon(canvas, space.wall(-side, -0.7, 4, 0, 1), times(tint, 0.36 * day))
    wood = times((0.32, 0.19, 0.10), day)
    stage.polygon(canvas, space.wall(-side, 0.5, 1.6, 0, 1), wood)
    stage.polygon(canvas, space.back(4, -1, 1, 0, 1), times(mixed_to(tint, wood, 0.25), 0.5 * day))
    glass_front(stage, canvas, space, side, sky)
    for x in (-0.45, 0.35):
        for z in np.arange(-0.4, 4, 0.55):
            tube = space.level(0.99, x - 0.05, x + 0.05, z, z + 0.38)
            stage.polygon(canvas, tube, (1.25, 1.2, 1.08))
    for z in (3.0, 2.2, 1.5, 0.95):
        for x in (-0.62, 0.0, 0.62):
            if stage.rng.random() < 0.75:  # noqa: PLR2004 - not every place is taken
                work_place(stage, canvas, space, (x + stage.between(-0.12, 0.12), z), day)
    for reach in (0.10, 0.06):
        bush = glow(stage, -side * stage.between(0.12, 0.42), stage.between(0.54, 0.64), reach)
        leaves = step(0.35, 0.75, 0.35 * stage.noise(22, 4, keep=0.8) + bush) * (bush > FAINT)
        canvas = mixed(canvas, times((0.07, 0.13, 0.06), day), 0.75 * leaves)
    # Glass throws its light along the ceiling and over the floor.
    canvas = lit(canvas, 0.62 + 0.8 * glow(stage, side * stage.aspect * 0.5, 0.45, 0.48))
    canvas = stage.blurred(canvas, 0.030)
    canvas += lit(stage.flat(sky.horizon), 0.10 * glow(stage, side * stage.aspect * 0.5, 0.4, 0.4))
    count = 7
    points = np.stack(
        [stage.rng.uniform(-0.3, 0.3, count) - 0.1 * side, stage.rng.uniform(0.40, 0.54, count)],
        axis=1,
    )
    shine = np.array((1.0, 0.85, 0.62), np.float32) * stage.rng.uniform(0.05, 0.22, (count, 1))
    canvas += stage.lamps(points, shine.astype(np.float32), 0.014, rim=0.2)
    light = Light(
        side=side * 0.75, colour=sky.sun, shade=(0.95, 0.98, 1.0), back=0.5, hardness=0.35
    )
    return canvas, light


def glass_front(stage: Stage, canvas: Floats, space: Room, side: float, sky: Sky) -> None:
    """Panes from floor to ceiling, with a town in haze behind them."""
    far = mixed_to(sky.horizon, (1, 1, 1), 0.5 * sky.level)
    for z in np.arange(NEAR, BACK, PANE):
        end = z + PANE
        stage.polygon(canvas, space.wall(side, z, end, SILL, LINTEL), times(far, SKY_GLARE))
        house = mixed_to(times(HOUSE, sky.level), far, stage.between(*HOUSE_HAZE))
        roof = stage.between(*ROOF)
        front = space.wall(side, z, z + stage.between(*HOUSE_WIDE), SILL, roof)
        stage.polygon(canvas, front, house)
        green = mixed_to(times(TREES, sky.level), far, TREE_HAZE)
        stage.polygon(canvas, space.wall(side, z, end, SILL, stage.between(*TREETOP)), green)
        stage.polygon(canvas, space.wall(side, z, z + BAR, 0, 1), BAR_COLOUR)
    stage.polygon(canvas, space.wall(side, NEAR, BACK, *RAIL), RAIL_COLOUR)


#: The glass front: where it begins and ends in the room, a pane's width, its lower and upper edge.
NEAR, BACK, PANE, SILL, LINTEL = -0.7, 3.9, 0.35, 0.05, 0.97
#: The sky behind it outshines the room by this much.
SKY_GLARE = 1.55
#: Houses of the town: colour, share of haze, height and width; each varies between two numbers.
HOUSE: Colour = (0.34, 0.35, 0.38)
HOUSE_HAZE, ROOF, HOUSE_WIDE = (0.3, 0.75), (0.32, 0.62), (0.2, 0.35)
#: Trees before them: colour, share of haze and height.
TREES: Colour = (0.10, 0.16, 0.08)
TREE_HAZE, TREETOP = 0.35, (0.14, 0.28)
#: Bars between panes: width and colour; and the rail across: lower and upper edge and colour.
BAR, BAR_COLOUR = 0.03, (0.05, 0.05, 0.055)
RAIL, RAIL_COLOUR = (0.70, 0.715), (0.08, 0.08, 0.085)


def work_place(stage: Stage, canvas: Floats, space: Room, at: Point, day: float) -> None:
    """A desk with a screen and a chair, at X and Z of the room."""
    x, z = at
    plate = space.level(DESK_HIGH, x - DESK_HALF, x + DESK_HALF, z, z + DESK_DEEP)
    stage.polygon(canvas, plate, (DESK_GREY * day,) * 3)
    panel = space.back(z, x - PANEL_HALF, x + PANEL_HALF, *PANEL)
    stage.polygon(canvas, panel, times((PANEL_GREY,) * 3, day))
    screen = space.back(z, x + SCREEN_LEFT, x + SCREEN_RIGHT, *SCREEN)
    stage.polygon(canvas, screen, SCREEN_COLOUR)
    chair = stage.between(-CHAIR_ASTRAY, CHAIR_ASTRAY)
    back = space.back(z - CHAIR_BEFORE, x + chair - CHAIR_HALF, x + chair + CHAIR_HALF, *CHAIR_BACK)
    stage.polygon(canvas, back, times(CHAIR_COLOUR, stage.between(*CHAIR_SHADE)))


#: A desk's plate: height, half its width, depth and grey; the panel under it: half its width, lower and
#: upper edge, grey.
DESK_HIGH, DESK_HALF, DESK_DEEP, DESK_GREY = 0.30, 0.25, 0.35, 0.36
PANEL_HALF, PANEL, PANEL_GREY = 0.24, (0.1, 0.29), 0.12
#: The screen on it: left and right of the middle, lower and upper edge, colour.
SCREEN_LEFT, SCREEN_RIGHT, SCREEN, SCREEN_COLOUR = -0.12, 0.10, (0.34, 0.48), (0.05, 0.055, 0.06)
#: The chair's back: how far from the middle it may stand, how far before the desk, half its width, its
#: lower and upper edge, colour, and how dark and light it may be.
CHAIR_ASTRAY, CHAIR_BEFORE, CHAIR_HALF, CHAIR_BACK = 0.15, 0.1, 0.08, (0.18, 0.42)
CHAIR_COLOUR, CHAIR_SHADE = (0.07, 0.075, 0.09), (0.5, 1.5)


def cafe(stage: Stage) -> Drawn:
    """A bar: bottles on lit shelves, pendant lamps, the evening in a window."""
    sky = sky_of(stage, Time.DUSK)
    side = float(stage.rng.choice([-1, 1]))
    canvas = lit(stage.flat((0.10, 0.062, 0.040)), np.exp(0.18 * stage.noise(5, 4)))
    edge = side * stage.between(0.12, 0.2)
    left, right = sorted((edge, -side * 0.75))
    for board in (0.22, 0.37, 0.52):
        back = (left, board - 0.145, right, board)
        stage.box(canvas, back, (0.20, 0.105, 0.045))
        bottles(stage, canvas, (left, right, board), 0.145)
        stage.box(canvas, (left, board, right, board + 0.012), (0.50, 0.30, 0.14))
    stage.box(canvas, (-0.8, 0.70, 0.8, 1.1), (0.085, 0.045, 0.026))
    stage.box(canvas, (-0.8, 0.685, 0.8, 0.71), (0.34, 0.20, 0.11))
    pane = times(mixed_to(sky.horizon, sky.zenith, 0.9), 2.0)
    for number in range(2):
        x0 = edge + side * (0.07 + 0.19 * number)
        x0, x1 = sorted((x0, x0 + side * 0.17))
        stage.box(canvas, (x0, 0.1, x1, 0.36), pane)
        stage.box(canvas, (x0, 0.375, x1, 0.62), times(pane, 0.6))
    pool = sum(glow(stage, x, 0.34, 0.26) for x in np.linspace(left, right, 3))
    canvas = lit(canvas, 0.40 + 0.62 * np.asarray(pool, np.float32))
    canvas = stage.blurred(canvas, 0.020)
    glints = 60
    boards = stage.rng.choice([0.22, 0.37, 0.52], glints) - stage.rng.uniform(0.02, 0.1, glints)
    points = np.stack([stage.rng.uniform(left, right, glints), boards], axis=1)
    shine = (
        np.array((1.0, 0.74, 0.42), np.float32) * stage.rng.uniform(0.05, 0.5, (glints, 1)) ** 1.5
    )
    canvas += stage.lamps(points, shine.astype(np.float32), 0.012, rim=0.2)
    canvas = pendants(stage, canvas, side)
    light = Light(
        side=-side * 0.5,
        colour=(1.0, 0.84, 0.64),
        shade=(0.9, 0.92, 1.0),
        back=0.5,
        hardness=0.45,
        level=0.85,
    )
    return canvas, light


def bottles(stage: Stage, canvas: Floats, board: tuple[float, float, float], high: float) -> None:
    """Bottles and glasses on a board: its ends and its height, and the room above it."""
    x, right, floor = board
    while x < right:
        wide, tall = stage.between(0.018, 0.036), high * stage.between(0.35, 0.85)
        if stage.rng.random() < 0.85:  # noqa: PLR2004 - with gaps
            colour = BOTTLES[int(stage.rng.integers(len(BOTTLES)))]
            end = min(x + 0.85 * wide, right)
            middle, neck = (x + end) / 2, 0.16 * wide
            stage.box(canvas, (x, floor - 0.66 * tall, end, floor), colour)
            stage.box(canvas, (middle - neck, floor - tall, middle + neck, floor), colour)
            stage.box(canvas, (x, floor - 0.6 * tall, x + 0.2 * wide, floor), times(colour, 2.2))
        x += wide


def pendants(stage: Stage, canvas: Floats, side: float) -> Floats:
    """``canvas`` with a row of lamps that hang over a bar and recede to ``side``."""
    near = np.array([1.0, 0.74, 0.56, 0.44, 0.36])
    x = -side * 0.36 + side * 0.62 * (1 - near) / 0.64 + stage.between(-0.03, 0.03)
    y = 0.42 - (0.30 + stage.between(-0.02, 0.02)) * near
    for at, down, size in zip(x.tolist(), y.tolist(), near.tolist(), strict=True):
        halo = 0.42 * glow(stage, at, down, 0.15 * size) + 0.08 * glow(stage, at, down, 0.4 * size)
        canvas = canvas + lit(stage.flat(TUNGSTEN), halo)
        bulb = np.array([TUNGSTEN], np.float32) * 1.5
        canvas += stage.lamps(np.array([[at, down]]), bulb, 0.042 * size, rim=0.1)
    return canvas


#: Arches of a nave, and how much smaller each is than the one before it.
ARCHES, SHRINK = 5, 0.66


def hall(stage: Stage) -> Drawn:
    """A gothic hall: arch behind arch, candles along it, and light from a window at its end."""
    sky = sky_of(stage, Time.DAY)
    at = stage.between(-0.1, 0.1), stage.between(0.46, 0.52)
    wide = max(0.5, 0.62 * stage.aspect)
    shine = mixed_to(sky.horizon, (1.0, 0.95, 0.86), 0.6 * sky.level)
    shine = times(shine, 1.7 * (0.25 + 0.75 * sky.level))
    if stage.look.colours:
        shine = mixed_to(shine, times(linear(stage.look.colours[0]), 2.0), 0.6)
    canvas = nave(stage, sky, at, wide)
    end_window(stage, canvas, at, wide, shine)
    points, power = candles(stage, at, wide)
    flicker = np.zeros(canvas.shape[:2], np.float32)
    # Of the candles of a stand one is enough to light the wall.
    for (x, y), near in zip(points[::3].tolist(), power[::3].tolist(), strict=True):
        flicker += 3 * near * glow(stage, x, y, 0.16 * near + 0.02)
    canvas *= 0.85 + 0.55 * flicker[..., None] * np.array(TUNGSTEN, np.float32)
    canvas = stage.blurred(canvas, 0.016)
    x, y = at
    haze = 0.12 * glow(stage, x, y - 0.04, 0.14) + 0.05 * glow(stage, x, y, 0.45)
    canvas += lit(stage.flat(shine), haze) + lit(stage.flat(TUNGSTEN), 0.03 * flicker)
    flames = np.array(TUNGSTEN, np.float32) * (0.10 + 1.1 * power[:, None])
    canvas += stage.lamps(points, flames, 0.011, rim=0.1)
    light = Light(
        side=float(stage.rng.choice([-1, 1])) * 0.6,
        colour=(1.0, 0.86, 0.68),
        shade=(0.88, 0.91, 1.0),
        back=0.45,
        hardness=0.5,
        level=0.88,
    )
    return canvas, light


def nave(stage: Stage, sky: Sky, at: Point, wide: float) -> Floats:
    """Arches of stone, each smaller and nearer to daylight, and the floor between them.

    Args:
        at: where parallels meet.
        wide: half the width of the first arch.
    """
    x, y = at
    canvas = stage.flat((0.05, 0.043, 0.037))
    for number in range(ARCHES):
        size = SHRINK**number
        day = (0.35 + 0.65 * sky.level) * number / ARCHES
        stone = mixed_to((0.115, 0.095, 0.076), times((0.34, 0.33, 0.32), 0.4 + day), day)
        # The inner side of a pillar is darker; its edge has the light from behind it.
        for share, tone in ((1.0, 1.0), (0.93, 1.5), (0.90, 0.62), (0.80, 0.85)):
            ring = lancet((x, y + 0.62 * size), y - 0.16 * size, share * wide * size)
            stage.polygon(canvas, ring, times(stone, tone))
    aside = np.abs(stage.x - x) / np.maximum(stage.y - y, 0.02)
    floor = step(y + 0.40 * SHRINK**ARCHES, 1.0, stage.y) * step(0.75, 0.15, aside)
    canvas = mixed(canvas, times((0.20, 0.18, 0.155), 0.4 + 0.6 * sky.level), 0.5 * floor)
    return lit(canvas, np.exp(0.14 * stage.noise(20, 4, keep=0.7)))


def end_window(stage: Stage, canvas: Floats, at: Point, wide: float, shine: Colour) -> None:
    """Two lights and a rose, at the end of a nave."""
    x, y = at
    size = SHRINK**ARCHES
    for aside in (-0.34, 0.34):
        foot = (x + aside * wide * size, y + 0.30 * size)
        stage.polygon(canvas, lancet(foot, y - 0.30 * size, 0.25 * wide * size), shine)
    turns = np.linspace(0, 2 * np.pi, 17)[:-1].tolist()
    middle, radius = y - 0.86 * size, 0.15 * wide * size
    rose = [(x + radius * np.cos(turn), middle + radius * np.sin(turn)) for turn in turns]
    stage.polygon(canvas, rose, shine)


def candles(stage: Stage, end: Point, wide: float) -> tuple[Floats, Floats]:
    """``(N, 2)`` and ``(N,)`` where candles stand on both sides of a nave, in threes, and how near each is."""
    sizes = np.repeat(SHRINK ** np.arange(0.15, ARCHES, 0.5), 6)
    sides = np.tile([-1, -1, -1, 1, 1, 1], len(sizes) // 6)
    across = sides * wide * sizes * stage.rng.uniform(0.66, 0.80, len(sizes))
    down = sizes * stage.rng.uniform(0.16, 0.24, len(sizes))
    points = np.stack([end[0] + across, end[1] + down], axis=1)
    return points.astype(np.float32), sizes.astype(np.float32)


def lancet(foot: Point, spring: float, half: float) -> tuple[Point, ...]:
    """A pointed arch: the middle of its foot, the ``y`` where it begins to bend, half its width."""
    x, low = foot
    turns = np.linspace(0, np.pi / 3, 9)
    left = [(x + half - 2 * half * np.cos(t), spring - 2 * half * np.sin(t)) for t in turns]
    right = [(2 * x - at, down) for at, down in reversed(left)]
    return (x - half, low), *left, *right, (x + half, low)
