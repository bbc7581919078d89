"""The light on a face, told from the brightness of its skin."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.engine.lighting import UNSEEN, light_on

LEVELS = st.lists(st.integers(0, 255), max_size=60)


def seen(*levels, left=()):
    """The light on skin of ``levels``; ``left`` says which lie on the left half."""
    return light_on(np.array(levels, np.float32), np.isin(np.arange(len(levels)), left))


@given(LEVELS, st.data())
def test_any_skin_has_a_light(levels, data):
    """
    Whatever the levels and halves are, the measures are in their ranges.
    """
    left = data.draw(st.sets(st.integers(0, 60)))

    assert 0 <= seen(*levels, left=list(left)).glare


def test_no_skin_is_neither_dark_nor_bright():
    """
    Nobody is told of a light that was not seen.
    """
    assert UNSEEN == seen()


def test_brightness_is_exceeded_by_a_tenth_of_the_skin():
    """
    Of the levels 0 to 99 by the nine above 90.
    """
    assert 90 == seen(*range(100)).brightness


def test_black_and_white_are_shares():
    """
    Up to 20 and from 245 on, of all skin.
    """
    light = seen(0, 20, 21, 244, 245)

    assert (0.4, 0.2) == (light.black, light.white)


def test_one_side_with_twice_the_light_is_a_stop_brighter():
    """
    Whichever side that is; where one side shows no skin nothing is known.
    """
    levels = [96, 96, 196, 196]

    assert [1, 1, 0, 0] == [
        seen(*levels, left=left).side for left in ([0, 1], [2, 3], [], [0, 1, 2, 3])
    ]


@pytest.mark.parametrize("gain", [1, 2])
def test_glare_is_what_the_brightest_has_more_than_half(gain):
    """
    However bright both are; three glints among a hundred pixels are none.
    """
    base, bright = 50 * gain - 4, 100 * gain - 4

    assert np.log(2) == pytest.approx(seen(*[base] * 95, *[bright] * 5).glare, abs=1e-6)
    assert 0 == seen(*[base] * 97, *[255] * 3).glare


@pytest.mark.parametrize(
    "wrong",
    [
        {"brightness": 256.0},
        {"brightness": float("nan")},
        {"black": -0.1},
        {"white": -0.1},
        {"white": 1.1},
        {"side": -1.0},
        {"side": float("inf")},
        {"glare": float("inf")},
    ],
)
def test_a_light_that_cannot_be_is_refused(wrong):
    """
    With the measure and its value.
    """
    (name, value) = next(iter(wrong.items()))

    with pytest.raises(ValueError, match=f"{name}.* must be in .*{value:g}"):
        replace(UNSEEN, **wrong)
