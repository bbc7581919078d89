"""Find faces: what goes into the two detectors, what their outputs mean, and where to look.

The networks are MediaPipe's face detectors (short range and full range, Apache-2.0). Input scaling,
anchor grids, regressor layout and thresholds follow its face detection graphs
(``mediapipe/modules/face_detection``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mien.engine.boxes import best_of_each
from mien.engine.geometry import Pyramid, Viewed
from mien.engine.protocols import Network
from mien.engine.types import Detection, Floats, Image

#: Probability from which a detection counts.
THRESHOLD = 0.5
#: Logits are cut here before the sigmoid, as MediaPipe does, so that exp() cannot overflow.
LOGIT_LIMIT = 80.0
#: Values a regressor gives for each anchor: centre x, y, width, height, then six points.
REGRESSED = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detector:
    """A detection network with its anchors.

    ``side`` is the input's side in pixels, ``anchors`` ``(N, 2)`` the anchor centres in input
    pixels, ``boxes`` and ``scores`` the names of the network's outputs.
    """

    network: Network
    side: int
    anchors: Floats
    boxes: str
    scores: str

    def detect(self, image: Viewed, least: float = THRESHOLD) -> list[Detection]:
        """Faces of ``image`` scored ``least`` or higher, highest first; empty when there are none."""
        tensor, scale, offset = letterbox(image, self.side)
        outputs = self.network(tensor)
        found = decode(outputs[self.boxes][0], outputs[self.scores][0, :, 0], self.anchors, least)
        return best_of_each([unletterbox(d, scale, offset) for d in found])


def grid(cells: int, per_cell: int, side: int) -> Floats:
    """Anchor centres, ``(cells * cells * per_cell, 2)`` pixels: row by row, ``per_cell`` alike."""
    centres = (np.arange(cells, dtype=np.float32) + 0.5) * (side / cells)
    x, y = np.meshgrid(centres, centres)
    return np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), per_cell, axis=0)


def full_range(network: Network) -> Detector:
    """Faces up to five metres away: 192 px, one anchor for each cell of a 48 x 48 grid."""
    return Detector(
        network=network, side=192, anchors=grid(48, 1, 192), boxes="Identity", scores="Identity_1"
    )


def short_range(network: Network) -> Detector:
    """Faces within two metres: 128 px, two anchors a cell of 16 x 16, then six of 8 x 8."""
    anchors = np.concatenate([grid(16, 2, 128), grid(8, 6, 128)])
    return Detector(
        network=network, side=128, anchors=anchors, boxes="regressors", scores="classificators"
    )


def letterbox(image: Viewed, side: int) -> tuple[Floats, float, tuple[float, float]]:
    """``image`` scaled to fit a square of ``side``, centred on black.

    Returns:
        The tensor ``(1, side, side, 3)`` float32 RGB in -1..1, the scale, and the offset (x, y) in
        tensor pixels: ``tensor = picture * scale + offset``.
    """
    picture = Pyramid.of(image)
    small, step = picture.reduced(max(picture.size) / side)
    height, width = small.shape[:2]
    scale = side / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    x, y = (side - size[0]) // 2, (side - size[1]) // 2
    tensor = np.full((side, side, 3), -1, np.float32)
    fitted = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)
    tensor[y : y + size[1], x : x + size[0]] = fitted / np.float32(127.5) - 1
    return tensor[None], scale / step, (x, y)


def decode(
    regressed: Floats, logits: Floats, anchors: Floats, least: float = THRESHOLD
) -> list[Detection]:
    """Detections, in tensor pixels, from ``(N, 16)`` regressors and ``(N,)`` logits.

    Args:
        least: probability from which a detection counts.
    """
    scores = 1 / (1 + np.exp(-np.clip(logits, -LOGIT_LIMIT, LOGIT_LIMIT)))
    return [
        detection
        for row in np.flatnonzero(scores >= least)
        if (detection := decode_row(regressed[row], float(scores[row]), anchors[row]))
    ]


def decode_row(values: Floats, score: float, anchor: Floats) -> Detection | None:
    """One detection from its 16 ``values``; None when the box has no area."""
    points = values.reshape(REGRESSED // 2, 2).copy()
    half = points[1] / 2
    if (half <= 0).any():
        return None
    centre = points[0] + anchor
    return Detection(
        box=np.concatenate([centre - half, centre + half]),
        key_points=points[2:] + anchor,
        score=score,
    )


def unletterbox(found: Detection, scale: float, offset: tuple[float, float]) -> Detection:
    """``found`` from tensor pixels to picture pixels."""
    shift = np.asarray(offset, np.float32)
    return replace(
        found,
        box=((found.box.reshape(2, 2) - shift) / np.float32(scale)).ravel(),
        key_points=(found.key_points - shift) / np.float32(scale),
    )


def moved(found: Detection, x: float, y: float) -> Detection:
    """``found`` shifted by x, y pixels."""
    shift = np.asarray((x, y), np.float32)
    return replace(
        found,
        box=(found.box.reshape(2, 2) + shift).ravel(),
        key_points=found.key_points + shift,
    )


#: A tile's share of overlap with the next: a face up to this share of a tile is whole in one.
TILE_OVERLAP = 0.3


def tiles(width: int, height: int, side: int) -> Iterator[tuple[int, int, int, int]]:
    """Overlapping squares (x0, y0, x1, y1) of ``side`` pixels that cover a picture."""
    for y in starts(height, side):
        for x in starts(width, side):
            yield x, y, min(x + side, width), min(y + side, height)


def starts(length: int, side: int) -> NDArray[np.int64]:
    """First pixels of evenly spread tiles along one axis of ``length`` pixels."""
    if length <= side:
        return np.zeros(1, np.int64)
    count = 1 + int(np.ceil((length - side) / (side * (1 - TILE_OVERLAP))))
    return np.linspace(0, length - side, count).round().astype(np.int64)


def whole_in(found: Detection, tile: tuple[int, int, int, int], width: int, height: int) -> bool:
    """Whether ``found`` (picture pixels) is not cut by an inner border of its tile."""
    x0, y0, x1, y1 = tile
    left, top, right, bottom = found.box
    return bool(
        (left >= x0 or x0 == 0)
        and (top >= y0 or y0 == 0)
        and (right <= x1 or x1 == width)
        and (bottom <= y1 or y1 == height)
    )


def detect_in_tiles(detector: Detector, image: Image, side: int, least: float) -> list[Detection]:
    """Faces found in tiles of ``side`` pixels, in picture pixels, those cut by a tile left out.

    Args:
        least: probability from which a detection counts.
    """
    height, width = image.shape[:2]
    found: list[Detection] = []
    for tile in tiles(width, height, side):
        x0, y0, x1, y1 = tile
        seen = [moved(d, x0, y0) for d in detector.detect(image[y0:y1, x0:x1], least)]
        found += [d for d in seen if whole_in(d, tile, width, height)]
    return best_of_each(found)
