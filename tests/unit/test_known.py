"""Photos that are remembered for a while."""

import numpy as np
import pytest

from acceptance.live import until
from mien.commands.known import Known, KnownPhotos, key_of
from mien.engine.beside import Later
from mien.engine.mesh.source import Source
from mien.engine.pipeline import Giving
from mien.engine.quality import Quality
from mien.engine.types import MESH_POINTS


def known(side: int = 10) -> Known:
    """A photo of so many pixels a side."""
    person = Source(
        levels=(np.zeros((side, side, 3), np.uint8),),
        landmarks=np.zeros((MESH_POINTS, 3), np.float32),
        yaw=0.0,
        face=np.zeros((2, 2, 3), np.uint8),
        seen=np.ones((2, 2), np.float32),
        free=np.ones((2, 2), np.float32),
    )
    quality = Quality(**dict.fromkeys(Quality.__dataclass_fields__, 0))  # type: ignore[arg-type]
    giving = Giving(person=person, quality=Later(lambda: quality), faces=1)
    return Known(giving=giving, warnings=())


@pytest.fixture
def now() -> list[float]:
    """What the clock says."""
    return [1000.0]


def test_what_was_kept_is_recalled_until_it_was_not_used_for_too_long(now):
    """
    Each use counts anew; another key, another photo.
    """
    photos, photo = KnownPhotos(seconds=60, clock=lambda: now[0]), known()
    photos.keep(b"one", photo)

    for _ in range(3):
        now[0] += 59
        assert photo is photos.recall(b"one")
    assert photos.recall(b"other") is None

    now[0] += 60

    assert photos.recall(b"one") is None
    assert 0 == len(photos)


def test_what_was_not_used_for_the_longest_time_makes_room(now):
    """
    All together take no more than was said; what is larger than that is not kept at all.
    """
    photos = KnownPhotos(seconds=60, most_bytes=3 * known().size, clock=lambda: now[0])
    for key in (b"a", b"b", b"c"):
        photos.keep(key, known())
    photos.recall(b"a")
    photos.keep(b"d", known())

    assert [True, False, True, True] == [
        photos.recall(key) is not None for key in (b"a", b"b", b"c", b"d")
    ]

    photos.keep(b"large", known(side=100))

    assert photos.recall(b"large") is None


def test_it_is_forgotten_though_nobody_asks_again():
    """
    A face does not stay in the memory of a worker that has nothing to do.
    """
    photos = KnownPhotos(seconds=0.01)
    photos.keep(b"one", known())
    photos.keep(b"two", known())

    until(lambda: 0 == len(photos))


def test_another_file_or_another_way_to_make_it_ready_has_another_key():
    """
    To the last byte.
    """
    keys = {
        key_of(photo, occlusion=occlusion)
        for photo in (b"", b"a", b"b", b"ab")
        for occlusion in (True, False)
    }

    assert 8 == len(keys)
