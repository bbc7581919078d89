"""Medians and percentiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.engine.ranks import middle, ranked, share_of, spread

VALUES = st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=50)


@given(VALUES)
def test_half_of_the_values_lie_on_either_side_of_the_middle(values):
    """
    Of an even number the upper one of both in the middle.
    """
    found = float(middle(np.array(values, np.float32)))

    assert sum(v < found for v in values) <= len(values) / 2
    assert sum(v > found for v in values) < max(1, len(values) / 2)


def test_columns_have_middles_of_their_own():
    """
    Channels are not mixed.
    """
    values = np.array([[1, 30], [2, 10], [3, 20]], np.float32)

    np.testing.assert_array_equal([2, 20], middle(values))


@given(VALUES, st.floats(0, 100))
def test_a_rank_is_the_first_value_that_enough_do_not_exceed(values, percent):
    """
    One of the values; the next smaller one would be too small.
    """
    array = np.array(values, np.float32)
    found = ranked(array, percent)
    least = max(1, np.ceil(len(values) * percent / 100))

    assert found in array
    assert (array <= found).sum() >= least
    assert (array < found).sum() < least


def test_no_values_have_no_rank():
    """
    A plain error instead of a number.
    """
    with pytest.raises(ValueError, match="no rank"):
        ranked(np.empty(0), 50)


@given(VALUES, st.floats(0, 100), st.floats(0, 100))
def test_a_spread_is_as_wide_as_the_values_between_two_ranks(values, one, other):
    """
    Nothing smaller than 0, and from the first rank to the last the whole range.
    """
    array = np.array(values, np.float32)

    assert 0 <= spread(array, min(one, other), max(one, other))
    assert float(array.max()) - float(array.min()) == spread(array, 0, 100)


@pytest.mark.parametrize(
    ("cells", "share"), [([], 0), ([True], 1), ([True, False, False, False], 0.25)]
)
def test_a_share_is_of_all_cells(cells, share):
    """
    Of none it is 0.
    """
    assert share == share_of(np.array(cells, bool))
