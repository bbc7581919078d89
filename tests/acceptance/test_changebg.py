"""changebg against a running server: other backgrounds behind people."""

import io

import numpy as np
import pytest
from PIL import Image

from acceptance.live import Json, Pictures, Server, until
from acceptance.people import Person, somebody
from acceptance.test_headshot import ended


@pytest.fixture(scope="module")
def anna(server: Server) -> Person:
    """A user who has saved nobody."""
    return somebody(server, "changer")


def called(person: Person, photo: bytes, description: str) -> Json:
    """The job of a call at its end."""
    job = person.call("changebg", {"image": photo}, a_background_photo_of=description)
    assert "started" == job["status"]
    return ended(person, job)


def test_a_photo_gets_another_background(anna: Person, pictures: Pictures) -> None:
    """Of the photo's size and format; the face is still there, the corners are not."""
    job = called(anna, pictures.source, "a red studio paper --seed 3")
    before = np.asarray(_decoded(pictures.source))
    after = anna.picture(job)

    assert "completed" == job["status"], job
    assert {"size": len(pictures.source), "type": "image/png"} == job["image"]
    assert "a red studio paper --seed 3" == job["a_background_photo_of"]
    assert ["image/png"] == [each["content_type"] for each in job["attachments"]]
    assert before.shape == after.shape
    assert "[prompt: 'a red studio paper --seed 3']" in job["content"]
    # Red in the upper corner, where the old background was.
    red, green, blue = after[4:24, 4:24].reshape(-1, 3).mean(axis=0)
    assert red > 1.5 * max(green, blue)


def test_the_upload_is_not_kept(server: Server, anna: Person, pictures: Pictures) -> None:
    """As with every command."""
    job = called(anna, pictures.source, "a library")

    # Who looks at the job may see its end a moment before.
    until(lambda: not (server.folder / "blobs" / "inputs" / job["jobid"]).exists())


def test_a_picture_without_people_fails_the_job(anna: Person, pictures: Pictures) -> None:
    """With a sentence of its own."""
    job = called(anna, pictures.faceless, "a library")

    assert ("failed", "No person found in the photo.") == (job["status"], job["error"])


@pytest.mark.parametrize(
    ("description", "error"),
    [
        ("", "Required param a_background_photo_of is missing or empty"),
        (" \t", "Required param a_background_photo_of is missing or empty"),
        ("sea --seed x", "The switch --seed takes a whole number from 0 to 4294967295, got x."),
    ],
)
def test_a_description_that_cannot_be_read_is_refused(
    anna: Person, pictures: Pictures, description: str, error: str
) -> None:
    """With 400 and its field, before a job exists."""
    answer = anna.send("changebg", {"image": pictures.source}, a_background_photo_of=description)

    assert (400, error) == (answer.status_code, answer.json()["error"])
    assert answer.json()["errorDetails"].startswith("a_background_photo_of")


def _decoded(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")
