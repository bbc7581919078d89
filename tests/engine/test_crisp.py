"""A face becomes as sharp and as grainy as its picture, and stays as it is where both are alike."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from mien.engine.crisp import (
    BARE,
    CHEEKS,
    EDGES,
    MEASURED,
    ROOM,
    around,
    crisped,
    grain_of,
    patches,
    sharpness,
)
from mien.engine.ground import Ground
from mien.engine.mesh.layout import with_rings
from mien.engine.mesh.raster import cut, draw, region_of
from mien.engine.types import Face


def crisp(texture, scene, ground):
    """The picture alone."""
    return crisped(texture, scene, ground)[0]


@pytest.fixture(scope="module")
def scene(astronaut):
    """The astronaut's head at twice its size, with the grain that enlarging took away."""
    large = cv2.resize(astronaut[:256, 96:352], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return with_grain(large, 1.5)


@pytest.fixture(scope="module")
def ground(scene, finder, swapper):
    (face,) = finder.find(scene)
    return ground_of(face, scene, swapper)


@pytest.fixture(scope="module")
def shown(scene, ground):
    """The picture over the ground's pixels."""
    return cut(scene, ground.region)


def ground_of(face: Face, picture, swapper):
    points = with_rings(face.landmarks)
    region = region_of(points, picture.shape[1], picture.shape[0])
    assert region is not None
    raster = draw(points, swapper.layout, region)
    return Ground(points=points, raster=raster, size=face.size, layout=swapper.layout)


def with_grain(picture, levels, seed=7):
    noise = np.random.default_rng(seed).normal(0, levels, picture.shape[:2])[..., None]
    return np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)


def blurred(picture, sigma):
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def how_sharp(picture, ground):
    return sharpness(patches(picture, [around(ground, r, ROOM) for r in EDGES], ground.size))


def how_grainy(picture, ground):
    return grain_of(picture, [around(ground, np.array([v]), BARE) for v in CHEEKS])


def test_alike_stays_byte_for_byte(shown, ground):
    """
    The picture's own face, and one that is a little softer, are returned as they are.
    """
    assert shown is crisp(shown, shown, ground)
    softer = with_grain(blurred(shown, 0.6), 1.4, seed=8)

    assert softer is crisp(softer, shown, ground)


@pytest.mark.parametrize("sigma", [3.0, 5.0, 8.0])
def test_a_crisp_face_in_a_blurred_picture_is_blurred_like_it(shown, ground, sigma):
    """
    Sharpness comes to within a half of the picture's, from several times of it.
    """
    picture = blurred(shown, sigma)

    before, after, wanted = (
        how_sharp(p, ground) for p in (shown, crisp(shown, picture, ground), picture)
    )

    assert before > 3 * wanted
    assert 0.66 * wanted < after < 1.5 * wanted


def test_a_face_that_is_soft_in_one_place_is_not_out_of_focus(shown, ground):
    """
    Eyes in the shade are soft beside crisp lips: the face that comes stays byte for byte as it is.
    """
    shaded = shown.copy()
    for ring in EDGES[:2]:
        box = around(ground, ring, ROOM)
        shaded[box] = blurred(shown, 4.0)[box]

    assert how_sharp(shaded, ground) < 0.4 * how_sharp(shown, ground)
    assert shown is crisp(shown, shaded, ground)


def test_a_face_with_soft_lips_is_blurred_in_a_picture_that_is_out_of_focus(shown, ground):
    """
    Nothing in the picture is sharp, so that it does not matter that the lips of the face are as soft.
    """
    picture = blurred(shown, 5.0)
    soft = shown.copy()
    lips = around(ground, EDGES[2], ROOM)
    soft[lips] = picture[lips]

    after, wanted = (how_sharp(p, ground) for p in (crisp(soft, picture, ground), picture))

    assert 0.5 * wanted < after < 1.5 * wanted


