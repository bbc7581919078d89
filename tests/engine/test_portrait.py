"""Portraits: people cut out, framed, and set before scenes."""

from dataclasses import replace

import numpy as np
import pytest

from mien.engine.portrait.backdrop import backdrop
from mien.engine.portrait.cutout import Cutout, cut_out
from mien.engine.portrait.film import developed
from mien.engine.portrait.frame import EYE_LINE, HEAD_ROOM, Figure, framed
from mien.engine.portrait.look import Film, Look
from mien.engine.portrait.scenes import SCENES
from mien.engine.portrait.segment import Segmenter, clearer
from mien.engine.portrait.spill import hair_of, lit_alike
from mien.engine.portrait.stage import lens
from mien.engine.portrait.studio import Sitter, portrait
from mien.engine.portrait.trimap import View, of_one_piece, without_pinholes
from mien.engine.portrait.votes import ASKED, Votes
from mien.models.store import ModelStore

SIZE = (160, 200)


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter(network=ModelStore(threads=1).network("selfie"))


@pytest.fixture(scope="module")
def sitter(finder, segmenter, astronaut):
    """The astronaut, head and shoulders."""
    return Sitter.of(astronaut, finder.find(astronaut)[0], segmenter)


def synthetic():
    """``(image, alpha)``: a disc with a soft rim, dark red before light blue."""
    y, x = np.mgrid[0:240, 0:240].astype(np.float32)
    alpha = np.clip((80 - np.hypot(x - 120, y - 120)) / 6 + 0.5, 0, 1).astype(np.float32)
    image = alpha[..., None] * (120, 30, 20) + (1 - alpha[..., None]) * (150, 190, 230)
    return np.rint(image).astype(np.uint8), alpha


def coarse(alpha):
    """``alpha`` as a network of few cells sees it."""
    import cv2  # noqa: PLC0415

    return cv2.resize(cv2.resize(alpha, (20, 20), interpolation=cv2.INTER_AREA), (240, 240))


def test_a_cut_out_is_finer_than_its_mask():
    """
    The soft rim is found again to a twelfth, from a mask of 20 x 20 cells.
    """
    image, alpha = synthetic()
    found = cut_out(image, coarse(alpha), 160)
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
    found = cut_out(image, coarse(alpha), 160)
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
    found = cut_out(image, coarse(alpha), 160)

    assert found.alpha[116:124, 62:64].max() < 0.5
    assert (found.alpha[115:125, 100:140] == 1).all()


def test_what_is_much_darker_than_the_background_is_no_hole():
    """
    Blue patterns on red cloth before a light blue sky stay, if they are dark.
    """
    image, alpha = synthetic()
    image[110:130, 60:66] = (10, 50, 90)
    found = cut_out(image, coarse(alpha), 160)

    assert found.alpha[116:124, 62:64].min() > 0.9


def test_what_is_perhaps_a_person_and_touches_none_is_dropped():
    """
    A patch of the background that the network half believes in is gone; a person far off stays.
    """
    image, alpha = synthetic()
    likely = coarse(alpha)
    image[5:25, 200:230] = image[215:235, 10:40] = (120, 30, 20)
    likely[5:25, 200:230], likely[215:235, 10:40] = 0.7, 0.95
    found = cut_out(image, likely, 160)

    assert (found.alpha[5:25, 200:230] == 0).all()
    assert found.alpha[220:230, 15:35].min() > 0.9


def test_a_mask_that_is_sure_of_nothing_is_used_as_it_is():
    """
    Where nothing surely is person the most likely part is not thrown away.
    """
    image, alpha = synthetic()
    found = cut_out(image, coarse(alpha) * np.float32(0.7), 160)

    assert found.alpha[100:140, 100:140].mean() > 0.4


