"""How much of a face is covered, and by what, as the network for parts tells (`mien.engine.parts`).

Shares of what the mesh encloses, counted in the network's own square: no picture is needed.
"""

from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.geometry import moved_by
from mien.engine.mesh.regions import (
    BRIDGE,
    FOREHEAD,
    LEFT_BROW,
    LEFT_EYE,
    NOSE_BASE,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
)
from mien.engine.parts import BODY, CLOTHES, FACE, HAIR, SIDE, THINGS
from mien.engine.ranks import share_of
from mien.engine.types import Face, Floats, Points

Canvas = NDArray[np.uint8]
Ring = NDArray[np.int32]

#: Fractional bits of OpenCV's drawing coordinates; polygons further out than this many squares are cut to them.
SUBPIXEL_BITS, FURTHEST = 3, 8
#: Shares of the face: hair at the temples reaches so far into the outline, necks and collars so far, brows so far
#: beyond their rings.
TEMPLES, COLLARS, BROWS = 0.03, 0.07, 0.02
#: From this probability on a pixel shows something.
SURE = 0.5


class Place(IntEnum):
    """Where a pixel of the square lies on a face."""

    OUTSIDE = 0
    ELSEWHERE = 1
    FOREHEAD = 2
    BELOW_NOSE = 3
    BRIDGE = 4
    LEFT_EYE = 5
    RIGHT_EYE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers:
    """Shares of a face's parts, 0..1, that something covers."""

    #: Of all inside the outline: what is no face.
    all: float
    #: Of the forehead: hair, and hats or cloth.
    hair_on_forehead: float
    things_on_forehead: float
    #: How likely there is a thing between the eyes: the bridge of glasses.
    bridge: float
    #: Of the eye that is hidden less: things, and so lenses that hide both.
    lenses: float
    #: Of the eye that is hidden more: hair.
    hair_on_eye: float
    #: Below the nose: cloth and things, and skin that is not the face's.
    things_below: float
    hands_below: float

    @property
    def forehead(self) -> float:
        """Share of the forehead that is covered."""
        return self.hair_on_forehead + self.things_on_forehead

    @property
    def below(self) -> float:
        """Share of mouth and chin that is covered; hair is a beard's there, or hangs."""
        return self.things_below + self.hands_below

    @property
    def eyes(self) -> float:
        """Share of the eyes that is hidden."""
        return max(self.lenses, self.hair_on_eye)

    @staticmethod
    def of(face: Face) -> "Covers | None":
        """What covers ``face``; None where no network was asked. Waits for the network."""
        if face.parts is None:
            return None
        likely = face.parts.likely
        places = places_of(moved_by(face.parts.matrix, face.landmarks[:, :2]))
        forehead, below = (likely[places == at] for at in (Place.FOREHEAD, Place.BELOW_NOSE))
        eyes = [likely[places == at] for at in (Place.LEFT_EYE, Place.RIGHT_EYE)]
        bridge = likely[places == Place.BRIDGE]
        inside = places > Place.OUTSIDE
        return Covers(
            all=share_of(likely[..., FACE][inside] < SURE),
            hair_on_forehead=shown(forehead, HAIR),
            things_on_forehead=shown(forehead, THINGS, CLOTHES),
            bridge=float(bridge[:, THINGS].mean()) if len(bridge) else 0.0,
            lenses=min(shown(eye, THINGS, CLOTHES) for eye in eyes),
            hair_on_eye=max(shown(eye, HAIR) for eye in eyes),
            things_below=shown(below, THINGS, CLOTHES),
            hands_below=shown(below, BODY),
        )


def shown(likely: Floats, *kinds: int) -> float:
    """The share of pixels ``(N, 6)`` that surely show one of ``kinds``."""
    return share_of(likely[:, kinds].sum(axis=1) > SURE)


def places_of(points: Points) -> Canvas:
    """``(SIDE, SIDE)`` a `Place` for each pixel of a square in which the mesh has ``points`` ``(478, 2)``."""
    canvas, inside = np.zeros((2, SIDE, SIDE), np.uint8)
    near = np.clip(points, -FURTHEST * SIDE, FURTHEST * SIDE)
    drawn = np.rint(near * (1 << SUBPIXEL_BITS)).astype(np.int32)
    size = float(np.ptp(near, axis=0).max())

    def fill(on: Canvas, value: int, *rings: Ring) -> None:
        for ring in rings:
            cv2.fillPoly(on, [drawn[ring]], int(value), shift=SUBPIXEL_BITS)

    def outline(on: Canvas, value: int, share: float, *rings: Ring) -> None:
        width = 2 * max(1, round(share * size)) + 1
        lines = [drawn[ring] for ring in rings]
        cv2.polylines(on, lines, True, int(value), width, shift=SUBPIXEL_BITS)

    fill(inside, 1, OVAL)
    outline(inside, 0, TEMPLES, OVAL)
    fill(canvas, Place.ELSEWHERE, OVAL)
    canvas[int(np.clip(near[NOSE_BASE, 1], 0, SIDE)) :] = Place.BELOW_NOSE
    outline(canvas, Place.ELSEWHERE, COLLARS, OVAL)
    fill(canvas, Place.FOREHEAD, FOREHEAD)
    fill(canvas, Place.ELSEWHERE, LEFT_BROW, RIGHT_BROW)
    outline(canvas, Place.ELSEWHERE, BROWS, LEFT_BROW, RIGHT_BROW)
    fill(canvas, Place.BRIDGE, BRIDGE)
    fill(canvas, Place.LEFT_EYE, LEFT_EYE)
    fill(canvas, Place.RIGHT_EYE, RIGHT_EYE)
    return canvas * inside
