"""What scenes are drawn on: a small canvas in linear light, and the brushes for it.

Conventions: a canvas is ``(H, W, 3)`` float32, linear, 1 is white paper in the light, more is a lamp. ``x``
runs from the middle to the right and ``y`` from the top down, both in heights of the picture. A scene is
drawn sharp, and thrown out of focus where its depth says so; lamps become discs that way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.portrait.look import Look, Rgb
from mien.engine.types import Floats, Mask

#: The exponent that sRGB is close to.
GAMMA = 2.2
Colour = tuple[float, float, float]
#: Oklab from linear sRGB: by the three kinds of cones, whose cube roots are mixed to light and two sides of hue.
TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
FROM_LMS, FROM_LAB = np.linalg.inv(TO_LMS), np.linalg.inv(TO_LAB)
#: Chroma (Oklab) of dull paints; of what a colour has beyond it paper keeps this share, and loses light.
MUTED, DYE, DARKER = 0.10, 0.5, 0.6
#: Numbers of any precision.
Values = NDArray[np.floating[Any]]


#: x0, y0, x1, y1, heights.
Box = tuple[float, float, float, float]
#: (x, y), heights.
Point = tuple[float, float]
#: Cells beyond which corners of polygons are moved nearer: OpenCV counts in 32 bits.
FAR = 20_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """The light of a scene, for who stands in it."""

    #: Where it comes from: -1 left, 1 right.
    side: float = 0.0
    #: Its colour, and that of the shadows; linear, about 1.
    colour: Colour = (1.0, 1.0, 1.0)
    shade: Colour = (1.0, 1.0, 1.0)
    #: 0 as in fog, 1 as from one lamp.
    hardness: float = 0.3
    #: How strongly the scene shines around a person from behind.
    back: float = 0.5
    #: Whether the person stands near a wall, and throws a shadow on it.
    wall: bool = False
    #: How bright it is where the person stands; 1 as in a studio.
    level: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """A canvas of a size, with a die that always falls alike for a seed."""

    #: Cells.
    width: int
    height: int
    rng: np.random.Generator
    look: Look

    @cached_property
    def x(self) -> Floats:
        """``(1, W)``."""
        cells = np.arange(self.width, dtype=np.float32)[None] + 0.5 - self.width / 2
        return np.asarray(cells / self.height, np.float32)

    @cached_property
    def y(self) -> Floats:
        """``(H, 1)``."""
        cells = np.arange(self.height, dtype=np.float32)[:, None] + 0.5
        return np.asarray(cells / self.height, np.float32)

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), cells."""
        return self.width, self.height

    def flat(self, colour: Colour) -> Floats:
        """``(H, W, 3)`` of one colour."""
        return np.full((self.height, self.width, 3), colour, np.float32)

    def between(self, low: float, high: float) -> float:
        """A number of the die."""
        return float(self.rng.uniform(low, high))

    def noise(
        self, fine: float, octaves: int = 4, *, stretch: float = 1.0, keep: float = 0.5
    ) -> Floats:
        """``(H, W)`` clouds about 0, most within -1..1.

        Args:
            fine: knots of the coarsest octave per height.
            stretch: how many times wider than high the clouds are.
            keep: share of each octave that the next has.
        """
        total = np.zeros((self.height, self.width), np.float32)
        weight = 1.0
        for octave in range(octaves):
            rows = max(2, round(fine * 2**octave)) + 1
            columns = max(2, round(fine * 2**octave * self.aspect / stretch)) + 1
            knots = self.rng.standard_normal((rows, columns)).astype(np.float32)
            if rows > self.height or columns > self.width:
                break
            total += weight * cv2.resize(knots, self.size, interpolation=cv2.INTER_CUBIC)
            weight *= keep
        return total * np.float32(0.75)

    def blurred(self, canvas: Floats, radius: float) -> Floats:
        """``canvas`` out of focus; ``radius`` of the disc in heights, times what the look asks for."""
        return lens(canvas, radius * self.look.blur * self.height)

    def polygon(self, canvas: Floats, corners: Sequence[Point], colour: Colour | Floats) -> None:
        """Fill the polygon of ``corners`` (x, y) on ``canvas`` with one colour."""
        at = np.array(corners, np.float32) * self.height
        at[:, 0] += self.width / 2
        fixed = np.rint(np.clip(at, -FAR, FAR) * 16).astype(np.int32)
        paint = [float(value) for value in np.asarray(colour).ravel()]
        cv2.fillPoly(canvas, [fixed], paint, shift=4)

    def box(self, canvas: Floats, corners: Box, colour: Colour | Floats) -> None:
        """Fill an upright rectangle."""
        x0, y0, x1, y1 = corners
        self.polygon(canvas, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), colour)

    def lamps(self, points: Values, colours: Values, radius: float, rim: float = 0.35) -> Floats:
        """``(H, W, 3)`` lamps that are out of focus: discs with a brighter rim, added up.

        Args:
            points: ``(N, 2)`` x, y.
            colours: ``(N, 3)`` linear.
            radius: of a disc, heights; each varies by a third.
            rim: how much brighter the rim is.
        """
        canvas = np.zeros((self.height, self.width, 3), np.float32)
        sizes = radius * self.rng.uniform(0.67, 1.33, len(points)) * max(self.look.blur, 0.15)
        for (x, y), colour, size in zip(points.tolist(), colours, sizes.tolist(), strict=True):
            self._lamp(canvas, (x, y), colour, max(size * self.height, 1.0), rim)
        return canvas

    def _lamp(self, canvas: Floats, at: Point, colour: Values, r: float, rim: float) -> None:
        x, y = at
        column, row = (x + self.aspect / 2) * self.height, y * self.height
        x0, x1 = max(0, int(column - r - 2)), min(self.width, int(column + r + 3))
        y0, y1 = max(0, int(row - r - 2)), min(self.height, int(row + r + 3))
        if x0 >= x1 or y0 >= y1:
            return
        away = np.hypot(
            np.arange(x0, x1, dtype=np.float32)[None] - column,
            np.arange(y0, y1, dtype=np.float32)[:, None] - row,
        )
        disc = np.clip(r - away + 0.5, 0, 1) * (1 - rim + rim * np.clip(away / r, 0, 1) ** 4)
        canvas[y0:y1, x0:x1] += disc[..., None].astype(np.float32) * colour.astype(np.float32)


