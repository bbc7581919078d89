"""Where faces fold with the years: lines anchored to the mesh, drawn as shading.

A fold is a smooth curve through points between vertices, so that it follows shape, turn and
expression. It is irregular in depth and course, by numbers that are drawn once from a fixed seed:
the same fold has the same look in every picture, and in every frame.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.ground import Ground
from mien.engine.mesh.source import squarely_seen
from mien.engine.sampling import averaged_values, blurred_into_zero, interpolated
from mien.engine.types import Floats

#: A point between two vertices: (from, to, share of the way).
Anchor = tuple[int, int, float]
#: Widths of folds, sigma as a share of the face: a wrinkle, a fold, a hollow.
WIDTHS = (0.0026, 0.0062, 0.026)
WRINKLE, FOLD, HOLLOW = range(3)
#: Vertices on the middle line. The others are numbered left side first (below 248), then in the
#: same order on the right side.
MIDDLE = frozenset(
    (*range(3), *range(4, 7), *range(8, 20), 94, 151, 152, 164, 168, 175, 195, 197, 199, 200)
)
LEFT = tuple(vertex for vertex in range(248) if vertex not in MIDDLE)
OTHER_SIDE = {vertex: 248 + rank for rank, vertex in enumerate(LEFT)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """One line of the left side; a line across the face has ``across`` and ends on the middle.

    Raises:
        ValueError: when it is no line.
    """

    path: tuple[Anchor, ...]
    width: int
    #: Depth at full age, share of the brightness.
    depth: float
    #: Age 0..1 from which it shows.
    since: float = 0.0
    across: bool = False

    def __post_init__(self) -> None:
        if len(self.path) < 2:  # noqa: PLR2004 - a line has two ends
            raise ValueError(f"a fold needs two points or more, got {self.path}")


def _fold(width: int, depth: float, since: float, *path: Anchor, across: bool = False) -> Fold:
    return Fold(path=path, width=width, depth=depth, since=since, across=across)


# fmt: off
FOLDS: tuple[Fold, ...] = (
    # Forehead, from low to high.
    _fold(FOLD, .36, .0, (63, 104, .45), (105, 104, .5), (105, 69, .48), (66, 69, .42), (107, 108, .36), (9, 151, .42), across=True),
    _fold(FOLD, .45, .05, (104, 63, .1), (69, 105, .12), (69, 66, .1), (108, 107, .12), (151, 9, .06), across=True),
    _fold(FOLD, .36, .2, (104, 103, .25), (69, 67, .32), (108, 109, .36), (151, 10, .3), across=True),
    _fold(WRINKLE, .30, .1, (105, 69, .74), (66, 69, .72), (107, 108, .66)),
    _fold(WRINKLE, .26, .25, (69, 67, .14), (108, 109, .16), (151, 10, .17)),
    _fold(WRINKLE, .25, .4, (66, 69, .22), (107, 108, .16), (9, 151, .2)),
    _fold(WRINKLE, .25, .5, (104, 103, .5), (69, 67, .55), (108, 109, .58)),
    # Between the brows.
    _fold(FOLD, .45, .1, (193, 8, .3), (55, 8, .36), (107, 9, .42), (107, 151, .34)),
    _fold(WRINKLE, .29, .35, (8, 55, .3), (9, 107, .26), (9, 108, .3)),
    _fold(FOLD, .31, .3, (193, 168, .3), (168, 6, .12), across=True),
    # Crow's feet.
    _fold(WRINKLE, .38, .0, (130, 226, .8), (226, 124, .34), (35, 124, .72), (156, 143, .22), (139, 156, .45)),
    _fold(WRINKLE, .42, .0, (226, 130, .2), (226, 35, .55), (35, 143, .3), (143, 34, .12)),
    _fold(WRINKLE, .42, .05, (226, 31, .3), (35, 31, .42), (35, 111, .3), (143, 116, .32), (34, 116, .4)),
    _fold(WRINKLE, .34, .2, (31, 25, .2), (31, 111, .4), (111, 116, .28), (116, 227, .1)),
    _fold(WRINKLE, .25, .35, (35, 124, .32), (143, 156, .32), (34, 139, .3)),
    _fold(WRINKLE, .25, .5, (31, 228, .5), (117, 31, .55), (111, 117, .4), (116, 111, .3)),
    # Under the eye: lid lines, the bag's edge, the hollow below it.
    _fold(WRINKLE, .30, .0, (243, 233, .5), (26, 232, .45), (22, 231, .42), (23, 230, .4), (24, 229, .42), (110, 228, .45)),
    _fold(WRINKLE, .25, .25, (233, 232, .4), (22, 231, .8), (23, 230, .8), (24, 229, .82), (228, 31, .2)),
    _fold(FOLD, .34, .05, (245, 128, .6), (232, 121, .62), (231, 120, .52), (230, 119, .42), (229, 118, .36), (228, 117, .4)),
    _fold(HOLLOW, .14, .0, (128, 121, .3), (121, 120, .45), (120, 119, .4), (119, 118, .45)),
    _fold(WRINKLE, .18, .5, (121, 47, .3), (120, 100, .3), (119, 101, .25), (118, 117, .4)),
    # Over the eye: the lid's weight.
    _fold(FOLD, .26, .3, (28, 222, .3), (27, 223, .35), (29, 224, .38), (30, 225, .45), (247, 113, .55), (226, 35, .3)),
    # From nose to mouth, and down from its corner.
    _fold(FOLD, .55, .0, (129, 203, .25), (203, 206, .42), (206, 92, .35), (216, 186, .5), (57, 186, .3)),
    _fold(HOLLOW, .19, .0, (129, 203, .5), (203, 206, .4), (206, 92, .3), (216, 186, .5), (57, 43, .3)),
    _fold(FOLD, .29, .1, (61, 57, .4), (57, 43, .75), (43, 202, .25), (204, 202, .35), (204, 211, .3)),
    _fold(HOLLOW, .11, .1, (57, 43, .7), (43, 202, .4), (202, 204, .3), (211, 204, .2), (170, 211, .6)),
    _fold(WRINKLE, .16, .5, (205, 206, .4), (207, 216, .35), (214, 212, .5), (210, 202, .3)),
    _fold(WRINKLE, .14, .6, (187, 205, .4), (187, 207, .5), (214, 192, .3), (135, 210, .5)),
    # Cheek, jowl and chin.
    _fold(HOLLOW, .14, .2, (147, 123, .3), (187, 147, .35), (187, 207, .4), (207, 214, .5)),
    _fold(HOLLOW, .14, .2, (210, 211, .4), (170, 211, .3), (170, 149, .4)),
    _fold(FOLD, .26, .2, (204, 182, .4), (194, 182, .45), (201, 83, .3), (200, 18, .45), across=True),
    # Above the upper lip.
    _fold(WRINKLE, .21, .45, (40, 92, .2), (40, 92, .75)),
    _fold(WRINKLE, .22, .4, (39, 165, .12), (39, 165, .62)),
    _fold(WRINKLE, .21, .5, (37, 39, .5), (167, 165, .45)),
    _fold(WRINKLE, .17, .55, (37, 167, .15), (37, 167, .7)),
)
# fmt: on

#: Samples between two points of a path, by width: at most two sigmas apart, which blurring to a
#: line leaves no trace of.
SAMPLES = (24, 12, 4)
#: Folds are drawn on a face of at most so many pixels, and enlarged.
FINEST = 480
#: How far a line strays from its path, share of the face, and the least of its depth that is left
#: where it is broken; by width. Wrinkles are the most irregular.
STRAY = (0.004, 0.0025, 0.0)
LEAST = (0.2, 0.5, 0.8)
#: Irregularities from one point of a path to the next.
KNOTS = 3
SEED = 1901


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """All folds of both sides as S samples."""

    #: ``(C, 2)`` vertices of each anchor, and ``(C, 1)`` the share of the way.
    vertices: NDArray[np.int32]
    share: Floats
    #: ``(S, 4)`` the anchors around each sample, and their weights.
    anchors: NDArray[np.int32]
    weights: Floats
    #: ``(S,)`` how far it strays sideways, share of the face.
    stray: Floats
    #: ``(S,)`` depth, and the age since when.
    depth: Floats
    since: Floats
    #: ``(S,)`` index of `WIDTHS`.
    width: NDArray[np.int32]
    #: ``(S,)`` 0 where a line ends: there is no next sample to tell the direction.
    goes_on: Floats


def mirrored(anchor: Anchor) -> Anchor:
    """The same point on the other side."""
    a, b, share = anchor
    return OTHER_SIDE.get(a, a), OTHER_SIDE.get(b, b), share


def both_sides() -> Iterator[Fold]:
    """Every line of the face: those across whole, the others left and right."""
    for fold in FOLDS:
        other = tuple(mirrored(anchor) for anchor in fold.path)
        paths = [fold.path + other[-2::-1]] if fold.across else [fold.path, other]
        for path in paths:
            yield Fold(path=path, width=fold.width, depth=fold.depth, since=fold.since)


@cache
def plan() -> Plan:
    """The folds made ready to be drawn; the same at every call."""
    random = np.random.default_rng(SEED)
    lines: list[dict[str, NDArray[np.generic]]] = []
    anchors: list[Anchor] = []
    for fold in both_sides():
        lines.append(_line(fold, len(anchors), random))
        anchors += fold.path
    return Plan(
        vertices=np.array([anchor[:2] for anchor in anchors], np.int32),
        share=np.array([anchor[2:] for anchor in anchors], np.float32),
        **{name: np.concatenate([line[name] for line in lines]) for name in lines[0]},
    )


def _line(fold: Fold, first: int, random: np.random.Generator) -> dict[str, NDArray[np.generic]]:
    """The samples of one line whose first anchor has the number ``first``."""
    spans = len(fold.path) - 1
    samples = SAMPLES[fold.width]
    at = (np.arange(spans * samples) / samples).astype(np.float32)
    span = at.astype(np.int32)
    anchors = np.clip(span[:, None] + np.arange(-1, 3), 0, spans) + first
    along = at / spans
    taper = np.sin(np.pi * along)
    least = LEAST[fold.width]
    broken = least + (1 - least) * _wander(random, at, spans)
    stray = STRAY[fold.width] * (2 * _wander(random, at, spans) - 1)
    goes_on = np.ones_like(at)
    goes_on[-1] = 0
    return {
        "anchors": anchors.astype(np.int32),
        "weights": catmull_rom((at - span).astype(np.float32)),
        "stray": stray.astype(np.float32),
        "depth": (fold.depth * taper * broken).astype(np.float32),
        "since": np.full_like(at, fold.since),
        "width": np.full(len(at), fold.width, np.int32),
        "goes_on": goes_on,
    }


def _wander(random: np.random.Generator, at: Floats, spans: int) -> Floats:
    """Values in 0..1 at ``at``, straight between random knots."""
    knots = random.uniform(size=spans * KNOTS + 1)
    return np.asarray(np.interp(at * KNOTS, np.arange(len(knots)), knots), np.float32)


def catmull_rom(t: Floats) -> Floats:
    """``(N, 4)`` weights of the four points around a place ``t`` of 0..1 between the middle two.

    After Catmull and Rom, "A class of local interpolating splines" (1974).
    """
    rows = (
        -t + 2 * t**2 - t**3,
        2 - 5 * t**2 + 3 * t**3,
        t + 4 * t**2 - 3 * t**3,
        -(t**2) + t**3,
    )
    return np.asarray(np.stack(rows, axis=1) / 2, np.float32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """All samples on a face, in pixels of its region."""

    #: ``(S, 2)``.
    at: Floats
    #: ``(S,)`` depth times the length to the next sample.
    weight: Floats

    def canvas(self, kind: int, size: tuple[int, int], scale: float) -> Floats:
        """The lines of one kind on a canvas of ``size`` (width, height), ``scale`` pixels in one.

        Each sample is shared by the four canvas pixels around it.
        """
        width, height = size
        chosen = plan().width == kind
        at = (self.at[chosen] + np.float32(0.5)) / np.float32(scale) - np.float32(0.5)
        low = np.floor(at).astype(np.int32)
        inside = ((low >= 0) & (low < np.array([width - 1, height - 1]))).all(axis=1)
        x, y = (at - low)[inside].T
        index = low[inside, 1] * width + low[inside, 0]
        weight = self.weight[chosen][inside] / np.float32(scale)
        corners = [index, index + 1, index + width, index + width + 1]
        shares = [(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y]
        sums = np.bincount(
            np.concatenate(corners), np.concatenate(shares) * np.tile(weight, 4), width * height
        )
        return sums.reshape(height, width).astype(np.float32)


def drawn(ground: Ground, age: float) -> Drawn:
    """Where the folds lie, and how deep they are at ``age`` 0..1."""
    lines = plan()
    ends = ground.points[:, :2][lines.vertices]
    seen = squarely_seen(ground.points, ground.layout)[lines.vertices[:, 0]]
    anchors = ends[:, 0] + (ends[:, 1] - ends[:, 0]) * lines.share
    at = np.einsum("sk,skc->sc", lines.weights, anchors[lines.anchors])
    step = np.diff(at, axis=0, append=at[-1:]) * lines.goes_on[:, None]
    length = np.hypot(step[:, 0], step[:, 1])
    aside = np.stack([-step[:, 1], step[:, 0]], axis=1) / np.maximum(length, 1e-6)[:, None]
    at += aside * (lines.stray * np.float32(ground.size))[:, None]
    at -= np.array([ground.region.x0, ground.region.y0], np.float32)
    grown = np.clip((age - lines.since) / (1 - lines.since), 0, 1)
    depth = lines.depth * grown * seen[lines.anchors[:, 1]]
    return Drawn(at=np.asarray(at, np.float32), weight=np.asarray(depth * length, np.float32))


#: Skin swells beside a fold: this share of the depth, this many times as wide. Light falls from
#: above: what swells below the fold catches it, so the swelling is drawn that many sigmas lower.
SWELL, SWELL_WIDTH, LOWER = 0.8, 2.6, 1.0
#: Wider folds are drawn on coarser canvases.
COARSER = (1, 2, 8)


def shading(ground: Ground, age: float) -> Floats:
    """``(H, W)`` over the region's pixels: by what share folds brighten (positive) or darken."""
    lines = drawn(ground, age)
    finest = max(1.0, ground.size / FINEST)
    hollow, fold, wrinkle = (
        relief(ground, lines, kind, finest) for kind in (HOLLOW, FOLD, WRINKLE)
    )
    fold += interpolated(hollow, (fold.shape[1], fold.shape[0]))
    wrinkle += interpolated(fold, (wrinkle.shape[1], wrinkle.shape[0]))
    return wrinkle if finest == 1 else interpolated(wrinkle, ground.region.size)


