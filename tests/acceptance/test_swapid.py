"""swapid against a running server: saved identities on the faces of a picture."""

import io
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image

from acceptance.live import PATIENCE_S, Pictures, Server, encoded
from acceptance.people import Person, changed, somebody
from media.clips import clip, pixels_of

LEFT, RIGHT = (180, 60, 270, 200), (680, 130, 870, 335)


@pytest.fixture(scope="module")
def anna(server: Server, pictures: Pictures) -> Person:
    """A user with two identities; the default is the second."""
    anna = somebody(server, "swapid")
    anna.save("grace", pictures.source)
    anna.save("eileen", pictures.target)
    return anna


@pytest.fixture(scope="module")
def both(pictures: Pictures) -> bytes:
    """Eileen Collins on the left, Grace Hopper on the right, as a PNG."""
    canvas = np.full((600, 1024, 3), 90, np.uint8)
    for file, x in ((pictures.target, 0), (pictures.source, 512)):
        one = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
        canvas[: one.shape[0], x : x + one.shape[1]] = one
    return encoded(canvas, "PNG")


def pixels(data: bytes) -> np.ndarray:
    """The picture in a file."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def test_a_saved_face_is_put_on_a_picture(anna: Person, pictures: Pictures) -> None:
    """The job has the result as its only picture, in the target's format."""
    job = anna.done("swapid", {"image": pictures.target}, idname="grace")
    (entry,) = job["attachments"]

    assert ("faceswap-swapid", "grace") == (job["verb"], job["idname"])
    assert {"size": len(pictures.target), "type": "image/jpeg"} == job["image"]
    assert "image/jpeg" == entry["content_type"]
    assert changed(anna.picture(job), pixels(pictures.target), LEFT) > 4


def test_a_list_goes_from_left_to_right(anna: Person, both: bytes) -> None:
    """`_` leaves its face as it was, to the bit."""
    left = anna.picture(anna.done("swapid", {"image": both}, idname="grace,_"))
    right = anna.picture(anna.done("swapid", {"image": both}, idname="_,eileen"))

    assert changed(left, pixels(both), RIGHT) == 0 < changed(left, pixels(both), LEFT)
    assert changed(right, pixels(both), LEFT) == 0 < changed(right, pixels(both), RIGHT)


def test_a_mix_is_neither_of_its_people(anna: Person, both: bytes) -> None:
    """And its order matters."""
    one, other, grace = (
        anna.picture(anna.done("swapid", {"image": both}, idname=f"{who},_"))
        for who in ("grace+eileen", "eileen+grace", "grace")
    )

    for mixed in (one, other):
        assert changed(mixed, grace, LEFT) > 0.5
    assert changed(one, other, LEFT) > 0.5


def test_nobody_with_an_age_ages_the_face_in_place(anna: Person, pictures: Pictures) -> None:
    """`_ --oldify` edits the target's own face; `_` alone changes nothing."""
    alone = anna.done("swapid", {"image": pictures.source}, idname="_")
    aged = anna.done("swapid", {"image": pictures.source}, idname="_ --oldify 900")
    face = (168, 130, 358, 335)

    assert 0 == changed(anna.picture(alone), pixels(pictures.source), face)
    assert changed(anna.picture(aged), pixels(pictures.source), face) > 1


def test_somebody_who_is_not_saved_fails_the_job(anna: Person, pictures: Pictures) -> None:
    """HTTP 200, and the sentence names who is missing; so it is for another user's identity."""
    other = somebody(anna.server, "swapid-other")
    unknown = anna.call("swapid", {"image": pictures.target}, idname="grace+bob")
    foreign = other.call("swapid", {"image": pictures.target}, idname="grace")
    nobody = other.call("swapid", {"image": pictures.target}, idname="--greedy")
    faceless = anna.call("swapid", {"image": pictures.faceless}, idname="grace")

    assert ("failed", "There is no identity called bob.") == (unknown["status"], unknown["error"])
    assert "There is no identity called grace." == foreign["error"]
    assert nobody["error"].startswith("No default identity is set")
    assert faceless["error"].startswith("No face found in the target picture.")


def test_a_video_gets_a_saved_face_too(anna: Person, pictures: Pictures, tmp_path: Path) -> None:
    """The result is a video of as many frames, and its face is another."""
    still = pixels(pictures.target)[:240, 65:385]
    path = clip(tmp_path / "film.mp4", 24, draw=lambda _: still, size=(320, 240))
    job = anna.done("swapid", {"image": path.read_bytes()}, idname="grace")
    (entry,) = job["attachments"]
    (tmp_path / "result.mp4").write_bytes(requests.get(entry["url"], timeout=PATIENCE_S).content)
    before, after = pixels_of(path), pixels_of(tmp_path / "result.mp4")

    assert ("video/mp4", "video/mp4") == (entry["content_type"], job["image"]["type"])
    assert 24 == len(before) == len(after)
    assert changed(after[12], before[12], (115, 60, 205, 200)) > 3
