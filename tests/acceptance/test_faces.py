"""The look for faces against a running server."""

import io

import numpy as np
import pytest
from PIL import Image

from acceptance.live import Pictures, Server, encoded
from acceptance.people import Person, somebody


@pytest.fixture(scope="module")
def anna(server: Server) -> Person:
    """A user of this file."""
    return somebody(server, "faces")


def test_faces_come_from_left_to_right(anna: Person, pictures: Pictures) -> None:
    """Boxes in pixels of the picture, each with what makes it a good source."""
    canvas = np.full((600, 1024, 3), 90, np.uint8)
    for file, x in ((pictures.target, 0), (pictures.source, 512)):
        one = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
        canvas[: one.shape[0], x : x + one.shape[1]] = one
    seen = anna.request("POST", "/v1/mien/faces", files={"image": encoded(canvas, "PNG")}).json()
    left, right = seen["faces"]

    assert (1024, 600, 200) == (seen["width"], seen["height"], seen["code"])
    assert 170 < left["box"][0] < left["box"][2] < 512 < right["box"][0] < right["box"][2] < 1024
    assert left["size"] < right["size"]
    assert {"good", "usable", "poor"} >= {left["verdict"], right["verdict"]}
    assert set(left["reasons"]) <= {"forehead_covered"}


def test_a_picture_without_a_face_has_none(anna: Person, pictures: Pictures) -> None:
    """That is an answer, not a failure; in both forms of the path."""
    for path in ("/v1/mien/faces", "/v1/mien/faces/"):
        answer = anna.request("POST", path, files={"image": pictures.faceless})

        assert (200, []) == (answer.status_code, answer.json()["faces"])


def test_what_is_no_picture_is_refused(anna: Person, pictures: Pictures) -> None:
    """From its header at once, from its pixels after the look; each with the field's name."""
    garbage = anna.request("POST", "/v1/mien/faces", files={"image": b"no picture"})
    cut = anna.request("POST", "/v1/mien/faces", files={"image": pictures.source[:5000]})
    empty = anna.request("POST", "/v1/mien/faces", files={"other": b"x"})

    for answer in (garbage, cut, empty):
        assert 400 == answer.status_code
        assert answer.json()["errorDetails"].startswith("image")
    assert "Required param image is missing or empty" == empty.json()["error"]
