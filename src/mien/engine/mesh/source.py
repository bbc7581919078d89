"""A face to take: its photo in several sizes, and what the chart tells of it."""

from dataclasses import dataclass, field
from functools import partial

import cv2
import numpy as np

from mien.engine.geometry import half
from mien.engine.mesh import masks
from mien.engine.mesh.chart import Chart
from mien.engine.mesh.develop import developed, developing
from mien.engine.mesh.even import evened, evening, lightless
from mien.engine.mesh.framed import framed, paint
from mien.engine.mesh.glasses import Seat
from mien.engine.mesh.layout import Layout, with_rings
from mien.engine.mesh.look import Look, look
from mien.engine.mesh.occlusion import ends_free, source_free
from mien.engine.mesh.raster import Region, draw, gridded, region_of
from mien.engine.mesh.shade import shade
from mien.engine.mesh.shape import smoothstep
from mien.engine.mesh.strands import strands
from mien.engine.mesh.told import Told, believed
from mien.engine.mesh.unframed import unframed
from mien.engine.pose import pose
from mien.engine.sampling import blurred, disc
from mien.engine.types import HALF, Face, Floats, Image, Mask, Points

#: A source this much larger than its place is sampled from a halved copy, else it would alias.
LARGER = 1.6
#: Copies that a prepared source keeps: 1/64 of a 2400 px face is sampled for the smallest, of 24 px.
LEVELS = 7
#: Sides below this (pixels) are not halved again.
SMALLEST_LEVEL = 16
#: Around the face a prepared source keeps this share of its size.
KEEP_AROUND = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A face to take. All that is on the chart is ``(rows, columns)`` of `mien.engine.mesh.chart`."""

    #: The crop around the face, each half the size of the one before.
    levels: tuple[Image, ...]
    #: ``(478, 3)`` landmarks in pixels of the first level.
    landmarks: Points
    #: Turn of the head, degrees.
    yaw: float
    #: ``(rows, columns, 3)`` uint8 the face on the chart.
    face: Image
    #: How squarely the camera sees each cell, 0..1.
    seen: Mask
    #: 0 where hair, a hat or glasses cover the face, 1 where it shows.
    free: Mask
    #: More photos of the same person, none of which has others; see `mien.engine.identity`.
    others: tuple["Source", ...] = ()
    #: ``(540, 3)`` the vertices of the mesh and its rings, in pixels of the first level.
    points: Points = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", with_rings(self.landmarks))  # the way of frozen classes

    @property
    def size(self) -> float:
        """Larger side of the face in pixels of the first level."""
        span = self.landmarks[:, :2].max(axis=0) - self.landmarks[:, :2].min(axis=0)
        return float(span.max())

    def level_for(self, size: float, larger: float = LARGER) -> tuple[Image, float]:
        """The copy to sample for a face of ``size`` pixels, and its scale to the first level.

        Args:
            larger: the most by which the copy's face may be larger than that, where there are smaller copies.
        """
        index, ratio = 0, self.size / size
        while ratio > larger and index + 1 < len(self.levels):
            index, ratio = index + 1, ratio / 2
        return self.levels[index], 0.5**index


def prepared(image: Image, face: Face, chart: Chart, seat: Seat | None, layout: Layout) -> Source:
    """``face`` of ``image`` made ready to be put on any target.

    Args:
        seat: where glasses are looked for; None leaves them, and strands of hair, where they are.
    """
    crop, corner = cropped(image, face)
    face = face.moved(*(-corner[:2]).tolist())
    landmarks = face.landmarks
    points = with_rings(landmarks)
    region = region_of(points, crop.shape[1], crop.shape[0])
    if region is None:
        raise ValueError("the face lies outside its picture")
    yaw = pose(landmarks)[0]
    seen = seen_cells(points, chart, layout)
    if abs(yaw) > HIDES_ITSELF:
        seen = seen * chart.of_vertices(unhidden(points, layout, region))
    scene = gridded(crop, region)
    laid = chart.unrolled(scene, region, points)
    by = developing(laid, chart)
    if by > 1:
        crop = developed(crop, by, face.size)
        scene = gridded(crop, region)
        laid = chart.unrolled(scene, region, points)
    bare = np.ones_like(seen)
    by_colour = partial(free_by_colour, laid, seen, chart)
    told = believed(face.parts if seat else None, points, chart, by_colour)
    if told and seat:
        told = told.closely(seat)
        bare = 1 - told.before_source(chart, seat)
    own = look(laid, seen * bare, chart)
    free = uncovered(own, told, chart)
    if seat is not None:
        if told is None:
            bare = bare * (1 - with_rims(seat.lenses(own.face), chart.cells))
        skin = paint(own, told, chart, seat)
        frame = framed(own, told, skin, chart, seat) * (1 - chart.lids)
        bare = bare * (1 - hidden_brows(frame, chart))
        thin = np.maximum(frame, strands(own.face, free * bare, chart))
        if thin.any():
            crop = unframed(crop, thin, skin, draw(points, layout, region), chart, size=face.size)
            scene = gridded(crop, region)
            own = look(chart.unrolled(scene, region, points), seen * bare, chart)
            free = uncovered(own, told, chart)
        bare = bare * (1 - shade(own, free * bare, chart))
    shown, skin = own.face, chart.outline * (1 - chart.own) * seen * free * bare
    change = evening(shown, skin, chart)
    if change is not None:
        crop = evened(crop, draw(points, layout, region), change, chart, size=face.size)
        shown = chart.unrolled(gridded(crop, region), region, points)
        dark = lightless(change, skin)
        bare = bare * (1 - dark) * (1 - hidden_brows(dark, chart))
    return Source(
        levels=halvings(crop),
        landmarks=landmarks,
        yaw=yaw,
        face=shown,
        seen=seen,
        free=free * bare,
    )


#: Where a frame hides this share of a brow and its surroundings, what is painted there is no brow any more; cells
#: around it that go with it, and the sigma of their edge.
BROW_HIDDEN, AROUND_BROW, BROW_EDGE = 0.12, 2, 1.5


def hidden_brows(frame: Mask, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 on the brows that a ``frame`` hides: the target's are better than none."""
    hidden = np.zeros_like(frame)
    for brow in chart.features[masks.BROWS]:
        if float(np.vdot(frame, brow)) > BROW_HIDDEN * float(brow.sum()):
            hidden = np.maximum(hidden, cv2.dilate(brow, disc(2 * AROUND_BROW + 1)))
    return blurred(np.asarray(hidden, np.float32), BROW_EDGE)


