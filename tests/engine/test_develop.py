"""Sources that were taken in the dark are developed, all others are left as they are."""

import cv2
import numpy as np
import pytest

from mien.engine.mesh.develop import developed, developing
from mien.engine.mesh.lamps import one_lamp
from mien.engine.options import SwapOptions


def in_the_dark(picture, levels):
    """``picture`` as a camera stores it that has so few ``levels`` for it."""
    return np.rint(picture.astype(np.float32) * levels / 255).astype(np.uint8)


def detail(picture, face):
    """Brightness of the middle of ``face`` without what changes slowly."""
    x0, y0, x1, y1 = (round(v) for v in face.box)
    grey = cv2.cvtColor(picture[y0:y1, x0:x1], cv2.COLOR_RGB2GRAY).astype(np.float32)
    room = grey.shape[0] // 5
    return (grey - cv2.GaussianBlur(grey, (0, 0), grey.shape[0] / 8))[room:-room, room:-room]


@pytest.mark.parametrize("levels", [40, 60])
def test_a_source_in_the_dark_gives_the_face_that_it_gives_in_daylight(
    swapper, astronaut, astronaut_face, hopper, hopper_face, levels
):
    """
    With a quarter of its levels and less a face has the features, and nearly the contrast, that it has with all.
    """
    bright, dark = (
        swapper.prepare(picture, astronaut_face)
        for picture in (astronaut, in_the_dark(astronaut, levels))
    )

    there, here = (
        detail(swapper.swap(hopper, hopper_face, one, SwapOptions()), hopper_face)
        for one in (bright, dark)
    )

    assert np.corrcoef(there.ravel(), here.ravel())[0, 1] > 0.95
    assert here.std() > 0.8 * there.std()


def test_a_face_in_daylight_is_left_as_it_is(swapper, astronaut, astronaut_face):
    """
    Nothing of its pixels changes as it is prepared.
    """
    source = swapper.prepare(astronaut, astronaut_face)

    height, width = source.levels[0].shape[:2]
    x, y = np.rint(astronaut_face.landmarks[0, :2] - source.landmarks[0, :2]).astype(int)
    assert developing(source.face, swapper.chart) == 1
    assert np.array_equal(source.levels[0], astronaut[y : y + height, x : x + width])


def test_white_stays_white_and_noise_stays_small():
    """
    Developed eightfold a picture has no level above 255, and its noise is not eight times as strong.
    """
    noise = np.random.default_rng(1).normal(0, 1, (120, 120, 1))
    picture = np.clip(np.rint(12 + noise), 0, 255).astype(np.uint8).repeat(3, axis=2)
    picture[:20] = 255

    result = developed(picture, 8.0, 400.0)

    assert result[:10].min() > 250
    assert 60 < result[60:].mean() < 110
    assert result[60:].std() < 4 * picture[60:].std()


def test_only_a_coloured_lamp_is_left_behind(chart_skin):
    """
    Skin in red light leaves its colour behind, skin in daylight and in warm light does not.
    """
    face, skin = chart_skin
    red, warm = (
        np.rint(face * np.array(lamp)).astype(np.uint8) for lamp in ((1, 0.3, 0.25), (1, 0.9, 0.8))
    )

    actual = [one_lamp(one, skin) for one in (face, warm, red)]

    assert actual[:2] == [0, 0]
    assert actual[2] > 0.8


@pytest.fixture(scope="module")
def chart_skin(swapper, astronaut, astronaut_face):
    """A face on the chart, and where it shows skin."""
    source = swapper.prepare(astronaut, astronaut_face)
    chart = swapper.chart
    return source.face, chart.core * (1 - chart.own) * source.free
