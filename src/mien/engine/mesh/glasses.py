"""Glasses before a face's eyes: told by their bridge and rims, taken by their frame.

A frame is thin, and no skin. Between the eyes nothing of a face crosses from side to side; a frame's
bridge does, and a rim runs below each eye. Where they do, a frame is the line around each eye that stands
out most, the bridge between both, and what is thin at the temples. All of it on the chart, in the rows
where glasses are.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.mesh.chart import Chart, brought
from mien.engine.mesh.lenses import Eyes
from mien.engine.mesh.lines import best_line, closed_line, crossing
from mien.engine.mesh.masks import brows, grown, near, together
from mien.engine.mesh.raster import SUBPIXEL_BITS, Region
from mien.engine.mesh.regions import BRIDGE_LINE, LEFT_EYE, RIGHT_EYE, Indices
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.skin import from_skin, length
from mien.engine.ranks import ranked
from mien.engine.sampling import blurred, disc
from mien.engine.types import Cells, Floats, Image, Mask, Points

#: A frame is thinner than this share of the face, and its bridge than that.
THICKEST, THICKEST_BRIDGE = 0.09, 0.1
#: Distances from skin beyond this, in sigmas, say no more; and by how many something may stand out.
FAR, CLEAR = 8.0, 1.5
#: From each eye's lids so far down, shares of the face, a rim runs; so far above and below the middle
#: between the eyes the bridge does, and so far from the lids it begins.
RIM_FROM, RIM_TO, BRIDGE_REACH, BRIDGE_GAP = 0.02, 0.19, 0.115, 0.02
#: A face's own roughness: by what so many percent of its cheeks stand out less, and a least one.
ROUGH, LEAST_ROUGH = 80, 0.35
#: Both rims and the bridge stand out, on the average, by this share of `CLEAR` times the roughness. Of
#: 92 portraits without glasses one does (hard shadows), of 95 on which frames were drawn 74 %.
WORN = 0.81
#: One of the rims may stand out less, where it is pale below or clear, when the bridge and the mean of all three stand
#: out by these shares of twice as much: of faces without glasses that have such a bridge, the next has a mean of .58.
CLEARER, CLEAR_BRIDGE, CLEAR_FRAME = 2.0, 0.75, 0.68
#: Cells next to its line are frame where they stand out by this share of what stands out most nearby,
#: and so many sigmas at least, up to so many cells.
FRAME_SHARE, FRAME_LEAST, HALF_FRAME = 0.5, 0.5, 4
#: By how many sigmas a cell at the temples stands out to be a frame's arm, perhaps and surely.
ARM = (0.7, 1.5)
#: Cells by which a frame is taken wider, so that it keeps its edge, or leaves none.
FRAME_WIDER = 1
#: Sigma (cells) of the blur on a frame's edge.
EDGE = 0.6
#: How far from the eyes a frame's arms reach, and how close to the lids they are not looked for; shares
#: of the face.
REACH, LIDS = 0.17, 0.02
#: Skin is learnt this far inside the outline: the chart gives much room to the cheeks' sides.
SKIN_DEPTH = 0.2
#: Beyond the reach of a frame, so much of the face above and below is looked at for its skin.
BAND = 0.1
#: Around an eye a frame's line is looked for at so many levels and angles: from so many cells beyond the
#: lids (sideways, up and down) to so far out, up and down from the eye's middle, shares of the face.
LEVELS, ANGLES = 14, 72
FROM_X, FROM_Y, OUT, UP, DOWN = 1.5, 2.0, 0.2, 0.17, 0.185

#: A frame throws its shade so far below the lids and beside the eyes, shares of the face.
SHADE_TO, SHADE_BESIDE = 0.21, 0.06

#: Rows and columns, within the rows of the seat.
Window = tuple[slice, slice]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seat:
    """Where on the chart glasses sit: its rows, and masks ``(h, columns)`` within them."""

    #: The rows of the chart.
    rows: slice
    #: Cells from forehead to chin.
    cells: float
    #: Skin to learn from, and the part of it that shows how rough it is.
    skin: Mask
    rough: Cells
    #: At the temples, where a frame's arms are.
    temples: Mask
    #: Between the eyes, where the bridge crosses, and below each, where a rim runs.
    bridge: Window
    rims: tuple[Window, Window]
    #: ``(rows, columns)`` of the chart, 1 wherever a frame may be, with its arms.
    reach: Mask
    #: ``(rows, columns)`` of the chart, 1 below each eye, where a frame's lower rim is and throws its shade.
    below: Mask
    #: ``(levels, angles, 2)`` cells (x, y) around each eye, from the lids out.
    around: tuple[Floats, Floats]
    eyes: Eyes

    @staticmethod
    def of(chart: Chart) -> "Seat":
        """The seat on ``chart``."""
        points, cells = chart.points, chart.cells
        lids = together(points, (LEFT_EYE, RIGHT_EYE), chart.region)
        near_eyes = near(lids, REACH * cells)
        own = np.maximum(grown(lids, LIDS * cells), brows(points, chart.region, cells))
        inside = np.flatnonzero(near_eyes.any(axis=1))
        more = round(BAND * cells)
        rows = slice(max(0, int(inside[0]) - more), int(inside[-1]) + more + 1)
        skin = np.asarray((1 - chart.own) * (chart.depth > SKIN_DEPTH), np.float32)[rows]
        rims = rim(points, LEFT_EYE, cells, rows.start), rim(points, RIGHT_EYE, cells, rows.start)
        rough = skin > 0
        rough[: max(below.stop for below, _ in rims)] = False
        outer = np.ones(chart.region.columns, np.float32)
        outer[rims[0][1].start : rims[1][1].stop] = 0
        return Seat(
            rows=rows,
            cells=cells,
            skin=skin,
            rough=rough,
            temples=np.asarray((near_eyes * (1 - own) * outer)[rows], np.float32),
            bridge=crossed(points, cells, rows.start),
            rims=rims,
            reach=np.maximum(near_eyes, beside_eyes(points, near_eyes)),
            below=below_eyes(points, chart.region, cells),
            around=(
                rings(points, LEFT_EYE, cells, rows.start),
                rings(points, RIGHT_EYE, cells, rows.start),
            ),
            eyes=Eyes.of(chart),
        )

    def lenses(self, face: Image) -> Mask:
        """``(rows, columns)`` of the chart, 1 where dark lenses are; 0 all over for none."""
        return self.eyes.lenses(face)

    def frame(self, face: Image, seen: Mask, *, worn: bool | None = None) -> Mask:
        """``(rows, columns)`` of the chart, 1 where the frame of worn glasses is; 0 all over for none.

        Args:
            face: ``(rows, columns, 3)`` on the chart.
            seen: ``(rows, columns)`` how squarely the camera sees each cell.
            worn: whether the face wears glasses; None where only the frame itself can tell.
        """
        found = np.zeros(seen.shape, np.float32)
        skin = self.skin * (seen[self.rows] > 0)
        distance = length(from_skin(np.ascontiguousarray(face[self.rows]), skin))
        if self.worn(distance) if worn is None else worn:
            found[self.rows] = self.drawn(distance)
        return found

    def worn(self, distance: Floats) -> bool:
        """Whether the face wears glasses with a frame; ``distance`` ``(h, columns)`` sigmas from skin."""
        across = standing_out(distance, THICKEST_BRIDGE * self.cells)
        clear = CLEAR * (ranked(across[self.rough], ROUGH) + LEAST_ROUGH)
        out = [across[line] for line in (self.bridge, *self.rims)]
        if crossing(out[0], clear) <= WORN:
            return False
        if all(crossing(rim, clear) > WORN for rim in out[1:]):
            return True
        bridge, *rims = (crossing(line, CLEARER * clear) for line in out)
        return bridge > CLEAR_BRIDGE and bridge + sum(rims) > len(out) * CLEAR_FRAME

    def drawn(self, distance: Floats) -> Mask:
        """``(h, columns)`` 1 on the frame of glasses."""
        out = standing_out(distance, THICKEST * self.cells)
        line = np.zeros(out.shape, np.uint8)
        for rings_ in self.around:
            cv2.polylines(line, [fixed(loop(out, rings_))], True, 1, 1, cv2.LINE_8, SUBPIXEL_BITS)
        rows, columns = self.bridge
        height = best_line(np.minimum(out[self.bridge], CLEAR)) + rows.start
        bridge = np.stack([np.arange(columns.start, columns.stop), height], axis=1)
        cv2.polylines(line, [fixed(bridge)], False, 1, 1, cv2.LINE_8, SUBPIXEL_BITS)
        most = cv2.dilate(out * line, disc(2 * HALF_FRAME + 3))
        least = np.maximum(FRAME_SHARE * np.minimum(most, 2 * CLEAR), FRAME_LEAST)
        beside = (cv2.dilate(line, disc(2 * HALF_FRAME + 1)) > 0) & (out > least)
        frame = np.maximum(line, beside).astype(np.float32)
        frame = np.maximum(frame, smoothstep(*ARM, out) * self.temples)
        size = 2 * FRAME_WIDER + 1
        wide = cv2.dilate(frame, np.ones((size, size), np.uint8))
        return blurred(np.asarray(wide, np.float32), EDGE)


def rim(points: Points, eye: Indices, cells: float, top: int) -> Window:
    """Where a rim runs below an ``eye``; rows count from ``top``."""
    low, high = points[eye, :2].min(axis=0), points[eye, :2].max(axis=0)
    rows = slice(int(high[1] + RIM_FROM * cells) + 1 - top, int(high[1] + RIM_TO * cells) + 1 - top)
    return rows, slice(int(low[0]), int(high[0]) + 1)


def beside_eyes(points: Points, near_eyes: Mask) -> Mask:
    """``(rows, columns)`` 1 on the temples beside what is ``near_eyes``, out to the ears."""
    arms = np.broadcast_to(near_eyes.max(axis=1, keepdims=True), near_eyes.shape).copy()
    arms[:, int(points[LEFT_EYE, 0].min()) : int(points[RIGHT_EYE, 0].max()) + 1] = 0
    return arms


def below_eyes(points: Points, region: Region, cells: float) -> Mask:
    """``(rows, columns)`` 1 below and beside each eye, but for the nose: where a frame's lower rim throws its shade."""
    below = np.zeros((region.rows, region.columns), np.float32)
    flat = points[[*LEFT_EYE, *RIGHT_EYE], :2]
    low, high = flat.min(axis=0), flat.max(axis=0)
    beside = SHADE_BESIDE * cells
    rows = slice(int((low[1] + high[1]) / 2), int(high[1] + SHADE_TO * cells))
    below[rows, int(low[0] - beside) : int(points[LEFT_EYE, 0].max())] = 1
    below[rows, int(points[RIGHT_EYE, 0].min()) + 1 : int(high[0] + beside) + 1] = 1
    return below


