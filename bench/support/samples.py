"""Pictures that packages ship, as the goals of speed name them."""

import io

import cv2
import numpy as np
from matplotlib import cbook
from PIL import Image
from skimage import data

from mien.engine.types import Image as Pixels
from support.engine import Engine

#: The target: 1024 x 1024 with one face of this many pixels.
SIDE, FACE = 1024, 450
#: The picture of several people: width, height, and how many.
GROUP, FACES = (2560, 1772), 5


def hopper() -> Pixels:
    """The source: Grace Hopper, public domain, of matplotlib's sample data."""
    path = str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def target(engine: Engine) -> Pixels:
    """The astronaut of scikit-image, public domain, enlarged to the size that the goals name."""
    picture = np.ascontiguousarray(data.astronaut())
    (face,) = engine.finder.find(picture)
    x0, y0, x1, y1 = face.box
    scale = FACE / face.size
    shift = SIDE / 2 - scale * np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], np.float32)
    large = cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8)


def jpeg(pixels: Pixels) -> bytes:
    """``pixels`` as a JPEG file of quality 92."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def group(head: Pixels) -> Pixels:
    """2560 x 1772 with ``head`` (one face) five times in a row."""
    picture = np.full((GROUP[1], GROUP[0], 3), 128, np.uint8)
    side = GROUP[0] // FACES
    small = cv2.resize(head, (side, side), interpolation=cv2.INTER_AREA)
    for index in range(FACES):
        picture[GROUP[1] - side :, index * side : (index + 1) * side] = small
    return picture
