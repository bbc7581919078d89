"""Which faces of a target are swapped: by size, by number from left to right, by place, or by their looks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mien.engine.likeness import SAME, alike
from mien.engine.types import Face, Floats
from mien.errors import BadOption

#: What messages call the choice, and what programs read as its field.
FIELD = "faces"


#: What a face of the target looks like, see `mien.engine.likeness`.
Looks = Callable[[Face], Floats]


class Choice(Protocol):
    """Picks faces. Frozen, picklable, and the same faces for the same picture."""

    def __call__(self, faces: Sequence[Face], looks: Looks, /) -> list[Face]:
        """Those of ``faces`` (largest first, at least one) that are meant, in the same order.

        Raises:
            BadOption: when a face that was asked for is not there.
        """
        ...


@dataclass(frozen=True, slots=True)
class All:
    """Every face."""

    def __call__(self, faces: Sequence[Face], _looks: Looks | None = None, /) -> list[Face]:
        """All of ``faces``."""
        return list(faces)


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest face alone."""

    def __call__(self, faces: Sequence[Face], _looks: Looks | None = None, /) -> list[Face]:
        """The first of ``faces``."""
        return list(faces[:1])


@dataclass(frozen=True, slots=True)
class Numbered:
    """Faces by their number, counted from left to right, the first is 1.

    Raises:
        ValueError: when there is no number, or one below 1.
    """

    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.numbers or min(self.numbers) < 1:
            raise ValueError(f"numbers must be 1 or more, got {self.numbers}")

    def __call__(self, faces: Sequence[Face], _looks: Looks | None = None, /) -> list[Face]:
        """The faces with these numbers; a number twice counts once."""
        row = left_to_right(faces)
        missing = next((number for number in self.numbers if number > len(row)), None)
        if missing is not None:
            count = f"{len(row)} face{'s' if len(row) > 1 else ''}"
            raise _refused(f"There is no face {missing} in the target; it shows {count}.", missing)
        chosen = {id(row[number - 1]) for number in self.numbers}
        return [face for face in faces if id(face) in chosen]


@dataclass(frozen=True, slots=True)
class Within:
    """Faces whose middle lies in a box, pixels of the upright target.

    Raises:
        ValueError: when the box has no area.
    """

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        if self.x1 <= self.x0 or self.y1 <= self.y0:
            raise ValueError(f"the box must have an area, got {self}")

    def __call__(self, faces: Sequence[Face], _looks: Looks | None = None, /) -> list[Face]:
        """The faces in the box."""
        chosen = [face for face in faces if self._holds(*middle(face))]
        if not chosen:
            box = f"{self.x0:g},{self.y0:g},{self.x1:g},{self.y1:g}"
            raise _refused(f"No face of the target lies in the box {box}.", box)
        return chosen

    def _holds(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


@dataclass(frozen=True, slots=True)
class At:
    """The face at a point, pixels of the upright target; of several that overlap, the nearest."""

    x: float
    y: float

    def __call__(self, faces: Sequence[Face], _looks: Looks | None = None, /) -> list[Face]:
        """The one face whose box holds the point."""
        there = [face for face in faces if self._in(face)]
        if not there:
            point = f"{self.x:g},{self.y:g}"
            raise _refused(f"No face of the target lies at the point {point}.", point)
        return [min(there, key=self._distance)]

    def _in(self, face: Face) -> bool:
        x0, y0, x1, y1 = face.box
        return x0 <= self.x <= x1 and y0 <= self.y <= y1

    def _distance(self, face: Face) -> float:
        x, y = middle(face)
        return (x - self.x) ** 2 + (y - self.y) ** 2


#: A face that is less alike than the one that is most by more than this is somebody else: of 122 pairs of
#: people in group pictures 4 % are alike enough by themselves.
AS_ALIKE = 0.08


@dataclass(frozen=True, slots=True)
class Like:
    """Faces that look like one in another picture of the same occasion: the same head, hair and collar."""

    #: Of `mien.engine.likeness`, as numbers that can be compared and kept.
    likeness: tuple[float, ...]

    @staticmethod
    def of(likeness: Floats) -> "Like":
        """Those that look like that."""
        return Like(tuple(likeness.tolist()))

    def __call__(self, faces: Sequence[Face], looks: Looks, /) -> list[Face]:
        """The faces that are alike enough."""
        wanted = np.array(self.likeness, np.float32)
        found = [alike(looks(face), wanted) for face in faces]
        least = max(SAME, max(found) - AS_ALIKE)
        chosen = [face for face, how in zip(faces, found, strict=True) if how >= least]
        if not chosen:
            sentence = (
                "No face of the target looks like the one in the picture of --faces: heads, hair and "
                "collars are compared, so it has to be of the same occasion."
            )
            raise _refused(sentence, "like")
        return chosen


def left_to_right(faces: Sequence[Face]) -> list[Face]:
    """``faces`` by the middle of their boxes; where two stand above each other, the upper first."""
    return sorted(faces, key=middle)


def middle(face: Face) -> tuple[float, float]:
    """x and y of the middle of the box, pixels."""
    x0, y0, x1, y1 = face.box
    return (x0 + x1) / 2, (y0 + y1) / 2


def _refused(sentence: str, value: object) -> BadOption:
    return BadOption(sentence, field=FIELD, details={"name": FIELD, "value": value})
