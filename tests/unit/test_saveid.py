"""Making people of photos, and putting them on targets, with the real engine."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from mien.commands.givers import People
from mien.commands.picsi import Picsi, PicsiRequest
from mien.commands.saveid import Saveid
from mien.commands.swapid import Swapid, SwapidRequest
from mien.engine.faces import FaceFinder
from mien.engine.identity import album
from mien.engine.swap import MeshSwapper
from mien.errors import LeaseLost, NoFaceFound, Unreadable
from mien.media.identity import LARGEST_PHOTO, kept_photo, unpack
from mien.media.limits import Limits
from mien.models.store import ModelStore


@pytest.fixture(scope="module")
def finder():
    models = ModelStore(threads=1)
    return FaceFinder(
        full_range=models.network("face_full_range"),
        short_range=models.network("face_short_range"),
        mesh=models.network("face_mesh"),
        topology=models.topology(),
    )


@pytest.fixture(scope="module")
def swapper():
    return MeshSwapper(topology=ModelStore(threads=1).topology())


@pytest.fixture(scope="module")
def saveid(finder, swapper):
    return Saveid(finder=finder, maker=swapper, limits=Limits(), keep_photo=True)


@pytest.fixture(scope="module")
def swapid(finder, swapper):
    picsi = Picsi(finder=finder, swapper=swapper, limits=Limits())
    return Swapid(picsi=picsi, mixer=swapper)


def file_of(pixels, form="PNG", **how):
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form, **how)
    return buffer.getvalue()


def pixels_of(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


@pytest.fixture(scope="module")
def known(saveid, hopper, astronaut):
    return {
        "grace": saveid([file_of(hopper)]).source,
        "eileen": saveid([file_of(astronaut)]).source,
    }


@pytest.fixture(scope="module")
def both(hopper, astronaut):
    """Two faces side by side: Eileen Collins left, Grace Hopper right."""
    canvas = np.full((600, 1024, 3), 90, np.uint8)
    canvas[:512, :512] = astronaut
    canvas[:, 512:] = hopper
    return canvas


LEFT, RIGHT = (slice(60, 200), slice(180, 270)), (slice(130, 335), slice(680, 870))


def test_a_person_is_made_of_all_photos(saveid, hopper, astronaut):
    """
    Two photos make an album of two; the photos are kept as JPEG without a word in them.
    """
    exif = Image.Exif()
    exif[0x010E] = "Description"
    face = saveid([file_of(hopper, "JPEG", exif=exif), file_of(astronaut)])

    assert 2 == len(album(face.source)) == len(album(unpack(face.data)))
    assert ["JPEG", "JPEG"] == [Image.open(io.BytesIO(photo)).format for photo in face.photos]
    assert not any(Image.open(io.BytesIO(photo)).getexif() for photo in face.photos)
    assert b"Description" not in b"".join(face.photos)


def test_photos_are_not_kept_when_they_are_not_to_be(finder, swapper, hopper):
    """
    Then the file has nothing of what surrounds the face either.
    """
    bare = Saveid(finder=finder, maker=swapper, limits=Limits(), keep_photo=False)
    face = bare([file_of(hopper)])
    corner = unpack(face.data).levels[0][:20, :20]

    assert () == face.photos
    assert np.ptp(corner.reshape(-1, 3), axis=0).max() <= 3


def test_a_photo_that_is_kept_has_a_limit():
    """
    Its longer side is what a portrait in 4K needs, and its shape stays.
    """
    wide = kept_photo(np.full((500, 2 * LARGEST_PHOTO, 3), 9, np.uint8))

    assert (LARGEST_PHOTO, 250) == Image.open(io.BytesIO(wide)).size


def test_the_photo_at_fault_is_named(saveid, hopper):
    """
    The only one is "the photo"; of several, its number.
    """
    grey = file_of(np.full((200, 200, 3), 128, np.uint8))
    with pytest.raises(NoFaceFound) as alone:
        saveid([grey])
    with pytest.raises(NoFaceFound) as second:
        saveid([file_of(hopper), grey])
    with pytest.raises(Unreadable) as third:
        saveid([file_of(hopper), file_of(hopper), b"no picture"])

    assert ("photo", "No face found in the photo.") == (alone.value.field, str(alone.value))
    assert ("photo 2", "No face found in the photo 2.") == (second.value.field, str(second.value))
    assert "photo 3" == third.value.field


def test_what_is_wrong_with_a_photo_is_said(saveid, both, hopper):
    """
    Several faces and a small face are worth a sentence; a good photo is not.
    """
    small = np.asarray(Image.fromarray(hopper).resize((150, 176)))

    assert any("2 faces" in warning for warning in saveid([file_of(both)]).warnings)
    assert any("pixels" in warning for warning in saveid([file_of(small)]).warnings)


def test_a_check_stops_between_photos(saveid, hopper):
    """
    A job that was cancelled looks at no further photo.
    """
    asked = []

    def check():
        asked.append(1)
        if len(asked) > 1:
            raise LeaseLost("gone")

    with pytest.raises(LeaseLost):
        saveid([file_of(hopper)] * 3, check=check)


def swapped(swapid, known, both, *people):
    request = SwapidRequest(people=people, known=known, target=file_of(both))
    return pixels_of(swapid(request).data)


def test_each_of_a_list_gets_a_face_from_the_left(swapid, known, both):
    """
    `_` leaves its face untouched to the bit, the other is swapped; and the other way round.
    """
    left = swapped(swapid, known, both, ("grace",), ())
    right = swapped(swapid, known, both, (), ("eileen",))

    assert (left[RIGHT] == both[RIGHT]).all()
    assert (right[LEFT] == both[LEFT]).all()
    assert np.abs(left[LEFT].astype(int) - both[LEFT]).mean() > 3
    assert np.abs(right[RIGHT].astype(int) - both[RIGHT]).mean() > 3


def test_one_entry_is_for_every_face(swapid, known, both):
    """
    Both faces change.
    """
    result = swapped(swapid, known, both, ("grace",))

    assert np.abs(result[LEFT].astype(int) - both[LEFT]).mean() > 3


def test_order_and_weight_of_a_mix_matter(swapid, known, both):
    """
    a+b, b+a and a+a+b are three different people.
    """
    mixes = [("grace", "eileen"), ("eileen", "grace"), ("grace", "grace", "eileen")]
    faces = [swapped(swapid, known, both, mix, ())[LEFT].astype(int) for mix in mixes]

    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert np.abs(faces[one] - faces[other]).mean() > 0.5


def test_people_of_another_colour_space_are_brought_into_the_targets(swapid, known, hopper):
    """
    On a grey target the result is grey.
    """
    grey = np.asarray(Image.fromarray(hopper).convert("L"))
    request = SwapidRequest(people=(("eileen",),), known=known, target=file_of(grey))
    result = Image.open(io.BytesIO(swapid(request).data))

    assert "L" == result.mode
    assert np.abs(np.asarray(result).astype(int) - grey)[130:335, 168:358].mean() > 3


def test_saved_people_are_put_on_animations(swapid, known, astronaut):
    """
    Every frame of a GIF changes where the face is, and stays a GIF with its frames.
    """
    small = Image.fromarray(astronaut).crop((120, 20, 340, 240))
    buffer = io.BytesIO()
    frames = [small, small.rotate(2)]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=80)
    request = SwapidRequest(people=(("grace",),), known=known, target=buffer.getvalue())
    result = Image.open(io.BytesIO(swapid(request).data))

    assert ("GIF", 2) == (result.format, getattr(result, "n_frames", 1))
    before = np.asarray(Image.open(buffer).convert("RGB")).astype(int)
    assert np.abs(np.asarray(result.convert("RGB")) - before)[50:150, 60:150].mean() > 3


def test_people_are_told_apart_by_all_their_photos(known):
    """
    Work that was interrupted goes on with the same people only: order, gaps and every photo count.
    """
    grace, eileen = known["grace"], known["eileen"]
    more = replace(grace, others=(eileen,))
    crowds = [(grace,), (eileen,), (more,), (grace, None), (None, grace), (None,), (grace, eileen)]

    assert len(crowds) == len({People(people=crowd).mark for crowd in crowds})
    assert People(people=(grace,)).mark == People(people=(replace(grace),)).mark


def test_nobody_makes_no_swap(finder, swapper, both):
    """
    A swap needs at least one entry, even if it is nobody.
    """
    with pytest.raises(ValueError, match="one entry"):
        People(people=())
    picsi = Picsi(finder=finder, swapper=swapper, limits=Limits())
    result = picsi(PicsiRequest(source=People(people=(None,)), target=file_of(both)))

    assert 0 == result.report.faces_swapped
    assert (both == pixels_of(result.data)).all()
