"""Transforms of the plane and of space."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.sampling import averaged
from mien.engine.types import Floats, Image, Matrix, Points

Indices = NDArray[np.int64]


def upright_crop(centre: Floats, side: float, roll: float, size: int) -> Matrix:
    """Matrix that turns a square of the picture upright and scales it.

    Args:
        centre: ``(2,)`` the square's centre, pixels.
        side: the square's side, pixels.
        roll: the square's turn, radians, clockwise as seen.
        size: side of the crop, pixels.

    Returns:
        ``(2, 3)`` float32, picture -> crop.
    """
    scale = size / side
    cos, sin = np.cos(roll) * scale, np.sin(roll) * scale
    turn = np.array([[cos, sin], [-sin, cos]], np.float64)
    # Pixel centres are integers: the crop's centre is (size - 1) / 2.
    shift = (size - 1) / 2 - turn @ np.asarray(centre, np.float64)
    return np.hstack([turn, shift[:, None]]).astype(np.float32)


def inverse(matrix: Matrix) -> Matrix:
    """The ``(2, 3)`` matrix that undoes ``matrix``."""
    return np.asarray(cv2.invertAffineTransform(matrix), np.float32)


def scale_of(matrix: Matrix) -> float:
    """By how much a similarity ``matrix`` enlarges lengths."""
    (a, b, _), (c, d, _) = matrix.tolist()
    return float(np.sqrt(abs(a * d - b * c)))


def moved_by(matrix: Matrix, points: Points) -> Points:
    """``points`` ``(N, 2)`` or ``(N, 3)`` through ``matrix``; a z is scaled by its scale."""
    flat = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    if points.shape[1] == 2:  # noqa: PLR2004 - x, y alone
        return np.asarray(flat, np.float32)
    return np.hstack([flat, points[:, 2:] * np.float32(scale_of(matrix))]).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Pyramid:
    """A picture and its halves, each made when it is first wanted: many crops of a picture need the same.

    Threads may share it.
    """

    #: ``(H, W, 3)``.
    pixels: Image
    _halves: dict[int, Image] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(picture: "Image | Pyramid") -> "Pyramid":
        """``picture`` itself where it is one."""
        return picture if isinstance(picture, Pyramid) else Pyramid(picture)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height), pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def reduced(self, reduction: float) -> tuple[Image, int]:
        """The picture halved by averaging while ``reduction`` is at least 2, and by how much in all.

        An odd last row or column is cut. Halving is several times faster than OpenCV's averaging over
        other numbers of pixels, and what is left of the reduction is for bilinear sampling.
        """
        times = 0
        while reduction >= 2 ** (times + 1) and min(self.size) >> times >= 2:  # noqa: PLR2004 - a half
            times += 1
        return self._halved(times), 2**times

    def _halved(self, times: int) -> Image:
        if not times:
            return self.pixels
        if times not in self._halves:
            self._halves[times] = half(self._halved(times - 1))
        return self._halves[times]


#: A picture to look at, with or without its halves.
Viewed = Image | Pyramid


def half(image: Image) -> Image:
    """``image`` at half its size; an odd last row or column is cut."""
    height, width = image.shape[0] // 2, image.shape[1] // 2
    return averaged(image[: 2 * height, : 2 * width], (width, height))


def crop_of(picture: Viewed, matrix: Matrix, size: int) -> Image:
    """The ``(size, size, 3)`` crop of ``picture`` that ``matrix`` describes, black outside.

    Halves the picture first where the crop is much smaller than what it shows: bilinear sampling
    would skip pixels, and noise and fine patterns would alias.
    """
    small, step = Pyramid.of(picture).reduced(1 / scale_of(matrix))
    # Pixel i of the small picture lies at i * step + (step - 1) / 2 of the large one.
    shift = (step - 1) / 2
    back = np.array([[step, 0, shift], [0, step, shift], [0, 0, 1]], np.float64)
    through = matrix.astype(np.float64) @ back
    low, high = _sampled_box(through.astype(np.float32), size, small.shape)
    if (high <= low).any():
        return np.zeros((size, size, 3), np.uint8)
    through[:, 2] += through[:, :2] @ low
    # OpenCV warps four channels in less than half of the time that three take.
    four = cv2.cvtColor(small[low[1] : high[1], low[0] : high[0]], cv2.COLOR_RGB2RGBA)
    warped = cv2.warpAffine(four, through, (size, size), flags=cv2.INTER_LINEAR)
    return np.asarray(cv2.cvtColor(warped, cv2.COLOR_RGBA2RGB), np.uint8)


def _sampled_box(matrix: Matrix, size: int, shape: tuple[int, ...]) -> tuple[Indices, Indices]:
    """First and last+1 column and row (x, y) of a picture of ``shape`` that a crop is sampled from."""
    corners = np.array([[0, 0], [size, 0], [size, size], [0, size]], np.float32)
    seen = moved_by(inverse(matrix), corners)
    around = 2  # pixels that bilinear sampling may reach
    low = np.clip(np.floor(seen.min(axis=0)).astype(int) - around, 0, shape[1::-1])
    high = np.clip(np.ceil(seen.max(axis=0)).astype(int) + around, 0, shape[1::-1])
    return low, high


def similarity_3d(points: Points, onto: Points, weights: Floats) -> tuple[Floats, Floats]:
    """Turn, scale and shift that lay ``points`` onto ``onto``, least squares (Umeyama 1991).

    Args:
        points: ``(N, 3)``.
        onto: ``(N, 3)``.
        weights: ``(N,)``, not negative, not all zero.

    Returns:
        ``(3, 3)`` turn times scale and ``(3,)`` shift: ``points @ turn.T + shift``.
    """
    share = (weights / weights.sum()).astype(np.float64)[:, None]
    centre, goal = (share * points).sum(axis=0), (share * onto).sum(axis=0)
    from_, to = points - centre, onto - goal
    left, spread, right = np.linalg.svd((share * to).T @ from_)
    sign = np.ones(3)
    if np.linalg.det(left) * np.linalg.det(right) < 0:
        sign[2] = -1
    turn = left @ np.diag(sign) @ right
    scale = (spread * sign).sum() / (share * from_**2).sum()
    linear = scale * turn
    return linear.astype(np.float32), (goal - linear @ centre).astype(np.float32)
