"""``mien headshot``, ``mien changebg`` and ``mien templates``, as their users start them."""

import json

import numpy as np
import pytest
from PIL import Image

#: What is said of the photos: the woman has a fringe, the officer wears glasses.
PHOTOS = ("forehead is covered by a fringe.", "a photo without them gives more likeness.")


def test_a_prompt_becomes_four_files(mien, here, woman):
    """
    1.png to 4.png in a folder that is made; JSON tells what was done, and what was not.
    """
    prompt = "me, a mad king in a library --ar 4:5"
    run = mien("headshot", prompt, "--identity", woman, "-o", "out", "--seed", "5", "--json")
    told = json.loads(run.stdout)

    assert 0 == run.returncode, run.stderr
    assert all(line.endswith(PHOTOS) for line in run.stderr.splitlines()), run.stderr
    assert [f"{number}.png" for number in range(1, 5)] == sorted(
        path.name for path in (here / "out").iterdir()
    )
    assert ("studio", 5, ["mad", "king"]) == (told["generator"], told["seed"], told["unheard"])
    for each in told["results"]:
        with Image.open(here / each["result"]) as picture:
            assert ("PNG", (each["width"], each["height"])) == (picture.format, picture.size)
            assert "compositeWithTrainedAlgorithmicMedia" in picture.info["XML:com.adobe.xmp"]


def test_the_same_seed_makes_the_same_portrait(mien, here, woman):
    """
    Pixel by pixel; another seed makes another one.
    """
    for folder, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        run = mien(
            "headshot", "bokeh", "--identity", woman, "-o", folder, "--n", "1", "--seed", seed
        )
        assert 0 == run.returncode, run.stderr
    first, again, other = (np.asarray(Image.open(here / folder / "1.png")) for folder in "abc")

    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["", "--identity", "woman.jpg"], 2, "Required param prompt is missing or empty"),
        (["x" * 10_000, "--identity", "woman.jpg"], 2, "Required param prompt is too long"),
        (["a king --n 7", "--identity", "woman.jpg"], 2, "whole number from 1 to 4, got 7"),
        (["a king", "--identity", "nobody.jpg"], 4, "There is no photo file nobody.jpg"),
        (["a king", "--identity", "wall.png"], 3, "No face found in the photo"),
        (["a king"], 2, "--identity"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(mien, sentence, woman, wall, arguments, code, said):
    """
    With the exit code of its kind.
    """
    run = mien("headshot", *arguments, "-o", "out")

    assert code == run.returncode
    assert said in sentence(run)


def test_a_background_is_changed(mien, here, woman):
    """
    The result's extension chooses the format; words without effect are warnings.
    """
    run = mien("changebg", woman, "a red paper, purring", "-o", "result.png", "--seed", "1")
    with Image.open(here / "result.png") as result, Image.open(woman) as photo:
        assert ("PNG", photo.size) == (result.format, result.size)
        red, green, _ = np.asarray(result)[3:12, 3:12].reshape(-1, 3).mean(axis=0)

    assert 0 == run.returncode
    assert "Warning: Words without effect: purring." in run.stderr
    assert red > 2 * green


def test_nobody_to_cut_out_is_exit_code_4(mien, sentence, wall):
    """
    With a sentence.
    """
    run = mien("changebg", wall, "a beach", "-o", "result.png")

    assert (4, "No person found in the photo.") == (run.returncode, sentence(run))


def test_templates_are_kept_used_and_removed(mien, here, woman, officer):
    """
    Added with tags, chosen by a prompt, listed, removed.
    """
    added = mien("templates", "add", officer, "--tags", "officer uniform navy")
    again = mien("templates", "add", officer, "--tags", "x")
    listed = mien("templates", "list")
    made = mien(
        *("headshot", "an officer", "--identity", woman, "-o", "out", "--n", "1", "--json"),
        MIEN_GENERATOR="templates",
    )
    removed = mien("templates", "remove", "officer.png")

    assert (0, 0, 0) == (added.returncode, listed.returncode, removed.returncode)
    assert "officer.png: officer uniform navy\n" == listed.stdout
    assert (1, "There is a template called officer.png already.") == (
        again.returncode,
        again.stderr.strip(),
    )
    assert "templates" == json.loads(made.stdout)["generator"]
    assert "" == mien("templates", "list").stdout


def test_a_template_without_a_face_is_refused(mien, sentence, wall):
    """
    Before it is kept.
    """
    run = mien("templates", "add", wall, "--tags", "wall")

    assert 3 == run.returncode
    assert "No face found in the template" in sentence(run)