def test_leaves_behind_a_person_leave_nothing_at_the_outline():
    """
    Before a background that has the person's colours too, nothing is left of it farther than the mask is coarse.
    """
    image, alpha = synthetic()
    leaves = np.random.default_rng(3).integers(0, 2, (48, 48)).repeat(5, axis=0).repeat(5, axis=1)
    behind = np.where(leaves[..., None] > 0, (110, 35, 20), (150, 190, 230))
    image = np.rint(image * alpha[..., None] + behind * (1 - alpha[..., None])).astype(np.uint8)
    found = cut_out(image, coarse(alpha), 160)
    y, x = np.mgrid[0:240, 0:240]
    away = np.hypot(x - 120, y - 120) - 80

    assert found.alpha[away > 7].max() < 0.1
    assert found.alpha[away < -10].min() > 0.9


def test_black_before_black_has_an_outline_and_no_veil():
    """
    Where colours tell nothing the mask's own outline is taken, as sharp as any.
    """
    _, alpha = synthetic()
    found = cut_out(np.full((240, 240, 3), 9, np.uint8), coarse(alpha), 160)
    row = found.alpha[120]

    assert ((row > 0.1) & (row < 0.9)).sum() <= 8
    assert (row > 0.5).sum() == pytest.approx(160, abs=6)


def test_what_is_half_likely_is_all_or_nothing():
    """
    A hat of the person's own colours that the network half believes in is whole, and a haze is gone.
    """
    image, alpha = synthetic()
    likely = coarse(alpha)
    image[10:44, 100:140], image[196:230, 100:140] = (120, 30, 20), (150, 190, 230)
    likely[10:44, 100:140], likely[206:230, 100:140] = 0.6, 0.4
    found = cut_out(image, likely, 160)

    assert found.alpha[18:40, 106:134].min() > 0.9
    assert found.alpha[215:, 106:134].max() < 0.1


def test_small_holes_of_the_mask_are_filled_and_large_ones_are_not():
    """
    A hole with person all around it is hardly ever one, unless it is large.
    """
    mask = np.ones((60, 60), np.float32)
    mask[10:14, 10:14], mask[20:50, 20:50], mask[0:4, 30:34] = 0.3, 0.0, 0.3
    filled = without_pinholes(mask, 40)

    assert (filled[10:14, 10:14] > 0.5).all()
    assert (filled[20:50, 20:50] == 0).all()
    assert (filled[0:4, 30:34] == mask[0:4, 30:34]).all()


def test_islands_of_the_cut_out_are_dropped():
    """
    What hangs together with no sure person is none; a strand that does is kept.
    """
    shares, person = np.zeros((20, 20), np.float32), np.zeros((20, 20), np.float32)
    person[5:10, 5:10] = shares[5:10, 5:10] = 1
    shares[10:15, 7], shares[16:19, 15:18] = 0.4, 0.8
    kept = of_one_piece(shares, person)

    assert (kept[10:15, 7] == shares[10:15, 7]).all()
    assert (kept[16:19, 15:18] == 0).all()


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


def test_the_network_sees_dark_people_in_more_light():
    """
    It is asked about the picture as it is and brighter; what it finds in one of both counts half.
    """

    def sees_light(tensor):
        return {"mask": (tensor[..., :1] > 0.3).astype(np.float32)}

    image = np.full((300, 300, 3), 40, np.uint8)
    image[:, 150:] = 200
    likely = Segmenter(network=sees_light).people(image, [])

    assert likely[:, :140].mean() == pytest.approx(0.5, abs=0.01)
    assert likely[:, 160:].mean() == pytest.approx(1, abs=0.01)


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
    found = cut_out(image, coarse(alpha), 160)
    off = np.abs(found.colour[100:140:6, 54:66].astype(int) - (120, 70, 40)).mean()

    assert off < 30
    assert np.abs(image[100:140:6, 54:66].astype(int) - (120, 70, 40)).mean() > 55
    assert (found.colour[110:130, 100:140] == image[110:130, 100:140]).all()


def test_hair_before_grey_keeps_its_colours():
    """
    Grey has no hue that could be told from hair's: stripes of it stay as they are.
    """
    image, alpha = striped((150, 150, 150))
    found = cut_out(image, coarse(alpha), 160)

    assert (found.colour[100:140:6, 60:66] == image[100:140:6, 60:66]).all()


