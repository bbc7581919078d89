"""``mien check`` and the flags by which faces are chosen, as their users start them."""

import json

import pytest
from PIL import Image, ImageFilter


@pytest.fixture
def pair(here, woman, officer):
    """A picture of two: the woman on the left, the officer on the right."""
    with Image.open(woman) as left, Image.open(officer) as right:
        both = Image.new("RGB", (left.width + right.width, max(left.height, right.height)))
        both.paste(left, (0, 0))
        both.paste(right.convert("RGB"), (left.width, 0))
    both.save(here / "pair.png")
    return here / "pair.png"


def test_a_usable_photo_is_exit_code_0_and_has_its_numbers(mien, woman):
    """
    The verdict stands beside the name, then the face with its numbers, and what could be better.
    """
    run = mien("check", woman)

    assert (0, "") == (run.returncode, run.stderr)
    assert f"{woman}: usable" == run.stdout.splitlines()[0]
    assert "pixels, yaw" in run.stdout.splitlines()[1]
    assert "  The forehead is covered by a fringe." in run.stdout.splitlines()


def test_a_blurred_photo_is_poor_and_says_why(mien, here, woman):
    """
    Exit code 1, and a sentence under the face.
    """
    with Image.open(woman) as picture:
        picture.filter(ImageFilter.GaussianBlur(5)).save(here / "blurred.png")
    run = mien("check", "blurred.png")

    assert 1 == run.returncode
    assert "blurred.png: poor" == run.stdout.splitlines()[0]
    assert "  The face is blurred." in run.stdout.splitlines()


def test_json_has_every_face_and_nothing_else_on_stdout(mien, pair):
    """
    The faces that docs/cli.md shows, the largest first, with box, numbers and reasons.
    """
    run = mien("check", pair, "--json")
    answer = json.loads(run.stdout)
    sizes = [face["size"] for face in answer["faces"]]

    assert 0 == run.returncode
    assert ["photo", "width", "height", "verdict", "faces", "warnings", "ms"] == list(answer)
    assert (2, sizes) == (len(sizes), sorted(sizes, reverse=True))
    assert {"box", "verdict", "reasons", "yaw", "sharpness", "covered"} <= answer["faces"][0].keys()
    assert ["The photo shows 2 faces; a swap takes the largest."] == answer["warnings"]


def test_no_face_is_exit_code_3_and_no_picture_4(mien, sentence, here, wall):
    """
    The sentences call the file a photo.
    """
    (here / "text.jpg").write_text("no picture at all")
    faceless, unreadable = mien("check", wall), mien("check", "text.jpg")

    assert (3, 4) == (faceless.returncode, unreadable.returncode)
    assert "No face found in the photo." == sentence(faceless)
    assert "photo" in sentence(unreadable)


def test_only_the_chosen_face_is_swapped(mien, here, woman, pair):
    """
    Number 2 is the officer on the right; the left half keeps every pixel.
    """
    run = mien("swap", woman, pair, "-o", "r.png", "--faces", "2")
    with Image.open(pair) as before, Image.open(here / "r.png") as after:
        halves = [(0, 0, 360, 400), (360, 0, before.width, 400)]
        same = [before.crop(half).tobytes() == after.crop(half).tobytes() for half in halves]

    assert (0, [True, False]) == (run.returncode, same), run.stderr
    assert run.stdout.startswith("r.png: 1 of 2 faces swapped in ")


def test_a_face_is_chosen_by_its_looks(mien, here, woman, officer, pair):
    """
    The officer's own photo chooses the officer of the pair; somebody who is not there is exit code 2.
    """
    run = mien("swap", woman, pair, "-o", "r.png", "--faces", f"like:{officer}")
    nobody = mien("swap", woman, woman, "-o", "n.png", "--faces", f"like:{officer}")
    with Image.open(pair) as before, Image.open(here / "r.png") as after:
        halves = [(0, 0, 360, 400), (360, 0, before.width, 400)]
        same = [before.crop(half).tobytes() == after.crop(half).tobytes() for half in halves]

    assert (0, [True, False]) == (run.returncode, same), run.stderr
    assert 2 == nobody.returncode
    assert "No face of the target looks like" in nobody.stderr


def test_a_picture_of_looks_that_is_none_is_a_sentence(mien, sentence, here, woman, wall):
    """
    No file, and no face in it, are said as of every other picture.
    """
    missing = mien("swap", woman, woman, "-o", "r.png", "--faces", "like:nowhere.jpg")
    faceless = mien("swap", woman, woman, "-o", "r.png", "--faces", f"like:{wall}")

    assert (4, 3) == (missing.returncode, faceless.returncode)
    assert "nowhere.jpg" in sentence(missing)
    assert "No face found in the faces picture" in sentence(faceless)


@pytest.mark.parametrize(
    ("faces", "said"),
    [("first", '"first" names no faces'), ("7", "There is no face 7"), ("at:1,1", "the point 1,1")],
)
def test_a_face_that_is_not_there_is_exit_code_2(mien, sentence, here, woman, officer, faces, said):
    """
    One sentence, and no file.
    """
    run = mien("swap", woman, officer, "-o", "r.png", "--faces", faces)

    assert 2 == run.returncode
    assert said in sentence(run)
    assert not (here / "r.png").exists()


def test_a_batch_takes_the_same_choice_for_every_row(mien, here, woman, pair):
    """
    Rows without such a face fail alone.
    """
    (here / "pairs.csv").write_text(
        "source,target,result\nwoman.jpg,pair.png,a.png\nwoman.jpg,woman.jpg,b.png\n"
    )
    run = mien("batch", "pairs.csv", "-o", "out", "--faces", "2", "--json")
    rows = json.loads(run.stdout)["pairs"]

    assert 1 == run.returncode
    assert [None, "bad_option"] == [row["code"] for row in rows]
    assert {"found": 2, "swapped": 1} == rows[0]["faces"]
