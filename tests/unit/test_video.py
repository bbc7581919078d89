"""The swap in videos, over a finder and a swapper whose answers are known."""

import errno
import fcntl
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from media.clips import clip, packets_of, pixels_of, times_of
from mien.commands.checkpoints import PLAN, Checkpoints
from mien.commands.segments import LEAD_S, OwnHand, Scene, follow_segment, lead_of
from mien.commands.video import SwapVideo, VideoReport, VideoRequest
from mien.commands.workshop import LOCK, Workshop
from mien.engine.casting import Casting
from mien.engine.choose import Largest
from mien.engine.frames.follow import Follower
from mien.engine.frames.people import Memory, Person, Seen, Sighting
from mien.engine.geometry import Pyramid
from mien.engine.pipeline import Draft
from mien.engine.types import HAND_POINTS, MESH_POINTS, Face, Hand
from mien.errors import Damaged, LeaseLost, NoFaceFound, StorageFull, TooLarge, WorkerLost
from mien.media.formats import Format
from mien.media.limits import Limits
from mien.media.video.plan import segments
from mien.media.video.reader import Reader, frames
from mien.media.video.scan import scan
from mien.media.video.settings import VideoSettings

SIZE = (96, 64)
#: Ends a wait that would never end.
DEADLINE_S = 180.0
#: Frames of the clip: four segments.
FRAMES = 150
#: Frames of the longest of them.
LONGEST = 40
BLUE = (20, 20, 230)


def face_at(x: float, y: float) -> Face:
    """A face of 20 pixels."""
    landmarks = np.full((MESH_POINTS, 3), 0.5, np.float32)
    landmarks[0], landmarks[1] = 0, 1
    landmarks[33], landmarks[263] = (0.25, 0.5, 0), (0.75, 0.5, 0)
    return Face(landmarks=landmarks * 20 + np.array([x, y, 0], np.float32), score=1.0)


@dataclass
class Finder:
    """Takes the red square of the clip for a face."""

    looked: int = 0

    def find(self, image):
        """Where it is, if it is."""
        self.looked += 1
        pixels = Pyramid.of(image).pixels
        red = (pixels[..., 0] > 150) & (pixels[..., 2] < 110)
        rows, columns = np.nonzero(red)
        return [face_at(float(columns.min()), float(rows.min()))] if len(rows) > 200 else []

    def closely(self, image):
        """The same: nothing covers anybody."""
        return self.find(image)

    def glance(self, image, known):
        """The same, where nobody is known."""
        return [] if known else self.find(image)

    def with_hands(self, image, face):  # noqa: ARG002
        """Nobody holds a hand before their face."""
        return face

    def with_parts(self, image, face):  # noqa: ARG002
        """Nothing covers anybody."""
        return face

    def again(self, image, face):
        """The same; gone where it is not."""
        return next(iter(self.find(image)), replace(face, score=0.0))


class HandFinder(Finder):
    """Sees a hand before every face."""

    def with_hands(self, image, face):  # noqa: ARG002
        """It lies where the face is."""
        hand = Hand(landmarks=np.ascontiguousarray(face.landmarks[:HAND_POINTS]), score=1.0)
        return replace(face, hands=(hand,))


class HandBeside(Finder):
    """Sees a hand beside every face."""

    def with_hands(self, image, face):  # noqa: ARG002
        """It is small, and hides nothing."""
        beside = face.landmarks[:HAND_POINTS] / 4 - np.float32(30)
        return replace(face, hands=(Hand(landmarks=beside, score=1.0),))


@dataclass
class Swapper:
    """Paints the face blue."""

    swapped: list = field(default_factory=list)

    def prepare(self, image, face, *, occlusion=True):  # noqa: ARG002
        """The source's face is what it is."""
        return face

    def sight(self, picture, face, options):
        """Nothing to see."""

    def sketch(self, picture, face, source, options):
        """Nothing to draw."""

    def study(self, picture, face, source, options):
        """Nothing to learn."""

    def paint(self, picture, face, source, options, study=None, ahead=None):  # noqa: ARG002
        """Makes a blue square of it."""
        self.swapped.append(threading.current_thread().name)
        x0, y0, x1, y1 = (round(v) for v in face.box)
        picture[max(0, y0) : y1, max(0, x0) : x1] = BLUE


