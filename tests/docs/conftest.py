"""One server for all documents and examples, and the files that they name."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from acceptance.live import Server

#: Sides of the pictures: large enough for a face, small enough to be quick.
SIDE = 320


def is_set(name: str) -> str:
    """A variable of the developer's machine that programs need."""
    return os.environ.get(name, "")  # noqa: TID251 - PATH


@pytest.fixture(scope="session")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may call back to this machine; everybody uses it as a user of their own."""
    folder = tmp_path_factory.mktemp("docs") / "data"
    with Server(folder, callback_allow_private="1", workers="2") as running:
        yield running


@pytest.fixture(scope="session")
def shown_files(
    tmp_path_factory: pytest.TempPathFactory, astronaut: np.ndarray, hopper: np.ndarray
) -> dict[str, bytes]:
    """The files that documents name, by name."""
    woman = Image.fromarray(astronaut[:SIDE, 60 : 60 + SIDE])
    officer = Image.fromarray(hopper[60 : 60 + SIDE, 100 : 100 + SIDE])
    party = Image.new("RGB", (2 * SIDE, SIDE))
    party.paste(woman, (0, 0))
    party.paste(officer, (SIDE, 0))
    small = woman.resize((SIDE // 2, SIDE // 2))
    return {
        "me.jpg": written(officer, "JPEG"),
        "anna.jpg": written(woman, "JPEG"),
        "portrait.jpg": written(woman, "JPEG"),
        "party.jpg": written(party, "JPEG"),
        "clip.gif": written(
            small, "GIF", save_all=True, append_images=[small.rotate(2)], duration=80
        ),
        "clip.mp4": film(tmp_path_factory.mktemp("film") / "clip.mp4", woman),
        "pairs.csv": b"source,target,result\nme.jpg,portrait.jpg,one.jpg\n",
    }


def written(picture: Image.Image, form: str, **how: object) -> bytes:
    """``picture`` as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, form, **how)
    return buffer.getvalue()


def film(path: Path, picture: Image.Image) -> bytes:
    """A video of a second in which ``picture`` stands still."""
    import av  # noqa: PLC0415 - FFmpeg's libraries load in 100 ms

    with av.open(path, "w") as file:
        stream = file.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = *picture.size, "yuv420p"
        for _ in range(8):
            file.mux(stream.encode(av.VideoFrame.from_image(picture)))
        file.mux(stream.encode(None))
    return path.read_bytes()
