"""The values that a swap passes from one of its parts to the next."""

from dataclasses import dataclass

from mien.engine.mesh.cover import Cover
from mien.engine.mesh.raster import Raster
from mien.engine.mesh.shape import SHARE
from mien.engine.mesh.source import Source
from mien.engine.options import SwapOptions
from mien.engine.study import Sight
from mien.engine.types import Face, Floats, Image, Mask, Points


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """Where on the target a face goes."""

    #: ``(540, 3)`` where the result's vertices are, and where the target's are, picture pixels.
    points: Points
    before: Points
    #: Larger side of the face, pixels; the turn of its head, degrees.
    size: float
    turn: float
    #: The mesh over all that moves.
    around: Raster
    #: The mesh over the cells of the face alone, and where on the chart each of those lies (x, y).
    within: Raster
    at: Floats

    @property
    def cells(self) -> float:
        """Larger side of the face on the grid."""
        return self.size / self.within.region.step


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Role:
    """What a face of the target is played by, and how."""

    face: Face
    source: Source
    options: SwapOptions
    #: How far the face's shape goes to the source's, 0..1.
    share: float = SHARE
    #: How much of the source's skin shows, 0..1.
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sketch:
    """What can be drawn of a face before anything is known of its target but landmarks."""

    place: Place
    #: ``(H, W, 3)`` the source over the pixels of the place, in its own light.
    texture: Image
    #: On the grid of the face: where it may be shown at all, 0 in eyes and mouths that stay the target's.
    shown: Mask


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ahead:
    """What can be made ready of a swap as soon as its face is found; either may be missing."""

    #: Needs the picture, and the hands before the face.
    sight: Sight | None = None
    #: Needs the source.
    sketch: Sketch | None = None


#: Nothing has been made ready.
NOTHING_AHEAD = Ahead()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """A face's sketch, and what stands around it and before it where it goes."""

    sketch: Sketch
    #: ``(H, W, 3)`` the pixels around the face, the background moved after its new shape.
    scene: Image
    #: What hands cover on the grid around the face; None where there are none.
    cover: Cover | None
    #: On the grid of the face: 1 where something stands before it once the background has moved.
    covered: Mask
    #: The same for hands alone; None where there are none.
    hands: Mask | None
