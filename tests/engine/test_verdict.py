"""Palettes of person and background, and what they may overrule of a network's mask."""

import cv2
import numpy as np
import pytest

from mien.engine.portrait.cutout import cut_out
from mien.engine.portrait.heads import around_heads, inside_faces
from mien.engine.portrait.palette import COLOURS, labelled, odds, palette_of, showing_through
from mien.engine.portrait.segment import Segmenter, doubted, seen_from_afar
from mien.engine.portrait.trimap import solid_of
from mien.engine.portrait.verdict import backed, overruled, weighed

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
    found = cut_out(image, likely, 160)

    assert found.alpha[117:124, 53:60].max() < 0.2
    assert found.alpha[110:130, 90:150].min() > 0.9


def test_a_spot_far_inside_a_person_stays():
    """
    What has the background's colour a third of a face from the outline is a pattern, and no gap.
    """
    image, likely = with_gap((120, 120))
    found = cut_out(image, likely, 160)

    assert (found.alpha[100:140, 100:140] == 1).all()


def test_what_the_network_half_lost_comes_back_by_its_colour():
    """
    The brim of a brown hat in which the network believes by a third is whole, without the grey beside it.
    """
    image, likely = with_gap((500, 500))
    image[32:44, 105:135] = BROWN
    likely[32:44, 95:145] = np.maximum(likely[32:44, 95:145], 0.35)
    found = cut_out(image, likely, 160)

    assert found.alpha[34:44, 107:133].min() > 0.9
    assert found.alpha[32:38, 97:102].max() < 0.1
    assert found.alpha[32:38, 138:143].max() < 0.1


def test_a_colour_like_the_person_s_brings_nothing_back_that_the_network_excludes():
    """
    A brown pole behind a person stays behind, though it touches them.
    """
    image, likely = with_gap((500, 500))
    image[0:44, 112:128] = BROWN
    found = cut_out(image, likely, 160)

    assert found.alpha[:30].max() < 0.1


