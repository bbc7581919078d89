"""Palettes of person and background, and what they may overrule of a network's mask."""

import numpy as np
import pytest

from mien.engine.portrait.cutout import cut_out
from mien.engine.portrait.heads import inside_faces
from mien.engine.portrait.palette import COLOURS, labelled, odds, palette_of, showing_through
from mien.engine.portrait.segment import People
from mien.engine.portrait.trimap import solid_of
from mien.engine.portrait.verdict import overruled, weighed

BROWN, GREY = np.array([120, 70, 40]), np.array([150, 150, 150])


def halves():
    """``(guide, person, nobody)``: red on the left, blue on the right, and a band of both unknown."""
    guide = np.zeros((96, 96, 3), np.float32)
    guide[:, :48], guide[:, 48:] = (0.8, 0.1, 0.1), (0.1, 0.2, 0.9)
    person, nobody = np.zeros((96, 96), np.float32), np.zeros((96, 96), np.float32)
    person[:, :40], nobody[:, 56:] = 1, 1
    return guide, person, nobody


def test_a_palette_has_the_picture_s_colours_and_is_always_the_same():
    """
    Every cell of a picture of few colours is next to its own one.
    """
    guide, _, _ = halves()
    first, second = palette_of(guide), palette_of(guide.copy())
    label = labelled(guide, first)

    assert (COLOURS, 3) == first.shape
    assert (first == second).all()
    assert label[0, 0] != label[0, 95]
    assert 2 == len(np.unique(label))


def test_colours_tell_the_person_from_what_is_behind():
    """
    In the unknown band red speaks for the person and blue against, and a colour of neither side says nothing.
    """
    guide, person, nobody = halves()
    guide[44:52, 44:52] = (0.1, 0.9, 0.1)
    told = odds(guide, person, nobody, 60)

    assert told[10, 42:47].min() > 2
    assert told[10, 49:54].max() < -2
    assert np.abs(told[45:51, 45:51]).max() < 0.5


def test_a_colour_of_both_sides_says_nothing():
    """
    Red on both sides tells nobody anything; blue of one side alone still does.
    """
    guide, person, nobody = halves()
    guide[::2, 56:] = (0.8, 0.1, 0.1)
    told = odds(guide, person, nobody, 60)

    assert np.abs(told[10, 42:47]).max() < 1.2
    assert told[10, 49:54].max() < -2


def gap_before(ours, behind):
    """``(guide, person, nobody, gap)``: colours on the left and right, and a gap of what is behind in the person."""
    guide, person, nobody = halves()
    guide[:, :48], guide[:, 48:] = ours, behind
    gap = np.zeros((96, 96), bool)
    gap[30:60, 20:38] = True
    guide[gap] = behind
    return guide, person, nobody, gap


def test_a_gap_that_a_network_took_for_person_is_none_of_the_person_s_colours():
    """
    Cream that shows between dark locks speaks against the person, though the network was sure of it.
    """
    guide, person, nobody, gap = gap_before((0.2, 0.12, 0.1), (0.8, 0.75, 0.6))
    told = odds(guide, person, nobody, 100)
    holes = showing_through(guide, person, nobody, np.where(gap, -1, 3).astype(np.float32), 60)

    assert told[gap].max() < -1.5
    assert holes[gap].mean() > 0.4
    assert holes[~gap & (person > 0)].max() < 0.01


def test_black_hair_before_black_is_no_gap():
    """
    Where the person around has nearly the colours of what is behind, nothing shows through.
    """
    guide, person, nobody, gap = gap_before((0.1, 0.08, 0.08), (0.05, 0.05, 0.06))
    told = np.where(gap, -1, 3).astype(np.float32)

    assert 0 == showing_through(guide, person, nobody, told, 60).max()


