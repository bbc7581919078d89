"""The inner loops, compiled or not: which triangle a cell shows and where in it the cell lies; best lines."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.engine.mesh import plain
from mien.engine.mesh.layout import with_rings
from mien.engine.mesh.plain import CORNER_BITS, MOST_AVERAGED, NOTHING
from mien.engine.mesh.raster import Region, cut, draw, gridded, region_of

#: Whole cells, in the units of corners.
CELL = 1 << CORNER_BITS


@pytest.fixture(scope="module", params=["plain", "compiled"])
def loops(request):
    """Both ways to draw."""
    if request.param == "plain":
        return plain
    return pytest.importorskip(
        "mien.engine.mesh.compiled", reason="there was no C compiler when mien was installed"
    )


def test_cells_belong_to_the_triangle_that_holds_their_centre(loops):
    """
    Edges count, whichever way round the corners are named; shares are those of the corners.
    """
    corners = np.array([[[1, 1], [5, 1], [1, 5]], [[1, 7], [1, 6], [3, 7]]], np.int64) * CELL
    triangle, shares = loops.drawn(corners, np.array([0, 1]), 8, 8)

    rows, columns = np.nonzero(triangle == 0)

    assert {(1 + x, 1 + y) for y in range(5) for x in range(5 - y)} == set(
        zip(columns.tolist(), rows.tolist(), strict=True)
    )
    assert 1 == triangle[7, 3]
    np.testing.assert_array_equal([0.75, 0.25], shares[2, 4])
    np.testing.assert_array_equal([0, 0], shares[1, 1])


def test_what_is_painted_later_covers_what_is_under_it(loops):
    """
    Two triangles over the same cells, in both orders.
    """
    same = np.array([[[0, 0], [9, 0], [0, 9]]] * 2, np.int64) * CELL

    assert 1 == loops.drawn(same, np.array([0, 1]), 4, 4)[0].min()
    assert 0 == loops.drawn(same, np.array([1, 0]), 4, 4)[0].max()


def test_a_triangle_without_area_shows_nowhere(loops):
    """
    Nor does one between the centres of cells, nor one beside the grid.
    """
    line = np.array([[1, 1], [2, 2], [3, 3]]) * CELL
    between = np.array([[1, 1], [1, 2], [2, 1]]) * (CELL // 2) + 10
    beside = np.array([[-9, 0], [-1, 3], [-4, 9]]) * CELL
    triangle, shares = loops.drawn(np.array([line, between, beside], np.int64), np.arange(3), 6, 6)

    assert NOTHING == triangle.max()
    assert not shares.any()


def test_values_are_affine_within_a_triangle_and_zero_outside(loops):
    """
    x and y at the corners are x and y of every cell between them.
    """
    corners = np.array([[[0, 0], [12, 2], [3, 11]]], np.int64)
    triangle, shares = loops.drawn(corners * CELL, np.array([0]), 14, 14)
    drawn = loops.values(triangle, shares, corners.astype(np.float32) + 1)
    rows, columns = np.nonzero(triangle == 0)

    np.testing.assert_allclose(drawn[rows, columns, 0], columns + 1, atol=1e-4)
    np.testing.assert_allclose(drawn[rows, columns, 1], rows + 1, atol=1e-4)
    assert not drawn[triangle == NOTHING].any()


@given(seed=st.integers(0, 2**32 - 1), spread=st.sampled_from([2, 30, 300, 20_000]))
def test_both_ways_give_the_same_bits(seed, spread):
    """
    Machines with and without a compiler make the same picture.
    """
    compiled = pytest.importorskip(
        "mien.engine.mesh.compiled", reason="there was no C compiler when mien was installed"
    )
    chance = np.random.default_rng(seed)
    middle = chance.integers(-5 * CELL, 45 * CELL, (60, 1, 2))
    corners = middle + chance.integers(-spread, spread + 1, (60, 3, 2))
    order = chance.permutation(60)
    at_corners = chance.normal(0, 100, (60, 3, 2)).astype(np.float32)
    triangle, shares = plain.drawn(corners, order, 40, 30)
    same, alike = compiled.drawn(corners, order, 40, 30)

    np.testing.assert_array_equal(triangle, same)
    np.testing.assert_array_equal(shares, alike)
    np.testing.assert_array_equal(
        plain.values(triangle, shares, at_corners), compiled.values(same, alike, at_corners)
    )


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 200))
def test_both_ways_bring_into_light_and_mix_to_the_same_bits(seed, count):
    """
    And what lies beyond black and white stays within.
    """
    compiled = pytest.importorskip(
        "mien.engine.mesh.compiled", reason="there was no C compiler when mien was installed"
    )
    chance = np.random.default_rng(seed)
    over, under = chance.integers(0, 256, (2, count, 3), np.uint8)
    gain, lift = chance.normal((1, 0), (2, 150), (3 * count, 2)).astype(np.float32).T.copy()
    mask = chance.uniform(-0.2, 1.2, count).clip(0, 1).astype(np.float32)
    same = under.copy()
    plain.mixed_in(under, over, mask)
    compiled.mixed_in(same, over, mask)

    np.testing.assert_array_equal(under, same)
    np.testing.assert_array_equal(
        plain.relit(over.ravel(), gain, lift), compiled.relit(over.ravel(), gain, lift)
    )


def test_levels_are_rounded_and_end_at_black_and_white(loops):
    """
    What a gain brightens is white at most before the lift darkens it.
    """
    levels = np.array([100, 100, 100, 100], np.uint8)
    gain, lift = np.array([[1.004, 0.1, 4, 4], [0, -20, 0, -40]], np.float32)

    assert [100, 0, 255, 215] == loops.relit(levels, gain, lift).tolist()


def test_pictures_are_mixed_by_their_share(loops):
    """
    All, none, and a quarter of the way from 0 to 99, rounded.
    """
    under, over = np.zeros((3, 3), np.uint8), np.full((3, 3), 99, np.uint8)
    loops.mixed_in(under, over, np.array([1, 0, 0.25], np.float32))

    assert [99, 0, 25] == under[:, 0].tolist()


@given(
    seed=st.integers(0, 2**32 - 1),
    step=st.sampled_from([1, 3, 4, 5, 6, 7, 8, 12, MOST_AVERAGED]),
    levels=st.sampled_from([2, 256]),
)
def test_both_ways_average_to_the_same_bits(seed, step, levels):
    """
    Halves included, and white pictures of the largest squares.
    """
    compiled = pytest.importorskip(
        "mien.engine.mesh.compiled", reason="there was no C compiler when mien was installed"
    )
    picture = 255 - np.random.default_rng(seed).integers(
        0, levels, (2 * step, 3 * step, 3), np.uint8
    )

    np.testing.assert_array_equal(plain.averages(picture, step), compiled.averages(picture, step))


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.parametrize("place", [(5, 4), (41, 4), (5, 33), (41, 33)])
def test_cells_are_the_means_of_their_pixels(step, place):
    """
    Within the picture, over its edges, where its last pixels are repeated, and of a picture that is turned.
    """
    picture = np.random.default_rng(step).integers(0, 256, (40, 50, 3), np.uint8)
    region = Region(x0=place[0], y0=place[1], step=step, columns=9, rows=7)
    # A picture whose rows are not in one piece, too.
    for seen in (picture, np.ascontiguousarray(picture[:, ::-1])[:, ::-1]):
        pixels = cut(seen, region).reshape(7, step, 9, step, 3).astype(np.float64)
        found = gridded(seen, region).astype(np.float64)

        assert np.abs(pixels.mean(axis=(1, 3)) - found).max() <= 0.5


@pytest.fixture
def around(astronaut, astronaut_face):
    """The mesh of a face, and the region around it."""
    points = with_rings(astronaut_face.landmarks)
    height, width = astronaut.shape[:2]
    region = region_of(points, width, height)

    assert region
    return points, region


def test_a_face_is_drawn_without_holes(swapper, around):
    """
    Within the outer ring every cell shows a triangle, and its own place at a hundredth of a cell.
    """
    points, region = around
    raster = draw(points, swapper.layout, region)
    x, y = np.meshgrid(np.arange(region.columns), np.arange(region.rows))
    place = raster.values(region.to_grid(points))
    covered = raster.triangle != NOTHING
    wide = np.ptp(np.flatnonzero(covered.any(axis=0))) + 1

    assert wide >= region.columns - 4
    assert all(
        row[row.argmax() : len(row) - row[::-1].argmax()].all() for row in covered if row.any()
    )
    assert 0.01 > np.abs(place[..., 0] - x)[covered].max()
    assert 0.01 > np.abs(place[..., 1] - y)[covered].max()


def test_a_part_shows_what_the_whole_shows_there(swapper, around, astronaut_face):
    """
    Cut out, not drawn again.
    """
    points, region = around
    whole = draw(points, swapper.layout, region)
    part = region.part(astronaut_face.landmarks)
    cells = region.cells_of(part)

    np.testing.assert_array_equal(whole.values(points)[cells], whole.part(part).values(points))


def test_a_part_grows_as_far_as_its_region_reaches(around):
    """
    By so many cells on each side, and no further than the whole.
    """
    _, region = around
    part = region.part(np.array([[region.x0 + 9 * region.step, region.y0 + 5 * region.step]]))
    rows, columns = region.cells_of(region.wider(part, 6))
    was_rows, was_columns = region.cells_of(part)

    assert (max(0, was_rows.start - 6), was_rows.stop + 6) == (rows.start, rows.stop)
    assert (max(0, was_columns.start - 6), was_columns.stop + 6) == (columns.start, columns.stop)
    assert region == region.wider(part, 1000)


def test_no_line_that_moves_by_a_row_at_most_has_a_larger_sum(loops):
    """
    Against all lines through a small field.
    """
    field = np.random.default_rng(5).integers(0, 9, (6, 4)).astype(np.float32)
    found = loops.best_line(field)
    lines = [
        line
        for line in product(range(4), repeat=6)
        if all(abs(one - other) <= 1 for one, other in pairwise(line))
    ]

    assert tuple(found) in lines
    assert max(field[range(6), line].sum() for line in lines) == field[range(6), found].sum()


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 9))
def test_both_ways_find_the_same_line(seed, rows):
    """
    Of equal ones, too: with whole numbers there are many.
    """
    compiled = pytest.importorskip(
        "mien.engine.mesh.compiled", reason="there was no C compiler when mien was installed"
    )
    chance = np.random.default_rng(seed)
    columns = chance.integers(0, chance.choice([2, 100]), (30, rows)).astype(np.float32)

    np.testing.assert_array_equal(plain.best_line(columns), compiled.best_line(columns))
