"""A frame as the engine wants it: pixels on demand, so that only what is looked at is converted."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from mien.engine.types import Floats, Image

#: x0, y0, x1, y1 in whole pixels within the picture.
Window = tuple[int, int, int, int]
#: Columns and rows of a glance.
GLANCE = (32, 18)


class Picture(Protocol):
    """A frame."""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), pixels."""
        ...

    def part(self, window: Window) -> Image:
        """``(y1 - y0, x1 - x0, 3)``."""
        ...

    def glance(self) -> Floats:
        """``(18, 32)`` brightness, 0..255: enough to see a cut."""
        ...


class Sheet(Picture, Protocol):
    """A frame that can be changed."""

    def put(self, window: Window, before: Image, after: Image) -> None:
        """Change what is in ``window`` from ``before`` to ``after``."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ArrayPicture:
    """A frame that is an array; `put` writes into it."""

    #: ``(H, W, 3)``.
    pixels: Image

    @property
    def size(self) -> tuple[int, int]:
        return self.pixels.shape[1], self.pixels.shape[0]

    def part(self, window: Window) -> Image:
        x0, y0, x1, y1 = window
        return np.ascontiguousarray(self.pixels[y0:y1, x0:x1])

    def glance(self) -> Floats:
        grey = cv2.cvtColor(self.pixels, cv2.COLOR_RGB2GRAY)
        return glance_of(np.asarray(grey, np.uint8))

    def put(self, window: Window, before: Image, after: Image) -> None:  # noqa: ARG002 - as Sheet's
        x0, y0, x1, y1 = window
        self.pixels[y0:y1, x0:x1] = after


def glance_of(luma: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Floats:
    """``(18, 32)`` of a ``(H, W)`` picture."""
    return np.asarray(cv2.resize(luma, GLANCE, interpolation=cv2.INTER_AREA), np.float32)


def whole(picture: Picture) -> Image:
    """All of ``picture``."""
    return picture.part((0, 0, *picture.size))


def window_around(points: Floats, room: float, size: tuple[int, int]) -> Window | None:
    """The pixels around ``points`` ``(N, 2 or more)`` and ``room`` further; None outside.

    It begins at even pixels, which is where pixels of video begin that share their colour.
    """
    low = np.floor(points[:, :2].min(axis=0) - room).astype(int)
    high = np.ceil(points[:, :2].max(axis=0) + room).astype(int) + 1
    x0, y0 = (max(0, int(v) // 2 * 2) for v in low)
    x1, y1 = (min(limit, int(v) + int(v) % 2) for v, limit in zip(high, size, strict=True))
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None
