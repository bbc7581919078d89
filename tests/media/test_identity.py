"""A saved person comes back as they were, and only what is to be kept is in the file."""

import numpy as np
import pytest

from mien.engine.faces import FaceFinder
from mien.engine.identity import album, merged
from mien.engine.options import SwapOptions
from mien.engine.swap import MeshSwapper
from mien.errors import Damaged
from mien.media.formats import Format
from mien.media.identity import LARGEST_FACE, in_colours_of, pack, unpack
from mien.media.pictures import Still
from mien.models.store import ModelStore


@pytest.fixture(scope="module")
def engine():
    models = ModelStore(threads=1)
    finder = FaceFinder(
        full_range=models.network("face_full_range"),
        short_range=models.network("face_short_range"),
        mesh=models.network("face_mesh"),
        topology=models.topology(),
    )
    return finder, MeshSwapper(topology=models.topology())


@pytest.fixture(scope="module")
def person(engine, hopper):
    finder, swapper = engine
    return swapper.prepare(hopper, finder.find(hopper)[0])


@pytest.mark.parametrize("photo", [True, False])
def test_a_saved_person_swaps_as_before(engine, person, astronaut, photo):
    """
    From the file the result is the same to a level or two, with and without the photo's surroundings.
    """
    finder, swapper = engine
    (face,) = finder.find(astronaut)

    before = swapper.swap(astronaut, face, person, SwapOptions())
    after = swapper.swap(astronaut, face, unpack(pack(person, photo=photo)), SwapOptions())

    x0, y0, x1, y1 = (round(v) for v in face.box)
    inside = slice(y0, y1), slice(x0, x1)
    assert np.abs(before[inside].astype(int) - after[inside]).mean() < (0.8 if photo else 1.6)


def test_all_photos_and_numbers_come_back(person):
    """
    Landmarks to the bit, the chart to half a level, the pixels to what JPEG loses.
    """
    back = unpack(pack(merged([person, person])))

    assert 2 == len(album(back))
    for photo in album(back):
        assert (photo.landmarks == person.landmarks).all()
        assert person.yaw == photo.yaw
        assert (photo.face == person.face).all()
        assert np.abs(photo.seen - person.seen).max() <= 0.5 / 255 + 1e-6
        assert np.abs(photo.free - person.free).max() <= 0.5 / 255 + 1e-6
        assert np.abs(photo.levels[0].astype(int) - person.levels[0]).mean() < 1.5


def test_without_the_photo_nothing_but_the_face_is_kept(person):
    """
    Cap and collar are one flat colour in the file.
    """
    bare = unpack(pack(person, photo=False)).levels[0]

    assert bare[:8].std(axis=(0, 1)).max() < 3
    assert person.levels[0][:8].std(axis=(0, 1)).max() > 10


def test_a_huge_face_is_kept_at_a_sensible_size(engine, hopper):
    """
    2,000 pixels of face become 1,024, with landmarks that still lie on it.
    """
    finder, swapper = engine
    big = np.repeat(np.repeat(hopper[:400, 100:420], 8, axis=0), 8, axis=1)
    source = swapper.prepare(big, finder.find(big)[0])

    back = unpack(pack(source))

    assert source.size > LARGEST_FACE
    assert abs(back.size - LARGEST_FACE) < 2
    height, width = back.levels[0].shape[:2]
    assert (back.landmarks[:, 0] < width).all()
    assert (back.landmarks[:, 1] < height).all()


def test_a_person_comes_into_the_targets_colours(person, profiles):
    """
    A target whose profile exchanges red and green gets a person whose pixels are exchanged; sRGB none.
    """
    pixels = np.zeros((4, 4, 3), np.uint8)
    plain = Still(pixels=pixels, format=Format.PNG)
    exchanged = Still(pixels=pixels, format=Format.PNG, icc=profiles["swapped"])

    matched = in_colours_of(person, exchanged).levels[0].astype(int)

    assert person is in_colours_of(person, plain)
    assert np.abs(matched[..., [1, 0, 2]] - person.levels[0]).mean() < 6


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no archive", bytes(2000)])
def test_what_is_no_person_is_damaged(data):
    """
    One sentence, whatever the bytes are.
    """
    with pytest.raises(Damaged, match="damaged"):
        unpack(data)


def test_a_cut_file_is_damaged(person):
    """
    Half of a file is not half of a person.
    """
    data = pack(person)

    with pytest.raises(Damaged):
        unpack(data[: len(data) // 2])