def test_a_lamp_that_shines_on_the_face_too_stays_in_the_hair():
    """
    A red face before a red wall, with brown hair around it, is lit alike; a pale face is not.
    """
    image, alpha = striped((200, 30, 40))
    seen = View.of(image, coarse(alpha), 160, [])
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
    likely = segmenter.people(astronaut, [face])
    seen = View.of(astronaut, likely, face.size, [face])
    hair = hair_of([face], seen)
    x0, y0, x1, y1 = (round(value * seen.scale) for value in face.box)
    outline = (seen.mask[y0, : (x0 + x1) // 2] > 0.5).argmax()

    assert hair[(y0 + y1) // 2, (x0 + x1) // 2] == 0
    assert hair[y0, outline + 2] == 1
    assert (hair[y1 + (y1 - y0) // 2 :] == 0).all()


def test_the_clearer_look_is_brighter_and_crisper():
    """
    Dark is lifted most, and a step between two tones becomes higher at the step.
    """
    tensor = np.full((32, 32, 3), 0.1, np.float32)
    tensor[:, 16:] = 0.3
    seen = clearer(tensor)

    assert seen[16, 2, 0] > 0.25
    assert seen[16, 16, 0] > seen[16, 30, 0] + 0.02
    assert seen[16, 15, 0] < seen[16, 2, 0] - 0.02
    assert seen.max() <= 1


def test_colours_correct_a_mask_that_reaches_too_far():
    """
    The rim is where the colours say it is, although the network's mask goes on beyond it.
    """
    image, alpha = synthetic()
    likely = coarse(np.maximum(alpha, np.roll(alpha, 8, axis=1)))
    found = cut_out(image, likely, 160)
    rim = (alpha > 0.2) & (alpha < 0.8)

    assert np.abs(found.alpha - alpha)[rim].mean() < 0.12


def test_a_cut_out_checks_its_shapes():
    """
    Colours and shares belong together.
    """
    with pytest.raises(ValueError, match="shapes differ"):
        Cutout(colour=np.zeros((4, 4, 3), np.uint8), alpha=np.zeros((4, 5), np.float32))


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_can_be_drawn_and_drawn_again(name):
    """
    The same seed gives the same pixels, another seed others, and no scene is one flat colour.
    """
    look = Look(scene=name)
    one = backdrop(look, *SIZE, 1)
    backdrop.cache_clear()
    again, other = backdrop(look, *SIZE, 1), backdrop(look, *SIZE, 2)

    assert (200, 160, 3) == one.pixels.shape
    assert (one.pixels == again.pixels).all()
    assert (one.pixels != other.pixels).any()
    assert one.pixels.std() > 2
    assert not one.pixels.flags.writeable


@pytest.mark.parametrize("name", SCENES)
def test_scenes_stay_what_they_are_in_any_shape(name):
    """
    Wide, tall and tiny pictures too, at any time of day and depth.
    """
    for size, blur in (((256, 96), 0.0), ((96, 256), 2.0), ((9, 8), 1.0)):
        look = Look(scene=name, blur=blur, colours=((200, 30, 30), (10, 20, 30)))
        assert (size[1], size[0], 3) == backdrop(look, *size, 7).pixels.shape


def test_an_unwanted_colour_is_gone():
    """
    A green paper without green is grey; what has another hue stays.
    """
    green, blue = (40, 160, 60), (40, 60, 170)
    grey = backdrop(Look(colours=(green,), unwanted=((0, 128, 0),)), *SIZE, 1).pixels
    kept = backdrop(Look(colours=(blue,), unwanted=((0, 128, 0),)), *SIZE, 1).pixels

    assert np.ptp(grey.astype(int), axis=2).max() <= 3
    assert np.ptp(kept.astype(int), axis=2).mean() > 40


def test_a_colour_is_the_paper_s():
    """
    The backdrop's hue is that of the colour that was asked for.
    """
    pixels = backdrop(Look(colours=((178, 34, 34),)), *SIZE, 1).pixels.reshape(-1, 3).mean(axis=0)

    assert pixels[0] > 2 * pixels[1]
    assert abs(pixels[1] - pixels[2]) < 12


def test_a_lens_keeps_the_light():
    """
    Out of focus, a point becomes a disc of the same light in all.
    """
    canvas = np.zeros((120, 120, 3), np.float32)
    canvas[60, 60] = 100
    out = lens(canvas, 14)

    assert out.sum() == pytest.approx(canvas.sum(), rel=0.05)
    assert out.max() < 0.4
    assert out[60, 66, 0] > 0.05 > out[60, 85, 0]


def figure(**changes):
    """A head in the middle of a photo of 1000 x 1000, shoulders cut by the lower edge."""
    values = {
        "width": 1000,
        "height": 1000,
        "face": 300.0,
        "eyes": 420.0,
        "middle": 500.0,
        "top": 180.0,
        "bottom": 1000.0,
        "left_cut": False,
        "right_cut": False,
        "top_cut": False,
    }
    return Figure(**(values | changes))


def test_a_free_head_stands_by_the_rules():
    """
    Eye line, middle and head room of a portrait; the photo's lower edge is not in view.
    """
    frame = framed(figure(), 1024, 1280)

    assert (frame.top + 420 * frame.scale) / 1280 == pytest.approx(EYE_LINE, abs=0.08)
    assert frame.left + 500 * frame.scale == pytest.approx(512, abs=2)
    assert (frame.top + 180 * frame.scale) / 1280 > HEAD_ROOM
    assert frame.top + 1000 * frame.scale >= 1280 - 1e-6


@pytest.mark.parametrize("size", [(1024, 1280), (1024, 1024), (1600, 800), (700, 1800)])
@pytest.mark.parametrize(
    "cut", [{"left_cut": True, "right_cut": True}, {"left_cut": True}, {"top_cut": True}]
)
def test_no_cut_off_edge_is_in_view(size, cut):
    """
    Where the photo's edge cuts the person, it lies outside the frame, or on its edge.
    """
    frame = framed(figure(**cut), *size)

    assert frame.top + 1000 * frame.scale >= frame.height - 1
    if "left_cut" in cut:
        assert frame.left <= 1
    if "right_cut" in cut:
        assert frame.left + 1000 * frame.scale >= frame.width - 1
    if "top_cut" in cut:
        assert frame.top <= 1


def test_a_small_photo_makes_a_small_portrait():
    """
    Enlarged by 1.6 at most, but no smaller than 512 pixels.
    """
    small = {"width": 500, "height": 500, "eyes": 210.0, "middle": 250.0, "top": 90.0}
    frame = framed(figure(**small, face=150.0, bottom=500.0), 1024, 1280)
    tiny = framed(figure(**small, face=60.0, bottom=500.0), 1024, 1280)

    assert frame.scale <= 1.61
    assert 512 < frame.width < 1024
    assert frame.width / frame.height == pytest.approx(0.8, abs=0.01)
    assert (512, 640) == (tiny.width, tiny.height)


def test_portraits_of_a_job_differ_and_can_be_made_again(sitter):
    """
    By their backdrop and by their frame; the seed gives all of it.
    """
    look = Look(scene="bokeh")
    first, second = (portrait(sitter, look, 320, 400, seed=n, number=n) for n in (0, 1))
    again = portrait(sitter, look, 320, 400, seed=0, number=0)

    assert (first == again).all()
    assert np.abs(first.astype(int) - second).mean() > 2


def test_the_face_is_the_person_s(sitter, finder):
    """
    One face, near the eye line, whatever is behind it.
    """
    for scene in ("paper", "forest", "city night"):
        picture = portrait(sitter, Look(scene=scene), 640, 800, seed=3)
        (face,) = finder.find(picture)[:1]
        x0, y0, x1, y1 = face.box

        assert 0.25 < (x0 + x1) / 2 / picture.shape[1] < 0.75
        assert 0.2 < (y0 + y1) / 2 / picture.shape[0] < 0.7


@pytest.mark.parametrize("film", Film)
def test_films_keep_black_dark_and_white_light(film):
    """
    Black and white ones have no colour; every one keeps the order of tones.
    """
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(4, axis=0)
    out = developed(ramp, film).astype(int)

    assert out[2, 10].max() < 70
    assert out[2, 245].min() > 150
    if film is Film.MONO:
        assert (
            np.ptp(developed(np.full((4, 4, 3), (200, 30, 90), np.uint8), film), axis=2).max() == 0
        )
