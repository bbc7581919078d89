"""People cut out of photos: hair, leaves behind it, the dark, and what the network only half believes in."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from mien.engine.portrait.cutout import Cutout, cut_out, followed, outlined
from mien.engine.portrait.guided import mean_around, places_of
from mien.engine.portrait.segment import People, Segmenter
from mien.engine.portrait.spill import hair_of, lit_alike
from mien.engine.portrait.trimap import View, of_one_piece, without_pinholes
from mien.engine.portrait.votes import ASKED, Votes
from mien.models.store import ModelStore


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter(network=ModelStore(threads=1).network("parts"))


def synthetic():
    """``(image, alpha)``: a disc with a soft rim, dark red before light blue."""
    y, x = np.mgrid[0:240, 0:240].astype(np.float32)
    alpha = np.clip((80 - np.hypot(x - 120, y - 120)) / 6 + 0.5, 0, 1).astype(np.float32)
    image = alpha[..., None] * (120, 30, 20) + (1 - alpha[..., None]) * (150, 190, 230)
    return np.rint(image).astype(np.uint8), alpha


def coarse(alpha):
    """``alpha`` as a network of few cells sees it."""
    return cv2.resize(cv2.resize(alpha, (20, 20), interpolation=cv2.INTER_AREA), (240, 240))


def haired(likely):
    """People who are where ``likely`` says, and all hair."""
    return People(likely=likely, hair=likely)


def test_a_cut_out_is_finer_than_its_mask():
    """
    The soft rim is found again to a twelfth, from a mask of 20 x 20 cells.
    """
    image, alpha = synthetic()
    found = cut_out(image, haired(coarse(alpha)), 160)
    rim = (alpha > 0.02) & (alpha < 0.98)

    assert np.abs(found.alpha - alpha)[rim].mean() < 0.08
    assert np.abs(coarse(alpha) - alpha)[rim].mean() > 0.15
    assert (found.alpha[100:140, 100:140] == 1).all()
    assert (found.alpha[:20, :20] == 0).all()


def test_the_old_background_is_taken_out_of_the_colours():
    """
    Pixels of the rim have the person's colour, not a mix with the blue behind.
    """
    image, alpha = synthetic()
    found = cut_out(image, haired(coarse(alpha)), 160)
    rim = (found.alpha > 0.3) & (found.alpha < 0.9)
    own = np.array([120, 30, 20])

    assert np.abs(found.colour[rim].astype(int) - own).mean() < 12
    assert np.abs(image[rim].astype(int) - own).mean() > 30


def test_the_background_shows_through_a_hole_in_the_mask():
    """
    Blue strips inside a red disc, which the network calls person, are let through; faces never are.
    """
    image, alpha = synthetic()
    image[110:130, 60:66] = (150, 190, 230)
    found = cut_out(image, haired(coarse(alpha)), 160)

    assert found.alpha[116:124, 62:64].max() < 0.5
    assert (found.alpha[115:125, 100:140] == 1).all()


def test_what_is_much_darker_than_the_background_is_no_hole():
    """
    Blue patterns on red cloth before a light blue sky stay, if they are dark.
    """
    image, alpha = synthetic()
    image[110:130, 60:66] = (10, 50, 90)
    found = cut_out(image, haired(coarse(alpha)), 160)

    assert found.alpha[116:124, 62:64].min() > 0.9


def test_shade_before_the_dark_is_no_hole():
    """
    Black, which has every hue, in the folds of red cloth before dark blue stays; dark blue there is let through.
    """
    _, alpha = synthetic()
    person, behind = np.array([120, 30, 20]), np.array([10, 35, 55])
    image = np.rint(alpha[..., None] * person + (1 - alpha[..., None]) * behind).astype(np.uint8)
    image[110:130, 60:66], image[110:130, 174:180] = (2, 5, 7), behind
    found = cut_out(image, haired(coarse(alpha)), 160)

    assert found.alpha[114:126, 61:65].min() > 0.9
    assert found.alpha[116:124, 176:178].max() < 0.5


def test_what_is_perhaps_a_person_and_touches_none_is_dropped():
    """
    A patch of the background that the network half believes in is gone; a person far off stays.
    """
    image, alpha = synthetic()
    likely = coarse(alpha)
    image[5:25, 200:230] = image[215:235, 10:40] = (120, 30, 20)
    likely[5:25, 200:230], likely[215:235, 10:40] = 0.7, 0.95
    found = cut_out(image, haired(likely), 160)

    assert (found.alpha[5:25, 200:230] == 0).all()
    assert found.alpha[220:230, 15:35].min() > 0.9


def test_hair_is_looked_for_farther_out_than_cloth():
    """
    What surely is no person begins nearer to cloth than to hair, where colours say nothing.
    """
    _, alpha = synthetic()
    image = np.full((240, 240, 3), 90, np.uint8)
    seen, bare = (
        View.of(image, People(likely=coarse(alpha), hair=np.full_like(alpha, hair)), 160, ())
        for hair in (1, 0)
    )
    y, x = np.mgrid[0:240, 0:240]
    away = np.hypot(x - 120, y - 120) - 80
    hair, cloth = (away[each.nobody > 0].min() for each in (seen, bare))

    assert hair > cloth + 1.5


def test_a_mask_that_is_sure_of_nothing_is_used_as_it_is():
    """
    Where nothing surely is person the most likely part is not thrown away.
    """
    image, alpha = synthetic()
    found = cut_out(image, haired(coarse(alpha) * np.float32(0.7)), 160)

    assert found.alpha[100:140, 100:140].mean() > 0.4


def test_leaves_behind_a_person_leave_nothing_at_the_outline():
    """
    Before a background that has the person's colours too, nothing is left of it farther than the mask is coarse.
    """
    image, alpha = synthetic()
    leaves = np.random.default_rng(3).integers(0, 2, (48, 48)).repeat(5, axis=0).repeat(5, axis=1)
    behind = np.where(leaves[..., None] > 0, (110, 35, 20), (150, 190, 230))
    image = np.rint(image * alpha[..., None] + behind * (1 - alpha[..., None])).astype(np.uint8)
    found = cut_out(image, haired(coarse(alpha)), 160)
    y, x = np.mgrid[0:240, 0:240]
    away = np.hypot(x - 120, y - 120) - 80

    assert found.alpha[away > 7].max() < 0.1
    assert found.alpha[away < -10].min() > 0.9


def test_where_colours_say_too_little_there_is_an_outline_and_no_veil():
    """
    A ramp of 40 pixels is a narrow edge in the same place where it is in doubt, and stays as it is where it is not.
    """
    image, alpha = synthetic()
    view = View.of(image, haired(coarse(alpha)), 160, ())
    ramp = np.tile(np.linspace(-2.5, 3.475, 240, dtype=np.float32).clip(0, 1), (240, 1))
    doubt = np.zeros_like(view.mask)
    doubt[:120] = 0.2
    found = outlined(ramp, doubt, view)
    between = (found > 0.1) & (found < 0.9)

    assert between[30].sum() <= 16
    assert np.argmax(found[30] > 0.5) == np.argmax(ramp[30] > 0.5)
    assert (found[210] == ramp[210]).all()


def test_leaves_behind_a_person_make_no_veil():
    """
    Before a background of many colours that change from pixel to pixel hardly anything is half a person.
    """
    image, alpha = synthetic()
    leaves = (
        np.random.default_rng(4).integers(20, 160, (80, 80, 3)).repeat(3, axis=0).repeat(3, axis=1)
    )
    image = np.rint(image * alpha[..., None] + leaves * (1 - alpha[..., None])).astype(np.uint8)
    found = cut_out(image, haired(coarse(alpha)), 160)
    half = (found.alpha > 0.2) & (found.alpha < 0.8)
    rim = (alpha > 0.2) & (alpha < 0.8)

    assert half.sum() < 0.4 * rim.sum()


def test_black_before_black_has_an_outline_and_no_veil():
    """
    Where colours tell nothing the mask's own outline is taken, as sharp as any.
    """
    _, alpha = synthetic()
    found = cut_out(np.full((240, 240, 3), 9, np.uint8), haired(coarse(alpha)), 160)
    row = found.alpha[120]

    assert ((row > 0.1) & (row < 0.9)).sum() <= 8
    assert (row > 0.5).sum() == pytest.approx(160, abs=6)


def test_black_before_black_is_not_torn_by_noise():
    """
    An outline of black hair around a bright face runs smoothly from row to row, as the mask's does.
    """
    _, alpha = synthetic()
    grain = np.random.default_rng(5).integers(0, 4, (60, 60)).astype(np.uint8)
    image = np.repeat(grain.repeat(4, axis=0).repeat(4, axis=1)[..., None], 3, axis=2)
    y, x = np.mgrid[0:240, 0:240]
    image[np.hypot(x - 120, y - 120) < 61 + 4 * np.sin(0.7 * y)] = 180
    found = cut_out(image, haired(cv2.GaussianBlur(alpha, (0, 0), 5)), 160)
    edges = np.argmax(found.alpha[90:150] > 0.5, axis=1)

    assert np.abs(np.diff(edges, 2)).mean() < 0.6
    assert np.abs(edges - np.argmax(alpha[90:150] > 0.5, axis=1)).max() <= 2


def test_what_is_half_likely_is_all_or_nothing():
    """
    A hat of the person's own colours that the network half believes in is whole, and a haze is gone.
    """
    image, alpha = synthetic()
    likely = coarse(alpha)
    image[10:44, 100:140], image[196:230, 100:140] = (120, 30, 20), (150, 190, 230)
    likely[10:44, 100:140], likely[206:230, 100:140] = 0.6, 0.4
    found = cut_out(image, haired(likely), 160)

    assert found.alpha[18:40, 106:134].min() > 0.9
    assert found.alpha[215:, 106:134].max() < 0.1


def test_holes_of_the_mask_are_filled_where_they_are_small_and_in_doubt():
    """
    Cloth with person all around it is hardly ever a hole; hair has gaps, and what surely is none is none.
    """
    mask, hair = np.ones((60, 60), np.float32), np.zeros((60, 60), np.float32)
    mask[10:14, 10:14], mask[20:50, 20:50], mask[0:4, 30:34] = 0.3, 0.3, 0.3
    mask[10:14, 20:24], mask[10:14, 40:44] = 0.3, 0.4
    mask[11:13, 41:43], hair[:, 15:30] = 0.2, 1
    filled = without_pinholes(mask, hair, 40)

    assert (filled[10:14, 10:14] > 0.5).all()
    assert (filled[20:50, 20:50] == mask[20:50, 20:50]).all()
    assert (filled[0:4, 30:34] == mask[0:4, 30:34]).all()
    assert (filled[10:14, 20:24] == mask[10:14, 20:24]).all()
    assert (filled[10:14, 40:44] == mask[10:14, 40:44]).all()


def test_a_gap_that_the_network_sees_stays_open():
    """
    Between two locks something shows that is seen nowhere else: it is open as the network says.
    """
    image, alpha = synthetic()
    likely = coarse(alpha)
    likely[100:140, 70:82], image[100:140, 70:82] = 0.15, (60, 140, 60)
    found = cut_out(image, haired(likely), 160)

    assert found.alpha[110:130, 74:78].max() < 0.1


def test_islands_of_the_cut_out_are_dropped():
    """
    What hangs together with no sure person is none; a strand that does is kept.
    """
    shares, person = np.zeros((20, 20), np.float32), np.zeros((20, 20), np.float32)
    person[5:10, 5:10] = shares[5:10, 5:10] = 1
    shares[10:15, 7], shares[16:19, 15:18] = 0.4, 0.8
    kept = of_one_piece(shares, person, 100)

    assert (kept[10:15, 7] == shares[10:15, 7]).all()
    assert (kept[16:19, 15:18] == 0).all()


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_places_are_those_of_numpy(share):
    """
    In the same order, and of parts of a picture, too; nowhere is none.
    """
    there = np.random.default_rng(6).random((31, 58)) < share
    for cells in (there, there[3:20, 5:40]):
        rows, columns = places_of(cells)
        assert (np.stack([rows, columns]) == np.stack(np.nonzero(cells))).all()


def test_the_mean_around_counts_what_has_weight_only():
    """
    One colour stays what it is, whatever has no weight beside it; a step is halfway in its middle.
    """
    colours, weight = np.zeros((60, 80, 3), np.float32), np.zeros((60, 80), np.float32)
    colours[:, :40], weight[:, :40] = (0.2, 0.5, 0.8), 1
    alone = mean_around(colours, weight, 10)
    mixed = mean_around(colours, np.ones_like(weight), 10)

    assert alone[10:50, 10:45] == pytest.approx(np.array([[(0.2, 0.5, 0.8)] * 35] * 40), abs=0.01)
    assert mixed[30, 38:42].mean(axis=0) == pytest.approx((0.1, 0.25, 0.4), abs=0.02)


def test_a_broad_piece_does_not_hang_by_a_veil():
    """
    A lamp beside a curl that a veil joins to it is dropped; a lock that hangs by as little is kept.
    """
    shares, person = np.zeros((40, 60), np.float32), np.zeros((40, 60), np.float32)
    person[5:15, 5:15] = shares[5:15, 5:15] = 1
    shares[8:12, 15:20], shares[4:16, 20:32] = 0.2, 0.9
    shares[15:20, 8:10], shares[20:36, 8:11] = 0.2, 0.9
    kept = of_one_piece(shares, person, 100)

    assert (kept[4:16, 20:32] == 0).all()
    assert (kept[20:36, 8:11] > 0).all()


def test_colours_vote_for_a_share_and_doubt_it_where_there_are_too_many():
    """
    Midway between red and blue a pixel is half; before red and blue alike nobody knows.
    """
    red, blue = np.array([0.8, 0.1, 0.1], np.float32), np.array([0.1, 0.2, 0.9], np.float32)
    guide = np.asarray((red + blue) / 2, np.float32)[None, None]
    at = np.zeros(1, np.intp), np.zeros(1, np.intp)
    ours = np.tile(red[None, :, None], (ASKED, 1, 1))
    plain = np.tile(blue[None, :, None], (ASKED, 1, 1))
    busy = np.where(np.arange(ASKED)[:, None, None] % 2, plain, ours)
    sure, unsure = Votes.of(guide, at, ours, plain), Votes.of(guide, at, ours, busy)

    assert sure.share[0] == pytest.approx(0.5, abs=0.01)
    assert sure.ours[:, 0] == pytest.approx(red, abs=0.01)
    assert sure.behind[:, 0] == pytest.approx(blue, abs=0.01)
    assert sure.doubt[0] < 0.01
    assert unsure.doubt[0] > 0.2


def test_a_colour_is_common_that_both_sides_have():
    """
    Red among reds and blues before reds tells nothing; before blues alone, or among them, it does.
    """
    red, blue = np.array([0.8, 0.1, 0.1], np.float32), np.array([0.1, 0.2, 0.9], np.float32)
    at = np.zeros(1, np.intp), np.zeros(1, np.intp)
    reds, blues = (np.tile(each[None, :, None], (ASKED, 1, 1)) for each in (red, blue))
    mixed = np.where(np.arange(ASKED)[:, None, None] == 0, reds, blues)

    assert Votes.of(red[None, None], at, mixed, reds).common[0] > 0.9
    assert Votes.of(red[None, None], at, mixed, blues).common[0] < 0.1
    assert Votes.of(red[None, None], at, blues, reds).common[0] < 0.1


def striped(behind):
    """``(image, alpha)``: a brown disc before ``behind``, of which much is in stripes near the rim."""
    _, alpha = synthetic()
    behind = np.array(behind, float)
    image = alpha[..., None] * (120, 70, 40) + (1 - alpha[..., None]) * behind
    image[100:140:6, 50:70] = 0.6 * behind + 0.4 * np.array([120, 70, 40])
    return np.rint(image).astype(np.uint8), alpha


def test_sky_between_strands_of_hair_becomes_hair():
    """
    Blue in stripes of a brown disc before a blue sky is brown in the cut-out; there is no hole.
    """
    image, alpha = striped((90, 150, 230))
    found = cut_out(image, haired(coarse(alpha)), 160)
    off = np.abs(found.colour[100:140:6, 54:66].astype(int) - (120, 70, 40)).mean()

    assert off < 30
    assert np.abs(image[100:140:6, 54:66].astype(int) - (120, 70, 40)).mean() > 55
    assert (found.colour[110:130, 100:140] == image[110:130, 100:140]).all()


def test_hair_before_grey_keeps_its_colours():
    """
    Grey has no hue that could be told from hair's: stripes of it stay as they are.
    """
    image, alpha = striped((150, 150, 150))
    found = cut_out(image, haired(coarse(alpha)), 160)

    assert (found.colour[100:140:6, 60:66] == image[100:140:6, 60:66]).all()


def test_a_lamp_that_shines_on_the_face_too_stays_in_the_hair():
    """
    A red face before a red wall, with brown hair around it, is lit alike; a pale face is not.
    """
    image, alpha = striped((200, 30, 40))
    seen = View.of(image, haired(coarse(alpha)), 160, [])
    solid = np.zeros_like(seen.mask)
    solid[100:140, 100:140] = 1
    behind = np.full_like(seen.guide, np.array([200, 30, 40]) / 255)
    red, pale = (
        seen.guide * (1 - solid[..., None]) + solid[..., None] * np.array(face)
        for face in ((0.8, 0.1, 0.15), (0.8, 0.7, 0.65))
    )
    alike = [
        lit_alike(replace(seen, guide=face.astype(np.float32), solid=solid), seen.guide, behind)
        for face in (red, pale)
    ]

    assert [True, False] == alike


def test_hair_is_around_a_head_and_not_in_a_face(finder, segmenter, astronaut):
    """
    Near the outline, from above the head to the chin; a face and clothes are no hair.
    """
    face = finder.find(astronaut)[0]
    seen = View.of(astronaut, segmenter.people(astronaut, [face]), face.size, [face])
    hair = hair_of([face], seen)
    x0, y0, x1, y1 = (round(value * seen.scale) for value in face.box)
    outline = (seen.mask[y0, : (x0 + x1) // 2] > 0.5).argmax()

    assert hair[(y0 + y1) // 2, (x0 + x1) // 2] == 0
    assert hair[y0, outline + 2] == 1
    assert (hair[y1 + (y1 - y0) // 2 :] == 0).all()


def test_colours_correct_a_mask_that_reaches_too_far():
    """
    The rim is where the colours say it is, although the network's mask goes on beyond it.
    """
    image, alpha = synthetic()
    likely = coarse(np.maximum(alpha, np.roll(alpha, 8, axis=1)))
    found = cut_out(image, haired(likely), 160)
    rim = (alpha > 0.2) & (alpha < 0.8)

    assert np.abs(found.alpha - alpha)[rim].mean() < 0.12


def test_a_cut_out_checks_its_shapes():
    """
    Colours and shares belong together.
    """
    with pytest.raises(ValueError, match="shapes differ"):
        Cutout(colour=np.zeros((4, 4, 3), np.uint8), alpha=np.zeros((4, 5), np.float32))


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (8, 8), (3, 900)])
@pytest.mark.parametrize("likely", [0.0, 0.5, 1.0])
def test_pictures_of_any_shape_can_be_cut_out(shape, likely):
    """
    The smallest and the narrowest ones too, with nobody in them, somebody perhaps, or nothing else.
    """
    image = np.random.default_rng(5).integers(0, 256, (*shape, 3), dtype=np.uint8)
    found = cut_out(image, haired(np.full(shape, likely, np.float32)), 20)

    assert shape == found.alpha.shape
    assert np.isfinite(found.alpha).all()
    assert 0 <= found.alpha.min() <= found.alpha.max() <= 1


def test_an_outline_moves_to_edges_nearby_only():
    """
    Stripes on either side of an outline draw nothing into the shares a few pixels off it.
    """
    stripes = np.where(np.arange(120)[None, :, None] % 6 < 3, 40, 210)
    image = np.broadcast_to(stripes, (120, 120, 3)).astype(np.uint8)
    shares = np.zeros((120, 120), np.float32)
    shares[:, 61:] = 1
    alpha = followed(image, np.asarray(image / 255, np.float32), shares, 160)

    assert (alpha[:, :56] == 0).all()
    assert (alpha[:, 66:] == 1).all()
