"""delid against a running server: an identity and everything that was kept of it are gone."""

from pathlib import Path
from typing import Any

import pytest

from acceptance.live import Pictures, Server, files_below
from acceptance.people import somebody


def everything(folder: Path) -> bytes:
    """The bytes of the database's files."""
    return b"".join(path.read_bytes() for path in folder.glob("mien.db*"))


def blobs(folder: Path) -> set[Path]:
    """Files that are kept of identities."""
    return set(files_below(folder / "blobs" / "identities"))


def test_nothing_stays_of_a_deleted_identity(server: Server, pictures: Pictures) -> None:
    """No blob, no row, no key in a free page or in the log; the other identity stays."""
    anna = somebody(server, "delid")
    before = blobs(server.folder)
    anna.save("grace", pictures.source)
    mine = blobs(server.folder) - before
    anna.save("eileen", pictures.target)
    ids = {path.parent.name.encode() for path in mine}
    assert all(one in everything(server.folder) for one in ids)

    job = anna.done("delid", idname="grace")

    assert ("faceswap-delid", "grace") == (job["verb"], job["idname"])
    assert "[deleted: grace]" in job["content"]
    assert 2 == len(mine)
    assert not any(path.exists() or path.parent.exists() for path in mine)
    assert 2 == len(blobs(server.folder) - before)
    assert not any(one in everything(server.folder) for one in ids)
    assert ["eileen"] == anna.names()


@pytest.mark.parametrize(
    "request_of",
    [
        {"files": {"idname": (None, "grace")}},
        {"json": {"idname": "grace"}},
        {"params": {"idname": "grace"}},
        {"data": {"idname": "grace"}},
    ],
    ids=["form", "json", "query", "urlencoded"],
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_fields_may_stand_anywhere(
    server: Server, pictures: Pictures, request_of: dict[str, Any], slash: str
) -> None:
    """A DELETE with a form, with JSON or with a query; in both forms of the path."""
    anna = somebody(server, "delid-anywhere")
    anna.save("grace", pictures.source)
    answer = anna.request(
        "DELETE", f"/v1/faceswap/delid{slash}", allow_redirects=False, **request_of
    )

    assert (200, "completed") == (answer.status_code, answer.json()["status"])
    assert [] == anna.names()


def test_what_is_not_there_cannot_be_deleted(server: Server, pictures: Pictures) -> None:
    """Nor can what is another user's; of several names none is deleted when one is missing."""
    anna, bob = somebody(server, "delid-mine"), somebody(server, "delid-theirs")
    anna.save("grace", pictures.source)
    foreign = bob.call("delid", idname="grace")
    half = anna.call("delid", idname="grace,nobody")

    assert ("failed", "There is no identity called grace.") == (foreign["status"], foreign["error"])
    assert ("failed", "There is no identity called nobody.") == (half["status"], half["error"])
    assert ["grace"] == anna.names()
    anna.done("delid", idname="grace")
    assert "failed" == anna.call("delid", idname="grace")["status"]
