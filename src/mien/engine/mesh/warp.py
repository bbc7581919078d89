"""Move pixels: the background after the face's new shape, and the source's skin onto it."""

from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.mesh.layout import Layout, with_rings
from mien.engine.mesh.raster import NOTHING, Raster, Region
from mien.engine.mesh.shape import smoothstep
from mien.engine.pose import pose
from mien.engine.sampling import averaged, blurred_into_zero, interpolated, looked_up
from mien.engine.types import Face, Floats, Image, Mask, Points

#: A source this much larger than its place is sampled from a halved copy, else it would alias.
LARGER = 1.6
#: Halvings that a prepared source keeps: 1/16 of a 4000 px face still fills a 250 px one.
LEVELS = 5
#: Sides below this (pixels) are not halved again.
SMALLEST_LEVEL = 16
#: Around the face a prepared source keeps this share of its size.
KEEP_AROUND = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A face to take: its pixels in several sizes, its landmarks, and how well each part is seen."""

    #: The crop around the face, each half the size of the one before.
    levels: tuple[Image, ...]
    #: ``(478, 3)`` landmarks in pixels of the first level.
    landmarks: Points
    #: ``(540,)`` how squarely the camera sees each vertex, 0..1.
    seen: Floats
    #: Turn of the head, degrees.
    yaw: float
    #: Whether it wears glasses with a frame, which are not to come along.
    glasses: bool = False
    #: More photos of the same person, none of which has others; see `mien.engine.identity`.
    others: tuple["Source", ...] = ()

    @property
    def size(self) -> float:
        """Larger side of the face in pixels of the first level."""
        span = self.landmarks[:, :2].max(axis=0) - self.landmarks[:, :2].min(axis=0)
        return float(span.max())

    def level_for(self, size: float) -> tuple[Image, float]:
        """The copy to sample for a face of ``size`` pixels, and its scale to the first level."""
        index, ratio = 0, self.size / size
        while ratio > LARGER and index + 1 < len(self.levels):
            index, ratio = index + 1, ratio / 2
        return self.levels[index], 0.5**index


def prepared(image: Image, face: Face, layout: Layout) -> Source:
    """``face`` of ``image`` made ready to be put on any target."""
    x0, y0, x1, y1 = face.box
    around = face.size * KEEP_AROUND
    height, width = image.shape[:2]
    left, top = max(0, int(x0 - around)), max(0, int(y0 - around))
    right, bottom = min(width, int(x1 + around) + 1), min(height, int(y1 + around) + 1)
    landmarks = face.landmarks - np.array([left, top, 0], np.float32)
    return Source(
        levels=halvings(np.ascontiguousarray(image[top:bottom, left:right])),
        landmarks=landmarks,
        seen=squarely_seen(with_rings(landmarks), layout),
        yaw=pose(landmarks)[0],
    )


def halvings(image: Image) -> tuple[Image, ...]:
    """``image`` and its copies of a half, a quarter and so on of its size."""
    levels = [image]
    while len(levels) < LEVELS and min(levels[-1].shape[:2]) >= SMALLEST_LEVEL:
        half = levels[-1].shape[1] // 2, levels[-1].shape[0] // 2
        levels.append(averaged(levels[-1], half))
    return tuple(levels)


#: Cosines between surface and line of sight from which skin starts to show, and shows well.
GRAZING, SQUARE = 0.15, 0.5


def squarely_seen(points: Points, layout: Layout) -> Floats:
    """``(540,)`` 0 where the surface turns away from the camera, 1 where it faces it."""
    a, b, c = (points[layout.triangles[:, i]] for i in range(3))
    normals = np.cross(b - a, c - a)
    sums = np.zeros_like(points)
    for corner in range(3):
        np.add.at(sums, layout.triangles[:, corner], normals)
    facing = -sums[:, 2] / np.maximum(np.linalg.norm(sums, axis=1), 1e-6)
    return smoothstep(GRAZING, SQUARE, facing.astype(np.float32))


def displacement(raster: Raster, away: Floats, sigma: float) -> Floats:
    """``(rows, columns, 2)`` pixels from where a cell is to where its background comes from.

    Args:
        away: ``(540, 2)`` the same at vertices; 0 on the outer ring.
        sigma: grid cells over which to smooth, so that the background shows no mesh.
    """
    field = raster.values(away)
    return blurred_into_zero(field, sigma)


#: Pixels of movement that no one sees.
UNMOVED = 0.03


def followed(target: Image, region: Region, field: Floats) -> Image:
    """The region of ``target`` with its background moved by ``field`` (grid, pixels)."""
    if np.abs(field).max() < UNMOVED:
        return cut(target, region)
    full = interpolated(field, region.size)
    full[..., 0] += np.arange(region.x0, region.x0 + region.size[0], dtype=np.float32)[None, :]
    full[..., 1] += np.arange(region.y0, region.y0 + region.size[1], dtype=np.float32)[:, None]
    return looked_up(target, full)


def cut(target: Image, region: Region) -> Image:
    """A copy of the region's pixels; beyond the picture's edge the last ones are repeated."""
    width, height = region.size
    part = target[region.y0 : region.y0 + height, region.x0 : region.x0 + width]
    below, right = height - part.shape[0], width - part.shape[1]
    return np.asarray(cv2.copyMakeBorder(part, 0, below, 0, right, cv2.BORDER_REPLICATE), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """A source as it is drawn: as it is, or with its sides exchanged."""

    source: Source
    #: ``(540, 3)`` where in the source's first level each vertex's pixels come from.
    points: Points
    #: ``(540,)`` how squarely the camera sees each vertex, 0..1.
    seen: Floats


def as_is(source: Source) -> View:
    """The source as its photo shows it."""
    return View(source=source, points=with_rings(source.landmarks), seen=source.seen)


def mirrored(view: View, layout: Layout) -> View:
    """Each side from the other."""
    points, seen = view.points[layout.mirror], view.seen[layout.mirror]
    return View(source=view.source, points=points, seen=seen)


def sampled(view: View, raster: Raster, size: float) -> Image:
    """The view's pixels drawn over the raster's region.

    Args:
        size: larger side of the face that is drawn, pixels.
    """
    level, scale = view.source.level_for(size)
    # Pixel centres are whole numbers: x of the first level lies at (x + .5) * scale - .5 here.
    here = (view.points[:, :2] + np.float32(0.5)) * np.float32(scale) - np.float32(0.5)
    full = interpolated(raster.values(here), raster.region.size)
    return looked_up(level, full)


#: Degrees of the source's turn from which its far side is taken from elsewhere, and fully.
FILL_FROM, FILL_FULLY = 14.0, 26.0


def turned_share(source: Source) -> float:
    """How much of a far side may be taken from elsewhere: 0 for a frontal source, 1 for a turned one."""
    return float(smoothstep(FILL_FROM, FILL_FULLY, abs(source.yaw)))


def filling(view: View, layout: Layout) -> View:
    """What shows the far side of ``view`` best: another photo of the person, else its near side."""
    others = [as_is(photo) for photo in view.source.others]
    gains = [float(np.clip(other.seen - view.seen, 0, 1).mean()) for other in others]
    near = mirrored(view, layout)
    own = float(np.clip(near.seen - view.seen, 0, 1).mean())
    if gains and max(gains) > ENOUGH_SHOWN * own:
        return others[int(np.argmax(gains))]
    return near


#: A photo is taken before the mirrored side when it shows this share of what that shows: no face is
#: the same on both sides.
ENOUGH_SHOWN = 0.6


def unseen(view: View, filler: View, raster: Raster) -> Mask:
    """``(rows, columns)`` how much of each cell ``filler`` should give instead of ``view``, 0..1.

    Only where the view shows a cell badly and the filler better, and only when the source's head is
    turned: every outline is grazing a little.
    """
    turned = turned_share(view.source)
    if not turned > 0:
        return np.zeros(raster.triangle.shape, np.float32)
    weight = np.clip(filler.seen - view.seen, 0, 1) * turned
    cells = raster.values(weight[:, None].astype(np.float32))[..., 0]
    return np.asarray(np.where(raster.triangle == NOTHING, 0, cells), np.float32)


#: The source's view of a spot over the target's view of it, from which it is shown, and fully.
#: Below, few of the source's pixels would be stretched over many of the target's.
BARELY_TRUSTED, FULLY_TRUSTED = 0.25, 0.7
#: Added to both views, so that two outlines that are grazing alike count as alike.
GRAZING_ALIKE = 0.2


def trusted(view: View, filler: View, target: Points, raster: Raster, layout: Layout) -> Mask:
    """``(rows, columns)`` where one of the two views was seen well enough, 0..1.

    Args:
        target: ``(540, 3)`` the result's vertices.
    """
    best = np.maximum(view.seen, turned_share(view.source) * filler.seen)
    needed = squarely_seen(target, layout)
    ratio = (best + GRAZING_ALIKE) / (needed + GRAZING_ALIKE)
    trust = smoothstep(BARELY_TRUSTED, FULLY_TRUSTED, np.asarray(ratio, np.float32))
    return raster.values(trust[:, None])[..., 0]
