"""What stands before a face stays where it is, and its mask with it."""

import numpy as np

from mien.engine.mesh.standing import away_from, pulled, standing
from mien.engine.types import Floats

#: Cells of the grid, and pixels a cell.
SIDE, STEP = 80, 3


def square(low: int, high: int) -> Floats:
    """``(SIDE, SIDE)`` 1 in a square of cells."""
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[low:high, low:high] = 1
    return mask


def shifting(cells: float) -> Floats:
    """A field by which all of the background comes from so many cells further right."""
    field = np.zeros((SIDE, SIDE, 2), np.float32)
    field[..., 0] = cells * STEP
    return field


def nothing() -> Floats:
    """No cell at all."""
    return np.zeros((SIDE, SIDE), np.float32)


def test_a_thing_inside_the_face_does_not_move() -> None:
    """It is covered where the picture has it, and the field is still there and goes on far away."""
    found = np.roll(square(30, 40), -5, axis=1)  # where the new shape has the same spot

    moved = standing(shifting(5), STEP, found, found, None)

    assert np.abs(moved.field[31:39, 31:39]).max() < 0.05 * STEP
    assert (moved.field[:10, :, 0] == 5 * STEP).all()
    assert moved.covered[31:39, 31:39].min() > 0.95
    assert moved.covered[31:39, 26].max() < 0.05


def test_hair_goes_with_the_head() -> None:
    """What covers the face and is not inside moves as the rest does."""
    hair = square(30, 40)

    moved = standing(shifting(5), STEP, hair, nothing(), None)

    assert (moved.field[..., 0] == 5 * STEP).all()
    assert (moved.covered == hair).all()


def test_a_hand_is_where_the_picture_has_it() -> None:
    """Hands are found in the picture itself: neither they nor their mask move."""
    hand = square(20, 50)

    moved = standing(shifting(5), STEP, nothing(), nothing(), hand)

    assert np.abs(moved.field[20:50, 20:50]).max() < 0.5 * STEP
    assert (moved.covered == hand).all()


def test_what_is_beside_a_thing_stays_too() -> None:
    """Next to it hardly anything moves; far away all does."""
    moves = away_from(square(30, 40))

    assert moves[29:41, 29:41].max() < 0.2
    assert moves[:18].min() > 0.99


def test_a_mask_is_pulled_against_the_field() -> None:
    """A cell takes what lies so far before it; beyond the grid there is nothing."""
    by = np.zeros((SIDE, SIDE, 2), np.float32)
    by[..., 1] = 7

    assert (
        pulled(square(30, 40), by[..., 0], by[..., 1]) == np.roll(square(30, 40), 7, axis=0)
    ).all()
    assert pulled(np.ones((SIDE, SIDE), np.float32), by[..., 0], by[..., 1])[:7].max() == 0
