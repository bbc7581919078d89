"""What a picture gives of a face: pose, size, sharpness, light, and what hides it.

Only measures; what they mean to a person is said in `mien.engine.advice`. All but the size and the
file's blocks is measured in one small upright crop, so that the cost does not grow with the picture.
The numbers of thresholds come from 93 portraits and 19 hard pictures (docs/quality.md).
"""

from dataclasses import dataclass, replace
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.covers import Covers
from mien.engine.geometry import Pyramid, Viewed, crop_of, moved_by
from mien.engine.landmarks import crop_around
from mien.engine.lighting import Light, light_on
from mien.engine.mesh.lamps import apart, one_ink
from mien.engine.mesh.regions import (
    FOREHEAD,
    LEFT_BROW,
    LEFT_EYE,
    LIPS_OUTER,
    NOSE,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
)
from mien.engine.mesh.told import MUCH, SEEN_TOO
from mien.engine.mesh.topology import SURFACE_POINTS
from mien.engine.pose import eyes_open, mouth_open, pose
from mien.engine.ranks import middle, share_of
from mien.engine.types import Cells, Face, Floats, Image, Points

Indices = NDArray[np.intp]
Parts = NDArray[np.uint8]
Drawn = NDArray[np.int32]
Rings = tuple[NDArray[np.int32], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Measures of one face in one picture."""

    #: Larger side of the face, pixels.
    size: float
    #: Degrees: towards the picture's right, up, and clockwise as seen.
    yaw: float
    pitch: float
    roll: float
    #: Gap between the lids of the eye that is open wider, as a share of its width; open from .15.
    eyes: float
    #: Gap between the lips as a share of the eye distance.
    mouth: float
    #: 0 crisp, 1 without any fine detail: how little of the features' edges a blur takes away.
    blur: float
    #: How much steeper steps are on the 8 pixel grid of JPEG than off it; about 1 where there is none.
    blocks: float
    #: How much falls on it, from which side, and how hard.
    light: Light
    #: How far apart (logarithms) the ratios of its skin's colours are: lamps of several colours, or one strong one.
    lamps: float
    #: Whether all colours are shades of one: black and white, sepia, one coloured lamp.
    one_ink: bool
    #: Shares of forehead, chin and cheeks below the nose, and surroundings of the eyes that do
    #: not have the colour of the cheeks.
    forehead: float
    lower_face: float
    around_eyes: float
    #: How much brighter (darker below 0) the forehead and the surroundings of the eyes are than the
    #: cheeks, in spreads of the cheeks' brightness.
    forehead_lighter: float
    eyes_lighter: float
    #: Share of the mesh that lies outside the picture.
    outside: float
    #: What a network tells of what covers the face, where one was asked and is believed.
    covers: Covers | None = None

    @property
    def covered(self) -> tuple[float, float, float]:
        """Shares of the forehead, the surroundings of the eyes, and what is below the nose that are covered.

        By the network these are of the eyes themselves.
        """
        if self.covers is None:
            return self.forehead, self.around_eyes, self.lower_face
        return self.covers.forehead, self.covers.eyes, self.covers.below


def examine(image: Viewed, face: Face) -> Quality:
    """All measures of ``face`` in ``image`` ``(H, W, 3)``, also of what covers it; waits for its parts."""
    return with_covers(assess(image, face), face)


def with_covers(quality: Quality, face: Face) -> Quality:
    """``quality`` with what covers ``face`` by its parts, where these are known and to be believed; waits for them."""
    covers = Covers.of(face)
    if covers is None:
        return quality
    by_colour = (quality.forehead + quality.around_eyes + quality.lower_face) / 3
    if covers.all > MUCH and by_colour < SEEN_TOO * covers.all:
        return quality
    return replace(quality, covers=covers)


def assess(image: Viewed, face: Face, *, closely: bool = True) -> Quality:
    """The measures of ``face`` in ``image`` ``(H, W, 3)`` by its mesh and its colours; nothing is waited for.

    Args:
        closely: measure texture too: blur, blocks and ink. A swap takes over what a target has of
            these, so that nobody needs to hear of them; left out they are 0, 1 and false.
    """
    picture = Pyramid.of(image)
    yaw, pitch, roll = pose(face.landmarks)
    box = face.box
    size = max(box[2] - box[0], box[3] - box[1])
    view = View.of(picture, face, size)
    hidden = view.hidden()
    forehead, forehead_lighter = hidden.look(Part.FOREHEAD)
    around_eyes, eyes_lighter = hidden.look(Part.AROUND_EYES)
    return Quality(
        size=size,
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        eyes=eyes_open(face.landmarks),
        mouth=mouth_open(face.landmarks),
        blur=view.blur() if closely else 0.0,
        blocks=blocks(picture.pixels, box) if closely else 1.0,
        light=view.light(),
        lamps=view.lamps(),
        one_ink=closely and one_ink(view.crop) > MOSTLY,
        forehead=forehead,
        lower_face=hidden.look(Part.LOWER_FACE)[0],
        around_eyes=around_eyes,
        forehead_lighter=forehead_lighter,
        eyes_lighter=eyes_lighter,
        outside=outside(picture.size, face.landmarks),
    )


def outside(size: tuple[int, int], landmarks: Points) -> float:
    """Share of the ``(478, 3)`` landmarks that lie outside a picture of ``size`` (width, height)."""
    flat = landmarks[:SURFACE_POINTS, :2]
    beyond = (flat < 0) | (flat > np.array(size) - 1)
    return share_of(beyond[:, 0] | beyond[:, 1])


#: From this certainty on a picture has one ink.
MOSTLY = 0.5
#: Pixels across of the part in which a file's blocks are looked for: 16 blocks a side.
BLOCKS_SIDE = 128
#: Pixels of a block, and of the smallest part worth looking at.
BLOCK, SMALLEST_PART = 8, 32
#: Steps below this (levels) say nothing: a flat picture has none on or off the grid.
FLAT = 0.05


def blocks(image: Image, box: tuple[float, float, float, float]) -> float:
    """How much steeper the picture's steps are between blocks of 8 pixels than inside them.

    JPEG files of poor quality have such a grid, from the picture's corner; the smaller of the
    two directions counts, because straight edges of things have one.
    """
    x0, y0, x1, y1 = box
    left = BLOCK * round(max(0.0, (x0 + x1 - BLOCKS_SIDE) / 2, x0) / BLOCK)
    top = BLOCK * round(max(0.0, (y0 + y1 - BLOCKS_SIDE) / 2, y0) / BLOCK)
    right, bottom = min(int(x1), left + BLOCKS_SIDE), min(int(y1), top + BLOCKS_SIDE)
    part = image[top : max(bottom, top), left : max(right, left)]
    if min(part.shape[:2]) < SMALLEST_PART:
        return 1.0
    grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).astype(np.int16)
    across = np.abs(np.diff(grey, axis=1)).sum(axis=0) / grey.shape[0]
    down = np.abs(np.diff(grey, axis=0)).sum(axis=1) / grey.shape[1]
    return min(on_grid(across), on_grid(down))


def on_grid(steps: NDArray[np.floating]) -> float:
    """Mean of every eighth of ``steps`` over that of the others."""
    whole = steps[: len(steps) // BLOCK * BLOCK].reshape(-1, BLOCK)
    on, off = whole[:, -1].sum() / len(whole), whole[:, :-1].sum() / (len(whole) * (BLOCK - 1))
    return float(on / (off + FLAT))


#: Side of the crop, pixels, at most (smaller faces are not enlarged) and at least, and its margin.
#: Blurred pictures stand apart as well at 96 as at 128 (.89 and more against .73 and less).
SIDE, SMALLEST_SIDE, MARGIN = 96, 24, 1.1
#: From this side on every second pixel is enough for light and colour.
HALVED_FROM = 64
#: Shares of the crop: skin ends this far inside the outline and this far from a feature; the
#: surroundings of the eyes reach this far.
EDGE, AROUND, AROUND_EYES = 1 / 24, 1 / 40, 1 / 24
#: Fractional bits of OpenCV's drawing coordinates.
SUBPIXEL_BITS = 3
#: Vertices: the lower lids' middles, upper lip, the nose's base, forehead and chin.
LIDS, MOUTH, NOSE_BASE, TOP, CHIN = [145, 374], 0, 2, 10, 152
#: Cheeks begin below the lids by this share of the way to the mouth: glasses end there.
BELOW_LIDS = 0.4


class Part(IntEnum):
    """What a pixel shows. Skin, and its parts, lies well inside the outline."""

    NONE = 0
    SKIN = 1
    CHEEK = 2
    FOREHEAD = 3
    #: Below the nose.
    LOWER_FACE = 4
    #: Lids and what lies around them.
    AROUND_EYES = 5
    #: Eyes, brows, nostrils and lips with a margin.
    FEATURE = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """A face in a small upright crop, and what its pixels show."""

    #: ``(S, S, 3)`` the crop, and where in it there are features (see `Part`).
    crop: Image
    features: Cells
    #: ``(s, s, 3)`` every pixel of it, or every second across and down.
    small: Image
    #: ``(s, s)`` a `Part` for each pixel of ``small``.
    parts: Parts
    #: ``(478, 2)`` landmarks in pixels of ``small``.
    points: Points

    @staticmethod
    def of(picture: Pyramid, face: Face, size: float) -> "View":
        """The view of ``face``, whose larger side has ``size`` pixels."""
        side = int(np.clip(size * MARGIN, SMALLEST_SIDE, SIDE)) & ~1
        matrix = crop_around(face.landmarks, MARGIN, side)
        crop = crop_of(picture, matrix, side)
        points = moved_by(matrix, face.landmarks[:, :2])
        parts = parts_of(points, side)
        step = 2 if side >= HALVED_FROM else 1
        return View(
            crop=crop,
            features=parts >= Part.AROUND_EYES,
            small=np.ascontiguousarray(crop[::step, ::step]),
            parts=np.ascontiguousarray(parts[::step, ::step]),
            points=points / np.float32(step),
        )

    def blur(self) -> float:
        """How little an averaging over five pixels takes from the steps at the features, 0..1.

        Sharp steps become much flatter, blurred ones hardly (after Crete and others, "The blur
        effect", 2007). The worse of both directions counts: shaken pictures are blurred in one.
        """
        grey = cv2.cvtColor(self.crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
        return max(kept_steps(grey, self.features), kept_steps(grey.T, self.features.T))

    def light(self) -> Light:
        """The light on its skin."""
        rows, columns = np.nonzero((self.parts >= Part.SKIN) & (self.parts <= Part.LOWER_FACE))
        levels = cv2.cvtColor(self.small, cv2.COLOR_RGB2GRAY)[rows, columns].astype(np.float32)
        return light_on(levels, self._left(rows, columns))

    def lamps(self) -> float:
        """How far apart the ratios of the skin's colours are (see `Quality`); glasses are left out."""
        skin = (self.parts >= Part.CHEEK) & (self.parts <= Part.LOWER_FACE)
        return apart(self.small[skin]) if np.count_nonzero(skin) >= ENOUGH_SKIN else 0.0

    def _left(self, rows: Indices, columns: Indices) -> Cells:
        """``(N,)`` which pixels are left of the line from top to chin; none where that does not go down."""
        top, chin = self.points[TOP], self.points[CHIN]
        if chin[1] <= top[1]:
            return np.zeros(rows.shape, bool)
        along = (chin[0] - top[0]) / (chin[1] - top[1])
        return np.asarray(columns < top[0] + (rows - top[1]) * along)

    def hidden(self) -> "Hidden":
        """How far each pixel is from the colour of the cheeks."""
        colours = cv2.cvtColor(self.small, cv2.COLOR_RGB2YCrCb).astype(np.float32)
        cheeks = colours[self.parts == Part.CHEEK]
        if len(cheeks) < ENOUGH_SKIN:
            return Hidden(parts=self.parts, away=np.zeros(colours.shape, np.float32))
        usual = middle(cheeks)
        spread = MAD_TO_SIGMA * middle(np.abs(cheeks - usual))
        spread = np.clip(spread, SPREAD_FLOOR, SPREAD_CEILING)
        away = np.asarray((colours - usual) / spread, np.float32)
        return Hidden(parts=self.parts, away=away)


def parts_of(points: Points, side: int) -> Parts:
    """``(side, side)`` what each pixel shows of the upright face with ``points``."""
    canvas = np.zeros((side, side), np.uint8)
    drawn = np.rint(points * (1 << SUBPIXEL_BITS)).astype(np.int32)
    fill(canvas, drawn, (OVAL,), Part.SKIN)
    skin = canvas > 0
    lids, mouth, nose = points[LIDS, 1].sum() / 2, points[MOUTH, 1], points[NOSE_BASE, 1]
    rows = np.rint([lids + BELOW_LIDS * (mouth - lids), mouth, nose]).astype(int)
    first, last, below = np.clip(rows, 0, side)
    canvas[first:last][skin[first:last]] = Part.CHEEK
    canvas[below:][skin[below:]] = Part.LOWER_FACE
    fill(canvas, drawn, (FOREHEAD,), Part.FOREHEAD)
    outline(canvas, drawn, (OVAL,), Part.NONE, EDGE)
    features = LIPS_OUTER, NOSE, LEFT_BROW, RIGHT_BROW
    outline(canvas, drawn, features, Part.FEATURE, AROUND)
    outline(canvas, drawn, (LEFT_EYE, RIGHT_EYE), Part.AROUND_EYES, AROUND_EYES)
    fill(canvas, drawn, (*features, LEFT_EYE, RIGHT_EYE), Part.FEATURE)
    return canvas


def fill(canvas: Parts, drawn: Drawn, rings: Rings, part: Part) -> None:
    """Paint the inside of each of ``rings`` of vertices ``drawn`` in OpenCV's coordinates."""
    for ring in rings:
        cv2.fillPoly(canvas, [drawn[ring]], int(part), shift=SUBPIXEL_BITS)


def outline(canvas: Parts, drawn: Drawn, rings: Rings, part: Part, share: float) -> None:
    """Paint a band around each of ``rings``, that ``share`` of the side to either hand."""
    width = 2 * max(1, int(len(canvas) * share)) + 1
    lines = [drawn[ring] for ring in rings]
    cv2.polylines(canvas, lines, True, int(part), width, shift=SUBPIXEL_BITS)


#: Cheeks smaller than this (pixels) teach nothing: full profiles, tiny faces.
ENOUGH_SKIN = 24
#: Believed spreads of Y, Cr and Cb: noise at least, one skin at most.
SPREAD_FLOOR = np.array([16, 4, 4], np.float32)
SPREAD_CEILING = np.array([40, 8, 8], np.float32)
MAD_TO_SIGMA = 1.4826
#: Spreads from which a pixel is not the cheeks' skin.
OTHER = 3.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hidden:
    """Distances from the colour of the cheeks."""

    #: ``(s, s)`` a `Part` for each pixel.
    parts: Parts
    #: ``(s, s, 3)`` brightness and colour, in spreads.
    away: Floats

    def look(self, part: Part) -> tuple[float, float]:
        """The share of ``part`` that is not skin like the cheeks, and how much brighter it is."""
        away = self.away[self.parts == part]
        if not len(away):
            return 0.0, 0.0
        other = (away * away).sum(axis=1) > OTHER**2
        return share_of(other), float(away[:, 0].sum()) / len(away)


#: Pixels over which is averaged to see whether there was anything to average away.
AVERAGED = 5


def kept_steps(grey: Floats, where: Cells) -> float:
    """Share of the steps from column to column that averaging along rows leaves, 0..1."""
    grey = np.ascontiguousarray(grey)
    here = where[:, 1:]
    before = np.diff(grey, axis=1)[here]
    after = np.diff(cv2.blur(grey, (AVERAGED, 1)), axis=1)[here]
    steepness = float((before**2).sum())
    return float(np.sqrt((after**2).sum() / steepness)) if steepness else 1.0