def lens(canvas: Floats, radius: float) -> Floats:
    """``canvas`` as a lens shows it that is focused elsewhere: each point a disc of ``radius`` cells.

    Wide discs are laid on a smaller copy, where nothing of them is lost.
    """
    if radius < 0.5:  # noqa: PLR2004 - less than a cell
        return canvas
    height, width = canvas.shape[:2]
    small, shrink = canvas, 1
    while radius / shrink > WIDEST_DISC and min(small.shape[:2]) > SMALLEST:
        shrink *= 2
        size = max(1, width // shrink), max(1, height // shrink)
        small = np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.float32)
    out = cv2.filter2D(small, -1, disc(radius / shrink), borderType=cv2.BORDER_REFLECT_101)
    if shrink > 1:
        out = cv2.resize(out, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.maximum(np.asarray(out, np.float32), 0)


#: Radius of a disc that is laid cell by cell, and the side from which canvases are not halved.
WIDEST_DISC, SMALLEST = 5.0, 24


@lru_cache(maxsize=64)
def disc(radius: float) -> Floats:
    """A disc's kernel, of sum 1, its rim soft by a cell."""
    reach = int(np.ceil(radius))
    along = np.arange(-reach, reach + 1, dtype=np.float32)
    kernel = np.clip(radius - np.hypot(along[None], along[:, None]) + 0.5, 0, 1)
    return np.asarray(kernel / kernel.sum(), np.float32)


def linear(colour: Rgb) -> Colour:
    """A colour of sRGB in linear light."""
    red, green, blue = ((value / 255) ** GAMMA for value in colour)
    return red, green, blue


def dyed(colour: Rgb) -> Colour:
    """A colour of sRGB as paper, paint and cloth have it, linear 0..1; greys and muted colours are as they are.

    No surface is as colourful as a screen's lamps: what is far from grey is brought nearer, and made a little
    darker for it. In Oklab (Ottosson, 2020), where that leaves the hue.
    """
    lms = np.cbrt(TO_LMS @ np.array(linear(colour)))
    light, *sides = TO_LAB @ lms
    chroma = float(np.hypot(*sides))
    if chroma <= MUTED:
        return linear(colour)
    held = MUTED + DYE * (chroma - MUTED)
    light -= DARKER * (chroma - held)
    lab = np.array([light, *(side * held / chroma for side in sides)])
    red, green, blue = (max(0.0, float(value)) for value in FROM_LMS @ (FROM_LAB @ lab) ** 3)
    return red, green, blue


def mixed(one: Values | Colour, other: Values | Colour, share: Values | float) -> Floats:
    """``one`` where ``share`` is 0, ``other`` where it is 1."""
    weight = np.asarray(share, np.float32)
    if weight.ndim >= 2:  # noqa: PLR2004 - a mask
        weight = weight[..., None]
    first, second = np.asarray(one, np.float32), np.asarray(other, np.float32)
    return np.asarray(first + (second - first) * weight, np.float32)


def lit(canvas: Values, by: Values) -> Floats:
    """``canvas`` times ``by`` ``(H, W)``."""
    return np.asarray(canvas * np.asarray(by, np.float32)[..., None], np.float32)


def step(low: float, high: float, values: Values) -> Floats:
    """0 below ``low``, 1 above ``high``, smooth between; falls when ``low`` is above ``high``."""
    share = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def glow(stage: Stage, x: float, y: float, radius: float) -> Mask:
    """``(H, W)`` 1 at a point and less around it."""
    away = ((stage.x - x) ** 2 + (stage.y - y) ** 2) / radius**2
    return np.asarray(np.exp(-away), np.float32)
