"""People of several photos, mixed people, and who goes on which face."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mien.engine.casting import Casting
from mien.engine.choose import left_to_right
from mien.engine.identity import MOST_MIXED, album, merged, nearest
from mien.engine.mesh.shape import reshaped
from mien.engine.mesh.topology import SURFACE_POINTS
from mien.engine.options import SwapOptions
from mien.engine.pipeline import Draft, run, swap_steps
from mien.engine.types import Face

PLAIN = SwapOptions()


@pytest.fixture(scope="module")
def hopper_source(swapper, hopper, hopper_face):
    return swapper.prepare(hopper, hopper_face)


@pytest.fixture(scope="module")
def astronaut_source(swapper, astronaut, astronaut_face):
    return swapper.prepare(astronaut, astronaut_face)


def turned(source, degrees):
    """``source`` as if its head were turned; only what chooses a photo looks at that."""
    angle = np.radians(degrees)
    matrix = np.array(
        [[np.cos(angle), 0, -np.sin(angle)], [0, 1, 0], [np.sin(angle), 0, np.cos(angle)]]
    )
    middle = source.landmarks.mean(axis=0)
    points = ((source.landmarks - middle) @ matrix.T + middle).astype(np.float32)
    return replace(source, landmarks=points, yaw=source.yaw + degrees)


def test_a_target_takes_the_photo_that_is_turned_like_it(astronaut_source, astronaut_face):
    """
    Of a frontal photo and two turned ones, a frontal target takes the first, a turned one its like.
    """
    left, right = turned(astronaut_source, -35), turned(astronaut_source, 35)
    person = merged([left, astronaut_source, right])

    assert astronaut_source.landmarks is person.landmarks
    assert astronaut_source.landmarks is nearest(person, astronaut_face.landmarks).landmarks
    assert left.landmarks is nearest(person, left.landmarks).landmarks
    assert right.landmarks is nearest(person, right.landmarks).landmarks


def test_no_photo_is_lost_or_nested(astronaut_source, hopper_source):
    """
    Merging people who have several photos gives one flat album.
    """
    three = merged([merged([astronaut_source, hopper_source]), turned(astronaut_source, 20)])

    assert 3 == len(album(three))
    assert all(photo.others == () for photo in album(three))
    with pytest.raises(ValueError, match="one photo"):
        merged([])


def test_another_photo_shows_what_the_first_one_hides(swapper, astronaut, astronaut_face):
    """
    The hidden side of a turned source comes from the photo that shows it: a mole there is on the
    result, and not with the turned photo alone.
    """
    own = swapper.prepare(astronaut, astronaut_face)
    seen = own.seen.copy()
    seen[:, seen.shape[1] // 2 :] = 0
    turned_away = replace(own, seen=seen, yaw=40.0)
    with_mole = own.levels[0].copy()
    cheek = own.landmarks[425, :2].round().astype(int)
    cv2.circle(with_mole, tuple(cheek.tolist()), 3, (40, 25, 20), -1)
    other = replace(own, levels=(with_mole,))
    x, y = astronaut_face.landmarks[425, :2].round().astype(int)

    def at_mole(source):
        options = SwapOptions(occlusion=False)
        return swapper.swap(astronaut, astronaut_face, source, options)[y, x].mean()

    assert at_mole(replace(turned_away, others=(other,))) < at_mole(turned_away) - 40


def test_a_mix_lies_between_its_people(swapper, hopper_source, astronaut_source):
    """
    Half of the way from shape to shape; a person named twice of three weighs twice as much.
    """
    one, other = astronaut_source.landmarks, hopper_source.landmarks
    apart = abs(astronaut_source.yaw - hopper_source.yaw)
    start = one[:SURFACE_POINTS, :2]
    all_the_way = reshaped(one, other, swapper.layout, apart, 1.0)[:, :2] - start

    def gone(people):
        """The share of the way from the first person to the second that their mix has gone."""
        way = swapper.mix(people).landmarks[:SURFACE_POINTS, :2] - start
        way = way - way.mean(axis=0) + all_the_way.mean(axis=0)  # it is cut out anew
        return float((way * all_the_way).sum() / (all_the_way**2).sum())

    half = gone([astronaut_source, hopper_source])
    third = gone([astronaut_source, astronaut_source, hopper_source])

    assert 0.4 < half < 0.8  # the limit on movements makes a half more
    assert 0.25 < third < half - 0.1


def test_a_person_mixed_with_themselves_stays(swapper, astronaut_source):
    """
    Nothing visible changes, and one alone is not touched.
    """
    twice = swapper.mix([astronaut_source, astronaut_source])
    difference = np.abs(twice.levels[0].astype(int) - astronaut_source.levels[0])

    assert astronaut_source is swapper.mix([astronaut_source])
    assert difference.mean() < 0.2
    assert np.abs(twice.landmarks - astronaut_source.landmarks).max() < 0.05


def test_too_many_people_cannot_be_mixed(swapper, astronaut_source):
    """
    The limit is the original's.
    """
    with pytest.raises(ValueError, match="1 to 3"):
        swapper.mix([astronaut_source] * (MOST_MIXED + 1))


@pytest.fixture
def two(astronaut, finder):
    """A picture of the astronaut beside herself, its faces from left to right."""
    picture = np.ascontiguousarray(np.hstack([astronaut[:256, 96:352]] * 2))
    return picture, left_to_right(finder.find(picture))


def changed(result, picture, face):
    """Whether the middle of ``face`` differs."""
    x, y = (face.landmarks[:, :2].mean(axis=0)).round().astype(int)
    spot = slice(y - 20, y + 20), slice(x - 20, x + 20)
    return bool((result[spot] != picture[spot]).mean() > 0.5)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("A", [True, True]),
        ("A_", [True, False]),
        ("_A", [False, True]),
        ("AA", [True, True]),
        ("_", [False, False]),
    ],
)
def test_people_go_from_left_to_right(finder, swapper, hopper_source, two, who, expected):
    """
    One entry is for every face, a list for one after the other; nobody leaves a face alone.
    """
    picture, faces = two
    people = tuple(hopper_source if letter == "A" else None for letter in who)
    draft = Draft(target_image=picture, casting=Casting(people=people))

    done = run(swap_steps(finder, swapper, PLAIN, max_faces=20), draft)

    assert expected == [changed(done.result, picture, face) for face in faces]
    assert sum(expected) == done.swapped


def test_a_list_that_does_not_fit_is_told(finder, swapper, hopper_source, two):
    """
    Too many and too few people both give a sentence with the numbers.
    """
    picture, faces = two
    steps = swap_steps(finder, swapper, PLAIN, max_faces=20)
    many = Draft(target_image=picture, casting=Casting(people=(hopper_source,) * 3))
    few = Casting(people=(None, hopper_source))
    three = [*faces, Face(landmarks=faces[0].landmarks + np.float32(900), score=1.0)]

    assert any("3 people were named for 2 faces" in w for w in run(steps, many).warnings)
    assert "the last face was left alone" in few.warnings(three)[0]
    with pytest.raises(ValueError, match="one entry"):
        Casting(people=())


def test_nobody_with_an_age_edits_the_face_in_place(finder, swapper, two):
    """
    ``_`` with --oldify: both faces get older and keep their owners.
    """
    picture, faces = two
    draft = Draft(target_image=picture, casting=Casting(people=(None,)))

    done = run(swap_steps(finder, swapper, SwapOptions(age=0.6), max_faces=20), draft)
    assert done.result is not None
    difference = np.abs(done.result.astype(int) - picture)

    assert 2 == done.swapped
    assert all(changed(done.result, picture, face) for face in faces)
    assert difference[difference > 0].mean() < 25  # lines and tone, no other face


def test_kept_eyes_are_the_targets(swapper, astronaut, astronaut_face, hopper_source):
    """
    With keep_eyes the iris shows the target's pixels, moved by the new shape at most; without, not.
    """
    x, y = astronaut_face.landmarks[468, :2].round().astype(int)
    iris = astronaut[y - 4 : y + 5, x - 4 : x + 5]

    def off(options):
        result = swapper.swap(astronaut, astronaut_face, hopper_source, options)
        around = result[y - 12 : y + 13, x - 12 : x + 13]
        return cv2.matchTemplate(around, iris, cv2.TM_SQDIFF).min()

    assert off(SwapOptions(keep_eyes=True)) < 0.4 * off(PLAIN)
