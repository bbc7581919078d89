"""Transforms go there and back."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.engine.geometry import (
    Pyramid,
    crop_of,
    inverse,
    moved_by,
    scale_of,
    similarity_3d,
    upright_crop,
)

angles = st.floats(-np.pi, np.pi)
lengths = st.floats(4, 4000)


@given(x=st.floats(-500, 5000), y=st.floats(-500, 5000), side=lengths, roll=angles)
def test_a_crop_and_its_inverse_cancel_out(x, y, side, roll):
    """
    Points that go into a crop and back lie where they were, to a thousandth of the crop's side.
    """
    matrix = upright_crop(np.array([x, y], np.float32), side, roll, 192)
    points = np.array([[x, y], [x + side, y - side / 3]], np.float32)

    back = moved_by(inverse(matrix), moved_by(matrix, points))

    assert np.allclose(points, back, atol=1e-3 * max(side, abs(x), abs(y), 1))


@given(side=lengths, roll=angles)
def test_the_centre_of_a_crop_is_its_middle_pixel(side, roll):
    """
    Pixel centres are whole numbers, so that the middle of 192 pixels is 95.5.
    """
    centre = np.array([100, 50], np.float32)

    moved = moved_by(upright_crop(centre, side, roll, 192), centre[None])

    assert np.allclose([[95.5, 95.5]], moved, atol=0.05)


def test_a_crop_turns_a_tilted_line_level():
    """
    The eye line of a head tilted by 30 degrees clockwise is level in its crop, left eye left.
    """
    tilt = np.radians(30)
    eyes = np.array([[0, 0], [np.cos(tilt), np.sin(tilt)]], np.float32) * 40 + 100

    left, right = moved_by(upright_crop(eyes.mean(axis=0), 160, tilt, 192), eyes)

    assert abs(left[1] - right[1]) < 1e-3
    assert right[0] > left[0]


def test_depth_is_scaled_with_the_crop():
    """
    z has the unit of x and y: a crop that doubles lengths doubles depth.
    """
    matrix = upright_crop(np.zeros(2, np.float32), 96, 0.3, 192)

    moved = moved_by(matrix, np.array([[1, 2, 5]], np.float32))

    assert np.isclose(2, scale_of(matrix))
    assert np.isclose(10, moved[0, 2])


@given(
    turn=st.tuples(angles, angles, angles),
    scale=st.floats(0.1, 10),
    shift=st.tuples(*[st.floats(-100, 100)] * 3),
    seed=st.integers(0, 2**32 - 1),
)
@settings(deadline=None)
def test_a_similarity_in_space_is_found_again(turn, scale, shift, seed):
    """
    Points that were turned, scaled and shifted are laid back exactly, whatever their weights.
    """
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(30, 3)).astype(np.float32)
    linear = scale * rotation(*turn)
    onto = (points @ linear.T + np.array(shift)).astype(np.float32)

    found, moved = similarity_3d(points, onto, rng.uniform(0.1, 3, 30).astype(np.float32))

    assert np.allclose(
        onto, points @ found.T + moved, atol=1e-3 * max(1, scale, np.abs(shift).max())
    )


def rotation(x, y, z):
    """Rotation matrix about the three axes."""
    cx, sx, cy, sy, cz, sz = np.cos(x), np.sin(x), np.cos(y), np.sin(y), np.cos(z), np.sin(z)
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


def test_a_similarity_never_mirrors():
    """
    A mirrored face is laid on by turning, not by turning it inside out.
    """
    rng = np.random.default_rng(1)
    points = rng.normal(size=(40, 3)).astype(np.float32)

    linear, _ = similarity_3d(
        points, points * np.array([-1, 1, 1], np.float32), np.ones(40, np.float32)
    )

    assert np.linalg.det(linear) > 0


def test_halving_keeps_the_mean_and_stops_in_time():
    """
    A picture five times too large is halved twice: what is left is below a factor of two.
    """
    image = np.random.default_rng(0).integers(0, 256, (100, 60, 3), np.uint8)

    small, step = Pyramid(image).reduced(5.0)

    assert step == 4
    assert small.shape == (25, 15, 3)
    assert abs(float(small.mean()) - float(image.mean())) < 1


def test_halves_are_made_once_and_are_those_of_the_picture():
    """
    Whoever asks first: from small to large or from large to small.
    """
    image = np.random.default_rng(0).integers(0, 256, (101, 67, 3), np.uint8)
    one, other = Pyramid(image), Pyramid(image)
    first = [one.reduced(by)[0] for by in (1, 2, 4, 8)]
    second = [other.reduced(by)[0] for by in (8, 4, 2, 1)][::-1]

    assert all(one.reduced(by)[0] is half for by, half in zip((1, 2, 4, 8), first, strict=True))
    for half, same in zip(first, second, strict=True):
        np.testing.assert_array_equal(half, same)
    np.testing.assert_allclose(
        first[1][7, 9], image[14:16, 18:20].reshape(4, 3).mean(axis=0), atol=0.5
    )


def test_a_picture_is_never_halved_to_nothing():
    """
    However small it is wanted.
    """
    small, step = Pyramid(np.zeros((1, 40, 3), np.uint8)).reduced(100)

    assert (1, 40, 3) == small.shape
    assert step == 1


def test_a_crop_of_a_large_picture_shows_the_same_place_as_of_a_small_one():
    """
    Halving before sampling shifts nothing: a ramp reads the same in both crops.
    """
    ramp = np.linspace(0, 255, 1024, dtype=np.float32)
    image = np.repeat(np.repeat(ramp[None, :, None], 1024, 0), 3, 2).astype(np.uint8)
    centre = np.array([500, 500], np.float32)

    large = crop_of(image, upright_crop(centre, 800, 0, 96), 96)

    expected = ramp[np.rint(np.linspace(500 - 396, 500 + 396, 96)).astype(int)]
    assert np.abs(large[48, :, 0].astype(float) - expected).max() < 2.5


def test_a_crop_outside_the_picture_is_black():
    """
    What lies outside has no pixels.
    """
    image = np.full((50, 50, 3), 200, np.uint8)

    crop = crop_of(image, upright_crop(np.array([500, 500], np.float32), 20, 0, 16), 16)

    assert not crop.any()
