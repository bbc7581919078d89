"""The test set, and dlib as judge."""

import csv
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import cv2
import dlib
import numpy as np
from PIL import Image, ImageOps

from mien.engine.types import Face
from mien.engine.types import Image as Pixels

#: Where the test set lies beside the checkout.
FACES = Path(__file__).resolve().parents[3] / "shared" / "faces"
#: dlib's descriptors of one person are less than this apart (face recognition's usual threshold).
SAME_PERSON = 0.6


@dataclass(frozen=True, kw_only=True)
class Judge:
    """dlib's recogniser, with its own detector and landmarks: independent of the engine."""

    detector: object
    landmarks: object
    recogniser: object

    @staticmethod
    def loaded() -> "Judge":
        """The models of the package face-recognition-models."""
        spec = find_spec("face_recognition_models")
        if spec is None or spec.origin is None:
            raise SystemExit("The judge needs face-recognition-models: make bench installs it.")
        models = Path(spec.origin).parent / "models"
        return Judge(
            detector=dlib.get_frontal_face_detector(),
            landmarks=dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat")),
            recogniser=dlib.face_recognition_model_v1(
                str(models / "dlib_face_recognition_resnet_model_v1.dat")
            ),
        )

    def descriptor(self, image: Pixels, face: Face) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """``(128,)`` of the face that stands where ``face`` is."""
        view, box = small_view(image, face)
        seen = self.detector(view, 0)  # type: ignore[operator]
        if seen:
            box = max(seen, key=lambda r: r.intersect(box).area())
        shape = self.landmarks(view, box)  # type: ignore[operator]
        return np.array(self.recogniser.compute_face_descriptor(view, shape))  # type: ignore[attr-defined]


#: Side of the view that the judge reads, and the share of it that the face takes.
VIEW, FACE_SHARE = 320, 0.5


def small_view(image: Pixels, face: Face) -> tuple[Pixels, "dlib.rectangle"]:
    """A square around ``face``, and the face's box in it."""
    view = cropped(image, face, VIEW, FACE_SHARE)
    half = VIEW * FACE_SHARE / 2
    low, high = round(VIEW / 2 - half), round(VIEW / 2 + half)
    return view, dlib.rectangle(low, low, high, high)


def cropped(image: Pixels, face: Face, side: int, share: float) -> Pixels:
    """``(side, side, 3)`` around ``face``, which takes ``share`` of it."""
    x0, y0, x1, y1 = face.box
    scale = side * share / face.size
    shift = side / 2 - scale * np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], np.float32)
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    edge = cv2.BORDER_REPLICATE
    out = cv2.warpAffine(image, matrix, (side, side), flags=flags, borderMode=edge)
    return np.asarray(out, np.uint8)


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