@dataclass
class Kit:
    """A swap with fakes, and what it needs to be asked."""

    folder: Path
    hands: int = 2
    finder: Finder = field(default_factory=Finder)
    swapper: Swapper = field(default_factory=Swapper)
    help: Callable | None = None

    def __call__(
        self, target: Path, *, check=lambda: None, tell=lambda *_: None, **facts
    ) -> VideoReport:
        swap = SwapVideo(
            finder=self.finder,
            swapper=self.swapper,
            limits=facts.pop("limits", Limits()),
            settings=VideoSettings(hardware=False),
            hands=self.hands,
            help=self.help or (lambda scene: OwnHand(scene, self.swapper, self.finder)),
        )
        portrait = np.zeros((40, 40, 3), np.uint8)
        portrait[:20, :20] = (230, 60, 20)
        request = {
            "target": target,
            "result": self.folder / "result.mp4",
            "work": self.folder / "work",
            "source_key": "somebody",
            "begin": lambda first: Draft(target_image=first.pixels, source_image=portrait),
            "format": Format.MP4,
            **facts,
        }
        return swap(VideoRequest(**request), check=check, tell=tell)

    @property
    def result(self) -> Path:
        return self.folder / "result.mp4"


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of four segments with sound."""
    return clip(
        tmp_path_factory.mktemp("film") / "film.mp4", FRAMES, sound="aac", options={"g": "40"}
    )


def blue(pixels: np.ndarray) -> bool:
    """Whether a blue square is to be seen."""
    near = np.abs(pixels.astype(int) - BLUE).max(axis=2) < 60
    return bool(near.sum() > 100)


def test_every_frame_is_swapped_and_everything_else_is_kept(kit, film):
    """
    Frames, times and sound of the target; the face in each of them is another.
    """
    report = kit(film)
    after = pixels_of(kit.result)

    assert (1, 1, FRAMES, SIZE) == (
        report.found,
        report.swapped,
        report.frames,
        (report.width, report.height),
    )
    assert 6.0 == pytest.approx(report.duration_s)
    assert times_of(film) == times_of(kit.result)
    assert packets_of(film) == packets_of(kit.result)
    assert all(blue(frame) for frame in after)
    assert not (kit.folder / "work" / "plan.json").exists()


@pytest.mark.parametrize("hands", [1, 2, 4])
def test_any_number_of_hands_gives_the_same_file(kit, film, tmp_path, hands):
    """
    Byte by byte: who does a segment, and when, leaves no trace.
    """
    kit(film)
    other = Kit(tmp_path / "other", hands=hands)
    other.folder.mkdir()
    other(film)

    assert kit.result.read_bytes() == other.result.read_bytes()
    assert hands >= len(set(other.swapper.swapped))


def test_work_that_was_stopped_goes_on_and_gives_the_same_file(kit, film, tmp_path):
    """
    Stopped in mid-clip, begun again: what was done is not done again, and the file is the same.
    """
    whole = Kit(tmp_path / "whole")
    whole.folder.mkdir()
    whole(film)
    total = len(whole.swapper.swapped)

    def stop(done, _all):
        if done > kit.hands * LONGEST:  # so many may be of segments that are not done
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kit(film, tell=stop)
    kept = sorted(path.name for path in (kit.folder / "work").glob("part-*.packets"))
    kit.swapper.swapped.clear()
    kit(film)

    assert kept
    assert total > len(kit.swapper.swapped)
    assert whole.result.read_bytes() == kit.result.read_bytes()


def test_a_hand_goes_on_from_segment_to_segment(kit, film):
    """
    All but the first begin with a hand before the face: they are painted from half a second before, and none
    of that is counted, or shown twice.
    """
    kit.finder = HandFinder()
    told = []
    report = kit(film, tell=lambda done, _all: told.append(done))

    seen = scan(film, Format.MP4)
    begun = len(segments(seen, 0, FRAMES)) - 1
    assert FRAMES + begun * round(LEAD_S * seen.rate) == len(kit.swapper.swapped)
    assert FRAMES == report.frames == max(told) == len(pixels_of(kit.result))
    assert times_of(film) == times_of(kit.result)


def test_a_hand_over_the_ends_of_segments_costs_no_byte_when_work_goes_on(kit, film, tmp_path):
    """
    Stopped after the first segment that goes on from the one before, begun again: the same file.
    """
    whole = Kit(tmp_path / "whole", finder=HandFinder())
    whole.folder.mkdir()
    whole(film)
    kit.finder, kit.hands = HandFinder(), 1

    def stop(done, _all):
        if done > segments(scan(film, Format.MP4), 0, FRAMES)[1][1]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kit(film, tell=stop)
    kept = list((kit.folder / "work").glob("part-*.packets"))
    kit.swapper.swapped.clear()
    kit(film)

    assert 2 <= len(kept) < len(segments(scan(film, Format.MP4), 0, FRAMES))
    assert len(whole.swapper.swapped) > len(kit.swapper.swapped)
    assert whole.result.read_bytes() == kit.result.read_bytes()


def test_segments_know_how_a_face_behind_a_hand_moved_before_them(film, tmp_path):
    """
    As a follower knows it that has seen the frame before itself: no seam.
    """
    kept = Checkpoints.of(tmp_path / "work", "facts")
    clip = scan(film, Format.MP4)
    parts = tuple(segments(clip, 0, FRAMES))
    scene: Any = SimpleNamespace(clip=clip, parts=parts, kept=kept, choice=Largest())
    reader = Reader(clip)
    follower = Follower(HandBeside(), rate=clip.rate, choice=Largest())
    firsts = []
    for number, (start, stop) in enumerate(parts):
        follow_segment(scene, number, HandBeside(), reader, lambda _: None)
        seen = [seen for sheet in frames(clip, start, stop) for seen in follower.push(sheet)]
        whole = [frame.sightings[0].drift for frame in [*seen, *follower.flush()]]
        part = [frame.sightings[0].drift for frame in kept.load_seen(number)[0]]
        for one, other in zip(whole, part, strict=True):
            assert (one is None) == (other is None)
            assert one is None or (one == other).all()
        firsts.append(part[0] is not None)
    reader.close()

    assert any(firsts[1:])


@pytest.mark.parametrize(
    ("cut", "handed", "most", "lead"),
    [(False, True, 100, 12), (False, True, 5, 5), (True, True, 100, 0), (False, False, 100, 0)],
)
def test_nothing_goes_on_over_a_cut_or_without_a_hand(cut, handed, most, lead):
    """
    And never from more frames than there are.
    """
    face = face_at(3, 4)
    if handed:
        face = HandFinder().with_hands(None, face)
    seen = [Seen(sightings=(Sighting(person=0, face=face),), cut=cut)]

    assert lead == lead_of(seen, 24, most=most)
    assert 0 == lead_of([Seen(cut=cut)], 24, most=most)


def test_other_work_does_not_take_up_what_is_there(kit, film):
    """
    Another source, or another part of the film, begins anew.
    """
    kit(film)
    first = kit.result.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        kit(
            film,
            tell=lambda done, _all: (_ for _ in ()).throw(KeyboardInterrupt) if done > 90 else None,
        )
    kit.swapper.swapped.clear()
    kit(film, source_key="somebody else")

    assert FRAMES == len(kit.swapper.swapped)
    assert first == kit.result.read_bytes()


def test_a_helper_that_dies_costs_its_segment_and_no_more(kit, film):
    """
    Another hand does it; the file is the same.
    """
    kit(film)
    whole = kit.result.read_bytes()

    @dataclass
    class Mortal:
        scene: Scene
        closed: bool = False

        def swap(self, number, row, beat):  # noqa: ARG002
            for _ in range(5):
                beat(1)
            raise WorkerLost("gone")

        def close(self):
            self.closed = True

    dead = []

    def help_(scene):
        dead.append(Mortal(scene))
        return dead[-1]

    other = replace(kit, help=help_)
    told = []
    other(film, tell=lambda done, all_: told.append((done, all_)))

    assert whole == kit.result.read_bytes()
    assert [True] == [one.closed for one in dead]
    assert (FRAMES, FRAMES) == told[-1]


def test_helpers_end_when_one_of_them_cannot_be_started(kit, film):
    """
    The machine has no room for a second one: the first is not left behind.
    """
    closed = []

    @dataclass
    class Idle:
        def swap(self, number, row, beat):  # noqa: ARG002
            raise AssertionError("nothing is swapped")

        def close(self):
            closed.append(self)

    started = [Idle()]

    def help_(_scene):
        if not started:
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        return started.pop()

    with pytest.raises(OSError, match="temporarily unavailable"):
        replace(kit, hands=3, help=help_)(film)

    assert 1 == len(closed)


def test_a_check_that_objects_ends_all_hands(kit, film):
    """
    A cancelled job stops within some frames, whatever the hands are at; nothing is written.
    """
    started, objected = threading.Event(), threading.Event()

    class Patient(Swapper):
        """Does not come to its end before somebody objects."""

        def paint(self, *args, **options):
            super().paint(*args, **options)
            assert len(self.swapped) < LONGEST // 2 or objected.wait(DEADLINE_S)

    def tell(done, _all):
        if done:
            started.set()

    def check():
        if started.is_set():
            objected.set()
            raise LeaseLost("cancelled")

    kit.swapper = Patient()
    with pytest.raises(LeaseLost):
        kit(film, check=check, tell=tell)

    assert not kit.result.exists()
    assert [] == [t for t in threading.enumerate() if t.name.startswith("mien-video")]


def test_progress_grows_to_all_frames(kit, film):
    """
    Told in frames; never more than there are, and all of them at the end.
    """
    told = []
    kit(film, tell=lambda done, all_: told.append((done, all_)))

    assert (FRAMES, FRAMES) == told[-1]
    assert {FRAMES} == {all_ for _, all_ in told}
    assert all(0 <= done <= FRAMES for done, _ in told)


def test_a_film_without_a_face_fails_like_a_still(kit, tmp_path):
    """
    The sentence counts the frames; nothing is written.
    """
    empty = clip(tmp_path / "a.mp4", 60, draw=lambda n: np.full((64, 96, 3), 60 + n, np.uint8))
    with pytest.raises(NoFaceFound, match="None of the 60 frames") as caught:
        kit(empty)

    assert "target" == caught.value.field
    assert not kit.result.exists()


def test_frames_without_the_face_are_not_touched(kit, tmp_path):
    """
    The face is there in the middle only; what is decoded before and after is what goes to the encoder.
    """

    def draw(number):
        pixels = np.full((64, 96, 3), 90, np.uint8)
        pixels[:, 40 + number % 9] = 140
        if 50 <= number < 90:
            pixels[20:40, 30:50] = (230, 60, 20)
        return pixels

    film = clip(tmp_path / "a.mp4", 140, draw=draw)
    report = kit(film)
    after = pixels_of(kit.result)

    assert (1, 40) == (report.found, len(kit.swapper.swapped))
    assert [False, True, False] == [blue(after[number]) for number in (20, 70, 120)]


def test_a_part_of_a_film_is_swapped(kit, film):
    """
    From 2 s to 4 s: fifty frames, from time 0.
    """
    report = kit(film, start_s=2.0, end_s=4.0)

    assert 50 == report.frames
    assert 2.0 == pytest.approx(report.duration_s)
    assert [Fraction(n, 25) for n in range(50)] == times_of(kit.result)


def test_a_part_beyond_the_end_is_its_last_frame(kit, film):
    """
    No empty films.
    """
    assert 1 == kit(film, start_s=100.0, end_s=101.0).frames


def test_the_packets_are_held_against_the_limits(kit, film):
    """
    Six seconds are more than five, whatever the header said; a part of three is not.
    """
    limits = Limits(max_duration_s=5)
    with pytest.raises(TooLarge, match="plays for 6 s; the limit is 5 s"):
        kit(film, limits=limits)

    assert 75 == kit(film, limits=limits, end_s=3.0).frames


def test_damage_in_the_middle_is_found(kit, film, tmp_path):
    """
    A film that is cut off is refused; nothing is written.
    """
    data = film.read_bytes()
    hurt = tmp_path / "hurt.mp4"
    middle = len(data) // 3
    hurt.write_bytes(data[:middle] + bytes(len(data) // 3) + data[2 * middle :])
    try:
        kit(hurt)
    except Damaged:
        assert not kit.result.exists()
    else:
        assert FRAMES == len(pixels_of(kit.result))


# --- checkpoints and benches


def test_what_is_kept_comes_back(tmp_path):
    """
    People, faces, cuts and counters: everything that following needs, to the last bit.
    """
    rng = np.random.default_rng(1)

    def face():
        return Face(landmarks=rng.normal(0, 9, (MESH_POINTS, 3)).astype(np.float32), score=0.75)

    def hand():
        return Hand(landmarks=rng.normal(0, 9, (HAND_POINTS, 3)).astype(np.float32), score=0.5)

    handed = replace(face(), hands=(hand(), hand()))
    drift = rng.normal(0, 9, (MESH_POINTS, 2)).astype(np.float32)
    seen = [
        Seen(cut=True),
        Seen(
            sightings=(
                Sighting(person=1, face=face()),
                Sighting(person=0, face=handed, drift=drift),
            )
        ),
    ]
    person = Person(
        number=0, face=face(), likeness=rng.normal(0, 1, 12).astype(np.float32), present=True
    )
    memory = Memory(
        people=(person,),
        chosen=frozenset({0, 4}),
        begun=True,
        since_look=3,
        since_search=20,
        glance=rng.normal(0, 9, (18, 32)).astype(np.float32),
        usual=2.5,
        busy=frozenset({0}),
    )
    kept = Checkpoints.of(tmp_path / "work", "facts")
    kept.save_seen(7, seen, memory)
    back, after = kept.load_seen(7)

    assert [frame.cut for frame in seen] == [frame.cut for frame in back]
    assert [1, 0] == [sighting.person for sighting in back[1].sightings]
    pair = [frames[1].sightings[0].face.landmarks.tolist() for frames in (seen, back)]
    assert pair[0] == pair[1]
    assert back[1].sightings[0].drift is None
    assert back[1].sightings[1].drift is not None
    assert drift.tolist() == back[1].sightings[1].drift.tolist()
    there = back[1].sightings[1].face.hands
    assert () == back[1].sightings[0].face.hands
    assert [h.landmarks.tolist() for h in handed.hands] == [h.landmarks.tolist() for h in there]
    assert memory.busy == after.busy
    assert (memory.chosen, 3, 20, 2.5, True) == (
        after.chosen,
        after.since_look,
        after.since_search,
        after.usual,
        after.begun,
    )
    assert after.glance is not None
    assert memory.glance is not None
    assert memory.glance.tolist() == after.glance.tolist()
    assert person.likeness.tolist() == after.people[0].likeness.tolist()


def test_nothing_seen_comes_back_too(tmp_path):
    """
    An empty memory and empty frames.
    """
    kept = Checkpoints.of(tmp_path / "work", "facts")
    kept.save_seen(0, [Seen()], Memory())
    seen, memory = kept.load_seen(0)

    assert () == seen[0].sightings
    assert memory.chosen is None
    assert memory.glance is None


def test_other_facts_find_nothing(tmp_path):
    """
    What other work has kept is removed.
    """
    Checkpoints.of(tmp_path / "work", "one").save_seen(0, [Seen()], Memory())

    assert Checkpoints.of(tmp_path / "work", "one").seen(0).is_file()
    assert not Checkpoints.of(tmp_path / "work", "two").seen(0).is_file()


def test_a_plan_that_cannot_be_read_is_other_work(tmp_path):
    """
    A power cut may leave an empty one.
    """
    Checkpoints.of(tmp_path / "work", "one").save_seen(0, [Seen()], Memory())
    (tmp_path / "work" / PLAN).write_bytes(b"")

    assert not Checkpoints.of(tmp_path / "work", "one").seen(0).is_file()


def test_the_same_work_at_the_same_time_gets_another_bench(tmp_path):
    """
    Two processes, or threads, with the same request do not write into one folder.
    """
    workshop = Workshop(tmp_path)
    with workshop.bench(b"work") as one, workshop.bench(b"work") as two:
        assert one != two
    assert [] == list(tmp_path.iterdir())


def test_who_comes_while_a_bench_is_removed_keeps_its_files(tmp_path, monkeypatch):
    """
    The files of a bench go one after the other, its lock among them; somebody begins the same work meanwhile.
    """
    workshop, rmtree, kept = Workshop(tmp_path), shutil.rmtree, []

    def slowly(folder, **options):
        monkeypatch.setattr(shutil, "rmtree", rmtree)
        (folder / LOCK).unlink()
        with workshop.bench(b"work") as bench:
            (bench / "mine").touch()
            rmtree(folder, **options)
            kept.append((bench / "mine").exists())

    monkeypatch.setattr(shutil, "rmtree", slowly)
    with workshop.bench(b"work"):
        pass

    assert [True] == kept
    assert [] == list(tmp_path.iterdir())


def test_a_lock_that_was_removed_locks_nothing(tmp_path, monkeypatch):
    """
    Somebody removes the bench and another begins on it, between the opening of its lock and the locking.
    """
    workshop, flock = Workshop(tmp_path), fcntl.flock
    with workshop.bench(b"work") as bench:
        pass

    def late(handle, how):
        monkeypatch.setattr(fcntl, "flock", flock)
        (bench / LOCK).unlink()
        (bench / LOCK).touch()
        flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    with workshop.bench(b"work") as other:
        assert bench != other


def left(workshop: Workshop, error: BaseException) -> Path:
    """A bench on which somebody began, and stopped by ``error``."""
    try:
        with workshop.bench(b"work") as bench:
            (bench / "half").touch()
            raise error
    except (KeyboardInterrupt, NoFaceFound):
        return bench


def test_a_bench_is_found_again_after_a_crash_and_removed_after_a_refusal(tmp_path):
    """
    A stop leaves it; an input that cannot be swapped does not.
    """
    workshop = Workshop(tmp_path)
    bench = left(workshop, KeyboardInterrupt())
    with workshop.bench(b"work") as again:
        there = (again / "half").exists()
    left(workshop, NoFaceFound("target"))

    assert bench == again
    assert there
    assert [] == list(tmp_path.iterdir())


def test_a_full_disk_is_said(tmp_path):
    """
    The operator can mend it: no fault of mien, none of the film.
    """
    with pytest.raises(StorageFull, match="no room left"):
        left(Workshop(tmp_path), OSError(errno.ENOSPC, "No space left on device"))


def test_a_casting_may_have_several_people(kit, film):
    """
    Two people for one face: the first plays, and the report says so.
    """
    person = face_at(0, 0)
    report = kit(
        film,
        begin=lambda first: Draft(
            target_image=first.pixels,
            casting=Casting(people=(person, person)),  # type: ignore[arg-type]
        ),
        choice=Largest(),
        end_s=1.0,
    )

    assert any("2 people were named for 1 face" in warning for warning in report.warnings)
