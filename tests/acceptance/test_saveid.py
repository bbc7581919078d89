"""saveid against a running server: a face is kept under a name, and becomes the default."""

import pytest

from acceptance.live import Pictures, Server, files_below
from acceptance.people import Person, somebody


@pytest.fixture(scope="module")
def anna(server: Server) -> Person:
    """A user of this file."""
    return somebody(server, "saveid")


def test_a_face_is_saved_and_is_the_default(anna: Person, pictures: Pictures) -> None:
    """The job has the contract's fields and no picture; the newest is the default."""
    job = anna.done(
        "saveid", {"image": ("blob", pictures.source, "application/octet-stream")}, idname="grace"
    )
    anna.save("eileen", pictures.target)
    gallery = anna.gallery()

    assert ("faceswap-saveid", 200, "grace") == (job["verb"], job["code"], job["idname"])
    assert {"size": len(pictures.source), "type": "image/png"} == job["image"]
    assert "attachments" not in job
    assert job["content"].startswith("<@")
    assert "[SaveID: 'grace']" in job["content"]
    assert ["grace", "eileen"] == [one["name"] for one in gallery["identities"]]
    assert "eileen" == gallery["default"]


def test_a_name_that_exists_is_replaced(server: Server, pictures: Pictures) -> None:
    """One identity of the name stays, the newer one; the blobs of the older are gone."""
    bob = somebody(server, "saveid-again")
    before = stored(server)
    bob.save("me", pictures.source)
    first = stored(server) - before
    bob.save("me", pictures.target)
    second = stored(server) - before

    assert ["me"] == bob.names()
    assert (2, 2) == (len(first), len(second))
    assert not first & second


def test_what_cannot_be_saved_fails_and_changes_nothing(
    anna: Person, server: Server, pictures: Pictures
) -> None:
    """No face: a failed job with a sentence; bytes that are no picture, a bad name: no job."""
    names, before = anna.names(), stored(server)
    faceless = anna.call("saveid", {"image": pictures.faceless}, idname="nobody")
    garbage = anna.send("saveid", {"image": b"no picture"}, idname="nobody")
    bad = anna.send("saveid", {"image": pictures.source}, idname="too long name")

    assert ("failed", "No face found in the photo.") == (faceless["status"], faceless["error"])
    assert [400, 400] == [garbage.status_code, bad.status_code]
    assert (
        "The name of an identity has 1 to 10 letters and digits, no blanks." == bad.json()["error"]
    )
    assert (names, before) == (anna.names(), stored(server))


def stored(server: Server) -> set[str]:
    """Files that are kept of identities."""
    return {str(path) for path in files_below(server.folder / "blobs" / "identities")}
