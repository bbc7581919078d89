"""The command, over a finder and a swapper whose answers are known."""

import io
from dataclasses import dataclass, field, replace
from threading import local

import numpy as np
import pytest
from PIL import Image

from mien.commands.inspection import inspect
from mien.commands.known import KnownPhotos
from mien.commands.options import parse
from mien.commands.picsi import Picsi, PicsiRequest
from mien.engine.geometry import Pyramid
from mien.engine.mesh.source import Source
from mien.engine.types import MESH_POINTS, Face
from mien.errors import Damaged, LeaseLost, NoFaceFound, TooLarge, Unreadable, Unsupported
from mien.media.formats import Format
from mien.media.limits import Limits


def face(left: float, size: float) -> Face:
    """A face with a box ``size`` pixels wide."""
    landmarks = np.zeros((MESH_POINTS, 3), np.float32)
    landmarks[0, :2] = left, 0
    landmarks[1:, :2] = left + size, size
    return Face(landmarks=landmarks, score=1.0)


@dataclass
class Finder:
    """Finds as many faces in a picture as its first pixel's red value says, largest first."""

    seen: list[int] = field(default_factory=list)

    def find(self, image):
        """The faces, 10 pixels wide the first, a pixel less each other."""
        count = int(Pyramid.of(image).pixels[0, 0, 0])
        self.seen.append(count)
        return [face(0, 10 - number) for number in range(count)]

    def with_hands(self, image, face):  # noqa: ARG002
        """Nobody holds a hand before their face."""
        return face

    def with_parts(self, image, face):  # noqa: ARG002
        """Nothing covers anybody."""
        return face

    def closely(self, image):
        """The same: nothing covers anybody."""
        return self.find(image)

    def glance(self, image, known):
        """What a thorough look shows beside those known."""
        return [] if known else self.find(image)

    def again(self, image, face):
        """The face where it was; gone where the picture shows none."""
        return face if image[0, 0, 0] else replace(face, score=0.0)


class Ticks(local):
    """A clock that goes on by a second whenever it is read; each thread has its own."""

    seconds = 0

    def __call__(self):
        self.seconds += 1
        return self.seconds


@dataclass
class Swapper:
    """Adds 1 to the blue of the whole picture for each face."""

    options: list = field(default_factory=list)

    def prepare(self, image, face, *, occlusion=True):  # noqa: ARG002
        """The source is all of its picture."""
        cells = np.ones((2, 2), np.float32)
        return Source(
            levels=(image,),
            landmarks=face.landmarks,
            yaw=0.0,
            face=np.zeros((2, 2, 3), np.uint8),
            seen=cells,
            free=cells,
        )

    def laid(self, picture, face):
        """Nothing to see."""

    def sight(self, laid, face, options):
        """Never asked, as nothing was laid."""

    def sketch(self, picture, face, source, options):
        """Nothing to draw."""

    def study(self, picture, face, source, options):
        """Nothing to learn."""

    def paint(self, picture, face, source, options, study=None, ahead=None):  # noqa: ARG002
        """Brightens the picture."""
        self.options.append(options)
        picture += np.array([0, 0, 1], np.uint8)


@dataclass
class Bright(Swapper):
    """Makes all of the picture as blue as it gets."""

    def paint(self, picture, face, source, options, study=None, ahead=None):  # noqa: ARG002
        """Makes the picture blue."""
        picture[..., 2] = 255


