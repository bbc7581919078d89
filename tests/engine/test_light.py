"""Light goes over from face to face, and what shines on one of them does not blind the other."""

from dataclasses import replace

import numpy as np
import pytest

from mien.engine.mesh.light import LUMA, MOST_CLOSELY, Skin, followed, relight
from mien.engine.mesh.masks import meeting, torn

#: Levels of a dark and of a pale skin.
DARK, PALE = 75, 150


@pytest.fixture(scope="module")
def chart(swapper):
    return swapper.chart


@pytest.fixture(scope="module")
def skin(chart):
    """All of a face, but for its features."""
    shows = chart.outline * (1 - chart.own)
    none = np.zeros_like(shows)
    return Skin(there=shows, here=shows, stays=1 - chart.outline, beard=none, full=none)


def even(chart, level):
    """A face of one ``level``, on the chart."""
    return np.full((*chart.inside.shape, 3), level, np.uint8)


def shown(scene, texture, skin, chart):
    """Brightness of ``texture`` in the light of ``scene``, and the gain of its eyes."""
    by = relight(scene, texture, skin, chart)
    return (texture * by.gain + by.lift) @ LUMA, by.own @ LUMA


def test_a_spot_of_shine_on_dark_skin_is_not_white_on_pale_skin(chart, skin):
    """
    Lids that shine nearly three times as bright as a dark face stand out of a pale one by less than six tenths.
    """
    texture = even(chart, DARK - 15)
    lids = (chart.lids > 0.3) & (chart.eyes < 0.3)
    texture[lids] = 160

    brightness, _ = shown(even(chart, PALE), texture, skin, chart)

    assert lids.sum() > 50
    assert np.median(brightness[lids]) < 1.6 * PALE


def test_a_grey_beard_is_no_blue_light(chart, skin):
    """
    Under the grey beard of a brown face a source's chin gets most of the skin's colour; taken for light, hardly any.
    """
    brown, grey = (110, 70, 50), (110, 110, 110)
    scene = np.full((*chart.inside.shape, 3), brown, np.uint8)
    beard = np.asarray(chart.jaw > 0.5, np.float32)
    scene[beard > 0] = grey
    chin = (chart.jaw > 0.9) & (chart.core > 0.9) & (chart.lips < 0.1)

    def tint(told):
        by = relight(scene, even(chart, PALE), replace(skin, beard=told), chart)
        red, _, blue = (even(chart, PALE) * by.gain + by.lift)[chin].mean(axis=0)
        return np.log(red / blue) / np.log(brown[0] / brown[2])

    assert tint(beard) > 0.6
    assert tint(np.zeros_like(beard)) < 0.3


def test_red_shade_beside_the_targets_skin_gets_its_colour_however_dark_it_is():
    """
    What is a third as bright as it should be, and redder, gets brighter by no more than a factor of two, and no redder.
    """
    there, close = np.zeros((4, 4, 3), np.float32), np.ones((4, 4), np.float32)
    here = there + np.array([-0.8, -1.1, -1.4], np.float32)

    by = followed(there, here, close)

    after = here + by
    assert abs(by @ LUMA - MOST_CLOSELY).max() < 1e-3
    assert np.ptp(after, axis=-1).max() < 1e-3


def test_pale_lips_of_dark_skin_are_no_brighter_than_pale_skin(chart, skin):
    """
    Lips that are half as bright again as the skin around them are as bright as pale skin at most.
    """
    texture = even(chart, DARK)
    lips = chart.lips > 0.9
    texture[lips] = 1.5 * DARK

    brightness, _ = shown(even(chart, PALE), texture, skin, chart)

    assert brightness[lips].mean() < 1.02 * PALE


def test_eyes_in_the_shade_are_opened_by_light_from_the_front(chart, skin):
    """
    Whites that are darker than the target's are brightened with the skin, and others hardly are.
    """
    eyes = chart.eyes > 0.9
    scene, texture = even(chart, PALE), even(chart, DARK)
    scene[eyes], texture[eyes] = 140, 45
    bright = texture.copy()
    bright[eyes] = 130

    _, opened = shown(scene, texture, skin, chart)
    _, plain = shown(scene, bright, skin, chart)

    assert opened[eyes].mean() > 1.6
    assert plain[eyes].mean() < 1.3


def test_whites_that_are_not_seen_colour_no_eyes(chart, skin):
    """
    Between lids that are pressed together there is red skin in the shade: eyes put there do not turn red.
    """
    eyes = chart.eyes > 0.3
    scene, texture = even(chart, PALE), even(chart, PALE)
    scene[eyes], texture[eyes] = (80, 35, 30), 120

    by = relight(scene, texture, skin, chart)

    red, _green, blue = by.own[eyes].mean(axis=0)
    assert red / blue < 1.05


@pytest.mark.parametrize(
    ("apart", "source", "expected"),
    [(0.0, 0.2, 1), (0.02, 0.35, 1), (0.04, 0.2, 0), (0.03, 0.05, 0)],
)
def test_teeth_are_not_squeezed_into_a_line(apart, source, expected):
    """
    Lips meet, too, that are apart by less than a tenth of the source's: its teeth would be a white line.
    """
    actual = meeting(apart, source)

    assert actual == expected


@pytest.mark.parametrize(
    ("apart", "source", "expected"),
    [(0.0, 0.97, 1), (0.1, 0.97, 1), (0.0, 0.35, 0), (0.9, 0.97, 0), (0.97, 0.0, 0)],
)
def test_only_a_scream_on_closed_lips_leaves_the_mouth_to_the_target(apart, source, expected):
    """
    A laugh can be closed, and a scream goes with a scream; calm lips go with every mouth.
    """
    actual = torn(apart, source)

    assert actual == expected


def test_black_brows_of_tanned_skin_are_not_green_on_pale_skin(chart, skin):
    """
    What pale skin has more of green and blue than another's is no colour of hair.
    """
    scene = np.full((*chart.inside.shape, 3), (225, 195, 170), np.uint8)
    texture = np.full_like(scene, (190, 130, 95))
    brows = chart.brows > 0.9
    texture[chart.brows > 0.1] = 30

    by = relight(scene, texture, skin, chart)

    red, green, blue = (texture * by.gain + by.lift)[brows].mean(axis=0)
    assert max(green, blue) - red < 10


def test_brows_of_a_black_and_white_source_are_as_warm_as_the_skin(chart, skin):
    """
    Grey brows in brown skin would be painted on.
    """
    scene = np.full((*chart.inside.shape, 3), (210, 160, 140), np.uint8)
    texture = even(chart, 120)
    brows = chart.brows > 0.9
    texture[chart.brows > 0.1] = 25

    by = relight(scene, texture, skin, chart)

    red, _, blue = (texture * by.gain + by.lift)[brows].mean(axis=0)
    assert red > 1.25 * blue


def test_a_full_beard_of_dark_skin_is_no_paler_on_pale_skin(chart, skin):
    """
    Hair that is a third as bright as the skin beside it is so on skin that is twice as bright; of shade there is more light.
    """
    texture = even(chart, DARK)
    jaw = np.asarray(chart.jaw > 0.5, np.float32)
    texture[jaw > 0] = DARK // 3
    chin = (chart.jaw > 0.9) & (chart.core > 0.9) & (chart.lips < 0.1)
    hair = replace(skin, here=skin.here * (1 - jaw))

    shade, _ = shown(even(chart, PALE), texture, hair, chart)
    beard, _ = shown(even(chart, PALE), texture, replace(hair, full=jaw), chart)

    assert shade[chin].mean() > 0.5 * PALE
    assert beard[chin].mean() < 0.4 * PALE
