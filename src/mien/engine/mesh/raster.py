"""From values at vertices to values at pixels: the mesh drawn far to near, then affine per triangle.

Drawing happens on a coarse grid over a region of the picture: values are affine within a triangle,
so that enlarging the grid loses nothing but the last pixel of an edge.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.mesh import loops
from mien.engine.mesh.layout import Layout
from mien.engine.mesh.plain import CORNER_BITS, MOST_AVERAGED
from mien.engine.sampling import averaged
from mien.engine.types import Cells, Floats, Image, Mask, Points

#: Fractional bits of OpenCV's drawing coordinates.
SUBPIXEL_BITS = 4
#: At most this many cells along a region's larger side, about 128 across the face: finer shows
#: in no picture, coarser shows at lips and lids.
GRID_CELLS = 192


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A rectangle of a picture made of square cells of whole pixels: the coarse grid over it.

    It may reach beyond the picture's right and bottom edge by less than a cell.
    """

    #: Left and top in whole pixels of the picture, not negative.
    x0: int
    y0: int
    #: Pixels from cell to cell.
    step: int
    #: Cells across and down.
    columns: int
    rows: int

    def __post_init__(self) -> None:
        if min(self.x0, self.y0) < 0 or min(self.step, self.columns, self.rows) < 1:
            raise ValueError(f"a region must lie in the picture and have cells, got {self}")

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), pixels."""
        return self.columns * self.step, self.rows * self.step

    @property
    def grid(self) -> tuple[int, int]:
        """(columns, rows)."""
        return self.columns, self.rows

    def to_grid(self, points: Points) -> Points:
        """``(N, 2)`` cells of picture pixels ``(N, 2 or 3)``; cell centres are whole numbers."""
        origin = np.array([self.x0, self.y0], np.float32) + np.float32((self.step - 1) / 2)
        return np.asarray((points[:, :2] - origin) / np.float32(self.step), np.float32)

    def part(self, points: Points) -> "Region":
        """The cells around ``points`` (picture pixels), at least one, within this region."""
        cells = self.to_grid(points)
        top = np.array(self.grid) - 1
        low = np.clip(np.floor(cells.min(axis=0)).astype(int), 0, top)
        high = np.clip(np.ceil(cells.max(axis=0)).astype(int), low, top) + 1
        return Region(
            x0=self.x0 + int(low[0]) * self.step,
            y0=self.y0 + int(low[1]) * self.step,
            step=self.step,
            columns=int(high[0] - low[0]),
            rows=int(high[1] - low[1]),
        )

    def where(self, chosen: Cells) -> "Region | None":
        """The smallest part that holds all ``chosen`` cells ``(rows, columns)``; None for none."""
        rows, columns = np.flatnonzero(chosen.any(axis=1)), np.flatnonzero(chosen.any(axis=0))
        if not len(rows):
            return None
        return Region(
            x0=self.x0 + int(columns[0]) * self.step,
            y0=self.y0 + int(rows[0]) * self.step,
            step=self.step,
            columns=int(columns[-1] - columns[0]) + 1,
            rows=int(rows[-1] - rows[0]) + 1,
        )

    def wider(self, part: "Region", by: int) -> "Region":
        """``part`` and ``by`` cells around it, as far as this region has them."""
        rows, columns = self.cells_of(part)
        top, left = max(0, rows.start - by), max(0, columns.start - by)
        return Region(
            x0=self.x0 + left * self.step,
            y0=self.y0 + top * self.step,
            step=self.step,
            columns=min(self.columns, columns.stop + by) - left,
            rows=min(self.rows, rows.stop + by) - top,
        )

    def pixels_of(self, part: "Region") -> tuple[slice, slice]:
        """Rows and columns that ``part`` takes up in this region's picture."""
        x, y = part.x0 - self.x0, part.y0 - self.y0
        return slice(y, y + part.size[1]), slice(x, x + part.size[0])

    def cells_of(self, part: "Region") -> tuple[slice, slice]:
        """Rows and columns that ``part`` takes up in this region's grid."""
        x, y = (part.x0 - self.x0) // self.step, (part.y0 - self.y0) // self.step
        return slice(y, y + part.rows), slice(x, x + part.columns)


