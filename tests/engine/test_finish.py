"""Age, skin texture and sharpness: what they change, by how much, and what they leave alone."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.engine import age, finish, folds
from mien.engine.ground import Ground, grain, luminance
from mien.engine.mesh.layout import with_rings
from mien.engine.mesh.raster import draw, polygon, region_of
from mien.engine.mesh.regions import LEFT_EYE, OVAL, RIGHT_EYE
from mien.engine.options import SwapOptions


def ground_of(face, shape, layout, scale=1.0):
    points = with_rings(face.landmarks * np.float32(scale))
    region = region_of(points, shape[1], shape[0])
    assert region is not None
    raster = draw(points, layout, region)
    within = raster.part(region.part(points[OVAL]))
    return Ground(points=points, raster=within, size=face.size * scale, layout=layout)


def cut(image, region):
    width, height = region.size
    part = image[region.y0 : region.y0 + height, region.x0 : region.x0 + width]
    return np.ascontiguousarray(part)


@pytest.fixture(scope="module")
def layout(swapper):
    return swapper.layout


#: The astronaut's face of 110 pixels is made this much larger: details are shares of the face.
LARGER = 3


@pytest.fixture(scope="module")
def large(astronaut):
    return cv2.resize(astronaut, None, fx=LARGER, fy=LARGER, interpolation=cv2.INTER_CUBIC)


@pytest.fixture(scope="module")
def ground(astronaut_face, large, layout):
    return ground_of(astronaut_face, large.shape, layout, LARGER)


@pytest.fixture(scope="module")
def texture(large, ground):
    """The face, with the grain that enlarging took away."""
    noise = np.random.default_rng(4).normal(0, 3, ground.region.size[::-1])
    return np.clip(cut(large, ground.region) + noise[..., None], 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def soft(texture):
    return cv2.GaussianBlur(texture, (0, 0), 2.0)


def energy(image, ground, low, high):
    """Mean size of the luminance between two sigmas (shares of the face) on bare skin."""
    grey = luminance(image)
    near = cv2.GaussianBlur(grey, (0, 0), low * ground.size) if low else grey
    band = near - cv2.GaussianBlur(grey, (0, 0), high * ground.size)
    return float(np.abs(band[bare(ground)]).mean())


def bare(ground):
    """``(H, W)`` bool: bare skin, without the neighbourhood of anything else."""
    return ground.at_pixels(ground.skin()) > 0.99


def test_without_a_wish_the_same_array_comes_back(texture, ground):
    """
    As it is means as it is, byte for byte and without a copy.
    """
    assert finish.finished(texture, ground, SwapOptions()) is texture
    assert age.aged(texture, ground, 0.0) is texture


@pytest.mark.parametrize(
    "options",
    [
        SwapOptions(texturize=True, sharpen=True, age=0.7),
        SwapOptions(age=-0.7),
        SwapOptions(texturize=True),
    ],
)
def test_the_same_input_gives_the_same_bytes_and_stays_as_it_was(soft, texture, ground, options):
    """
    Noise comes from a fixed pattern, and arguments are never written to.
    """
    kept = soft.copy(), texture.copy()

    first = finish.finished(soft, ground, options)
    second = finish.finished(soft, ground, options)

    assert (first == second).all()
    assert not (first == soft).all()
    assert (soft == kept[0]).all()
    assert (texture == kept[1]).all()


def test_texture_adds_fine_detail_on_skin_and_keeps_the_colour(soft, ground):
    """
    Detail grows by a quarter at least; the mean colour moves by less than half a level.
    """
    result = finish.texturized(soft, ground)

    assert energy(result, ground, 0, 0.006) > 1.25 * energy(soft, ground, 0, 0.006)
    assert np.abs(result.mean(axis=(0, 1)) - soft.mean(axis=(0, 1))).max() < 0.5


def test_texture_leaves_eyes_and_lips_and_the_outside_alone(soft, texture, ground):
    """
    Where there is no bare skin not one byte changes.
    """
    result = finish.texturized(soft, ground)

    covered = ground.at_pixels(ground.skin()) == 0
    assert covered.mean() > 0.2
    assert (result[covered] == soft[covered]).all()


@given(
    dark=st.integers(0, 120),
    rise=st.integers(40, 120),
    size=st.sampled_from([40.0, 200.0, 450.0, 900.0]),
)
@settings(max_examples=25, deadline=None)
def test_sharpening_an_edge_leaves_no_halo(dark, rise, size):
    """
    A soft edge gets steeper, and no pixel leaves the levels around it by more than the limit.
    """
    step = np.full((64, 64, 3), dark, np.uint8)
    step[:, 32:] += np.uint8(rise)
    edge = cv2.GaussianBlur(step, (0, 0), 1.0)

    result = finish.sharpened(np.asarray(edge, np.uint8), size).astype(int)

    assert result.min() >= dark - finish.HALO - 1
    assert result.max() <= dark + rise + finish.HALO + 1
    assert np.diff(result[32, :, 0]).max() > np.diff(edge[32, :, 0].astype(int)).max()


def test_sharpening_leaves_flat_noise_of_one_level_alone():
    """
    What is below the noise floor is not made stronger.
    """
    noise = np.random.default_rng(2).integers(100, 102, (60, 60), np.uint8)
    image = np.asarray(cv2.merge([noise] * 3), np.uint8)

    assert (finish.sharpened(image, 300.0) == image).all()


def test_age_grows_with_the_number(texture, ground):
    """
    The more, the more: folds add detail on skin, and the picture moves away from what it was.
    """
    steps = [age.aged(texture, ground, a) for a in (0.0, 0.1, 0.3, 0.6, 1.0)]
    energies = [energy(step, ground, 0.003, 0.016) for step in steps]
    distances = [np.abs(step.astype(int) - texture).mean() for step in steps]

    assert energies == sorted(energies)
    assert energies[-1] > 1.3 * energies[0]
    assert all(later > 1.05 * sooner for sooner, later in pairwise(distances))


def test_youth_takes_detail_away(texture, ground):
    """
    The reverse of age: less wrinkles with every step.
    """
    energies = [
        energy(age.aged(texture, ground, a), ground, 0.003, 0.016) for a in (0, -0.2, -0.6, -1)
    ]

    assert energies == sorted(energies, reverse=True)
    assert energies[-1] < 0.85 * energies[0]


@pytest.mark.parametrize("years", [-1.0, 1.0])
def test_age_leaves_the_eyes_open_and_bright(texture, ground, years):
    """
    Between the lids the picture stays within a few levels.
    """
    result = age.aged(texture, ground, years)

    openings = sum(polygon(ground.points[ring], ground.region) for ring in (LEFT_EYE, RIGHT_EYE))
    eyes = ground.at_pixels(openings) > 0.99
    assert np.abs(result[eyes].astype(int) - texture[eyes]).mean() < 6


@pytest.mark.parametrize("years", [-1.0, 0.4, 1.0])
def test_age_brings_no_colour_into_a_grey_picture(texture, ground, years):
    """
    Black and white stays black and white.
    """
    grey = cv2.merge([cv2.cvtColor(texture, cv2.COLOR_RGB2GRAY)] * 3)

    result = age.aged(grey, ground, years).astype(int)

    assert np.ptp(result, axis=2).max() <= 1


@pytest.mark.parametrize("scale", [0.25, 0.5, 3.0])
def test_any_size_of_face_can_be_finished(astronaut, astronaut_face, layout, scale):
    """
    Faces of 25 to 340 pixels: a result of the same shape, changed, and nowhere black.
    """
    image = cv2.resize(astronaut, None, fx=scale, fy=scale)
    ground = ground_of(astronaut_face, image.shape, layout, scale)
    texture = cut(image, ground.region)
    options = SwapOptions(texturize=True, sharpen=True, age=1.0)

    result = finish.finished(texture, ground, options)

    assert texture.shape == result.shape
    assert 0 < np.abs(result.astype(int) - texture).mean() < 30


def test_folds_deepen_with_age(ground):
    """
    No fold at no age; then every step darkens more, and lightens more beside.
    """
    shades = [folds.shading(ground, a) for a in (0.0, 0.2, 0.5, 1.0)]

    assert not shades[0].any()
    assert all(later.min() < 1.1 * sooner.min() - 0.01 for sooner, later in pairwise(shades))
    assert all(later.max() > 1.1 * sooner.max() for sooner, later in pairwise(shades))


def test_options_change_nothing_far_from_the_face(swapper, astronaut, astronaut_face):
    """
    Beyond one and a half times the face's box a swap with every option leaves every byte.
    """
    own = swapper.prepare(astronaut, astronaut_face)

    result = swapper.swap(
        astronaut, astronaut_face, own, SwapOptions(texturize=True, sharpen=True, age=1.0)
    )

    x0, y0, x1, y1 = astronaut_face.box
    cx, cy, rx, ry = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) * 0.78, (y1 - y0) * 0.78
    y, x = np.mgrid[: astronaut.shape[0], : astronaut.shape[1]]
    far = (np.abs(x - cx) > rx) | (np.abs(y - cy) > ry)
    assert (result[far] == astronaut[far]).all()


def test_folds_follow_the_mesh(astronaut_face, astronaut, layout):
    """
    A face moved by whole cells has the same folds, moved.
    """
    ground = ground_of(astronaut_face, astronaut.shape, layout)
    step = ground.region.step
    moved = np.roll(astronaut, 8 * step, axis=(1))
    points = astronaut_face.landmarks + np.array([8 * step, 0, 0], np.float32)
    there = ground_of(type(astronaut_face)(landmarks=points, score=1.0), moved.shape, layout)

    here_shade, there_shade = folds.shading(ground, 1.0), folds.shading(there, 1.0)

    height = min(here_shade.shape[0], there_shade.shape[0])
    width = min(here_shade.shape[1], there_shade.shape[1])
    apart = here_shade[:height, :width] - there_shade[:height, :width]
    assert np.abs(apart).max() < 0.02
    assert here_shade.min() < -0.1


def test_the_two_sides_are_not_each_other_s_mirror_image():
    """
    Every line is irregular in its own way, and all stay within the mesh.
    """
    plan = folds.plan()

    assert {folds.mirrored(fold.path[0]) for fold in folds.FOLDS}
    assert plan.anchors.max() < len(plan.vertices)
    assert plan.vertices.max() < 468
    assert plan.depth.min() >= 0
    assert len(np.unique(plan.depth)) > len(plan.depth) / 2
    np.testing.assert_allclose(plan.weights.sum(axis=1), 1, atol=1e-5)


def test_the_other_side_is_that_of_the_mesh(layout):
    """
    The numbering rule gives the vertex that stands where the mirror image falls.
    """
    assert [layout.mirror[v] for v in folds.LEFT] == [folds.OTHER_SIDE[v] for v in folds.LEFT]
    assert all(layout.mirror[v] == v for v in folds.MIDDLE)


def test_sag_sinks_the_jowls_and_leaves_the_lids(astronaut_face):
    """
    Jowls go down with age and up with youth; the edges of the lids do not move at all.
    """
    points = astronaut_face.landmarks
    old, young = age.sagged(points, 1.0), age.sagged(points, -1.0)
    lids = np.concatenate([LEFT_EYE, RIGHT_EYE])

    assert old[169, 1] > points[169, 1] + 0.01 * astronaut_face.size
    assert young[169, 1] < points[169, 1]
    assert (old[lids] == points[lids]).all()
    assert (age.sagged(points, 0.0) == points[:468]).all()
    assert np.abs(old - points[:468]).max() < 0.04 * astronaut_face.size


@given(first=st.floats(-1, 1), second=st.floats(-1, 1))
def test_strength_is_monotone_and_saturates(first, second):
    """
    More asks for more, both ways, from 0 to 1.
    """
    assert 0 <= age.strength(first) <= 1
    if abs(first) < abs(second):
        assert age.strength(first) <= age.strength(second)


@pytest.mark.parametrize("sigma", [0.3, 0.7, 1.5, 3.0])
@pytest.mark.parametrize("shape", [(40, 50), (300, 280)])
def test_grain_has_the_size_and_strength_asked_for(shape, sigma):
    """
    Noise of variance 1 whatever its grain, without a seam where the pattern repeats.
    """
    noise = grain(shape, sigma)

    assert shape == noise.shape
    assert noise.std() == pytest.approx(1, rel=0.25)


def test_a_face_without_size_is_refused(ground):
    """
    Every width here is a share of the face.
    """
    with pytest.raises(ValueError, match="size"):
        Ground(points=ground.points, raster=ground.raster, size=0.0, layout=ground.layout)


def test_a_fold_of_one_point_is_refused():
    """
    A line has two ends.
    """
    with pytest.raises(ValueError, match="two points"):
        folds.Fold(path=((1, 2, 0.5),), width=folds.FOLD, depth=0.1)
