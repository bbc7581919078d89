"""Faces over frames: followed through what happens in clips, steady without lag, cast once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
import pytest

from engine.drawn import hand_on
from mien.engine.casting import Casting
from mien.engine.choose import All, At, Choice, Largest, Numbered
from mien.engine.faces import FaceFinder
from mien.engine.frames.cast import ClipCast, first_with_faces, row_of
from mien.engine.frames.drift import drift
from mien.engine.frames.follow import Follower
from mien.engine.frames.people import Seen, Sighting
from mien.engine.frames.picture import ArrayPicture, window_around
from mien.engine.frames.render import AsFound, Painter, faded
from mien.engine.frames.steady import Steady, reach, smoothing, steadied
from mien.engine.mesh.cover import HELD, Cover
from mien.engine.mesh.layout import with_rings
from mien.engine.options import SwapOptions
from mien.engine.study import NEW, Study, Trace, following
from mien.engine.swap import MeshSwapper
from mien.engine.types import HAND_POINTS, MESH_POINTS, Face, Hand, Image
from mien.errors import BadOption

RATE = 30.0
#: Height and width of drawn frames, and side of the squares that stand for faces.
SCENE = (120, 200)
SIDE = 24
#: A square's place by its colour, for every frame; None where it is not there.
Path = Callable[[int], tuple[int, int] | None]


def face_at(x: float, y: float, size: float = SIDE, score: float = 1.0) -> Face:
    """A face whose box begins at x, y; the eyes are level."""
    landmarks = np.full((MESH_POINTS, 3), 0.5, np.float32)
    landmarks[0], landmarks[1] = 0, 1
    landmarks[33], landmarks[263] = (0.25, 0.5, 0), (0.75, 0.5, 0)
    return Face(landmarks=landmarks * size + np.array([x, y, 0], np.float32), score=score)


@dataclass
class Squares:
    """Takes squares of strong colours for faces, and follows one that moves less than its side."""

    searches: int = 0
    glances: int = 0
    passes: int = 0
    found: list[int] = field(default_factory=list)

    def find(self, image: Image) -> list[Face]:
        """Every square, the largest first."""
        self.searches += 1
        return sorted(squares(image), key=lambda face: -face.size)

    def glance(self, image: Image, known: Sequence[Face]) -> list[Face]:
        """The squares that do not stand on a known one."""
        self.glances += 1
        return [face for face in squares(image) if all(apart(face, one) > SIDE for one in known)]

    def again(self, image: Image, face: Face) -> Face:
        """The nearest square; none within reach is no face."""
        self.passes += 1
        near = [one for one in squares(image) if apart(one, face) < 0.7 * SIDE]
        return min(near, key=lambda one: apart(one, face), default=replace(face, score=0.0))

    def with_hands(self, image: Image, face: Face) -> Face:
        """A hand in the corner of each white square."""
        rows, columns = np.nonzero((image > 240).all(axis=2))
        if not len(rows):
            return face
        corner = np.array([columns.min(), rows.min(), 0], np.float32)
        landmarks = np.zeros((HAND_POINTS, 3), np.float32) + corner
        return replace(face, hands=(Hand(landmarks=landmarks, score=0.9),))


def apart(one: Face, other: Face) -> float:
    """Pixels between the middles of two boxes."""
    return float(np.linalg.norm(np.subtract(one.box[:2], other.box[:2])))


RED, GREEN, BLUE = (220, 30, 30), (30, 200, 60), (40, 60, 220)
#: A hand.
WHITE = (255, 255, 255)


def squares(image: Image) -> list[Face]:
    """The squares of which more than half is to be seen."""
    found = []
    for colour in (RED, GREEN, BLUE):
        rows, columns = np.nonzero((image == colour).all(axis=2))
        if len(rows) > SIDE * SIDE / 2:
            found.append(face_at(float(columns.min()), float(rows.min())))
    return found


def scene(number: int, paths: Mapping[tuple[int, int, int], Path], base: int = 90) -> ArrayPicture:
    """A grey picture with a square for each path; each has a collar of its own pattern."""
    pixels = np.full((*SCENE, 3), base, np.uint8)
    for colour, path in paths.items():
        at = path(number)
        if at is not None:
            x, y = at
            pixels[y : y + SIDE, x : x + SIDE] = colour
    return ArrayPicture(pixels)


def follow(
    paths: Mapping[tuple[int, int, int], Path],
    frames: int,
    *,
    choice: Choice | None = None,
    seeker: Squares | None = None,
    base: Callable[[int], int] = lambda _: 90,
) -> list[Seen]:
    """What a follower sees of a drawn clip."""
    follower = Follower(seeker or Squares(), rate=RATE, choice=choice or All())
    seen = []
    for number in range(frames):
        seen += follower.push(scene(number, paths, base(number)))
    return seen + follower.flush()


def people(seen: Seen) -> set[int]:
    """Who is in a frame."""
    return {sighting.person for sighting in seen.sightings}


def test_one_face_costs_one_pass_a_frame() -> None:
    """
    A second of film: a thorough look at its start, a quick one now and then, one pass for the rest.
    """
    seeker = Squares()
    seen = follow({RED: lambda n: (20 + 3 * n, 40)}, 30, seeker=seeker)

    assert 30 == len(seen)
    assert all({0} == people(frame) for frame in seen)
    assert (1, 29) == (seeker.searches, seeker.passes)
    assert 6 >= seeker.glances


def test_a_face_that_comes_in_is_there_from_its_first_frame() -> None:
    """
    A look finds it some frames late; it is followed back to where it came into view.
    """
    seen = follow({RED: lambda n: (20 + n, 40) if n >= 7 else None}, 20)

    assert [0] * 7 + [1] * 13 == [len(frame.sightings) for frame in seen]


def test_a_face_that_comes_in_at_the_very_end_is_not_missed() -> None:
    """
    The last frame is looked at, whatever the schedule says.
    """
    seen = follow({RED: lambda n: (20 + n, 40) if n >= 18 else None}, 20)

    assert [0] * 18 + [1] * 2 == [len(frame.sightings) for frame in seen]


def test_a_face_that_leaves_is_gone_at_once() -> None:
    """
    No face is put where there is none any more.
    """
    seen = follow({RED: lambda n: (20, 40) if n < 11 else None}, 20)

    assert [1] * 11 + [0] * 9 == [len(frame.sightings) for frame in seen]


def test_who_comes_back_is_the_same_person() -> None:
    """
    Red leaves for a second and comes back elsewhere; blue comes meanwhile and is someone else.
    """

    def red(n: int) -> tuple[int, int] | None:
        return (20, 30) if n < 10 else (140, 70) if n >= 45 else None

    def blue(n: int) -> tuple[int, int] | None:
        return (90, 40) if n >= 15 else None

    seen = follow({RED: red, BLUE: blue}, 60)

    assert {0} == people(seen[5])
    assert {1} == people(seen[30])
    assert {0, 1} == people(seen[59])
    (red_now,) = [s for s in seen[59].sightings if s.person == 0]
    assert 140 == red_now.face.box[0]


def test_people_who_cross_keep_who_they_are() -> None:
    """
    Red passes before green, which is hidden meanwhile, and comes out on the other side.
    """
    paths = {GREEN: lambda n: (150 - 3 * n, 40), RED: lambda n: (20 + 3 * n, 42)}
    seen = follow(paths, 44)
    last = {s.person: s.face.box[0] for s in seen[-1].sightings}
    first = {s.person: s.face.box[0] for s in seen[0].sightings}

    assert set(first) == set(last)
    for person, x in first.items():
        assert (x < 100) == (last[person] > 100), (first, last)


def test_a_cut_is_seen_and_looked_at() -> None:
    """
    Light and place change from one frame to the next: followed faces do not slide over.
    """
    seeker = Squares()

    def red(n: int) -> tuple[int, int] | None:
        return (20, 30) if n < 10 else (26, 36)

    seen = follow({RED: red}, 20, seeker=seeker, base=lambda n: 90 if n < 10 else 150)

    assert [0, 10] == [number for number, frame in enumerate(seen) if frame.cut]
    assert 2 == seeker.searches
    assert 26 == seen[10].sightings[0].face.box[0]


def test_a_fade_of_light_is_no_cut() -> None:
    """
    Slow changes are not.
    """
    seen = follow({RED: lambda _: (20, 30)}, 40, base=lambda n: 60 + 3 * n)

    assert [0] == [number for number, frame in enumerate(seen) if frame.cut]


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [(All(), {RED, BLUE}), (Numbered((2,)), {BLUE}), (Largest(), {RED}), (At(155, 70), {BLUE})],
)
def test_who_was_chosen_stays_chosen(choice: Choice, chosen: set[tuple[int, int, int]]) -> None:
    """
    The choice is made in the first frame with faces (3), and holds when the two have changed sides.
    """

    def red(n: int) -> tuple[int, int] | None:
        return (20 + 3 * (n - 3), 20) if n >= 3 else None

    def blue(n: int) -> tuple[int, int] | None:
        return (150 - 3 * (n - 3), 60) if n >= 3 else None

    seen = follow({RED: red, BLUE: blue}, 43, choice=choice)
    places = {"red": 20 + 3 * 39, "blue": 150 - 3 * 39}
    expected = {places["red"] if colour == RED else places["blue"] for colour in chosen}

    assert expected == {int(s.face.box[0]) for s in seen[42].sightings}


def test_a_choice_of_nobody_is_an_error() -> None:
    """
    As in stills, and before more frames are looked at.
    """
    with pytest.raises(BadOption):
        follow({RED: lambda _: (20, 30)}, 10, choice=Numbered((2,)))


def test_a_follower_with_the_memory_of_another_goes_on_as_it_would() -> None:
    """
    Stopped after a segment and begun anew with what it knew: the same people at the same places.
    """
    paths = {
        RED: lambda n: (20 + n, 30),
        BLUE: lambda n: (150 - n, 70) if n > 20 else None,
        WHITE: lambda n: (30 + n, 50) if 17 < n < 29 else None,
    }

    def run(*, anew: bool) -> list[Seen]:
        follower = Follower(Squares(), rate=RATE, choice=All())
        out = []
        for number in range(40):
            if number == 25:
                out += follower.flush()
                if anew:
                    follower = Follower(Squares(), rate=RATE, choice=All(), memory=follower.memory)
            out += follower.push(scene(number, paths))
        return out + follower.flush()

    for one, other in zip(run(anew=False), run(anew=True), strict=True):
        assert one.cut == other.cut
        assert [s.person for s in one.sightings] == [s.person for s in other.sightings]
        for mine, theirs in zip(one.sightings, other.sightings, strict=True):
            assert (mine.face.landmarks == theirs.face.landmarks).all()
            assert len(mine.face.hands) == len(theirs.face.hands)


def test_a_hand_is_seen_in_every_frame_that_has_it() -> None:
    """
    Looks are five frames apart; the frames between two looks of which one shows a hand are looked at too.
    """
    paths = {
        RED: lambda n: (20 + n, 30),
        WHITE: lambda n: (26 + n, 40) if 12 <= n < 28 else None,
    }
    seen = follow(paths, 40)

    handed = [bool(frame.sightings[0].face.hands) for frame in seen]
    assert [12 <= number < 28 for number in range(40)] == handed
    for number in (12, 20, 27):
        (hand,) = seen[number].sightings[0].face.hands
        assert (26 + number, 40) == tuple(hand.landmarks[0, :2])


def test_hands_go_with_the_steadied_face() -> None:
    """
    Both are read together with the frames around; a hand that moves steadily is where it was seen.
    """
    paths = {RED: lambda n: (20 + n, 30), WHITE: lambda n: (26 + n, 40) if n > 4 else None}
    seen = follow(paths, 20)
    faces = [face for (face,) in steadied(seen, 0, 20, rate=RATE, ends=(True, True))]

    assert [number > 4 for number in range(20)] == [bool(one.face.hands) for one in faces]
    assert (36, 40) == pytest.approx(faces[10].face.hands[0].landmarks[0, :2], abs=1e-3)


def test_real_faces_are_followed_through_a_pan(
    finder: FaceFinder, astronaut: Image, hopper: Image
) -> None:
    """
    Two portraits beside each other; the camera moves from one to the other. Both are found, each is
    one person, and the mesh stays within a pixel of a thorough look.
    """
    wide = np.hstack([astronaut[:400], hopper[100:500]])
    follower = Follower(finder, rate=RATE, choice=All())
    seen = []
    for number in range(24):
        left = 24 * number
        seen += follower.push(ArrayPicture(np.ascontiguousarray(wide[:, left : left + 420])))
    seen += follower.flush()

    assert {0, 1} == {person for frame in seen for person in people(frame)}
    assert ({0}, {1}) == (people(seen[0]), people(seen[-1]))
    (last,) = seen[-1].sightings
    (thorough,) = finder.find(np.ascontiguousarray(wide[:, 552:972]))
    assert 1.5 > np.abs(last.face.landmarks - thorough.landmarks)[:, :2].mean()


# --- how faces move by their pixels


def test_pixels_say_how_a_face_moves_behind_a_hand(astronaut: Image, astronaut_face: Face) -> None:
    """
    It moves by 3.5 and 2 pixels, a hand before it the other way: all landmarks go with the face.
    """
    shift = np.array([[1, 0, 3.5], [0, 1, 2]])
    moved = np.asarray(cv2.warpAffine(astronaut, shift, astronaut.shape[1::-1]), np.uint8)
    (one, face), (other, hand) = (
        handed(astronaut_face, picture, x) for picture, x in ((astronaut, 195.0), (moved, 185.0))
    )
    found = drift(ArrayPicture(one), ArrayPicture(other), face, hand.hands)
    alone = drift(ArrayPicture(one), ArrayPicture(other), astronaut_face, ())

    assert found is not None
    assert alone is not None
    off, fooled = (np.abs(moves - (3.5, 2)).max(axis=1) for moves in (found, alone))
    assert 0.15 > np.quantile(off, 0.9)
    assert 1.0 > off.max()
    assert off.max() < fooled.max(), "who knows of no hand believes it"


def test_pixels_say_how_a_mouth_moves_of_its_own(astronaut: Image, astronaut_face: Face) -> None:
    """
    The lower part of a picture goes down by 3 pixels: so do the landmarks there, and no others.
    """
    points = astronaut_face.landmarks[:, :2]
    middle = float(np.median(points[:, 1]))
    rows = np.arange(astronaut.shape[0], dtype=np.float32)
    columns = np.arange(astronaut.shape[1], dtype=np.float32)
    down = 3 / (1 + np.exp(-(rows - middle) / 4))
    across, along = np.meshgrid(columns, (rows - down).astype(np.float32))
    moved = np.asarray(cv2.remap(astronaut, across, along, cv2.INTER_LINEAR), np.uint8)
    found = drift(ArrayPicture(astronaut), ArrayPicture(moved), astronaut_face, ())

    assert found is not None
    lower = points[:, 1] > middle + 20
    upper = points[:, 1] < middle - 20
    assert 3 == pytest.approx(float(np.median(found[lower, 1])), abs=0.4)
    assert 0 == pytest.approx(float(np.median(found[upper, 1])), abs=0.4)


@pytest.mark.parametrize("size", [(1, 1), (2, 40), (16, 16)])
def test_pictures_that_show_hardly_anything_say_nothing(size: tuple[int, int]) -> None:
    """
    Of a face that lies outside, or of a few pixels, nothing is said, and nothing fails.
    """
    picture = ArrayPicture(np.zeros((*size, 3), np.uint8))
    far = drift(picture, picture, face_at(900, 900), ())
    near = drift(picture, picture, face_at(0, 0, size=400), ())

    assert far is None
    assert near is None or np.isfinite(near).all()


def test_a_follower_that_begins_after_a_frame_knows_how_faces_moved_since() -> None:
    """
    As one that saw that frame itself; without, nothing is said of its first frame.
    """
    paths = {RED: lambda n: (20 + n, 30), WHITE: lambda n: (26 + n, 40)}

    def first(*, after: bool, anew: bool) -> Sighting:
        follower = Follower(Squares(), rate=RATE, choice=All())
        for number in range(10):
            follower.push(scene(number, paths))
        follower.flush()
        if anew:
            follower = Follower(Squares(), rate=RATE, choice=All(), memory=follower.memory)
        if after:
            follower.begin_after(scene(9, paths))
        seen = [*follower.push(scene(10, paths)), *follower.flush()]
        return seen[0].sightings[0]

    one, other = first(after=False, anew=False), first(after=True, anew=True)
    assert one.drift is not None
    assert other.drift is not None
    assert one.drift.tolist() == other.drift.tolist()
    assert first(after=False, anew=True).drift is None


# --- steadiness


def run_of(positions: Sequence[float], cuts: Sequence[int] = ()) -> list[Seen]:
    """A person whose face moves along x; None in ``positions`` is not there."""
    return [
        Seen(
            sightings=() if np.isnan(x) else (Sighting(person=0, face=face_at(float(x), 10.0)),),
            cut=number == 0 or number in cuts,
        )
        for number, x in enumerate(positions)
    ]


def xs(faces: list[tuple[Steady, ...]]) -> list[float]:
    return [float(frame[0].face.landmarks[0, 0]) for frame in faces]


def test_movement_with_acceleration_is_not_touched() -> None:
    """
    There is no lag: a parabola comes out as it went in.
    """
    path = [2 + 3 * n + 0.4 * n**2 for n in range(20)]
    steady = steadied(run_of(path), 0, 20, rate=RATE, ends=(True, True))

    assert np.allclose(path, xs(steady), atol=0.01)


def test_jitter_is_halved() -> None:
    """
    Independent noise of a pixel is .58 pixels afterwards, away from the ends.
    """
    noise = np.random.default_rng(1).normal(0, 1, 400)
    steady = np.array(
        xs(steadied(run_of(list(50 + noise)), 0, 400, rate=RATE, ends=(True, True))), np.float64
    )

    assert 0.62 > (steady[10:-10] - 50).std()


def drifting(path: Sequence[float], noise: Sequence[float]) -> list[Seen]:
    """A face that goes along ``path``, read with ``noise``; its pixels say how it moves."""
    seen = run_of([at + off for at, off in zip(path, noise, strict=True)])
    for number in range(1, len(path)):
        moved = np.zeros((MESH_POINTS, 2), np.float32)
        moved[:, 0] = path[number] - path[number - 1]
        (sighting,) = seen[number].sightings
        seen[number] = replace(seen[number], sightings=(replace(sighting, drift=moved),))
    return seen


def test_where_pixels_say_how_a_face_moves_it_is_steadier_and_just_as_quick() -> None:
    """
    A nod of a third of a second comes out as it is, and of a pixel of noise less than two fifths stay.
    """
    path = [50 + 8 * np.sin(2 * np.pi * n / 10) for n in range(200)]
    noise = np.random.default_rng(3).normal(0, 1, 200)
    out = np.array(
        xs(steadied(drifting(path, list(noise)), 0, 200, rate=RATE, ends=(True, True))), np.float64
    )

    assert 0.42 > (out - path)[12:-12].std()


def test_a_part_of_a_clip_whose_pixels_speak_is_as_the_whole() -> None:
    """
    With enough frames on either side a segment comes out as it does in one piece: no seams.
    """
    noise = np.random.default_rng(4).normal(0, 1, 80)
    seen, near = drifting([50.0 + n for n in range(80)], list(noise)), reach(RATE)
    whole = steadied(seen, 0, 80, rate=RATE, ends=(True, True))
    part = steadied(seen[30 - near : 50 + near], near, near + 20, rate=RATE, ends=(False, False))

    for one, other in zip(whole[30:50], part, strict=True):
        assert np.allclose(one[0].face.landmarks, other[0].face.landmarks, atol=1e-3)


def test_nothing_is_smoothed_across_a_cut() -> None:
    """
    Before and after it the face stays exactly where it is.
    """
    path = [10.0] * 10 + [90.0] * 10
    steady = xs(steadied(run_of(path, cuts=[10]), 0, 20, rate=RATE, ends=(True, True)))

    assert np.allclose(path, steady)


def test_a_part_of_a_clip_is_as_the_whole() -> None:
    """
    With enough frames on either side a segment comes out as it does in one piece: no seams.
    """
    path = list(50 + np.random.default_rng(2).normal(0, 1, 60))
    seen, near = run_of(path), reach(RATE)
    whole = steadied(seen, 0, 60, rate=RATE, ends=(True, True))
    part = steadied(seen[20 - near : 40 + near], near, near + 20, rate=RATE, ends=(False, False))

    for one, other in zip(whole[20:40], part, strict=True):
        assert one[0].share == other[0].share
        assert (one[0].face.landmarks == other[0].face.landmarks).all()


def test_faces_fade_in_and_out_but_not_at_the_ends_and_cuts() -> None:
    """
    Over a tenth of a second: a swap that pops in would be seen.
    """
    gone = float("nan")
    seen = run_of([gone] * 5 + [10.0] * 10 + [gone] * 3 + [20.0] * 6, cuts=[15])
    shares = [
        frame[0].share if frame else 0.0
        for frame in steadied(seen, 0, len(seen), rate=RATE, ends=(True, True))
    ]

    assert [0.0] * 5 + [0.25, 0.5, 0.75] == shares[:8]
    assert 1.0 == shares[14], "a cut is hard"
    assert [0.25, 0.5, 0.75, 1.0, 1.0, 1.0] == shares[18:]


@pytest.mark.parametrize(("rate", "half"), [(8, 1), (10, 1), (25, 3), (30, 4), (60, 6), (240, 6)])
def test_the_span_is_a_time_not_a_count(rate: float, half: int) -> None:
    """
    A slow animation is hardly smoothed, a fast camera over more frames.
    """
    seen = run_of([10.0] * 30 + [11.0] * 31)
    steady = xs(steadied(seen, 0, 61, rate=rate, ends=(True, True)))
    touched = [
        n
        for n, (a, b) in enumerate(zip(steady, [10.0] * 30 + [11.0] * 31, strict=True))
        if abs(a - b) > 1e-4
    ]

    assert (2 * half if half > 1 else 0) >= len(touched)
    assert (half > 1) == bool(touched)
    assert 2 * half + 1 == len(smoothing(half)) or half == 1


# --- the swap in a frame


def standing(face: Face, *, run: int = 0) -> Steady:
    """Somebody who is fully there."""
    return Steady(person=0, run=run, face=face, share=1.0)


class Counting:
    """A swapper that counts what it studies, how often without being asked, and what else it measures."""

    def __init__(self, swapper: MeshSwapper) -> None:
        self.swapper = swapper
        self.studied = self.unasked = self.measured = 0
        #: What was said to have been covered before, painting by painting.
        self.earlier: list[Cover | None] = []
        self.prepare = swapper.prepare

    def study(self, *args: Any) -> Study | None:
        self.studied += 1
        return self.swapper.study(*args)

    def paint(self, *args: Any) -> Trace | None:
        study = args[-1]
        self.unasked += study is None
        self.measured += study is None or study.touch is None
        self.earlier.append(study and study.earlier)
        return self.swapper.paint(*args)


@pytest.fixture
def hopper_cast(swapper: MeshSwapper, hopper: Image, hopper_face: Face) -> ClipCast:
    return ClipCast(casting=Casting(people=(swapper.prepare(hopper, hopper_face),)), row=(0,))


def test_frames_between_two_studies_are_not_studied(
    swapper: MeshSwapper, hopper_cast: ClipCast, astronaut: Image, astronaut_face: Face
) -> None:
    """
    Of 10 frames that darken slowly the first, every fifth and the last are looked at; none in between is
    far from what it would be by itself.
    """
    pictures = [(astronaut * (1 - 0.02 * index)).astype(np.uint8) for index in range(10)]
    counting = Counting(swapper)
    painter = Painter(
        cast=hopper_cast, options=SwapOptions(), swapper=counting, closer=AsFound(), rate=30
    )
    shots = [(ArrayPicture(picture.copy()), [standing(astronaut_face)]) for picture in pictures]

    painted = [sheet.pixels for sheet, _ in painter.paint(shots)]
    alone = [
        next(painter.paint([(ArrayPicture(picture.copy()), [standing(astronaut_face)])]))[0].pixels
        for picture in pictures
    ]

    assert 3 + 10 == counting.studied == counting.measured  # frames 0, 5 and 9; then each alone
    assert 0 == counting.unasked
    assert len(pictures) == len(painted)
    assert (painted[5] == alone[5]).all()
    for one, other in zip(painted, alone, strict=True):
        assert np.abs(one.astype(int) - other).mean() < 0.5


def test_a_thing_that_comes_before_a_face_is_seen_in_every_frame(
    swapper: MeshSwapper, hopper_cast: ClipCast, astronaut: Image, astronaut_face: Face
) -> None:
    """
    Studies of a face with and without a scarf before it are not mixed; each frame between them is studied.
    """
    covered = astronaut.copy()
    points = astronaut_face.landmarks[[117, 346, 288, 152, 58], :2]
    cv2.fillConvexPoly(covered, cv2.convexHull(np.rint(points).astype(np.int32)), (18, 22, 26))
    counting = Counting(swapper)
    painter = Painter(
        cast=hopper_cast, options=SwapOptions(), swapper=counting, closer=AsFound(), rate=30
    )
    pictures = [astronaut, astronaut, astronaut, covered, covered]
    shots = [(ArrayPicture(picture.copy()), [standing(astronaut_face)]) for picture in pictures]

    painted = [sheet.pixels for sheet, _ in painter.paint(shots)]

    assert 2 + 3 == counting.studied
    assert 0 == counting.unasked
    assert (painted[1] == painted[0]).all()
    assert (painted[3] == painted[4]).all()


def handed(face: Face, picture: Image, x: float) -> tuple[Image, Face]:
    """``picture`` with a hand drawn before ``face``, its wrist at ``x``; and the face with it."""
    drawn, points, _ = hand_on(picture, (x, 235), 70, 0.05)
    landmarks = np.hstack([points, np.zeros((HAND_POINTS, 1), np.float32)])
    return drawn, replace(face, hands=(Hand(landmarks=landmarks, score=1.0),))


def test_a_face_behind_a_hand_is_studied_as_one_that_is_bare(
    swapper: MeshSwapper, hopper_cast: ClipCast, astronaut: Image, astronaut_face: Face
) -> None:
    """
    Where a hand comes before it, no more frames are studied than without; what is known of it there stays.
    """
    shots = [handed(astronaut_face, astronaut, 150 + 20.0 * index) for index in range(5)]
    counting = Counting(swapper)
    painter = Painter(
        cast=hopper_cast, options=SwapOptions(), swapper=counting, closer=AsFound(), rate=30
    )

    bare = [(ArrayPicture(astronaut.copy()), [standing(astronaut_face)]) for _ in range(5)]
    with_hand = [(ArrayPicture(picture), [standing(face)]) for picture, face in shots]
    painted = list(painter.paint([*bare, *with_hand]))

    assert 10 == len(painted)
    assert 3 == counting.studied  # frames 0, 5 and 9
    assert 0 == counting.unasked


@pytest.fixture
def studies(
    swapper: MeshSwapper, hopper_cast: ClipCast, astronaut: Image, astronaut_face: Face
) -> tuple[Study, Study]:
    """Of the astronaut without a hand and with one."""
    source = hopper_cast.source_of(0)
    assert source is not None
    picture, face = handed(astronaut_face, astronaut, 235)
    bare = swapper.study(astronaut, astronaut_face, source, SwapOptions())
    behind = swapper.study(picture, face, source, SwapOptions())
    assert bare is not None
    assert behind is not None
    return bare, behind


def test_what_a_hand_hides_stays_as_it_was_known(studies: tuple[Study, Study]) -> None:
    """
    Where a scarf was before the hand came, there is one behind it; beside it half of what is new is believed.
    """
    bare, behind = studies
    assert behind.hidden is not None
    scarf = replace(bare, free=np.full_like(bare.free, 0.25))

    now = following(behind, scarf)

    hidden, shown = behind.hidden > 0.999, behind.hidden < 0.001
    assert hidden.any()
    assert now.free[hidden] == pytest.approx(0.25, abs=1e-3)
    expected = 0.25 + NEW * (behind.free[shown] - 0.25)
    assert now.free[shown] == pytest.approx(expected, abs=1e-3)
    assert behind.hidden is now.hidden


def test_what_a_hand_has_always_hidden_is_taken_for_the_face(
    studies: tuple[Study, Study],
) -> None:
    """
    The hand itself is found in every frame; its colour on the chart would stay behind as it moves on.
    """
    behind = replace(studies[1], free=np.full_like(studies[1].free, 0.5))

    now = following(behind, None)

    assert behind.hidden is not None
    assert (now.free[behind.hidden > 0.999] > 0.998).all()
    assert (now.free >= behind.free).all()


def test_a_face_that_no_hand_hides_is_as_it_is_seen(studies: tuple[Study, Study]) -> None:
    """
    From one study to the next nothing is carried over; from the last one with a hand, half.
    """
    bare, behind = studies
    dark = replace(bare, free=np.zeros_like(bare.free))

    assert bare is following(bare, dark)
    assert bare is following(bare, None)
    after = following(dark, replace(behind, free=np.ones_like(bare.free)))
    assert after.free == pytest.approx(1 - NEW)
    assert after.hidden is None


@pytest.mark.parametrize("rate", [10, 50])
def test_what_hands_covered_is_held_by_the_clips_rate(
    swapper: MeshSwapper,
    hopper_cast: ClipCast,
    astronaut: Image,
    astronaut_face: Face,
    rate: float,
) -> None:
    """
    Of what the hand covered in the frame before as much is believed as the time between two frames leaves.
    """
    picture, face = handed(astronaut_face, astronaut, 235)
    counting = Counting(swapper)
    painter = Painter(
        cast=hopper_cast, options=SwapOptions(), swapper=counting, closer=AsFound(), rate=rate
    )
    shots = [(ArrayPicture(picture.copy()), [standing(face)]) for _ in range(2)]

    list(painter.paint(shots))

    first, second = counting.earlier
    assert first is None
    assert second is not None
    assert HELD ** (1 / rate) == pytest.approx(second.mask.max(), rel=1e-3)


def test_nothing_is_mixed_over_a_cut(
    swapper: MeshSwapper, hopper_cast: ClipCast, astronaut: Image, astronaut_face: Face
) -> None:
    """
    A run that ends in the middle is studied where it ends, the next one where it begins.
    """
    dark = (astronaut * 0.4).astype(np.uint8)
    painter = Painter(
        cast=hopper_cast, options=SwapOptions(), swapper=swapper, closer=AsFound(), rate=30
    )
    shots = [
        (ArrayPicture(picture.copy()), [standing(astronaut_face, run=run)])
        for picture, run in ((astronaut, 0), (astronaut, 0), (dark, 1), (dark, 1), (dark, 1))
    ]

    painted = [sheet.pixels for sheet, _ in painter.paint(shots)]

    assert (painted[0] == painted[1]).all()
    assert (painted[2] == painted[4]).all()


def test_a_swap_through_its_surroundings_is_the_swap_in_the_picture(
    swapper: MeshSwapper, astronaut: Image, astronaut_face: Face, hopper: Image, hopper_face: Face
) -> None:
    """
    Looking at a face's surroundings only changes nothing of the result.
    """
    source = swapper.prepare(hopper, hopper_face)
    expected = swapper.swap(astronaut, astronaut_face, source, SwapOptions())
    sheet = ArrayPicture(astronaut.copy())
    cast = ClipCast(casting=Casting(people=(source,)), row=(0,))
    painter = Painter(cast=cast, options=SwapOptions(), swapper=swapper, closer=AsFound(), rate=25)
    ((_, count),) = painter.paint([(sheet, [standing(astronaut_face)])])

    assert 1 == count
    # Coordinates are rounded to a 32nd of a pixel, which shows at a few sharp edges.
    assert 0.01 > np.abs(expected.astype(int) - sheet.pixels).mean()
    assert 16 > np.abs(expected.astype(int) - sheet.pixels).max()


def test_a_share_mixes_before_and_after() -> None:
    """
    A quarter of the way from 100 to 140 is 110.
    """
    before, after = np.full((2, 2, 3), 100, np.uint8), np.full((2, 2, 3), 140, np.uint8)

    assert {110} == set(faded(before, after, 0.25).ravel().tolist())
    assert faded(before, after, 1.0) is after


def test_windows_begin_at_even_pixels_and_stay_inside() -> None:
    """
    Video shares colours between pairs of pixels.
    """
    points = with_rings(face_at(11, 7).landmarks)
    x0, y0, x1, y1 = window_around(points, 3, (39, 200)) or (1, 1, 1, 1)

    assert (0, 0) == (x0 % 2, y0 % 2)
    assert 39 >= x1
    assert y1 <= 200
    assert window_around(points + 500, 3, (39, 200)) is None


def test_people_are_cast_from_left_to_right_once() -> None:
    """
    The second of two named people plays whoever stood right of the first, wherever they go; one
    named person plays everybody, also who comes later.
    """
    seen = Seen(
        sightings=(
            Sighting(person=0, face=face_at(90, 10)),
            Sighting(person=1, face=face_at(10, 10)),
        )
    )
    one, two = object(), object()
    both = ClipCast(casting=Casting(people=(one, two)), row=row_of(seen))  # type: ignore[arg-type]
    single = ClipCast(casting=Casting(people=(one,)), row=row_of(seen))  # type: ignore[arg-type]

    assert (1, 0) == row_of(seen)
    assert (two, one, None) == (both.source_of(0), both.source_of(1), both.source_of(2))
    assert one is single.source_of(7)
    assert 1 == first_with_faces([Seen(), seen])
    assert first_with_faces([Seen()]) is None