def relief(ground: Ground, lines: Drawn, kind: int, finest: float) -> Floats:
    """The shading of one kind of fold on its canvas."""
    scale = finest * COARSER[kind]
    width, height = ground.region.size
    size = max(2, round(width / scale)), max(2, round(height / scale))
    # Below .7 pixels a line could not be drawn.
    sigma = max(0.7, WIDTHS[kind] * ground.size / scale)
    deep = profile(lines.canvas(kind, size, scale), sigma)
    if kind == HOLLOW:
        return -deep
    shade = cv2.addWeighted(deep, -1, swelling(deep, sigma, ground.down), SWELL, 0)
    return np.asarray(shade, np.float32)


def swelling(deep: Floats, sigma: float, down: tuple[float, float]) -> Floats:
    """``deep`` made wider and moved down a little; on half the pixels, as it is smooth."""
    height, width = deep.shape
    half = averaged_values(deep, (-(-width // 2), -(-height // 2)))
    wide = blurred_into_zero(half, sigma * SWELL_WIDTH / 2)
    shift = [LOWER * sigma * part + 0.5 for part in down]
    enlarge = np.array([[2, 0, shift[0]], [0, 2, shift[1]]], np.float32)
    return np.asarray(cv2.warpAffine(wide, enlarge, (width, height)), np.float32)


def profile(canvas: Floats, sigma: float) -> Floats:
    """Lines of ``canvas`` as grooves: a line of weight w per pixel becomes w deep."""
    return blurred_into_zero(canvas, sigma) * np.float32(sigma * np.sqrt(2 * np.pi))
