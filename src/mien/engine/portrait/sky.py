"""The sky and its light by time of day."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from mien.engine.portrait.look import Time
from mien.engine.portrait.stage import Colour, Light, Stage, glow, lit, mixed, step
from mien.engine.types import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Sky:
    """Colours of a time of day, linear."""

    zenith: Colour
    horizon: Colour
    #: Of what the sun (or the moon) shines on, and of shadows.
    sun: Colour
    shade: Colour
    #: Of clouds.
    cloud: Colour
    #: How bright the land is.
    level: float
    #: How low the sun stands: 0 overhead, 1 at the horizon.
    low: float


SKIES: Mapping[Time, Sky] = MappingProxyType(
    {
        Time.MORNING: Sky(
            zenith=(0.22, 0.40, 0.72),
            horizon=(1.0, 0.78, 0.60),
            sun=(1.0, 0.86, 0.68),
            shade=(0.72, 0.84, 1.0),
            cloud=(1.0, 0.82, 0.74),
            level=0.75,
            low=0.6,
        ),
        Time.DAY: Sky(
            zenith=(0.09, 0.27, 0.66),
            horizon=(0.58, 0.76, 0.92),
            sun=(1.0, 0.96, 0.88),
            shade=(0.82, 0.92, 1.0),
            cloud=(1.0, 1.0, 1.0),
            level=1.0,
            low=0.0,
        ),
        Time.GOLDEN: Sky(
            zenith=(0.16, 0.22, 0.42),
            horizon=(1.25, 0.60, 0.22),
            sun=(1.25, 0.70, 0.34),
            shade=(0.80, 0.78, 0.95),
            cloud=(1.2, 0.55, 0.35),
            level=0.6,
            low=0.9,
        ),
        Time.DUSK: Sky(
            zenith=(0.035, 0.055, 0.17),
            horizon=(0.62, 0.22, 0.20),
            sun=(0.75, 0.50, 0.55),
            shade=(0.65, 0.75, 1.1),
            cloud=(0.42, 0.18, 0.24),
            level=0.22,
            low=1.0,
        ),
        Time.NIGHT: Sky(
            zenith=(0.004, 0.008, 0.024),
            horizon=(0.020, 0.032, 0.070),
            sun=(0.55, 0.66, 0.95),
            shade=(0.60, 0.72, 1.1),
            cloud=(0.03, 0.04, 0.07),
            level=0.07,
            low=0.5,
        ),
    }
)


def sky_of(stage: Stage, usual: Time) -> Sky:
    """The sky at the time that the look asks for, or at the scene's usual one."""
    return SKIES[stage.look.time or usual]


def heavens(stage: Stage, sky: Sky, horizon: float, *, clouds: float = 0.5) -> Floats:
    """``(H, W, 3)`` the sky down to ``horizon`` (``y``), with clouds.

    Args:
        clouds: 0 none, 1 many.
    """
    up = np.clip(1 - stage.y / horizon, 0, 1) + 0 * stage.x
    canvas = mixed(sky.horizon, sky.zenith, up**0.7)
    # Clouds lie flatter the nearer they are to the horizon.
    billows = stage.noise(5.0, 5, stretch=1.6) + 0.6 * stage.noise(2.4, 2, stretch=1.6)
    cover = step(0.75 - 0.9 * clouds, 1.9 - 0.9 * clouds, billows + 0.15) * step(0.02, 0.35, up)
    shaded = step(-0.2, 1.4, stage.noise(7.0, 4, stretch=1.6) + billows)
    cloud = mixed(
        np.asarray(sky.cloud, np.float32) * 0.55 + np.asarray(sky.zenith, np.float32) * 0.4,
        sky.cloud,
        shaded,
    )
    return mixed(canvas, cloud, 0.85 * cover)


def sun(stage: Stage, sky: Sky, x: float, y: float) -> Floats:
    """``(H, W, 3)`` what the sun adds to the sky around it."""
    core = 6.0 * glow(stage, x, y, 0.035) + 1.1 * glow(stage, x, y, 0.14)
    veil = 0.35 * glow(stage, x, y, 0.5)
    # A high sun is not in the picture.
    return lit(stage.flat(sky.sun), core * sky.low**2 + veil * (0.2 + 0.8 * sky.low))


def daylight(stage: Stage, sky: Sky, side: float, *, back: float = 0.6) -> Light:
    """The light for who stands under ``sky`` with the sun at ``side``."""
    del stage
    return Light(
        side=side,
        colour=sky.sun,
        shade=sky.shade,
        hardness=0.25 + 0.3 * sky.low,
        back=back,
        level=0.45 + 0.55 * sky.level**0.5,
    )
