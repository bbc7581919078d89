"""The face laid flat: a chart on which the same spot of every face lies at the same place.

What is learnt of a face's skin, light and of what covers it is learnt here, once for a source and once
for each target, and brought to a picture's grid through the mesh. The masks of features are the same
for everybody, and made once.

The chart is the texture map of MediaPipe's canonical face, which is as wide as it is high around the
features and unrolls the cheeks, with a margin that shows what surrounds the face.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.mesh import masks
from mien.engine.mesh.layout import Layout, with_rings
from mien.engine.mesh.raster import Raster, Region, draw, polygon
from mien.engine.mesh.regions import LIPS_OUTER, NOSE_BASE, OVAL
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.topology import SURFACE_POINTS, Topology
from mien.engine.sampling import blurred, channels, interpolated, looked_up
from mien.engine.types import Floats, Image, Mask, Points

#: Cells along the texture map's unit: 95 from forehead to chin, 110 from ear to ear.
CELLS_A_UNIT = 112
#: The chart reaches this far beyond the outline, a factor from its middle.
MARGIN = 1.24


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart:
    """The map and what is known of it beforehand. Masks are ``(rows, columns)`` float32 in [0, 1]."""

    #: The mesh drawn on the chart, a cell in two: what varies slowly is worked out there.
    raster: Raster
    #: The cells of the chart, a pixel each.
    region: Region
    #: ``(540, 3)`` where each vertex lies on the chart, cells.
    points: Points
    #: Cells from forehead to chin.
    cells: float
    #: 1 within the outline, 0 outside; and how deep inside a cell lies, a share of ``cells``.
    inside: Mask
    depth: Floats
    #: The soft inside; well inside it; inside it but for what hangs in from outside.
    outline: Mask
    core: Mask
    interior: Mask
    #: Where a source may be shown: what a frontal face's `mien.engine.mesh.masks.seam` is on its surface.
    seam: Mask
    #: Eyes, brows, nostrils, lips, each with a margin, as `mien.engine.mesh.masks.FEATURES`; all of
    #: them; all of them and the brows alone with hardly a margin.
    features: tuple[Mask, ...]
    own: Mask
    #: What is around each feature, without features.
    around: tuple[Mask, ...]
    close: Mask
    brows: Mask
    #: Between the lids; that and the lids; the lips alone; all but eyes, brows and lips.
    eyes: Mask
    lids: Mask
    lips: Mask
    bare: Mask
    #: Between nose and lips, the ridge of the nose, and all below the nose well inside the outline: where beards grow.
    moustache: Mask
    ridge: Mask
    jaw: Mask
    #: Every face in a few strokes: features dark on light, without what changes slowly; mean 0.
    drawing: Floats
    #: From the brows up; beside and above that, outside the outline.
    forehead: Mask
    beside: Mask

    @staticmethod
    def of(topology: Topology, layout: Layout) -> "Chart":
        """The chart of a mesh."""
        points, (columns, rows) = placed(topology)
        region = Region(x0=0, y0=0, step=1, columns=columns, rows=rows)
        coarse = Region(x0=0, y0=0, step=2, columns=columns // 2, rows=rows // 2)
        cells = float(np.ptp(points[OVAL, 1]))
        inside = polygon(points[OVAL], region)
        depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
        features = tuple(masks.features(points, region, cells))
        own, outline = masks.union(features), masks.outline(points, region, cells)
        raster = draw(points, layout, coarse)
        return Chart(
            raster=raster,
            region=region,
            points=points,
            cells=cells,
            inside=inside,
            depth=np.asarray(depth / cells, np.float32),
            outline=outline,
            core=masks.core(points, region, cells),
            interior=masks.interior(points, region, cells),
            seam=frontal_seam(topology, raster, region),
            features=features,
            own=own,
            around=tuple(beside(feature, cells) * outline * (1 - own) for feature in features),
            close=masks.close_to_features(points, region, cells),
            brows=masks.brows(points, region, cells),
            eyes=masks.between_lids(points, region, cells),
            lids=masks.lids(points, region, cells),
            lips=masks.soft(polygon(points[LIPS_OUTER], region), cells),
            bare=1 - masks.union(features[: masks.BROWS.stop] + features[masks.LIPS :]),
            moustache=masks.moustache(points, region, features[masks.NOSTRILS]),
            ridge=masks.ridge(points, region),
            jaw=below(points, region, cells) * outline,
            drawing=blurred(fine(1 - own, cells), SOFT_STROKES),
            forehead=masks.forehead(points, region),
            beside=masks.beside_forehead(points, region, cells),
        )

    def unrolled(self, scene: Image, region: Region, points: Points) -> Image:
        """``(rows, columns, 3)`` a face on the chart.

        Args:
            scene: ``(h, w, 3)`` its picture on the grid of ``region``, one pixel a cell.
            points: ``(540, 3)`` its mesh, pixels of the picture that ``region`` lies in.
        """
        return looked_up(scene, *channels(self._cells_of(region, points)))

    def laid(self, mask: Mask, region: Region, points: Points) -> Mask:
        """``(rows, columns)`` a ``mask`` ``(h, w)`` on the grid of ``region``, as `unrolled`; 0 beyond it."""
        return brought(mask, self._cells_of(region, points))

    def _cells_of(self, region: Region, points: Points) -> Floats:
        """``(rows, columns, 2)`` where on the grid of ``region`` each cell of the chart lies."""
        return self.spread(self.raster.values(region.to_grid(points)))

    def of_vertices(self, values: Floats) -> Mask:
        """``(rows, columns)`` of ``(540,)`` values at vertices, within 0..1.

        Cells along a triangle's edge lie a little outside of it.
        """
        return np.clip(self.spread(self.raster.values(values[:, None])[..., 0]), 0, 1)

    def spread(self, coarse: Floats) -> Floats:
        """Values of the coarse raster at every cell of the chart."""
        return interpolated(coarse, self.region.grid)

    def seen_from(self, raster: Raster) -> Floats:
        """``(h, w, 2)`` where on the chart each cell of a face's ``raster`` lies (x, y)."""
        return raster.values(self.points[:, :2])