def picture(faces: int, form: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A file that `Finder` sees so many faces in."""
    file = io.BytesIO()
    Image.new("RGB", size, (faces, 50, 100)).save(file, form)
    return file.getvalue()


def animation(form: str = "GIF", shades: tuple[int, ...] = (1, 200)) -> bytes:
    """An animation with a frame for each shade, as many faces as which `Finder` sees in it."""
    file = io.BytesIO()
    # The green tells frames apart: Pillow would merge equal ones.
    frames = [Image.new("RGB", (40, 30), (shade, 10 * at, 0)) for at, shade in enumerate(shades)]
    lossless = {"lossless": True} if form == "WEBP" else {}
    frames[0].save(
        file, form, save_all=True, append_images=frames[1:], duration=70, loop=0, **lossless
    )
    return file.getvalue()


@pytest.fixture
def picsi() -> Picsi:
    """A command with small limits."""
    return Picsi(finder=Finder(), swapper=Swapper(), limits=Limits(max_faces=3))


def test_every_face_of_the_target_is_swapped(picsi):
    """
    Two faces found, two faces swapped, in the target's size and format.
    """
    result = picsi(PicsiRequest(source=picture(1), target=picture(2, "BMP", (64, 32))))
    report = result.report

    assert (2, 2) == (report.faces_found, report.faces_swapped)
    assert (64, 32, ".bmp", "image/bmp") == (
        result.width,
        result.height,
        result.extension,
        result.media_type,
    )
    assert (2, 50, 102) == Image.open(io.BytesIO(result.data)).getpixel((9, 9))


def test_the_faces_beyond_the_limit_are_left_alone_and_said(picsi):
    """
    All five faces count as found, three are swapped, and the warning names both numbers.
    """
    report = picsi(PicsiRequest(source=picture(1), target=picture(5))).report

    assert (5, 3) == (report.faces_found, report.faces_swapped)
    assert any("5" in warning and "3" in warning for warning in report.warnings)


def test_the_request_s_format_wins_over_the_target_s(picsi):
    """
    A PNG target becomes a JPEG where a JPEG was asked for.
    """
    request = PicsiRequest(source=picture(1), target=picture(1), format=Format.JPEG)
    result = picsi(request)

    assert "image/jpeg" == result.media_type
    assert result.data.startswith(b"\xff\xd8")


def test_options_reach_the_engine_and_their_warnings_the_report(picsi):
    """
    -m arrives at the swapper; an ignored word and a source of two faces are said.
    """
    options = parse("-m please")
    report = picsi(PicsiRequest(source=picture(2), target=picture(1), options=options)).report

    assert [options.swap] == picsi.swapper.options
    assert set(options.warnings) < set(report.warnings)
    assert any("source" in warning for warning in report.warnings)


def test_who_is_told_hears_of_each_stage_of_a_still(picsi):
    """
    When it begins; a picture that takes long shows what it is at.
    """
    told = []
    picsi(PicsiRequest(source=picture(1), target=picture(1)), tell=lambda *seen: told.append(seen))

    assert [(stage, 0.0) for stage in ("decode", "swap", "encode")] == told


def test_stages_are_timed_in_their_order(picsi):
    """
    The report has the milliseconds of each stage by the clock that was given.
    """
    ticks = Ticks()
    clocked = replace(picsi, clock=ticks)
    ms = clocked(PicsiRequest(source=picture(1), target=picture(1))).report.ms

    assert [
        "inspect",
        "read",
        "source",
        "decode",
        "detect",
        "choose",
        "assess",
        "sketch",
        "lay",
        "parts",
        "look",
        "swap",
        "judge",
        "encode",
    ] == list(ms)
    assert {1000.0} == set(ms.values())


def test_a_photo_is_looked_at_as_it_is_and_made_ready_in_the_colours_of_the_target(picsi):
    """
    Its faces are found in its own colours, before the target is known; a grey target gets a grey face.
    """
    ready = []

    class Noting(Swapper):
        def prepare(self, image, face, *, occlusion=True):
            ready.append(image)
            return super().prepare(image, face, occlusion=occlusion)

    file = io.BytesIO()
    Image.new("L", (40, 30), 1).save(file, "PNG")
    replace(picsi, swapper=Noting())(PicsiRequest(source=picture(1), target=file.getvalue()))
    (made,) = ready

    assert [1, 1] == picsi.finder.seen
    assert (made == made[..., :1]).all()
    assert made[0, 0, 0] > 1


@pytest.mark.parametrize("stage", range(13))
def test_a_check_that_objects_stops_the_work(picsi, stage):
    """
    The check is asked before each of the thirteen stages, and what it raises comes through.
    """
    asked = []

    def check():
        asked.append(stage)
        if len(asked) > stage:
            raise LeaseLost("gone")

    with pytest.raises(LeaseLost):
        picsi(PicsiRequest(source=picture(1), target=picture(1)), check=check)


@pytest.mark.parametrize(("source", "target", "where"), [(0, 1, "source"), (1, 0, "target")])
def test_a_picture_without_a_face_is_named(picsi, source, target, where):
    """
    The error says in which picture nothing was found.
    """
    with pytest.raises(NoFaceFound) as caught:
        picsi(PicsiRequest(source=picture(source), target=picture(target)))

    assert where == caught.value.field


def test_headers_are_refused_before_anything_is_decoded(picsi):
    """
    A target over the limit costs nothing: the source has not been looked at either.
    """
    small = replace(picsi, limits=Limits(max_pixels=1000))
    with pytest.raises(TooLarge) as caught:
        small(PicsiRequest(source=picture(1, size=(8, 8)), target=picture(1)))

    assert "target" == caught.value.field
    assert {"name": "max_pixels", "value": 1200, "limit": 1000} == caught.value.details
    assert [] == picsi.finder.seen


@pytest.mark.parametrize("field_name", ["source", "target_image_gif_or_video"])
def test_an_animation_is_refused_and_never_cut_to_its_first_frame(field_name):
    """
    The sentence names the picture as the caller knows it, and the number of frames.
    """
    with pytest.raises(Unsupported, match="not served here") as caught:
        inspect(animation(), field=field_name, limits=Limits())

    assert str(caught.value).startswith(f"The {field_name} is an animation of 2 frames (GIF)")
    assert field_name == caught.value.field


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_every_frame_of_an_animation_is_swapped(picsi, form):
    """
    Frames with the face get it, those without stay as they are; type, size and timing are kept.
    Where the face goes and comes (frames 2 and 5) it fades.
    """
    bright = replace(picsi, swapper=Bright())
    result = bright(PicsiRequest(source=picture(1), target=animation(form, (1, 2, 2, 0, 0, 1, 1))))
    moving = Image.open(io.BytesIO(result.data))

    count = getattr(moving, "n_frames", 1)
    assert (form, 7, (40, 30)) == (moving.format, count, (result.width, result.height))
    for number, blue in {0: 1, 1: 1, 3: 0, 4: 0, 6: 1}.items():
        moving.seek(number)
        moving.load()
        assert 70 == moving.info["duration"]
        assert 255 * blue == np.asarray(moving.convert("RGB"))[2, 2, 2], number


def test_the_progress_of_an_animation_is_told(picsi):
    """
    Each frame is told twice: when its faces are known, and when it is swapped; it ends at 1.
    """
    told = []
    target = animation(shades=(1,) * 12)
    picsi(PicsiRequest(source=picture(1), target=target), tell=lambda *seen: told.append(seen))
    shares = [share for _, share in told]

    assert {"follow", "swap"} == {stage for stage, _ in told}
    assert 24 == len(told)
    assert sorted(shares) == shares
    assert 1.0 == shares[-1]


def test_an_animation_without_a_face_fails_like_a_still(picsi):
    """
    The sentence says that no frame shows one.
    """
    with pytest.raises(NoFaceFound, match="None of the 3 frames") as caught:
        picsi(PicsiRequest(source=picture(1), target=animation(shades=(0, 0, 0))))

    assert "target" == caught.value.field


def test_an_animation_keeps_its_format(picsi):
    """
    No still and no other animation is made of it.
    """
    request = PicsiRequest(source=picture(1), target=animation(), format=Format.PNG)
    with pytest.raises(Unsupported, match=r"keeps its format: name the result \.gif"):
        picsi(request)


def test_an_animation_is_left_when_its_job_is(picsi):
    """
    The check is made at every frame, while faces are followed and while they are swapped.
    """
    request = PicsiRequest(source=picture(1), target=animation(shades=(1,) * 12))
    calls = []

    def stop_at(count):
        def check():
            calls.append(1)
            if len(calls) == count:
                raise LeaseLost("over")

        return check

    picsi(request, check=stop_at(-1))
    total = len(calls)
    for count in (5, total - 3):
        calls.clear()
        with pytest.raises(LeaseLost):
            picsi(request, check=stop_at(count))

    assert 24 < total


def test_bytes_that_are_no_picture_are_unreadable():
    """
    The content decides, not a name.
    """
    with pytest.raises(Unreadable) as caught:
        inspect(b"not a picture", field="source", limits=Limits())

    assert "source" == caught.value.field


def test_damage_behind_the_header_is_found_when_decoding(picsi):
    """
    A file that is cut off passes the header and fails afterwards, with the picture's name.
    """
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    cut = file.getvalue()[:5000]
    with pytest.raises(Damaged) as caught:
        picsi(PicsiRequest(source=picture(1), target=cut))

    assert "target" == caught.value.field


@pytest.fixture
def remembering(picsi) -> Picsi:
    """The command with a memory."""
    return replace(picsi, known=KnownPhotos(seconds=600))


def test_a_photo_that_was_swapped_is_not_looked_at_again(remembering):
    """
    Whatever the target; what there is to say of the photo is said again, too.
    """
    first = remembering(PicsiRequest(source=picture(2), target=picture(1)))
    second = remembering(PicsiRequest(source=picture(2), target=picture(1)))
    remembering(PicsiRequest(source=picture(2), target=picture(3)))

    assert [1, 1, 2, 3] == sorted(remembering.finder.seen)
    assert first.data == second.data
    assert first.report.warnings == second.report.warnings
    assert "The source picture shows 2 faces; the largest was used." in second.report.warnings
    assert {"read", "decode"} <= set(first.report.ms)
    assert {"decode"} == {"read", "decode"} & set(second.report.ms)


@pytest.mark.parametrize(
    "change",
    [
        {"source": picture(1, "BMP")},
        {"options": parse("--no-occlusion")},
        {"target": picture(3)},
    ],
)
def test_only_the_same_photo_made_ready_in_the_same_way_is_known(remembering, change):
    """
    Another file, or other options for what covers a face; another target makes no difference.
    """
    request = PicsiRequest(source=picture(1), target=picture(1))
    remembering(request)
    before = len(remembering.finder.seen)
    remembering(replace(request, **change))

    assert before + (1 if "target" in change else 2) == len(remembering.finder.seen)