def region_of(points: Points, width: int, height: int) -> Region | None:
    """The cells around ``points`` within a picture; None when none lie in it."""
    low = np.floor(points[:, :2].min(axis=0)).astype(int) - 1
    high = np.ceil(points[:, :2].max(axis=0)).astype(int) + 2
    x0, y0 = max(0, int(low[0])), max(0, int(low[1]))
    x1, y1 = min(width, int(high[0])), min(height, int(high[1]))
    if x1 <= x0 or y1 <= y0:
        return None
    step = -(-max(x1 - x0, y1 - y0) // GRID_CELLS)
    return Region(
        x0=x0, y0=y0, step=step, columns=-(-(x1 - x0) // step), rows=-(-(y1 - y0) // step)
    )


def cut(target: Image, region: Region) -> Image:
    """A copy of the region's pixels; beyond the picture's edge the last ones are repeated."""
    part, below, right = within(target, region)
    return np.asarray(cv2.copyMakeBorder(part, 0, below, 0, right, cv2.BORDER_REPLICATE), np.uint8)


def within(picture: Image, region: Region) -> tuple[Image, int, int]:
    """The region's pixels where they lie, and how many rows and columns of it lie beyond the picture's edge."""
    width, height = region.size
    part = picture[region.y0 : region.y0 + height, region.x0 : region.x0 + width]
    return part, height - part.shape[0], width - part.shape[1]


def gridded(picture: Image, region: Region) -> Image:
    """``(rows, columns, 3)`` the means of the region's cells in ``picture``."""
    pixels, below, right = within(picture, region)
    step = region.step
    if below or right or not picture.flags.c_contiguous:
        pixels = cut(picture, region)
    # Of two pixels a side OpenCV is quicker still.
    ours = step != 2 and step <= MOST_AVERAGED  # noqa: PLR2004
    return loops.averages(pixels, step) if ours else averaged(pixels, region.grid)


def put(picture: Image, part: Image, region: Region) -> None:
    """Write ``part`` into ``picture`` where ``region`` lies; what reaches beyond is left out."""
    width, height = region.size
    hole = picture[region.y0 : region.y0 + height, region.x0 : region.x0 + width]
    hole[:] = part[: hole.shape[0], : hole.shape[1]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Raster:
    """Which triangle each grid cell shows, and where in it the cell lies."""

    region: Region
    #: ``(rows, columns)`` index into the layout's triangles, or -1.
    triangle: NDArray[np.int32]
    #: ``(rows, columns, 2)`` the shares of the triangle's second and third corner, 0..1.
    shares: Floats
    #: ``(M, 3)`` the triangles.
    corners: NDArray[np.int32]

    def values(self, at_vertices: Floats) -> Floats:
        """``(rows, columns, K)`` of ``(V, K)`` vertex values; 0 where there is no triangle."""
        # NumPy takes rows in a tenth of the time in which it indexes them.
        at_corners = np.take(np.asarray(at_vertices, np.float32), self.corners, axis=0)
        return loops.values(self.triangle, self.shares, at_corners)

    def surface(self, layout: Layout) -> Mask:
        """``(rows, columns)`` 1 where a cell shows the face, 0 where it shows a ring or nothing."""
        return np.asarray(self.triangle >= layout.ring_triangles, np.float32)

    def part(self, region: Region) -> "Raster":
        """The same mesh over a part of the region."""
        cells = self.region.cells_of(region)
        return Raster(
            region=region,
            triangle=self.triangle[cells],
            shares=self.shares[cells],
            corners=self.corners,
        )


def draw(points: Points, layout: Layout, region: Region) -> Raster:
    """The mesh with vertices at ``points`` ``(540, 3)`` (picture pixels) drawn on the grid.

    Rings come first, then the surface from far to near, so that what is nearer covers what is
    behind it.
    """
    fixed = np.rint(region.to_grid(points) * (1 << CORNER_BITS)).astype(np.int64)
    order = painting_order(points[:, 2], layout)
    triangle, shares = loops.drawn(
        np.take(fixed, layout.triangles, axis=0), order, region.columns, region.rows
    )
    return Raster(region=region, triangle=triangle, shares=shares, corners=layout.triangles)


def painting_order(depth: Floats, layout: Layout) -> NDArray[np.int64]:
    """Triangles from first to last: rings, then the surface by depth, far (large z) to near."""
    a, b, c = depth[layout.triangles[layout.ring_triangles :].T]
    far_first = np.argsort(-(a + b + c), kind="stable") + layout.ring_triangles
    return np.concatenate([np.arange(layout.ring_triangles), far_first])


def polygon(points: Points, region: Region) -> Mask:
    """``(rows, columns)`` 1 inside the closed line through ``points`` ``(N, 2)``, 0 outside."""
    columns, rows = region.grid
    canvas = np.zeros((rows, columns), np.uint8)
    corners = np.rint(region.to_grid(points) * (1 << SUBPIXEL_BITS)).astype(np.int32)
    cv2.fillPoly(canvas, [corners], 1, lineType=cv2.LINE_8, shift=SUBPIXEL_BITS)
    return canvas.astype(np.float32)