def crossed(points: Points, cells: float, top: int) -> Window:
    """Where a bridge crosses between the eyes; rows count from ``top``."""
    middle = float(points[BRIDGE_LINE, 1].mean()) - top
    left, right = points[LEFT_EYE, 0].max(), points[RIGHT_EYE, 0].min()
    gap, reach = BRIDGE_GAP * cells, BRIDGE_REACH * cells
    return slice(int(middle - reach) + 1, int(middle + reach) + 1), slice(
        int(left + gap), int(right - gap) + 1
    )


def rings(points: Points, eye: Indices, cells: float, top: int) -> Floats:
    """``(levels, angles, 2)`` cells (x, y) around an ``eye``, from its lids out; rows count from ``top``."""
    flat = points[eye, :2]
    centre = flat.mean(axis=0)
    lids = (flat.max(axis=0) - flat.min(axis=0)) / 2 + (FROM_X, FROM_Y)
    angle = np.linspace(0, 2 * np.pi, ANGLES, endpoint=False)
    across, down = np.cos(angle), np.sin(angle)
    nose = float(points[BRIDGE_LINE, 0].mean()) - centre[0]
    wide = np.where(across * nose > 0, abs(nose) - 0.5, OUT * cells)
    high = np.where(down > 0, DOWN, UP) * cells
    near_ = 1 / np.hypot(across / lids[0], down / lids[1])
    far = np.maximum(1 / np.hypot(across / wide, down / high), near_ + 2)
    radius = near_ + (far - near_) * np.linspace(0, 1, LEVELS)[:, None]
    x, y = centre[0] + radius * across, centre[1] - top + radius * down
    return np.stack([x, y], axis=-1).astype(np.float32)


def loop(out: Floats, around: Floats) -> Points:
    """``(angles, 2)`` the line around an eye along which ``out`` ``(h, columns)`` is largest.

    Args:
        around: as `rings` gives them.
    """
    levels = closed_line(np.minimum(brought(out, around), 2 * CLEAR))
    return around[levels, np.arange(ANGLES)]


def fixed(points: Points) -> NDArray[np.int32]:
    """Points in OpenCV's drawing coordinates."""
    return np.rint(points * (1 << SUBPIXEL_BITS)).astype(np.int32)


def standing_out(distance: Floats, thickest: float) -> Floats:
    """By how many sigmas a cell is further from skin than its surroundings (top-hat).

    Only what is thinner than ``thickest`` cells stands out.
    """
    size = max(3, round(thickest)) | 1
    near_by = np.minimum(distance, np.float32(FAR))
    return np.asarray(near_by - cv2.morphologyEx(near_by, cv2.MORPH_OPEN, disc(size)), np.float32)
