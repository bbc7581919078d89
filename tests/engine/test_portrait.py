"""Portraits: people framed and set before scenes."""

import numpy as np
import pytest

from mien.engine.portrait.backdrop import backdrop
from mien.engine.portrait.film import developed
from mien.engine.portrait.frame import EYE_LINE, HEAD_ROOM, Figure, framed
from mien.engine.portrait.look import Film, Look
from mien.engine.portrait.scenes import SCENES
from mien.engine.portrait.segment import Segmenter
from mien.engine.portrait.stage import dyed, lens, linear
from mien.engine.portrait.studio import Sitter, portrait
from mien.models.store import ModelStore

SIZE = (160, 200)


@pytest.fixture(scope="module")
def segmenter():
    return Segmenter(network=ModelStore(threads=1).network("parts"))


@pytest.fixture(scope="module")
def sitter(finder, segmenter, astronaut):
    """The astronaut, head and shoulders."""
    return Sitter.of(astronaut, finder.find(astronaut)[0], segmenter)


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


@pytest.mark.parametrize(
    "colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 0, 255), (255, 255, 0)]
)
def test_paper_is_not_as_colourful_as_a_screen(colour):
    """
    A screen's primary colours keep their hue on paper, and lose some of their colour; they are not brighter.
    """
    given, dull = np.array(linear(colour)), np.array(dyed(colour))
    lit, dark = np.array(colour) > 0, np.array(colour) == 0

    assert dull[lit].min() > 1.5 * dull[dark].max()
    assert dull.min() > 0.001
    assert dull[lit].max() < given.max()


@pytest.mark.parametrize(
    "colour", [(0, 0, 0), (128, 128, 128), (255, 255, 255), (122, 130, 140), (168, 140, 120)]
)
def test_greys_and_muted_colours_are_what_they_are_on_paper(colour):
    """
    White stays white, and a beige the same beige.
    """
    assert dyed(colour) == linear(colour)


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
