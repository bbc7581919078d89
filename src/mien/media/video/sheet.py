"""A video frame that the engine can look at and change: only what it asks for becomes RGB.

Colour lives in the frame's own planes. A change is added to them as a difference: what the swap leaves
alone keeps its bits, and nothing is converted there and back.
"""

from functools import cache

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.frames.picture import Window, glance_of
from mien.engine.types import Floats, Image
from mien.media.video.facts import (
    BT470BG,
    BT709,
    BT2020,
    FULL,
    HIGH_DEFINITION,
    SMPTE170M,
    Colour,
)

#: Weights of red and blue in the luma of each matrix (ITU-R BT.601, BT.709, BT.2020).
WEIGHTS = {
    BT709: (0.2126, 0.0722),
    BT470BG: (0.299, 0.114),
    SMPTE170M: (0.299, 0.114),
    BT2020: (0.2627, 0.0593),
}
#: Span of luma and chroma, and where luma begins, of limited range.
LUMA_SPAN, CHROMA_SPAN, LUMA_START, CHROMA_ZERO = 219.0, 224.0, 16.0, 128.0
#: The layout of planes in which frames are worked on and written: chroma halved both ways.
LAYOUT = "yuv420p"

Plane = NDArray[np.uint8]


class VideoSheet:
    """A frame in planes; `mien.engine.frames.picture.Sheet`."""

    def __init__(self, frame: av.VideoFrame, colour: Colour) -> None:
        """Wrap ``frame``, whose layout is `LAYOUT`; it is copied only when it is changed."""
        self.frame = frame
        self._to_rgb, self._from_rgb = matrices(colour, frame.height)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), pixels."""
        return self.frame.width, self.frame.height

    def part(self, window: Window) -> Image:
        """``(h, w, 3)`` RGB."""
        x0, y0, x1, y1 = window
        y, u, v = planes(self.frame)
        size = x1 - x0, y1 - y0
        halves = _halves(window)
        wide = [_enlarged(plane[halves], size) for plane in (u, v)]
        yuv = cv2.merge([y[y0:y1, x0:x1], *wide])
        return np.asarray(cv2.transform(yuv, self._to_rgb), np.uint8)

    def glance(self) -> Floats:
        """``(18, 32)`` luma."""
        return glance_of(planes(self.frame)[0])

    def put(self, window: Window, before: Image, after: Image) -> None:
        """Add the difference between ``after`` and ``before`` to the planes."""
        self.frame.make_writable()
        x0, y0, x1, y1 = window
        by = cv2.transform(cv2.subtract(after, before, dtype=cv2.CV_16S), self._from_rgb)
        y, *chroma = planes(self.frame)
        _add(y[y0:y1, x0:x1], np.ascontiguousarray(by[..., 0]))
        halves = _halves(window)
        for channel, plane in enumerate(chroma, start=1):
            hole = plane[halves]
            small = cv2.resize(
                np.ascontiguousarray(by[..., channel]),
                hole.shape[::-1],
                interpolation=cv2.INTER_AREA,
            )
            _add(hole, np.asarray(small, np.int16))


def planes(frame: av.VideoFrame) -> tuple[Plane, Plane, Plane]:
    """Luma and both chroma planes of a frame in `LAYOUT`, as views."""
    views = []
    for plane in frame.planes:
        rows = np.frombuffer(memoryview(plane), np.uint8)[: plane.height * plane.line_size]
        views.append(rows.reshape(plane.height, plane.line_size)[:, : plane.width])
    y, u, v = views
    return y, u, v


def _halves(window: Window) -> tuple[slice, slice]:
    """Rows and columns of chroma; windows begin at even pixels."""
    x0, y0, x1, y1 = window
    return slice(y0 // 2, (y1 + 1) // 2), slice(x0 // 2, (x1 + 1) // 2)


def _enlarged(plane: Plane, size: tuple[int, int]) -> Plane:
    even = 2 * plane.shape[1], 2 * plane.shape[0]
    large = cv2.resize(plane, even, interpolation=cv2.INTER_LINEAR)
    return np.asarray(large[: size[1], : size[0]], np.uint8)


def _add(hole: Plane, by: NDArray[np.int16]) -> None:
    hole[:] = cv2.add(hole, by, dtype=cv2.CV_8U)


@cache
def matrices(colour: Colour, height: int) -> tuple[Floats, Floats]:
    """From planes to RGB, ``(3, 4)``, and the difference from RGB to planes, ``(3, 3)``.

    Where no matrix is named it is guessed from the height, as players do.
    """
    guess = BT709 if height >= HIGH_DEFINITION else SMPTE170M
    red, blue = WEIGHTS.get(colour.matrix, WEIGHTS[guess])
    luma = np.array([red, 1 - red - blue, blue])
    full = colour.range == FULL
    spans = (255.0, 255.0) if full else (LUMA_SPAN, CHROMA_SPAN)
    rows = [
        luma * spans[0],
        (np.array([0, 0, 1]) - luma) / (2 * (1 - blue)) * spans[1],
        (np.array([1, 0, 0]) - luma) / (2 * (1 - red)) * spans[1],
    ]
    forward = np.stack(rows) / 255
    back = np.linalg.inv(forward)
    zero = np.array([0.0 if full else LUMA_START, CHROMA_ZERO, CHROMA_ZERO])
    to_rgb = np.hstack([back, -(back @ zero)[:, None]])
    return to_rgb.astype(np.float32), forward.astype(np.float32)
