"""Hard light on a source is made even, soft light is left alone."""

import numpy as np
import pytest

from mien.engine.ground import luminance
from mien.engine.mesh.even import evening, hardness, lightless, recoloured, slopes, summed

#: Vertices beside the nose.
NOSTRIL, OTHER_NOSTRIL = 358, 129


@pytest.fixture
def skin(swapper):
    chart = swapper.chart
    return np.asarray(chart.outline * (1 - chart.own), np.float32)


def struck(photo, face, by):
    """``photo`` with the part beside the nose of ``face`` brighter ``by`` a factor: a lamp's edge."""
    middle = round(float(face.landmarks[NOSTRIL, 0]))
    out = photo.astype(np.float32) / by
    out[:, middle:] *= by
    return np.rint(out).astype(np.uint8)


def uneven(source, chart):
    """By what factor (logarithm) one side of a prepared ``source`` is brighter beside its middle than the other."""
    bright = np.log(luminance(source.face) + 4)
    rows, columns = bright.shape
    beside = np.s_[rows // 2 : rows * 2 // 3, columns // 3 : columns * 2 // 3]
    bare = (chart.core * (1 - chart.own))[beside] > 0.5
    left, right = np.array_split(np.where(bare, bright[beside], np.nan), 2, axis=1)
    return float(abs(np.nanmedian(right) - np.nanmedian(left)))


def test_most_of_a_face_in_shadow_is_brought_to_the_rest(swapper, astronaut, astronaut_face):
    """
    Of the edge between light and shadow less than half is left.
    """
    hard = struck(astronaut, astronaut_face, 3.0)

    source = swapper.prepare(hard, astronaut_face)

    assert uneven(source, swapper.chart) < np.log(3) / 2


def test_shade_on_one_side_is_brought_to_the_rest(swapper, astronaut, astronaut_face):
    """
    Where most of a face is bright, and no part of it brighter than that, its dark side is what is uneven.
    """
    shaded = astronaut.copy()
    shaded[:, : round(float(astronaut_face.landmarks[OTHER_NOSTRIL, 0]))] //= 5

    source = swapper.prepare(shaded, astronaut_face)

    assert uneven(source, swapper.chart) < 0.65 * np.log(5)


def test_between_lamps_of_two_colours_a_face_gets_one(swapper, skin, astronaut, astronaut_face):
    """
    Blue light on one half and orange light on the other, brighter by half: of what is between both, in brightness and in
    colour, less than two thirds is left.
    """
    chart = swapper.chart
    middle = round(float(astronaut_face.landmarks[1, 0]))
    orange, blue = np.array([1.1, 0.75, 0.4]), np.array([0.3, 0.5, 0.75])
    lamps = np.where(np.arange(astronaut.shape[1])[:, None] < middle, orange, blue)
    lit = np.rint(astronaut * lamps).astype(np.uint8)

    source = swapper.prepare(lit, astronaut_face)

    reds, _, blues = np.log(source.face.astype(float) + 4).transpose(2, 0, 1)
    half = skin.shape[1] // 2
    bare = skin * chart.core > 0.5
    for levels, lamp in (
        (reds - blues, np.log(orange / blue) @ (1, 0, -1)),
        (reds, np.log(1.1 / 0.3)),
    ):
        left, right = (
            np.median(levels[:, side][bare[:, side]]) for side in (np.s_[:half], np.s_[half:])
        )
        assert left - right < lamp * 2 / 3


def test_a_beard_is_no_shade(swapper, skin):
    """
    A dark beard on an even face leaves the light soft.
    """
    chart = swapper.chart
    grey = 150 - 110 * (chart.jaw > 0.5)
    face = np.repeat(grey[..., None], 3, axis=2).astype(np.uint8)

    assert evening(face, skin, chart) is None


def test_detail_is_kept_in_hard_light(swapper, skin):
    """
    Pores and lines are as strong as before: only what is larger changes.
    """
    chart = swapper.chart
    rows, columns = skin.shape
    face = np.full((rows, columns, 3), 60, np.float32)
    edge, chin = columns * 11 // 20, rows * 4 // 5
    face[:, edge:] *= 3
    lines = 1 + 0.1 * (np.arange(rows)[:, None, None] % 4 < 2)
    face = np.rint(face * lines).astype(np.uint8)

    by = evening(face, skin, chart)

    assert by is not None
    bright = by.mean(axis=2)
    down = np.s_[chin - 4 : chin + 4, columns // 3]
    assert np.ptp(bright[down]) < 0.03
    assert 0.5 * np.log(3) < bright[chin, edge - 4] - bright[chin, edge + 3] < np.log(3)


def test_the_colour_of_a_shadow_goes_with_it(swapper, skin):
    """
    Where a shadow is red, less than half of what it is redder than the lit side is left.
    """
    chart = swapper.chart
    rows, columns = skin.shape
    face = np.full((rows, columns, 3), (180, 140, 120), np.uint8)
    edge, chin = columns * 11 // 20, rows * 4 // 5
    face[:, :edge] = (60, 30, 22)

    by = evening(face, skin, chart)

    assert by is not None
    after = np.log(face + 4.0) + by
    before, left = (
        np.ptp([one[chin, at, 0] - one[chin, at, 2] for at in (edge - 8, edge + 8)])
        for one in (np.log(face + 4.0), after)
    )
    assert left < before / 2


def test_what_got_no_light_is_told(skin):
    """
    What is brightened tenfold shows nothing, what is brightened threefold does.
    """
    rows, columns = skin.shape
    by = np.zeros((rows, columns, 3), np.float32)
    by[:, : columns // 3], by[:, columns * 2 // 3 :] = np.log(12), np.log(3)

    dark = lightless(by, skin)

    assert dark[:, : columns // 3 - 6].min() > 0.9
    assert dark[:, columns // 3 + 6 :].max() < 0.1
    assert not lightless(by, np.zeros_like(skin)).any()


def test_what_got_no_light_is_the_targets(swapper, astronaut, astronaut_face):
    """
    Of a side of a face that shows hardly more than noise, less is the source's than of the other.
    """
    black = astronaut.copy()
    middle = round(float(astronaut_face.landmarks[OTHER_NOSTRIL, 0]))
    black[:, :middle] = black[:, :middle] // 18 + 2
    chart = swapper.chart

    lit, dark = (swapper.prepare(photo, astronaut_face).free for photo in (astronaut, black))

    half = chart.inside.shape[1] // 2
    assert dark[:, :half].sum() < 0.6 * lit[:, :half].sum()
    assert dark[:, half:].sum() > 0.9 * lit[:, half:].sum()


def test_weak_colours_are_those_of_what_is_around():
    """
    A red speck in the dark loses its colour and keeps its brightness; in the light it stays as it is.
    """
    face = np.full((60, 60, 3), 100, np.uint8)
    face[20:23, 30:33] = (160, 80, 60)

    kept, calm = (
        recoloured(face, np.full((60, 60), weak, np.float32), 6.0)[21, 31].astype(int)
        for weak in (0, 1)
    )

    assert np.ptp(kept) > 95
    assert np.ptp(calm) < 20
    assert abs(calm.mean() - luminance(face)[21, 31]) < 4


def test_slopes_are_summed_up_to_what_they_were_told_of():
    """
    What has been taken apart into slopes is the same put together, but for its mean.
    """
    values = np.random.default_rng(3).normal(size=(18, 26)).astype(np.float32)

    found = summed(*slopes(values))

    assert np.abs(found - (values - values.mean())).max() < 1e-4


def test_soft_light_is_left_alone(swapper, skin, astronaut, astronaut_face):
    """
    A source in soft light is the photo to the last bit.
    """
    source = swapper.prepare(astronaut, astronaut_face)
    rows, columns = skin.shape
    slope = np.linspace(120, 180, columns, dtype=np.float32)
    face = np.repeat(np.tile(slope, (rows, 1))[..., None], 3, axis=2).astype(np.uint8)

    assert evening(face, skin, swapper.chart) is None
    height, width = source.levels[0].shape[:2]
    x, y = np.rint(astronaut_face.landmarks[1, :2] - source.landmarks[1, :2]).astype(int)
    assert (astronaut[y : y + height, x : x + width] == source.levels[0]).all()


def test_without_skin_light_is_not_judged():
    """
    A face that is covered all over says nothing of its light.
    """
    assert 0 == hardness(np.ones((30, 30), np.float32), np.zeros((30, 30), np.float32))