def uncovered(own: Look, told: Told | None, chart: Chart) -> Mask:
    """``(rows, columns)`` 0 where by its colours something covers the face, 1 where it shows.

    Where a network has ``told`` what covers it, colours are heard of the ends of hair: they are too thin for it.
    """
    if told is None:
        return source_free(own, chart)
    return 1 - (1 - ends_free(own, told.grown > HALF, chart)) * told.beside_hair(chart)


def free_by_colour(shown: Image, seen: Mask, chart: Chart) -> Mask:
    """``(rows, columns)`` 1 where the face that is ``shown`` on the chart is free, as far as colours tell."""
    return source_free(look(shown, seen, chart), chart)


#: The rim around a dark lens, a share of the face, and the sigma (cells) of its edge.
RIM, RIM_EDGE = 0.03, 1.0


def with_rims(lenses: Mask, cells: float) -> Mask:
    """``lenses`` ``(rows, columns)`` and the rims around them, on the chart of a face of so many ``cells``."""
    if not lenses.any():
        return lenses
    wide = cv2.dilate(lenses, disc(2 * RIM * cells))
    return blurred(np.asarray(wide, np.float32), RIM_EDGE)


def cropped(image: Image, face: Face) -> tuple[Image, Points]:
    """The part of ``image`` that a source keeps, and where its corner lies, ``(3,)``: x, y, 0."""
    x0, y0, x1, y1 = face.box
    around = face.size * KEEP_AROUND
    height, width = image.shape[:2]
    left, top = max(0, int(x0 - around)), max(0, int(y0 - around))
    right, bottom = min(width, int(x1 + around) + 1), min(height, int(y1 + around) + 1)
    crop = np.ascontiguousarray(image[top:bottom, left:right])
    return crop, np.array([left, top, 0], np.float32)


def halvings(image: Image) -> tuple[Image, ...]:
    """``image`` and its copies of a half, a quarter and so on of its size; odd last rows and columns are cut."""
    levels = [image]
    while len(levels) < LEVELS and min(levels[-1].shape[:2]) >= SMALLEST_LEVEL:
        levels.append(half(levels[-1]))
    return tuple(levels)


#: Cosines between surface and line of sight from which skin starts to show, and shows well.
GRAZING, SQUARE = 0.15, 0.5


def seen_cells(points: Points, chart: Chart, layout: Layout) -> Mask:
    """``(rows, columns)`` how squarely the camera sees each cell of a face at ``points``, 0..1."""
    return chart.of_vertices(squarely_seen(points, layout))


def squarely_seen(points: Points, layout: Layout) -> Floats:
    """``(540,)`` 0 where the surface turns away from the camera, 1 where it faces it."""
    a, b, c = np.take(points, layout.triangles.T, axis=0)
    (abx, aby, abz), (acx, acy, acz) = (b - a).T, (c - a).T
    normals = aby * acz - abz * acy, abz * acx - abx * acz, abx * acy - aby * acx
    x, y, z = (
        np.bincount(layout.triangles.ravel(), np.repeat(normal, 3), len(points))
        for normal in normals
    )
    facing = -z / np.maximum(np.sqrt(x * x + y * y + z * z), 1e-6)
    return smoothstep(GRAZING, SQUARE, facing.astype(np.float32))


#: Degrees of yaw from which a nose hides the cheek behind it.
HIDES_ITSELF = 14.0
#: Of a triangle's cells, the shares that must show for it to be hidden, and not.
HIDDEN, SHOWN = 0.3, 0.8
#: Triangles of fewer cells than this are not judged: their count is chance.
JUDGED = 2.0


def unhidden(points: Points, layout: Layout, region: Region) -> Floats:
    """``(540,)`` 0 where a nearer part of the face stands before a vertex, 1 where nothing does.

    The mesh is drawn far to near: what is left to see of a triangle is counted.
    """
    raster = draw(points, layout, region)
    left = np.bincount(raster.triangle.ravel() + 1, minlength=len(layout.triangles) + 1)[1:]
    a, b, c = (region.to_grid(points[layout.triangles[:, i]]) for i in range(3))
    (abx, aby), (acx, acy) = (b - a).T, (c - a).T
    cells = np.abs(abx * acy - aby * acx) / 2
    shows = smoothstep(HIDDEN, SHOWN, left / np.maximum(cells, 1e-6))
    shows = np.where(cells < JUDGED, 1, shows)
    total = np.bincount(layout.triangles.ravel(), np.repeat(shows, 3), len(points))
    count = np.bincount(layout.triangles.ravel(), minlength=len(points))
    return np.asarray(total / np.maximum(count, 1), np.float32)
