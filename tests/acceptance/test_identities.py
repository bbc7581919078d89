"""Our own operations on identities against a running server."""

from pathlib import Path

import pytest

from acceptance.live import Pictures, Server
from acceptance.people import Person, somebody
from mien.media.identity import unpack


@pytest.fixture(scope="module")
def anna(server: Server) -> Person:
    """A user of this file."""
    return somebody(server, "identities")


def test_several_photos_make_one_identity(anna: Person, pictures: Pictures) -> None:
    """They are counted, kept, and used; the identity is the default."""
    photos = [("image", pictures.source), ("image", pictures.source), ("image", pictures.target)]
    answer = anna.request(
        "POST", "/v1/mien/identities", files=photos, data={"idname": "several"}
    ).json()
    one = anna.request("GET", "/v1/mien/identities/several").json()

    assert ("completed", "faceswap-saveid") == (answer["status"], answer["verb"])
    assert (3, True) == (one["photos"], one["photoKept"])
    assert "several" == anna.gallery()["default"]
    assert anna.done("swapid", {"image": pictures.target}, idname="several")["attachments"]


def test_an_identity_is_renamed_and_deleted(anna: Person, pictures: Pictures) -> None:
    """Under its new name it swaps; afterwards it does not exist."""
    anna.save("old", pictures.source)
    renamed = anna.request("PATCH", "/v1/mien/identities/old", json={"name": "new"})
    swapped = anna.done("swapid", {"image": pictures.target}, idname="new")
    deleted = anna.request("DELETE", "/v1/mien/identities/new")

    assert (200, "new") == (renamed.status_code, renamed.json()["name"])
    assert swapped["attachments"]
    assert (200, {"deleted": "new", "code": 200}) == (deleted.status_code, deleted.json())
    assert 404 == anna.request("GET", "/v1/mien/identities/new").status_code


def test_without_its_photo_an_identity_still_swaps(tmp_path: Path, pictures: Pictures) -> None:
    """With MIEN_IDENTITY_KEEP_PHOTO=0 one file is kept, and what surrounds the face is not in it."""
    with Server(tmp_path / "data", identity_keep_photo="0") as server:
        bob = somebody(server, "bob")
        bob.save("grace", pictures.source)
        one = bob.request("GET", "/v1/mien/identities/grace").json()
        (file,) = server.folder.glob("blobs/identities/*/*")
        corner = unpack(file.read_bytes()).levels[0][:10, :10].reshape(-1, 3)

        assert not one["photoKept"]
        assert (corner.max(axis=0) - corner.min(axis=0)).max() <= 3
        assert bob.done("swapid", {"image": pictures.target}, idname="grace")["attachments"]


def test_the_limits_are_settings(tmp_path: Path, pictures: Pictures) -> None:
    """Two identities of three letters at most: the third fails, a longer name is refused."""
    with Server(tmp_path / "data", identity_limit="2", identity_name_length="3") as server:
        bob = somebody(server, "bob")
        bob.save("one", pictures.source)
        bob.save("two", pictures.source)
        third = bob.call("saveid", {"image": pictures.source}, idname="six")
        long = bob.send("saveid", {"image": pictures.source}, idname="four")
        bob.save("two", pictures.target)

        assert "No more than 2 can be saved; delete an identity first." == third["error"]
        assert "idname: identities 3, limit 2" == third["errorDetails"]
        assert 400 == long.status_code
        assert ["one", "two"] == bob.names()


def test_identities_survive_a_restart(tmp_path: Path, pictures: Pictures) -> None:
    """Even a sudden one."""
    with Server(tmp_path / "data") as server:
        bob = somebody(server, "bob")
        bob.save("grace", pictures.source)
        server.kill()
        server.start()

        assert bob.done("swapid", {"image": pictures.target}, idname="grace")["attachments"]