#: From the nose's base down, over this share of the face.
BELOW = 0.06


def below(points: Points, region: Region, cells: float) -> Mask:
    """``(rows, columns)`` 1 below the nose, softly."""
    rows = np.arange(region.rows, dtype=np.float32)[:, None] - points[NOSE_BASE, 1]
    return np.broadcast_to(smoothstep(0, BELOW * cells, rows), (region.rows, region.columns))


#: Pixels of the frontal face whose seam is laid on the chart.
FRONTAL = 240.0


def frontal_seam(topology: Topology, raster: Raster, chart: Region) -> Mask:
    """``(rows, columns)`` of the ``chart``: the seam of the mean face that looks into the camera.

    A seam goes with the surface: on a turned head it is narrow on the far side and wide on the near one.
    """
    face = topology.canonical * np.array([1, -1, -1], np.float32)
    face = (face - face.min(axis=0)) * np.float32(FRONTAL / np.ptp(face[:, 1]))
    points = with_rings(face)
    around = np.ceil(points[:, :2].max(axis=0) - points[:, :2].min(axis=0)).astype(int).tolist()
    points[:, :2] -= points[:, :2].min(axis=0)
    region = Region(x0=0, y0=0, step=1, columns=around[0] + 1, rows=around[1] + 1)
    at = interpolated(raster.values(region.to_grid(points)), chart.grid)
    return brought(masks.seam(points, region, FRONTAL), at)


#: What changes over more than this share of a face is left out of a drawing; sigma (cells) of its strokes.
SLOW, SOFT_STROKES = 0.075, 1.5


def fine(values: Floats, cells: float) -> Floats:
    """``values`` ``(h, w)`` without what changes slowly over a face of so many ``cells``."""
    return values - blurred(values, SLOW * cells)


#: Around a feature, this many times the face is looked at to tell whether it is covered.
AROUND = 0.07


def beside(feature: Mask, cells: float) -> Mask:
    """``feature`` grown by `AROUND`."""
    size = max(3, round(2 * AROUND * cells)) | 1
    return np.asarray(cv2.dilate(feature, np.ones((size, size), np.uint8)), np.float32)


def placed(topology: Topology) -> tuple[Points, tuple[int, int]]:
    """``(540, 3)`` vertices on the chart, in cells, z 0; and its size (columns, rows)."""
    flat = np.zeros((SURFACE_POINTS, 3), np.float32)
    flat[:, :2] = topology.uv * CELLS_A_UNIT
    points = with_rings(flat)
    low, high = points[OVAL, :2].min(axis=0), points[OVAL, :2].max(axis=0)
    half = (high - low) / 2 * MARGIN
    points[:, :2] += half - (low + high) / 2
    columns, rows = (2 * np.ceil(half)).astype(int).tolist()  # even, for half of them
    return points, (columns, rows)


def brought(field: Floats, at: Floats) -> Floats:
    """``(h, w)`` or ``(h, w, K)`` values of a chart's ``field`` at ``at`` ``(h, w, 2)``; 0 beyond it."""
    three = field.shape[2:] == (3,)
    # As in `looked_up`: four channels take half of the time of three.
    given = cv2.cvtColor(field, cv2.COLOR_RGB2RGBA) if three else field
    out = cv2.remap(given, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)  # type: ignore[call-overload]
    return np.asarray(cv2.cvtColor(out, cv2.COLOR_RGBA2RGB) if three else out, np.float32)


def flipped(field: Floats) -> Floats:
    """A chart's ``field`` with left and right exchanged: the map is symmetric to a tenth of a cell."""
    return np.asarray(cv2.flip(field, 1), np.float32)
