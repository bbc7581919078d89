"""What lies in the shade of a hat or of hair stays behind with it; a face's own dark spots do not."""

import numpy as np
import pytest

from mien.engine.mesh.look import look
from mien.engine.mesh.regions import OVAL
from mien.engine.mesh.shade import shade

#: Levels of skin in the light and in the shade.
LIGHT, SHADED = 160, 70
#: How far down a hat sits, a share of the face.
HAT = 0.05


@pytest.fixture
def chart(swapper):
    return swapper.chart


def shades(chart, dark, *, hat):
    """What is taken for shade of a face that is ``dark`` in some cells, under a ``hat`` or without."""
    rng = np.random.default_rng(1)
    face = np.full((*chart.inside.shape, 3), LIGHT, np.float32)
    face[dark] = SHADED
    face += rng.normal(0, 3, face.shape)
    free = np.ones_like(chart.inside)
    if hat:
        free[: rows_of(chart, HAT)] = 0
    own = look(face.clip(0, 255).astype(np.uint8), free, chart)
    return shade(own, free, chart)


def rows_of(chart, share):
    """The row at that ``share`` of the face's height."""
    return round(float(chart.points[OVAL, 1].min()) + share * chart.cells)


def band(chart, low, high):
    """Between two shares of the face's height, within the outline, beside brows and eyes."""
    cells = np.zeros(chart.inside.shape, np.bool_)
    cells[rows_of(chart, low) : rows_of(chart, high)] = True
    return cells & (chart.inside > 0) & (chart.own < 0.1)


def test_shade_below_a_hat_is_told_and_the_same_without_a_hat_is_not(chart):
    """
    A dark band across the forehead goes with the hat above it; where nothing throws shade, it is the face's own.
    """
    dark = band(chart, HAT, 0.14)

    assert shades(chart, dark, hat=True)[dark].mean() > 0.9
    assert not shades(chart, dark, hat=False).any()


def test_what_is_dark_and_far_from_a_hat_is_no_shade_of_it(chart):
    """
    Cheeks and chin are darker by their shape, and a birthmark is apart from what covers the forehead.
    """
    cheeks, mark = band(chart, 0.45, 0.9), band(chart, 0.11, 0.15)

    assert not shades(chart, cheeks, hat=True).any()
    assert not shades(chart, mark, hat=True).any()


def test_brows_and_eyes_in_the_shade_are_kept(chart):
    """
    Where shade reaches down to the lids, brows and eyes come along as they are.
    """
    dark = np.zeros(chart.inside.shape, np.bool_)
    dark[rows_of(chart, HAT) : rows_of(chart, 0.3)] = True

    found = shades(chart, dark & (chart.inside > 0), hat=True)

    assert found.max() > 0.9
    assert found[chart.eyes > 0.5].max() < 0.1
    assert found[chart.brows > 0.9].mean() < 0.3