@pytest.mark.parametrize("known", [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
def test_colours_say_nothing_where_one_side_is_unknown(known):
    """
    Where nothing is background, no colour is.
    """
    guide, person, _ = halves()
    told = odds(guide, np.full_like(person, known[0]), np.full_like(person, known[1]), 60)

    assert np.abs(told).max() < 0.1


def disc(radius, at=(120, 120)):
    """``(240, 240)`` how far inside a disc, pixels."""
    y, x = np.mgrid[0:240, 0:240]
    return radius - np.hypot(x - at[0], y - at[1])


def with_gap(at):
    """A brown disc before grey with a grey gap ``at`` (x, y) that the network takes for person."""
    away = disc(80)
    image = np.where(away[..., None] > 0, BROWN, GREY).astype(np.uint8)
    image[disc(6, at) > 0] = GREY
    return image, (1 / (1 + np.exp(-away / 2))).astype(np.float32)


def test_a_colourless_gap_near_the_outline_is_let_through():
    """
    Grey before grey opens, though the network is sure of a person there.
    """
    image, likely = with_gap((56, 120))
    found = cut_out(image, People(likely=likely, hair=likely), 160)

    assert found.alpha[117:124, 53:60].max() < 0.2
    assert found.alpha[110:130, 90:150].min() > 0.9


def test_a_spot_far_inside_a_person_stays():
    """
    What has the background's colour a third of a face from the outline is a pattern, and no gap.
    """
    image, likely = with_gap((120, 120))
    found = cut_out(image, People(likely=likely, hair=likely), 160)

    assert (found.alpha[100:140, 100:140] == 1).all()


def test_what_the_network_half_lost_comes_back_by_its_colour():
    """
    The brim of a brown hat in which the network believes by a third is whole, without the grey beside it.
    """
    image, likely = with_gap((500, 500))
    image[32:44, 105:135] = BROWN
    likely[32:44, 95:145] = np.maximum(likely[32:44, 95:145], 0.35)
    found = cut_out(image, People(likely=likely, hair=likely), 160)

    assert found.alpha[34:44, 107:133].min() > 0.9
    assert found.alpha[32:38, 97:102].max() < 0.1
    assert found.alpha[32:38, 138:143].max() < 0.1


def test_a_colour_like_the_person_s_brings_nothing_back_that_the_network_excludes():
    """
    A brown pole behind a person stays behind, though it touches them.
    """
    image, likely = with_gap((500, 500))
    image[0:44, 112:128] = BROWN
    found = cut_out(image, People(likely=likely, hair=likely), 160)

    assert found.alpha[:30].max() < 0.1


def test_clothes_are_not_pierced_where_hair_is(astronaut, astronaut_face):
    """
    The same word of colours opens a gap in hair, and none in clothes, where they must speak far louder.
    """
    face = astronaut_face
    mask = np.ones(astronaut.shape[:2], np.float32)
    told, hair = np.zeros_like(mask), np.zeros_like(mask)
    x0, y0, x1, y1 = (round(value) for value in face.box)
    mask[:, : x0 - 60] = 0
    hair[: y0 + 40] = 1
    told[y0 : y0 + 12, x0 - 50 : x0 - 38] = told[400:412, x0 - 50 : x0 - 38] = -4.6
    likely = weighed(mask, hair, told, face.size, [face], scale=1.0)

    assert likely[y0 + 6, x0 - 44] < 0.5
    assert likely[406, x0 - 44] > 0.9
    told[(y0 + y1) // 2, (x0 + x1) // 2] = -4.6
    assert (
        weighed(mask, hair, told, face.size, [face], scale=1.0)[(y0 + y1) // 2, (x0 + x1) // 2]
        > 0.9
    )


def test_a_gap_outside_of_hair_stays_open_though_it_has_the_person_s_colours():
    """
    Between chin and shoulder sand is as brown as skin: the network is believed there, and in hair the colours are.
    """
    mask, told = np.full((80, 80), 0.95, np.float32), np.zeros((80, 80), np.float32)
    mask[20:60, 30:42], told[20:60, 30:42] = 0.25, 2.5
    bare, hair = np.zeros_like(mask), np.ones_like(mask)
    skin, locks = (weighed(mask, each, told, 200, [], scale=1.0) for each in (bare, hair))

    assert skin[25:55, 33:39].max() < 0.5
    assert locks[25:55, 33:39].min() > 0.5


def test_pieces_are_overruled_by_what_is_clear_only():
    """
    A piece that changes sides by weak words stays; one clear spot carries a whole piece, unless that is a speck.
    """
    before, told = np.full((40, 40), 0.5, np.float32), np.zeros((40, 40), np.float32)
    told[5:15, 5:15] = told[25:35, 25:35] = -1.0
    told[28:32, 28:32] = told[20:23, 5:8] = -4.0
    kept = overruled(before, before + told, told, 16)

    assert not kept[5:15, 5:15].any()
    assert kept[25:35, 25:35].all()
    assert not kept[20:23, 5:8].any()
    assert kept[20, 20]


def test_a_ring_around_a_face_grows_from_its_middle(finder, astronaut):
    """
    1.15 times the outline covers 1.15 squared times the area.
    """
    face = finder.find(astronaut)[0]
    inner, outer = (
        inside_faces([face], 1.0, astronaut.shape, times).sum() for times in (1.0, 1.15)
    )

    assert outer / inner == pytest.approx(1.15**2, rel=0.03)
    assert (inside_faces([], 1.0, (4, 5)) == 0).all()


def test_a_face_is_solid_but_for_what_reaches_into_its_rim_from_outside(astronaut, astronaut_face):
    """
    The mesh of a profile reaches beyond nose and brow, where the network sees nothing; a hole it sees is none,
    and the middle of a face stays.
    """
    shape = astronaut.shape[:2]
    face = inside_faces([astronaut_face], 1.0, shape, 0.94) > 0
    deep = inside_faces([astronaut_face], 1.0, shape, 0.7) > 0
    rows, columns = np.nonzero(face)
    middle = int(columns.mean())
    mask = np.ones(shape, np.float32)
    mask[:, middle:] = 0
    half = solid_of([astronaut_face], mask, 1.0) > 0

    assert (half[face & (np.arange(shape[1]) < middle)]).all()
    assert (half[deep]).all()
    assert not half[face & ~deep & (np.arange(shape[1]) >= middle)].any()

    hole = np.where(face & ~deep & (np.arange(shape[0])[:, None] > rows.max() - 9), 0, 1)
    inner = inside_faces([astronaut_face], 1.0, shape, 0.9) > 0
    enclosed = np.where(inner, hole, 1).astype(np.float32)
    assert (enclosed[face] == 0).any()
    assert (face == (solid_of([astronaut_face], enclosed, 1.0) > 0)).all()