def test_clothes_are_not_pierced_where_hair_is(finder, astronaut):
    """
    The same word of colours opens a gap beside a head, and none in clothes, where they must speak far louder.
    """
    face = finder.find(astronaut)[0]
    mask = np.ones(astronaut.shape[:2], np.float32)
    told = np.zeros_like(mask)
    x0, y0, x1, y1 = (round(value) for value in face.box)
    mask[:, : x0 - 60] = 0
    told[y0 : y0 + 12, x0 - 50 : x0 - 38] = told[400:412, x0 - 50 : x0 - 38] = -4.0
    likely = weighed(mask, told, face.size, [face], 1.0)
    head = around_heads([face], 1.0, mask.shape)

    assert head[y0 + 6, x0 - 44] == 1
    assert head[406, x0 - 44] == 0
    assert likely[y0 + 6, x0 - 44] < 0.5
    assert likely[406, x0 - 44] > 0.9
    told[(y0 + y1) // 2, (x0 + x1) // 2] = -4.6
    assert weighed(mask, told, face.size, [face], 1.0)[(y0 + y1) // 2, (x0 + x1) // 2] > 0.9


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


def halves_seen(*, left, right):
    """A network that sees a person with these likelihoods on either half."""

    def network(tensor):
        seen = np.full((*tensor.shape[:3], 1), left, np.float32)
        seen[:, :, tensor.shape[2] // 2 :] = right
        return {"mask": seen}

    return network


def test_a_second_opinion_doubts_whole_pieces():
    """
    What one network is half sure of and the other sees nothing of is in doubt; what is sure stays so, and what
    only the second one sees does not come along.
    """
    likely = np.full((256, 256), 0.7, np.float32)
    likely[:, 200:] = 0.99
    likely[200:] = 0.05
    other = np.full((144, 256), 0.01, np.float32)
    other[:, :80] = 0.99
    after = doubted(likely, other, 100)

    assert np.abs(after[:190, :70] - 0.7).max() < 0.01
    assert after[10:190, 90:190].max() < 0.4
    assert after[10:190, 210:].min() > 0.9
    assert after[210:].max() < 0.06


def test_outlines_that_differ_by_little_are_left_alone():
    """
    A strip narrower than a tenth of a face, where the networks do not agree, is as likely as before.
    """
    likely = np.full((256, 256), 0.7, np.float32)
    other = np.full((144, 256), 0.99, np.float32)
    other[:, 100:105] = 0.01

    assert np.abs(doubted(likely, other, 120) - 0.7).max() < 0.01


def test_two_networks_are_asked():
    """
    The second one gets the wide picture it is made for, and its doubt counts.
    """
    sizes = []

    def wide(tensor):
        sizes.append(tensor.shape)
        return halves_seen(left=0.9, right=0.01)(tensor)

    first = halves_seen(left=0.7, right=0.7)
    image = np.zeros((300, 300, 3), np.uint8)

    likely = Segmenter(network=first, second=wide).people(image, []).likely

    assert {(1, 144, 256, 3)} == set(sizes)
    # Half of the answers are to the mirrored picture.
    assert np.ptp(likely) < 0.4
    assert np.abs(Segmenter(network=first).people(image, []).likely - 0.7).max() < 0.01


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
    assert (around_heads([], 1.0, (4, 5)) == 1).all()


class FromAfar:
    """Sees a person everywhere, 0.8, in pictures whose edge is repeated, and 0.2 in others."""

    def __call__(self, pictures):
        afar = (pictures[:, 0] == pictures[:, 1]).all()
        return {"likely": np.full((*pictures.shape[:3], 1), 0.8 if afar else 0.2, np.float32)}


def noise(side):
    """``(side, side, 3)`` no two rows of which are alike."""
    return np.random.default_rng(1).integers(0, 256, (side, side, 3)).astype(np.uint8)


@pytest.mark.parametrize(("share", "expected"), [(0.4, 0.5), (0.6, 0.2)])
def test_a_picture_is_looked_at_from_afar_unless_a_face_fills_it(astronaut_face, share, expected):
    """
    A view from farther away counts as much as that of the picture itself, but not in a close-up.
    """
    picture = noise(round(astronaut_face.size / share))
    likely = Segmenter(network=FromAfar()).people(picture, [astronaut_face]).likely

    assert abs(expected - np.median(likely)) < 1e-3


def test_what_is_seen_from_afar_is_where_it_is_in_the_picture():
    """
    The right edge of what is red is at its place to a cell of the network.
    """

    class Red:
        def __call__(self, pictures):
            return {"likely": pictures[..., :1]}

    image = np.zeros((512, 300, 3), np.uint8)
    image[:, :100] = 255
    likely = seen_from_afar(image, Red())

    assert abs(100 / 300 - (likely > 0.5).mean()) < 1 / likely.shape[1]
    assert (likely[:, 0] == 1).all()


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


def test_colours_that_say_little_against_all_networks_are_not_heard():
    """
    Where colours hardly speak against what all networks see, or for what none sees, these are believed; a gap,
    against which they speak clearly, stays one, and without the network that knows bodies nothing changes.
    """
    told = np.array([[-0.7, -3.0, 0.7, 3.0]], np.float32)
    likely = np.array([[0.9, 0.9, 0.01, 0.01]], np.float32)
    sure = np.array([[0.98, 0.98, 0.02, 0.02]], np.float32)
    after = backed(told, likely, sure, 100)

    assert after[0, 0] > 0
    assert after[0, 2] < 0
    assert (after[0, [1, 3]] == told[0, [1, 3]]).all()
    assert (backed(told, likely, np.full_like(likely, 0.5), 100) == told).all()
    assert (backed(told, likely, 1 - sure, 100) == told).all()


def test_pieces_that_the_selfie_networks_are_not_sure_of_are_bodies_or_not():
    """
    Where colours say nothing, one side of such a piece is a person and the other none; an outline, which is
    as unsure but narrow, is left to colours.
    """
    told = np.full((60, 120), 0.1, np.float32)
    likely = np.full((60, 120), 0.5, np.float32)
    likely[:, :20], likely[:, 100:] = 0.99, 0.0
    bodies = np.where(np.arange(120) < 60, 0.98, 0.02) * np.ones((60, 1))
    after = backed(told, likely, bodies.astype(np.float32), 100)
    narrow = np.where((likely == 0.5) & (np.arange(120) > 24), 0.01, likely).astype(np.float32)
    outline = backed(-told, narrow, np.full_like(likely, 0.02), 100)

    assert after[5:55, 30:55].min() > 1
    assert after[5:55, 65:90].max() < -1
    assert (outline[:, 20:25] == -told[:, 20:25]).all()


def beside():
    """``(image, likely, bodies)``: a brown disc with a tongue of grey, as what is behind, half believed in."""
    y, x = np.mgrid[0:240, 0:240].astype(np.float32)
    alpha = np.clip((80 - np.hypot(x - 120, y - 120)) / 6 + 0.5, 0, 1).astype(np.float32)
    image = np.rint(alpha[..., None] * BROWN + (1 - alpha[..., None]) * BROWN * 0.97)
    likely = cv2.resize(cv2.resize(alpha, (20, 20), interpolation=cv2.INTER_AREA), (240, 240))
    bodies = likely.copy()
    likely[150:200, 180:225] = np.maximum(likely[150:200, 180:225], 0.7)
    return image.astype(np.uint8), likely, bodies


def test_a_piece_that_is_no_body_and_has_no_colour_of_its_own_stays_behind():
    """
    Snow beside a white jacket: where the selfie networks only half believe in it, and no colour tells it
    from what is behind, the network that knows bodies decides.
    """
    image, likely, bodies = beside()
    with_it, without = (cut_out(image, likely, 160, bodies=each).alpha for each in (bodies, None))

    assert without[170:190, 205:215].mean() > 0.9
    assert with_it[170:190, 205:215].mean() < 0.1
    assert with_it[100:140, 80:160].min() > 0.9


def test_what_the_selfie_networks_are_sure_of_comes_along_though_it_is_no_body():
    """
    A cat in the arms is no body.
    """
    image, likely, bodies = beside()
    likely[150:200, 180:225] = 0.98
    found = cut_out(image, likely, 160, bodies=bodies).alpha

    assert found[165:190, 195:215].min() > 0.9
