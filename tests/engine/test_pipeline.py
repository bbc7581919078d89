"""Choosing faces and saying what is wrong with them, between finding and swapping."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mien.engine.advice import TARGET_RULES, about_targets, softness
from mien.engine.beside import ALONE, Beside
from mien.engine.casting import Casting
from mien.engine.choose import All, At, Largest, Numbered, Within, left_to_right, middle
from mien.engine.lighting import UNSEEN
from mien.engine.options import SwapOptions
from mien.engine.pipeline import (
    Draft,
    find_source,
    judge,
    run,
    swap_steps,
    without_profiles,
)
from mien.engine.quality import Quality
from mien.engine.types import MESH_POINTS, Face
from mien.errors import BadOption, TurnedAway


def face(x, y, size=20.0):
    """A face whose box stands around x, y."""
    landmarks = np.full((MESH_POINTS, 3), (x, y, 0), np.float32)
    landmarks[:2, :2] += np.array([[-size / 2], [size / 2]], np.float32)
    return Face(landmarks=landmarks, score=1.0)


#: Three faces, the largest first; from left to right they are 1, 2, 0.
ROW = [face(300, 50, 60), face(100, 60, 50), face(200, 40, 40)]


def test_everyone_and_the_largest():
    """
    All keeps every face in its order, largest the first.
    """
    assert ROW == All()(ROW)
    assert ROW[:1] == Largest()(ROW)


def test_numbers_count_from_the_left_and_order_stays():
    """
    The first from the left is 1; what is chosen stays the largest first, and twice is once.
    """
    assert [ROW[1]] == Numbered((1,))(ROW)
    assert [ROW[0], ROW[1]] == Numbered((1, 3, 1))(ROW)


@given(st.permutations(range(3)))
def test_numbers_do_not_depend_on_the_order_of_finding(order):
    """
    The same number means the same face, however the finder sorted them.
    """
    (chosen,) = Numbered((2,))([ROW[index] for index in order])

    assert ROW[2] is chosen
    assert sorted(ROW, key=middle) == left_to_right([ROW[index] for index in order])


def test_a_box_holds_middles_and_a_point_is_in_a_box():
    """
    A face that only reaches into the box is not in it; a point chooses the nearest that holds it.
    """
    near = face(110, 60, 50)

    assert [ROW[1], ROW[2]] == Within(90, 0, 210, 100)(ROW)
    assert [ROW[0]] == At(310, 55)(ROW)
    assert [near] == At(112, 60)([*ROW, near])


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Numbered((4,)), "There is no face 4 in the target; it shows 3 faces."),
        (Within(0, 0, 9, 9), "No face of the target lies in the box 0,0,9,9."),
        (At(5, 5), "No face of the target lies at the point 5,5."),
    ],
)
def test_a_face_that_is_not_there_is_a_sentence(choice, said):
    """
    The error names what was asked for, and its field.
    """
    with pytest.raises(BadOption) as caught:
        choice(ROW)

    assert (said, "faces") == (str(caught.value), caught.value.field)


@pytest.mark.parametrize("wrong", [lambda: Numbered(()), lambda: Numbered((0,))])
def test_numbers_begin_with_one(wrong):
    """
    No number, and a number below 1, are mistakes of the caller.
    """
    with pytest.raises(ValueError, match="1 or more"):
        wrong()


def quality(**changes):
    """A good face, with changes."""
    good = dict.fromkeys(Quality.__slots__, 0.0) | {
        "size": 300.0,
        "eyes": 0.3,
        "blocks": 1.0,
        "light": UNSEEN,
        "one_ink": False,
        "covers": None,
    }
    return Quality(**{**good, **changes})


def test_the_same_fault_of_many_targets_is_one_sentence():
    """
    Faults are counted over the faces; of one face its own numbers are said.
    """
    small, closed = quality(size=20.6), quality(eyes=0.05)

    assert () == about_targets([quality(), quality()])
    assert ("The target's face is only 21 pixels across, too few to show a likeness.",) == (
        about_targets([small])
    )
    merged = about_targets([small, quality(), small, closed])

    assert "2 of 4 faces of the target are smaller than 24 pixels." == merged[0]
    assert merged[1].startswith("1 of 4 faces of the target have closed")
    assert 2 == len(merged)


def test_every_rule_has_words_for_many():
    """
    No rule of targets is silent in a group.
    """
    assert all(rule.many for rule in TARGET_RULES)


def test_a_target_much_larger_than_the_source_will_look_soft():
    """
    Three times is the limit, of the largest of the targets.
    """
    assert () == softness(quality(size=101), [quality(size=300)])
    assert "4 times larger" in softness(quality(size=100), [quality(size=90), quality(size=400)])[0]


@pytest.fixture
def draft(faces_dir):
    """A turned source and a group of four."""
    images = []
    for name in ("portraits/t2i_sch_0008381.jpg", "groups/synth_group_4.jpg"):
        with Image.open(faces_dir / name) as file:
            images.append(np.asarray(file.convert("RGB")))
    return Draft(source_image=images[0], target_image=images[1])


def test_only_the_chosen_faces_change(finder, swapper, draft):
    """
    Faces 1 and 4 from the left change, those between them keep every pixel; found counts all.
    """
    steps = swap_steps(finder, swapper, SwapOptions(), max_faces=20, choice=Numbered((1, 4)))
    done = run(steps, draft)
    row = left_to_right(finder.find(draft.target_image))
    changed = [bool((crop(done.result, f) != crop(draft.target_image, f)).any()) for f in row]

    assert (4, 2) == (done.found, done.swapped)
    assert [True, False, False, True] == changed


@pytest.mark.parametrize("beside", [ALONE, Beside(spare=lambda: True)])
def test_what_is_made_ready_ahead_changes_no_pixel(
    finder, swapper, astronaut, hopper, hopper_face, beside
):
    """
    A face's look, and its sketch where the source is prepared, come before the swap, and give what it gives.
    """
    person = swapper.prepare(hopper, hopper_face)
    options = SwapOptions()
    draft = Draft(target_image=astronaut, casting=Casting(people=(person,)))
    done = run(swap_steps(finder, swapper, options, max_faces=1), draft, side=beside)
    seen = run(
        swap_steps(finder, swapper, options, max_faces=1),
        Draft(target_image=astronaut, source_image=hopper),
        side=beside,
    )

    assert done.sight
    assert done.sketch
    assert seen.sight
    assert seen.sketch is None
    assert (swapper.swap(astronaut, done.faces[0], person, options) == done.result).all()


def test_a_spent_target_is_painted_over_and_another_stays(finder, swapper, astronaut, hopper):
    """
    The picture is the same; an array that cannot be written to is copied all the same.
    """
    steps = swap_steps(finder, swapper, SwapOptions(), max_faces=1)
    kept, spent, fixed = astronaut.copy(), astronaut.copy(), astronaut.copy()
    fixed.flags.writeable = False
    usual = run(steps, Draft(target_image=kept, source_image=hopper))
    over = run(steps, Draft(target_image=spent, source_image=hopper, spent=True))
    beside = run(steps, Draft(target_image=fixed, source_image=hopper, spent=True))

    assert np.array_equal(astronaut, kept)
    assert over.result is spent
    assert np.array_equal(astronaut, fixed)
    np.testing.assert_array_equal(usual.result, over.result)
    np.testing.assert_array_equal(usual.result, beside.result)


def test_faces_that_overlap_are_seen_one_after_the_other(finder, swapper, astronaut, hopper):
    """
    Of several faces nothing is made ready ahead: the second is seen with the first one's swap beside it.
    """
    pair = np.ascontiguousarray(np.concatenate([astronaut, astronaut], axis=1))
    steps = swap_steps(finder, swapper, SwapOptions(), max_faces=2)
    done = run(steps, Draft(target_image=pair, source_image=hopper))

    assert (2, None, None) == (done.swapped, done.sight, done.sketch)
    assert done.qualities
    assert 2 == len(done.qualities)


def test_nothing_is_made_ready_for_a_face_that_nobody_takes(finder, swapper, astronaut):
    """
    The target comes out as it was.
    """
    draft = Draft(target_image=astronaut, casting=Casting(people=(None,)))
    done = run(swap_steps(finder, swapper, SwapOptions(), max_faces=1), draft)

    assert (0, None, None) == (done.swapped, done.sight, done.sketch)
    assert (astronaut == done.result).all()


def crop(image, found):
    """The middle of a face."""
    x, y = (round(value) for value in middle(found))
    return image[y - 20 : y + 20, x - 20 : x + 20]


def test_the_source_is_judged_once_and_a_prepared_one_not_at_all(finder, swapper, draft):
    """
    A turned source is one warning for four targets; who prepared a source has judged it.
    """
    steps = swap_steps(finder, swapper, SwapOptions(), max_faces=20)
    done = run(steps, draft)
    prepared = Draft(target_image=draft.target_image, casting=done.casting)

    assert ["The source's head is turned by"] == [text[:30] for text in judge(done).warnings]
    assert () == judge(run(steps, prepared)).warnings


def test_what_was_painted_over_is_judged_as_it_was(finder, swapper, astronaut, draft):
    """
    Nobody looks at the target again after the swap, and at the source only then.
    """
    steps = swap_steps(finder, swapper, SwapOptions(), max_faces=1)
    dark = astronaut // 8
    kept, spent = (
        run(
            steps,
            Draft(target_image=dark.copy(), source_image=draft.source_image, spent=over),
        )
        for over in (False, True)
    )
    spent.target_image[:] = 255

    assert any("target" in text for text in judge(kept).warnings), judge(kept).warnings
    assert judge(kept).warnings == judge(spent).warnings


def test_the_limit_holds_for_the_chosen_faces(finder, swapper, draft):
    """
    The largest of those chosen are swapped, and the warning has all three numbers.
    """
    steps = swap_steps(finder, swapper, SwapOptions(), max_faces=1, choice=Numbered((1, 2, 3)))
    done = run(steps, draft)

    assert 1 == done.swapped
    assert (
        "The target picture shows 4 faces, 3 of them chosen; the 1 largest were swapped."
        in done.warnings
    )


@pytest.fixture
def facing(finder, astronaut):
    """Makes a face whose head is turned by so many degrees, at x."""
    (face,) = finder.find(astronaut)
    frontal = face.landmarks - face.landmarks.mean(axis=0)

    def made(degrees, x):
        cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
        points = frontal @ turn.T + np.array([x, 0, 0])
        return Face(landmarks=points.astype(np.float32), score=1.0)

    return made


def test_profiles_are_left_alone_and_the_others_swapped(astronaut, facing):
    """
    Of three faces the one that is seen from the side stays, and a sentence says so.
    """
    faces = tuple(facing(d, x) for d, x in ((0, 0), (80, 300), (-35, 600)))
    draft = Draft(target_image=astronaut, faces=faces, found=3)

    kept = without_profiles(draft)

    assert (faces[0], faces[2]) == kept.faces
    assert (
        "1 face of the target is turned by more than 55 degrees and left alone.",
    ) == kept.warnings


def test_a_picture_of_profiles_alone_is_refused(astronaut, facing):
    """
    The sentence names the picture, the angle and the limit; no broken picture is made.
    """
    draft = Draft(target_image=astronaut, faces=(facing(-85, 0), facing(80, 300)), found=2)

    with pytest.raises(
        TurnedAway, match=r"target picture is turned by about .* from 55 on"
    ) as caught:
        without_profiles(draft)

    assert "target" == caught.value.field
    assert {"name", "value", "limit"} == set(caught.value.details)
    assert str(caught.value) == str(pickle.loads(pickle.dumps(caught.value)))  # noqa: S301 - our own


def test_a_source_in_profile_is_refused(swapper, astronaut, facing):
    """
    Half of the person would have to be invented.
    """

    class Side:
        def find(self, image):  # noqa: ARG002
            """One face, from the side."""
            return [facing(75, 200)]

        closely = find

    with pytest.raises(TurnedAway, match="source picture"):
        find_source(Draft(source_image=astronaut, target_image=astronaut), Side(), swapper)
