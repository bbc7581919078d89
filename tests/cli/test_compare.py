"""``mien compare``: pictures side by side."""

import json

import numpy as np
import pytest
from PIL import Image

from mien.media.provenance import SOURCE_TYPE


def plain(path, size, colour, mode="RGB"):
    """A picture of one colour."""
    Image.new(mode, size, colour).save(path)
    return path


def test_pictures_stand_side_by_side_at_one_height(mien, here):
    """
    Each keeps its shape; between them is a gap, under each its label; the file carries the mark.
    """
    plain(here / "red.png", (100, 100), (200, 0, 0))
    plain(here / "blue.png", (50, 200), (0, 0, 200))
    run = mien("compare", "red.png", "blue.png", "-o", "both.png", "--json")
    told = json.loads(run.stdout)
    with Image.open(here / "both.png") as picture:
        pixels = np.asarray(picture.convert("RGB"))

    assert (0, "") == (run.returncode, run.stderr)
    assert (258, 224) == (told["width"], told["height"]) == pixels.shape[1::-1]
    assert (pixels[:200, :200] == (200, 0, 0)).all()
    assert (pixels[:200, 208:] == (0, 0, 200)).all()
    assert pixels[200:, :200].max() > 200
    assert pixels[200:, 208:].max() > 200
    assert SOURCE_TYPE.encode() in (here / "both.png").read_bytes()


def test_labels_are_the_callers(mien, here):
    """
    Another label gives another strip; one that is too long is cut, not drawn over the neighbour.
    """
    plain(here / "a.png", (60, 120), (90, 90, 90))
    strips = []
    for label in ("x", "y", "y" * 300):
        mien("compare", "a.png", "a.png", "-o", "c.png", "--label", label)
        with Image.open(here / "c.png") as picture:
            strips.append(np.asarray(picture.convert("RGB"))[120:])

    assert not (strips[0][:, :60] == strips[1][:, :60]).all()
    assert (strips[1][:, 60:] == strips[2][:, 60:]).all()


def test_transparency_lies_on_white_and_films_show_their_first_frame(mien, here):
    """
    Half transparent black is grey; a GIF of two frames shows the first.
    """
    plain(here / "half.png", (64, 64), (0, 0, 0, 128), "RGBA")
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("#00ff00", "#ff0000")]
    frames[0].save(here / "two.gif", save_all=True, append_images=frames[1:], duration=100)
    run = mien("compare", "half.png", "two.gif", "-o", "c.png", "--height", "64")
    with Image.open(here / "c.png") as picture:
        pixels = np.asarray(picture.convert("RGB"))

    assert 0 == run.returncode, run.stderr
    assert (127, 127, 127) == tuple(pixels[10, 10])
    assert (0, 255, 0) == tuple(pixels[10, 80])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["a.png", "-o", "c.png"], 2, "two pictures"),
        (["a.png", "no.png", "-o", "c.png"], 4, "There is no file no.png"),
        (["a.png", "a.png", "-o", "c.mp4"], 4, "cannot be written as MP4"),
        (["a.png", "a.png", "-o", "c.xyz"], 2, "nothing that mien writes"),
        (["a.png", "a.png", "-o", "no/c.png"], 2, "There is no folder"),
        (["a.png", "wide.png", "-o", "c.png", "--height", "4000"], 4, "A smaller --height helps"),
        (["a.png", "text.png", "-o", "c.png"], 4, "The text.png file is not a picture"),
        (["a.png", "a.png", "-o", "c.png", *["--label", "x"] * 3], 2, "more labels than pictures"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(mien, here, sentence, words, code, said):
    """
    Nothing is written then.
    """
    plain(here / "a.png", (64, 64), (0, 0, 0))
    plain(here / "wide.png", (4000, 20), (0, 0, 0))
    (here / "text.png").write_text("text")
    run = mien("compare", *words)

    assert code == run.returncode
    assert said in sentence(run)
    assert {"a.png", "text.png", "wide.png"} == {path.name for path in here.iterdir()}
