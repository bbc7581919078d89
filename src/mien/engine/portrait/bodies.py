"""Where bodies are, as the network tells that follows them through films: MediaPipe's pose landmarks (Apache-2.0).

Only its mask is used. It was taught on whole people at any distance, and what it takes for one is not what
the selfie networks take for one: it knows no hats, bags and cats, but neither lamps, snow and walls.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from mien.engine.portrait.verdict import likely_of
from mien.engine.protocols import Network
from mien.engine.sampling import averaged
from mien.engine.types import Face, Floats, Image, Mask

#: Side of the network's input, pixels.
SIDE = 256
#: It looks at squares of so many faces, whose middles are so many faces below that of the face: where
#: a body would be that goes on below the picture. The second look is mirrored.
LOOKS = ((6.0, 1.8, 1), (7.0, 2.24, -1))
#: It is not believed to be surer than this (logarithm of odds).
SUREST = 4.0
#: It is asked about so many faces at most: each takes as long as all that the selfie networks do.
MOST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """A square of a picture; it may reach beyond it."""

    #: Of the upper left corner, and the side, pixels.
    left: float
    top: float
    side: float


def bodies(image: Image, faces: Sequence[Face], network: Network) -> Mask:
    """``(H, W)`` how likely each pixel of ``image`` is one of the body of ``faces``; even where nobody knows."""
    told = np.full(image.shape[:2], -np.inf, np.float32)
    for face in faces if len(faces) <= MOST else ():
        told = np.maximum(told, body(image, face, network))
    return likely_of(np.where(np.isfinite(told), told, np.float32(0)))


def body(image: Image, face: Face, network: Network) -> Floats:
    """``(H, W)`` logarithms of odds that a pixel is one of the body of ``face``; minus infinity beyond all looks."""
    sums, looks = np.zeros((2, *image.shape[:2]), np.float32)
    for side, below, turn in LOOKS:
        rows, columns, found = looked_at(image, around(face, side, below), network, turn)
        sums[rows, columns] += found
        looks[rows, columns] += 1
    return np.where(looks > 0, sums / np.maximum(looks, 1), np.float32(-np.inf))


def around(face: Face, side: float, below: float) -> Square:
    """The square of ``side`` faces with its middle so many faces ``below`` that of ``face``."""
    x0, y0, x1, y1 = face.box
    half = side * face.size / 2
    middle = (y0 + y1) / 2 + below * face.size
    return Square(left=(x0 + x1) / 2 - half, top=middle - half, side=2 * half)


def looked_at(
    image: Image, square: Square, network: Network, turn: int
) -> tuple[slice, slice, Floats]:
    """The rows and columns of ``image`` in ``square``, and ``(h, w)`` logarithms of odds there.

    The network is shown the square with the picture's outermost pixels repeated beyond it.

    Args:
        turn: 1, or -1 for a mirrored look.
    """
    columns, across = seen(square.left, square.side, image.shape[1])
    rows, down = seen(square.top, square.side, image.shape[0])
    part = averaged(image[rows, columns], (across.stop - across.start, down.stop - down.start))
    framed = cv2.copyMakeBorder(
        part, down.start, SIDE - down.stop, across.start, SIDE - across.stop, cv2.BORDER_REPLICATE
    )
    tensor = np.asarray(framed, np.float32) / np.float32(255)
    (answer,) = network(np.ascontiguousarray(tensor[:, ::turn])[None]).values()
    told = np.clip(answer[0, :, ::turn, 0][down, across], -SUREST, SUREST)
    size = columns.stop - columns.start, rows.stop - rows.start
    return rows, columns, np.asarray(cv2.resize(told, size), np.float32)


def seen(first: float, side: float, length: int) -> tuple[slice, slice]:
    """The pixels of ``length`` that a square's side from ``first`` on covers, and their cells in the input."""
    start, stop = max(0, int(first)), min(length, max(int(first + side), int(first) + 1))
    cells = np.clip(np.rint((np.array([start, stop]) - first) * SIDE / side), 0, SIDE).astype(int)
    begin = min(int(cells[0]), SIDE - 1)
    return slice(start, stop), slice(begin, max(begin + 1, int(cells[1])))
