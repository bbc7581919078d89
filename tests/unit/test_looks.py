"""What the studio understands of a prompt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.commands.looks import Meaning, scene_words, understood
from mien.commands.scenes import SCENES, USUAL
from mien.commands.vocabulary import FILLERS
from mien.engine.portrait import scenes
from mien.engine.portrait.look import Film, Time

RED, ROYAL_BLUE, NAVY = (255, 0, 0), (65, 105, 225), (0, 0, 128)


def scenes_of(text, *unwanted, count=4):
    """The scenes of its portraits."""
    return [look.scene for look in understood(text, unwanted).looks(count)]


def test_the_vocabulary_names_every_scene_and_no_other():
    """
    What is listed can be drawn.
    """
    assert set(scenes.SCENES) == set(SCENES)
    assert len(SCENES) >= 24
    assert set(USUAL) <= set(SCENES)


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_answers_to_its_name_and_words(name):
    """
    In singular and plural, with hyphens, in capitals.
    """
    for word in (name, *SCENES[name].words):
        assert name in scenes_of(f"{word}"), word
        assert name in scenes_of(f"in a {word.upper().replace(' ', '-')}"), word


def test_no_word_names_two_scenes():
    """
    Else one of them could not be had.
    """
    words = [word for scene in SCENES.values() for word in scene.words]

    assert sorted(set(words)) == sorted(words)
    assert not FILLERS & {word for word in scene_words() if word not in {"light", "lights"}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["paper", "canvas", "gradient", "spotlight"]),
        ("a smile", ["paper", "canvas", "gradient", "spotlight"]),
        ("a forest or a beach", ["forest", "beach", "forest", "beach"]),
        ("a city", ["skyline"] * 4),
        ("a city at night", ["city night"] * 4),
        ("night", ["city night"] * 4),
        ("a street in the morning", ["skyline"] * 4),
        ("a street", ["city night"] * 4),
        ("a beach at sunset", ["beach"] * 4),
        ("sunset at the sea", ["sea"] * 4),
        ("sunset, a knight", ["sunset"] * 4),
        ("a knight at sunset", ["sunset"] * 4),
        ("a sunset", ["sunset"] * 4),
        ("autumn forest", ["autumn"] * 4),
        ("a stormy sea", ["sea"] * 4),
        ("storm", ["rain"] * 4),
        ("a linkedin headshot", ["office"] * 4),
        ("a linkedin headshot, blue background", ["paper", "canvas", "gradient", "spotlight"]),
        ("a library, blue background", ["library"] * 4),
        ("a forest green wall", ["concrete"] * 4),
        ("sea green paper", ["paper"] * 4),
        ("white", ["white"] * 4),
        ("a white library", ["library"] * 4),
        ("forests", ["forest"] * 4),
        ("Café", ["cafe"] * 4),
    ],
)
def test_scenes_are_chosen_by_the_words(text, expected):
    """
    What is named goes before what is suggested, longer phrases before shorter ones.
    """
    assert expected == scenes_of(text)


def test_unwanted_scenes_and_colours_are_left_out():
    """
    A scene that is excluded is not used even when it is named; a hue is taken from the backdrop.
    """
    assert ["beach"] * 4 == scenes_of("a forest or a beach", "forest")
    assert "paper" not in scenes_of("", "paper")
    meaning = understood("red and navy paper", ["red"])

    assert ((NAVY,), (RED,)) == (meaning.colours, meaning.unwanted)


@pytest.mark.parametrize(
    ("text", "colours"),
    [
        ("royal blue", (ROYAL_BLUE,)),
        ("royalblue", (ROYAL_BLUE,)),
        ("red, navy", (RED, NAVY)),
        ("a red dress", ()),
        ("wearing medieval royal blue attire", ()),
        ("with blue eyes and red hair", ()),
        ("red paper, in a navy suit", (RED,)),
        ("snow", ()),
    ],
)
def test_colours_are_those_of_the_backdrop(text, colours):
    """
    All names of CSS, words together or apart; not those of clothes, hair or eyes.
    """
    assert colours == understood(text).colours


def test_time_mood_depth_and_film_are_understood():
    """
    Each of them changes the look.
    """
    meaning = understood("at dusk, moody and cold, shallow depth of field, black-and-white")
    (look,) = meaning.looks(1)

    assert (Time.DUSK, 1.6, Film.MONO) == (look.time, look.blur, look.film)
    assert look.brightness < 0 > look.warmth
    assert 0.25 == understood("sharp").blur


def test_what_had_no_effect_is_told():
    """
    The sample of the page: fillers are not worth a word, the rest is.
    """
    text = "a mad king with an evil smile, wearing medieval royal blue attire and a crown."
    meaning = understood(text, ["green", "hats"])

    assert ("mad", "king", "smile", "wearing", "royal", "blue", "attire", "crown", "--no hats") == (
        meaning.unheard
    )
    assert ("evil", "medieval", "--no green") == meaning.heard


def test_a_word_that_only_suggests_another_scene_had_no_effect():
    """
    A king is at home in a hall; in a library he is only a word.
    """
    alone, elsewhere = understood("a king"), understood("a king in a library")

    assert (("king",), ()) == (alone.heard, alone.unheard)
    assert (("library",), ("king",)) == (elsewhere.heard, elsewhere.unheard)


@given(st.text(max_size=80), st.lists(st.text(max_size=8), max_size=3), st.integers(0, 2**32))
def test_any_text_gives_looks(text, unwanted, turn):
    """
    Of scenes that exist, with numbers in range, as many as are asked for.
    """
    looks = understood(text, unwanted).looks(4, turn=turn)

    assert 4 == len(looks)
    assert {look.scene for look in looks} <= set(scenes.SCENES)


def test_moods_add_up_and_stay_in_range():
    """
    Three times dark is as dark as it gets.
    """
    (look,) = understood("dark, gloomy, shadowy, dim, brooding").looks(1)

    assert -1 == look.brightness
    assert Meaning().looks(1)[0].brightness == 0
