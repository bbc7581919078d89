"""swap against a running server: save and swap in one call."""

import numpy as np
import pytest

from acceptance.live import Pictures, Server
from acceptance.people import changed, somebody

FACE = (180, 60, 270, 200)


def test_one_call_saves_and_swaps(server: Server, pictures: Pictures) -> None:
    """As the vendor's own clients send it: two pictures and no name; the identity is called id."""
    anna = somebody(server, "swap")
    files = {"saveid_image": pictures.source, "swapid_image": pictures.target}
    job = anna.done("swap", files, replyRef="mine")
    again = anna.done("swapid", {"image": pictures.target}, idname="id")
    difference = np.abs(anna.picture(job).astype(int) - anna.picture(again)).mean()

    assert ("faceswap-swap", "mine") == (job["verb"], job["replyRef"])
    assert "[SaveID: 'id']" in job["content"]
    assert 1 == len(job["attachments"])
    assert ["id"] == anna.names()
    assert difference < 0.5  # what is kept of a face is a JPEG of hardly any loss


def test_names_say_who_is_saved_and_who_is_swapped(server: Server, pictures: Pictures) -> None:
    """The one who is saved may be part of a mix, or not be meant at all."""
    anna = somebody(server, "swap-names")
    files = {"saveid_image": pictures.source, "swapid_image": pictures.target}
    anna.save("eileen", pictures.target)
    mixed = anna.done("swap", files, saveid_idname="grace", swapid_idname="grace+eileen")
    plain = anna.done("swap", files, saveid_idname="grace")

    assert ("grace", "grace+eileen") == (mixed["saveid_idname"], mixed["swapid_idname"])
    assert changed(anna.picture(mixed), anna.picture(plain), FACE) > 0.5
    assert ["eileen", "grace"] == anna.names()


@pytest.mark.parametrize(
    ("files", "error"),
    [
        (("faceless", "target"), "No face found in the photo."),
        (("source", "faceless"), "No face found in the target picture."),
    ],
)
def test_what_cannot_be_swapped_is_not_saved_either(
    server: Server, pictures: Pictures, files: tuple[str, str], error: str
) -> None:
    """The job fails as a whole."""
    anna = somebody(server, "swap-fails")
    photo, target = (getattr(pictures, name) for name in files)
    job = anna.call("swap", {"saveid_image": photo, "swapid_image": target})

    assert ("failed", error) == (job["status"], job["error"])
    assert [] == anna.names()