def test_a_wrinkled_face_leaves_a_smooth_one_no_smear(shown, ground):
    """
    What has more detail than crisp faces have does not make them out of focus: it stays as sharp as it is.
    """
    soft = blurred(shown, 0.9)
    lines = np.where(np.arange(shown.shape[0]) // 3 % 2, 30, -30)[:, None, None]
    wrinkled = np.clip(shown.astype(int) + lines, 0, 255).astype(np.uint8)

    assert how_sharp(soft, ground) < 0.4 * how_sharp(wrinkled, ground)
    assert how_sharp(crisp(wrinkled, soft, ground), ground) > 0.9 * how_sharp(wrinkled, ground)


def test_a_wide_blur_mixes_the_picture_into_a_face_and_not_its_own_hair(shown, ground):
    """
    What is not shown of a face, black hair, leaves no dark edge on what is.
    """
    scene, hairy = blurred(shown, 6.0), shown.copy()
    middle = shown.shape[1] // 2
    half = np.zeros(shown.shape[:2], np.float32)
    half[:, :middle] = 1
    hairy[:, middle:] = 0
    edge = np.s_[:, middle - 6 : middle]

    known = crisped(shown, scene, ground)[1]
    dark = crisped(hairy, scene, ground, known)[0][edge].mean()
    clean = crisped(hairy, scene, ground, known, shown=half)[0][edge].mean()

    assert abs(clean - scene[edge].mean()) < 0.1 * abs(dark - scene[edge].mean())


def test_a_soft_face_in_a_crisp_picture_gets_steeper_edges(shown, ground):
    """
    Detail that is not there cannot come back, but edges rise by a tenth at least.
    """
    soft = blurred(shown, 2.0)

    has, gets, wanted = (how_sharp(p, ground) for p in (soft, crisp(soft, shown, ground), shown))

    assert has < 0.5 * wanted
    assert gets > has * 1.1


def test_sharpness_falls_with_every_blur(shown, ground):
    """
    One number tells blurs of a half to sixteen pixels apart.
    """
    measured = [how_sharp(blurred(shown, s), ground) for s in (0.5, 1, 2, 4, 8, 16)]

    assert measured == sorted(measured, reverse=True)
    assert measured[0] > 1.5 * measured[2] > 3 * measured[4]


@pytest.mark.parametrize("levels", [3.0, 5.0])
def test_a_smooth_face_gets_the_grain_of_its_picture(shown, ground, levels):
    """
    From less than a third of the grain to within a third of it.
    """
    smooth, picture = blurred(shown, 1.2), with_grain(blurred(shown, 1.2), levels)

    had, has, wanted = (
        how_grainy(p, ground) for p in (smooth, crisp(smooth, picture, ground), picture)
    )

    assert had < 0.4 * wanted
    assert has == pytest.approx(wanted, rel=0.34)


def test_a_noisy_face_in_a_clean_picture_loses_its_noise_and_keeps_its_edges(shown, ground):
    """
    Noise of seven levels falls by more than half; lashes and lips stay as sharp as the picture's.
    """
    clean = blurred(shown, 0.7)
    noisy = with_grain(clean, 7.0)

    result = crisp(noisy, clean, ground)

    assert how_grainy(result, ground) < 0.5 * how_grainy(noisy, ground)
    assert how_sharp(result, ground) > 0.8 * how_sharp(clean, ground)


def test_nothing_switches(shown, ground):
    """
    In a clip whose sharpness drifts the face changes from frame to frame by no more than twice what the
    clip changes at most: how much is done grows with the difference.
    """
    clip = [blurred(shown, s) for s in np.arange(0.4, 4.0, 0.2)]
    faces = [crisp(shown, frame, ground) for frame in clip]

    def largest_step(pictures):
        return max(np.abs(a.astype(int) - b).mean() for a, b in pairwise(pictures))

    assert largest_step(faces) < 2 * largest_step(clip)


def test_too_small_a_face_is_left_alone(astronaut, swapper, finder):
    """
    A face of 24 pixels has no edges to measure.
    """
    (face,) = finder.find(astronaut)
    small = cv2.resize(astronaut, None, fx=0.22, fy=0.22, interpolation=cv2.INTER_AREA)
    tiny = Face(landmarks=face.landmarks * np.float32(0.22), score=1.0)
    ground = ground_of(tiny, small, swapper)
    picture = cut(small, ground.region)

    assert tiny.size < MEASURED / 8
    assert picture is crisp(picture, blurred(picture, 2.0), ground)


@pytest.mark.parametrize("size", [30, 45, 60])
def test_a_face_that_is_too_small_to_measure_is_not_smeared(size, scene, finder, swapper):
    """
    A soft picture of a tiny face has hardly any edges to tell its softness by; the face stays sharp.
    """
    (face,) = finder.find(scene)
    share = size / face.size
    tiny = cv2.resize(scene, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    ground = ground_of(Face(landmarks=face.landmarks * share, score=1.0), tiny, swapper)
    texture = cut(tiny, ground.region)

    assert crisp(texture, blurred(texture, 2.0), ground) is texture


def test_what_was_measured_can_be_done_again(shown, ground):
    """
    With the touch of a moment ago the same is done to the same picture, and nothing is measured.
    """
    picture = with_grain(blurred(shown, 2.0), 3.0)
    face, touch = crisped(shown, picture, ground)
    again, same = crisped(shown, shown, ground, touch)

    assert touch.focus > 0
    assert touch is same
    assert (face == again).all()


def test_a_sharp_hand_before_a_soft_face_is_not_measured(shown, ground):
    """
    Noise over an eye and the mouth is as sharp as a hand that is nearer than the focus: with it known for a hand the
    face is as soft as the picture, without it stays sharp. Where hands are everywhere all is measured.
    """
    picture = blurred(shown, 3.0)
    hands = np.zeros((ground.region.rows, ground.region.columns), np.float32)
    step = ground.region.step
    for ring in EDGES[1:]:
        rows, columns = around(ground, ring, ROOM)
        picture[rows, columns] = np.random.default_rng(3).integers(0, 256, (1, 1, 3), np.uint8)
        picture[rows, columns][::6] = 255
        down, across = (slice(s.start // step, s.stop // step + 1) for s in (rows, columns))
        hands[down, across] = 1
    soft = crisped(shown, blurred(shown, 3.0), ground)[1]
    fooled = crisped(shown, picture, ground)[1]

    _, touch = crisped(shown, picture, ground, hands=hands)
    everywhere = crisped(shown, picture, ground, hands=np.ones_like(hands))[1]

    assert soft.focus > 1
    assert fooled.focus <= 0
    assert soft.focus == pytest.approx(touch.focus, rel=0.35)
    assert fooled == everywhere
