"""The values that engine functions pass around: frozen, and checked when they are made."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

#: ``(H, W, 3)`` uint8 RGB.
Image = NDArray[np.uint8]
#: ``(H, W)`` float32 in [0, 1].
Mask = NDArray[np.float32]
#: A soft mask's middle.
HALF = 0.5
#: ``(N, 2)`` or ``(N, 3)`` float32, pixels.
Points = NDArray[np.float32]
#: ``(2, 3)`` float32, picture -> crop.
Matrix = NDArray[np.float32]
Floats = NDArray[np.float32]
#: What is true of each pixel, of each cell of a grid, or of each of some.
Cells = NDArray[np.bool_]

#: Vertices of the face mesh: 468 of the surface and 5 for each iris.
MESH_POINTS = 478
#: Landmarks of a hand: the wrist, then four for each finger from its root to its tip, thumb first.
HAND_POINTS = 21


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detection:
    """A face as the detector sees it.

    Raises:
        ValueError: when a shape is wrong or the box has no area.
    """

    #: ``(4,)`` float32: x0, y0, x1, y1 in pixels; may reach beyond the picture.
    box: Floats
    #: ``(6, 2)``: right eye, left eye, nose tip, mouth centre, two ears (the person's own sides).
    key_points: Points
    #: Probability of a face, 0..1.
    score: float

    def __post_init__(self) -> None:
        if self.box.shape != (4,):
            raise ValueError(f"box must have shape (4,), got {self.box.shape}")
        if self.key_points.shape != (6, 2):
            raise ValueError(f"key_points must have shape (6, 2), got {self.key_points.shape}")
        if self.box[2] <= self.box[0] or self.box[3] <= self.box[1]:
            raise ValueError(f"box must have an area, got {self.box}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hand:
    """A hand with its landmarks.

    Raises:
        ValueError: when the landmarks have another shape or are not finite.
    """

    #: ``(21, 3)`` float32: x, y in pixels of the picture, z in the same unit.
    landmarks: Points
    #: Probability that there is a hand, from the landmark model, 0..1.
    score: float

    def __post_init__(self) -> None:
        if self.landmarks.shape != (HAND_POINTS, 3):
            raise ValueError(f"landmarks must have shape (21, 3), got {self.landmarks.shape}")
        if not np.isfinite(self.landmarks).all():
            raise ValueError("landmarks must be finite")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """What a network tells of the surroundings of a face (`mien.engine.parts`).

    Raises:
        ValueError: when the matrix has another shape.
    """

    #: Gives `likely`, and may have to wait for the network.
    answer: Callable[[], Floats]
    #: Picture -> square.
    matrix: Matrix
    #: Looks once more, at more pixels, where something is as thin as a frame of glasses; None where that takes too long.
    finer: "Callable[[], Parts] | None" = None

    def __post_init__(self) -> None:
        if self.matrix.shape != (2, 3):
            raise ValueError(f"matrix must have shape (2, 3), got {self.matrix.shape}")

    @property
    def likely(self) -> Floats:
        """``(S, S, 6)`` float32: how likely each pixel of an upright square shows what; sums of 1."""
        return self.answer()

    def moved(self, x: float, y: float) -> "Parts":
        """The same of a picture that lies so many pixels further right and down."""
        by = self.matrix[:, :2] @ np.array([x, y], np.float32)
        finer = self.finer
        return replace(
            self,
            matrix=np.column_stack([self.matrix[:, :2], self.matrix[:, 2] - by]),
            finer=(lambda: finer().moved(x, y)) if finer else None,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Face:
    """A face with its mesh.

    Raises:
        ValueError: when the landmarks have another shape or are not finite.
    """

    #: ``(478, 3)`` float32: x, y in pixels of the picture, z in the same unit, negative towards
    #: the camera.
    landmarks: Points
    #: Probability that there is a face, from the mesh model, 0..1.
    score: float
    #: Hands that may be before it, as far as they were looked for (`mien.engine.hands`).
    hands: tuple[Hand, ...] = ()
    #: What is around and before it, where a network was asked (`mien.engine.parts`).
    parts: Parts | None = None

    def __post_init__(self) -> None:
        if self.landmarks.shape != (MESH_POINTS, 3):
            raise ValueError(f"landmarks must have shape (478, 3), got {self.landmarks.shape}")
        if not np.isfinite(self.landmarks).all():
            raise ValueError("landmarks must be finite")

    def moved(self, x: float, y: float) -> "Face":
        """The face and what is before it, so many pixels further right and down."""
        by = np.array([x, y, 0], np.float32)
        hands = tuple(replace(hand, landmarks=hand.landmarks + by) for hand in self.hands)
        parts = self.parts.moved(x, y) if self.parts else None
        return replace(self, landmarks=self.landmarks + by, hands=hands, parts=parts)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 of the landmarks, pixels."""
        low, high = self.landmarks[:, :2].min(axis=0), self.landmarks[:, :2].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    @property
    def size(self) -> float:
        """The larger side of the box, pixels."""
        x0, y0, x1, y1 = self.box
        return max(x1 - x0, y1 - y0)
