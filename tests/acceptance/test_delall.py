"""delall against a running server: everybody is forgotten, and nobody else's."""

from acceptance.live import Pictures, Server, files_below
from acceptance.people import somebody


def test_everybody_is_forgotten(server: Server, pictures: Pictures) -> None:
    """Identities, default and preferences; those of another user stay. Twice does no harm."""
    anna, bob = somebody(server, "delall"), somebody(server, "delall-other")
    kept = server.folder / "blobs" / "identities"
    before = set(files_below(kept))
    for person in (anna, bob):
        person.save("grace", pictures.source)
    anna.save("eileen", pictures.target)
    anna.done("setid", idname="grace+eileen --greedy")
    job = anna.done("delall")

    assert ("faceswap-delall", 200) == (job["verb"], job["code"])
    assert {"identities": [], "limit": 20, "code": 200} == anna.gallery()
    assert ["grace"] == bob.names()
    assert 2 == len(set(files_below(kept)) - before)
    assert "completed" == anna.request("DELETE", "/v1/faceswap/delall/").json()["status"]
