"""What hands cover of a face, from frame to frame."""

import numpy as np
import pytest

from mien.engine.mesh.cover import HELD, Cover
from mien.engine.mesh.raster import Region

RATE = 25
REGION = Region(x0=40, y0=20, step=2, columns=60, rows=50)


def cover(columns, *, region=REGION, x=80.0, count=1):
    """A finger over some ``columns`` of the grid, its palm at ``x``."""
    mask = np.zeros((region.rows, region.columns), np.float32)
    mask[10:40, columns] = 1
    return Cover(mask=mask, region=region, count=count, middle=np.array([x, 60], np.float32))


def test_a_fingertip_that_is_lost_in_a_frame_stays_covered():
    """
    Fully in the next frame, and no more when it was not seen for a second.
    """
    now = cover(slice(0, 0)).after(cover(slice(20, 25)).later(1 / RATE))
    assert (now.shown[12:38, 21:24] == 1).all()

    for _ in range(RATE):
        now = cover(slice(0, 0)).after(now.later(1 / RATE))
    assert 0.2 > now.shown.max()


@pytest.mark.parametrize("rate", [8, 26, 60, 240])
def test_what_was_covered_fades_in_time_not_in_frames(rate):
    """
    A half and a whole second later as much is left of it, however many frames there were.
    """
    left = []
    now = cover(slice(20, 25))
    for frame in range(rate):
        now = cover(slice(0, 0)).after(now.later(1 / rate))
        if frame + 1 == rate // 2:
            left.append(now.mask.max())

    assert HELD**0.5 == pytest.approx(left[0], rel=1e-3)
    assert HELD == pytest.approx(now.mask.max(), rel=1e-3)


def test_what_was_covered_moves_with_the_palm():
    """
    By eight pixels, which are four cells of one grid and two of another, which lies elsewhere.
    """
    before = cover(slice(20, 25))
    moved = cover(slice(0, 0), x=88.0).after(before)
    coarse = Region(x0=60, y0=20, step=4, columns=30, rows=25)
    other = cover(slice(0, 0), region=coarse, x=88.0).after(before)

    assert (moved.mask[12:38, 25:28] > 0.9).all()
    assert 0 == moved.mask[:, :23].max()
    assert (other.mask[7:18, 8:9] > 0.9).all()
    assert 0 == other.mask[:, :6].max()


def test_another_number_of_hands_begins_anew():
    """
    Whose palm moved where is not known.
    """
    now = cover(slice(30, 35), count=2)

    assert now is now.after(cover(slice(20, 25)))
    assert now is now.after(None)
