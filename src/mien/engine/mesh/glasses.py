"""Glasses before a face's eyes: told by their bridge and rims, taken by their frame.

A frame is thin, and no skin. Between the eyes nothing of a face crosses from side to side; a frame's
bridge does. Where it does, and a rim runs below each eye, what is thin and no skin around the eyes is
frame. All of it on the chart, in the rows where glasses are.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.mesh.chart import Chart
from mien.engine.mesh.masks import brows, grown, near, together
from mien.engine.mesh.raster import polygon
from mien.engine.mesh.regions import BRIDGE, BRIDGE_LINE, LEFT_EYE, RIGHT_EYE
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.skin import from_skin, length
from mien.engine.sampling import blurred
from mien.engine.types import Floats, Image, Mask

#: A frame is thinner than this share of the face, and its bridge than that.
THICKEST, THICKEST_BRIDGE = 0.09, 0.1
#: Distances from skin beyond this, in sigmas, say no more.
FAR = 8.0
#: Half the width of the strip between the eyes that a bridge has to cross, a share of the face.
STRIP = 0.045
#: In all but this share of the strip's columns (percent) a bridge stands out.
GAPS = 20
#: Below each eye, from this share of the face down, a rim stands out by so many sigmas.
RIM_FROM, RIM_STANDS_OUT = 0.03, 0.8
#: Sigmas by which the bridge stands out, times the square of the share of columns below the worse eye
#: in which a rim does: of 93 portraits eight of nine with full frames lie above this (1.5 and more), and
#: two of the others: a wrinkled face, and one lit from below.
WORN = 1.4
#: By how many sigmas a cell stands out to be frame, perhaps and surely.
FRAME = (0.7, 1.5)
#: Cells by which a frame is taken wider: a target's, so that it keeps its edge; a source's, so that
#: none of it and of its shadow comes along.
KEPT_WIDER, LEFT_WIDER = 1, 3
#: Sigma (cells) of the blur on a frame's edge.
EDGE = 0.6
#: How far from the eyes a frame reaches, and how close to the lids it is not looked for; shares of
#: the face.
REACH, LIDS = 0.17, 0.02
#: Skin is learnt this far inside the outline: the chart gives much room to the cheeks' sides.
SKIN_DEPTH = 0.2
#: Beyond the reach of a frame, so much of the face above and below is looked at for its skin.
BAND = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seat:
    """Where on the chart glasses sit: its rows, and masks ``(h, columns)`` within them."""

    #: The rows of the chart.
    rows: slice
    #: Cells from forehead to chin.
    cells: float
    #: Skin to learn from.
    skin: Mask
    #: Where a frame may be: around the eyes, without lids and brows.
    around_eyes: Mask
    #: Between the eyes, and the columns of the strip that a bridge crosses.
    bridge: Mask
    strip: slice
    #: Below each eye, where a rim runs.
    rims: tuple[tuple[slice, slice], ...]

    @staticmethod
    def of(chart: Chart) -> "Seat":
        """The seat on ``chart``."""
        points, region, cells = chart.points, chart.region, chart.cells
        eyes = together(points, (LEFT_EYE, RIGHT_EYE), region)
        own = np.maximum(grown(eyes, LIDS * cells), brows(points, region, cells))
        around = np.asarray(near(eyes, REACH * cells) * (1 - own), np.float32)
        inside = np.flatnonzero(around.any(axis=1))
        more = round(BAND * cells)
        top = max(0, int(inside[0]) - more)
        rows = slice(top, int(inside[-1]) + more + 1)
        middle = float(points[BRIDGE_LINE, 0].mean())
        skin = (1 - chart.own) * (chart.depth > SKIN_DEPTH)
        return Seat(
            rows=rows,
            cells=cells,
            skin=np.asarray(skin[rows], np.float32),
            around_eyes=around[rows],
            bridge=polygon(points[BRIDGE], region)[rows],
            strip=slice(int(middle - STRIP * cells), int(middle + STRIP * cells) + 1),
            rims=tuple(below(points[eye], cells, top) for eye in (LEFT_EYE, RIGHT_EYE)),
        )

    def frame(self, face: Image, seen: Mask, wider: int) -> Mask:
        """``(rows, columns)`` of the chart, 1 where the frame of worn glasses is; 0 all over for none.

        Args:
            face: ``(rows, columns, 3)`` on the chart.
            seen: ``(rows, columns)`` how squarely the camera sees each cell.
            wider: cells by which the frame is taken wider than it was found.
        """
        found = np.zeros(seen.shape, np.float32)
        skin = self.skin * (seen[self.rows] > 0)
        distance = length(from_skin(np.ascontiguousarray(face[self.rows]), skin))
        if self.worn(distance):
            found[self.rows] = self.thin(distance, wider)
        return found

    def worn(self, distance: Floats) -> bool:
        """Whether the face wears glasses with a frame; ``distance`` ``(h, columns)`` sigmas from skin."""
        across = standing_out(distance, THICKEST_BRIDGE * self.cells)
        inside = (across * self.bridge)[:, self.strip]
        bridge = float(np.percentile(inside.max(axis=0), GAPS))
        rims = [(across[rim].max(axis=0) > RIM_STANDS_OUT).mean() for rim in self.rims]
        return bridge * float(min(rims)) ** 2 > WORN

    def thin(self, distance: Floats, wider: int) -> Mask:
        """``(h, columns)`` 1 where something thin and no skin is around the eyes."""
        stands_out = standing_out(distance, THICKEST * self.cells)
        found = smoothstep(*FRAME, stands_out) * self.around_eyes
        size = 2 * wider + 1
        return blurred(
            np.asarray(cv2.dilate(found, np.ones((size, size), np.uint8)), np.float32), EDGE
        )


def below(eye: Floats, cells: float, top: int) -> tuple[slice, slice]:
    """Rows, counted from ``top``, and columns of the chart where a rim runs below an ``eye`` ``(N, 3)``."""
    low, high = eye[:, :2].min(axis=0), eye[:, :2].max(axis=0)
    rows = slice(int(high[1] + RIM_FROM * cells) - top, int(high[1] + REACH * cells) + 1 - top)
    return rows, slice(int(low[0]), int(high[0]) + 1)


def standing_out(distance: Floats, thickest: float) -> Floats:
    """By how many sigmas a cell is further from skin than its surroundings (top-hat).

    Only what is thinner than ``thickest`` cells stands out.
    """
    size = max(3, round(thickest)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    near_by = np.minimum(distance, np.float32(FAR))
    return np.asarray(near_by - cv2.morphologyEx(near_by, cv2.MORPH_OPEN, disc), np.float32)
