"""The test set, and dlib as judge."""

import csv
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mien.engine.types import Face, Matrix
from mien.engine.types import Image as Pixels

#: Where the test set lies beside the checkout.
FACES = Path(__file__).resolve().parents[3] / "shared" / "faces"
#: dlib's descriptors of one person are less than this apart (face recognition's usual threshold).
SAME_PERSON = 0.6
#: Side of the view that the judge reads, and the share of it that the face takes.
VIEW, FACE_SHARE = 320, 0.5
#: dlib's box where its detector finds none: its usual side and how far below the middle of the
#: mesh it lies, in sizes of the face (medians over 85 pictures of the test set).
USUAL_SIDE, USUAL_SHIFT = 0.94, 0.05
#: Mesh vertices: outer corners of the eyes, and both corners of each.
OUTER_CORNERS = (33, 263)
CORNERS = ((33, 133), (362, 263))

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Judge:
    """dlib's detector, landmarks and recogniser: independent of the engine."""

    detector: Any
    five_points: Any
    landmarker: Any
    recogniser: Any

    @staticmethod
    def loaded() -> "Judge":
        """The models of the package face-recognition-models."""
        spec = find_spec("face_recognition_models")
        if spec is None or spec.origin is None:
            raise SystemExit("The judge needs face-recognition-models: make bench installs it.")
        models = Path(spec.origin).parent / "models"
        return Judge(
            detector=dlib.get_frontal_face_detector(),
            five_points=dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat")),
            landmarker=dlib.shape_predictor(str(models / "shape_predictor_68_face_landmarks.dat")),
            recogniser=dlib.face_recognition_model_v1(
                str(models / "dlib_face_recognition_resnet_model_v1.dat")
            ),
        )

    def box(self, view: Pixels) -> Any:
        """Where the face of ``view`` is: asked once a target, so that its jitter is not counted."""
        middle, half = VIEW / 2, VIEW * FACE_SHARE * USUAL_SIDE / 2
        low, high = round(middle - half), round(middle + half)
        down = round(VIEW * FACE_SHARE * USUAL_SHIFT)
        usual = dlib.rectangle(low, low + down, high, high + down)
        seen = [r for r in self.detector(view, 0) if 2 * r.intersect(usual).area() > usual.area()]
        return max(seen, key=lambda r: r.intersect(usual).area()) if seen else usual

    def descriptor(self, view: Pixels, box: Any) -> Floats:
        """``(128,)`` of the face in ``box``, aligned by its own five points."""
        shape = self.five_points(view, box)
        return np.array(self.recogniser.compute_face_descriptor(view, shape))

    def landmarks(self, view: Pixels, box: Any) -> Floats:
        """``(68, 2)`` of the face in ``box``, pixels of ``view``."""
        parts = self.landmarker(view, box).parts()
        return np.array([(p.x, p.y) for p in parts], np.float64)


def upright(face: Face) -> Matrix:
    """Picture -> the judge's view: ``face`` in the middle, its eyes level."""
    left, right = face.landmarks[list(OUTER_CORNERS), :2]
    angle = float(np.arctan2(right[1] - left[1], right[0] - left[0]))
    return placed(face, VIEW, FACE_SHARE, angle)


def placed(face: Face, side: int, share: float, angle: float = 0.0) -> Matrix:
    """Picture -> a square of ``side`` around ``face``, which takes ``share`` of it."""
    scale = side * share / face.size
    turn = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    x0, y0, x1, y1 = face.box
    shift = side / 2 - turn @ np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    return np.column_stack([turn, shift]).astype(np.float32)


def seen_through(matrix: Matrix, image: Pixels, side: int) -> Pixels:
    """``(side, side, 3)``; a picture much larger than its place is averaged, not skipped over."""
    matrix = matrix.copy()
    while np.hypot(*matrix[:, 0]) < 0.5:
        image = np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
        matrix[:, :2] *= 2
    view = cv2.warpAffine(image, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(view, np.uint8)


def cropped(image: Pixels, face: Face, side: int, share: float) -> Pixels:
    """``(side, side, 3)`` around ``face``, which takes ``share`` of it."""
    return seen_through(placed(face, side, share), image, side)


def eye_distance(face: Face) -> float:
    """Between the middles of the eyes, in space, so that turning does not shorten it; pixels."""
    left, right = (face.landmarks[list(pair)].mean(axis=0) for pair in CORNERS)
    return float(np.linalg.norm(left - right))


def manifest() -> list[dict[str, str]]:
    """The rows of the test set; ends the bench with a sentence where it is missing."""
    path = FACES / "manifest.csv"
    if not path.is_file():
        raise SystemExit(f"This bench needs the face test set, which is not at {FACES}.")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def opened(name: str) -> Pixels:
    """RGB pixels, upright, of a file of the test set."""
    with Image.open(FACES / name) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))
