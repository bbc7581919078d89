"""What is measured on a result besides likeness."""

import json
from functools import cache
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.engine.types import Face
from mien.engine.types import Image as Pixels

#: The control's blur (one resampling's), pixels, and its JPEG quality.
CONTROL_BLUR, CONTROL_QUALITY = 0.6, 92
#: A face counts as swapped when half of its middle changed by more than this many levels.
CHANGED_LEVELS, CHANGED_SHARE, MIDDLE = 2, 0.5, 0.7
#: An occluder's pixel is kept when it changed by at most this many levels in every channel, beside
#: where it was at most so many pixels (the background may follow the jaw).
KEPT_LEVELS, KEPT_WITHIN = 8, 2
#: Pixels along a polygon's edge that are not counted: there both things mix.
EDGE = 1.5
#: Vertices of the mesh without irises.
SURFACE = 468

MASKS = Path(__file__).resolve().parents[1] / "masks" / "occluders.json"
Ring = NDArray[np.float32]
Where = tuple[slice, slice]


def around(face: Face, image: Pixels, margin: float = 0.6) -> Where:
    """The rows and columns of ``image`` up to ``margin`` of the face's size around it."""
    x0, y0, x1, y1 = face.box
    more = margin * face.size
    height, width = image.shape[:2]
    rows = slice(max(0, int(y0 - more)), min(height, int(y1 + more) + 1))
    return rows, slice(max(0, int(x0 - more)), min(width, int(x1 + more) + 1))


def inside(face: Face, shape: tuple[int, ...], shrunk: float = 1.0) -> NDArray[np.bool_]:
    """``(H, W)``: within the hull of the landmarks, shrunk about its middle."""
    points = face.landmarks[:SURFACE, :2]
    middle = points.mean(axis=0)
    hull = cv2.convexHull(middle + shrunk * (points - middle))
    return filled([hull.reshape(-1, 2)], shape)


def filled(rings: list[Ring], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """``(H, W)``: inside an odd number of ``rings``, so that the second cuts a hole in the first."""
    out = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(out, [np.round(ring * 16).astype(np.int32) for ring in rings], 1, shift=4)
    return out.astype(bool)


def control(target: Pixels, result: Pixels, face: Face) -> Pixels:
    """The target with nothing but the tint, blur and compression that a swap brings."""
    part, hull = around(face, target), inside(face, target.shape)
    was, now = (np.maximum(picture[hull].mean(axis=0), 1) for picture in (target, result))
    toned = np.clip(target[part] * (now / was), 0, 255).astype(np.uint8)
    blurred = cv2.GaussianBlur(toned, (0, 0), CONTROL_BLUR)
    file = BytesIO()
    Image.fromarray(blurred).save(file, "JPEG", quality=CONTROL_QUALITY)
    out = target.copy()
    out[part] = np.asarray(Image.open(file))
    return out


def changed(target: Pixels, result: Pixels, face: Face) -> bool:
    """Whether the face was swapped at all."""
    middle = inside(face, target.shape, MIDDLE)
    levels = np.abs(target[middle].astype(np.int16) - result[middle]).max(axis=1)
    return bool((levels > CHANGED_LEVELS).mean() >= CHANGED_SHARE) if levels.size else False


@cache
def occluders() -> dict[str, list[list[Ring]]]:
    """File -> shapes drawn by hand around what stands before the face; a shape is rings."""
    drawn = json.loads(MASKS.read_text(encoding="utf-8"))
    return {
        file: [[np.array(ring, np.float32) for ring in shape] for shape in shapes]
        for file, shapes in drawn.items()
    }


def occluded(name: str, image: Pixels, face: Face) -> NDArray[np.bool_] | None:
    """``(H, W)`` what stands before ``face``, without its edge; None when nothing was drawn."""
    if name not in occluders():
        return None
    drawn = np.zeros(image.shape[:2], bool)
    for shape in occluders()[name]:
        drawn |= filled(shape, image.shape)
    depth = cv2.distanceTransform(drawn.astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(depth > EDGE) & inside(face, image.shape)


def kept(target: Pixels, result: Pixels, where: NDArray[np.bool_]) -> float:
    """The share of the target's pixels at ``where`` that are still there, or close by."""
    reach = range(-KEPT_WITHIN, KEPT_WITHIN + 1)
    rows, columns = np.nonzero(where)
    wide = np.pad(result, ((KEPT_WITHIN,) * 2, (KEPT_WITHIN,) * 2, (0, 0)), mode="edge")
    old = target[where].astype(np.int16)
    levels = [
        np.abs(wide[rows + KEPT_WITHIN + y, columns + KEPT_WITHIN + x] - old).max(axis=1)
        for y in reach
        for x in reach
    ]
    return float((np.min(levels, axis=0) <= KEPT_LEVELS).mean())
