"""The text ``prompt``: of whom, what, and how."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.commands.prompt import Prompt, check_prompt, parse_description, parse_prompt
from mien.contract.saying import named_in
from mien.errors import BadOption, BadRequest, InputError

SAVED = frozenset({"me", "mum", "dad", "Zoë"})


@pytest.mark.parametrize(
    ("prompt", "people", "text"),
    [
        ("me, a mad king", ("me",), "a mad king"),
        (" me ,a king,in blue", ("me",), "a king,in blue"),
        ("me", ("me",), ""),
        ("me --square", ("me",), ""),
        ("me,", ("me",), ""),
        ("mum+dad, at the sea", ("mum", "dad"), "at the sea"),
        ("mum + dad + mum, at the sea", ("mum", "dad", "mum"), "at the sea"),
        ("Zoe\u0308, snow", ("Zoë",), "snow"),
        ("a castle, at night", (), "a castle, at night"),
        ("you, a king", (), "you, a king"),
        ("me too, a king", (), "me too, a king"),
        ("red + blue paint, a king", (), "red + blue paint, a king"),
        ("in the snow, me", (), "in the snow, me"),
        ("<b>me</b>, a king", (), "<b>me</b>, a king"),
        ("a\nking\x07 \u202e of\tsnow", (), "a king of snow"),
        ("--square", (), ""),
    ],
)
def test_who_stands_before_the_first_comma_is_saved_or_text(prompt, people, text):
    """
    A saved name, or a mix of saved names; anything else before a comma is part of what to show.
    """
    parsed = parse_prompt(prompt, SAVED)

    assert (people, text) == (parsed.people, parsed.text)


def test_somebody_who_is_not_saved_is_an_error_inside_a_mix_only():
    """
    `me+you` can mean nothing else than two people; `you,` can be the beginning of a sentence.
    """
    with pytest.raises(BadRequest, match=r"^There is no identity called you\.$") as refused:
        parse_prompt("me+you, at the sea", SAVED)

    assert "prompt" == refused.value.field
    assert () == parse_prompt("you, at the sea", SAVED).people


def test_a_mix_has_three_people_at_most():
    """
    As everywhere else.
    """
    with pytest.raises(BadRequest, match="A mix has 3 people at most"):
        parse_prompt("me+mum+dad+me, x", SAVED)


def test_the_sample_of_the_page_is_understood():
    """
    Its switches are no part of the text.
    """
    prompt = "me, a mad king with an evil smile, wearing medieval royal blue attire and a crown."
    parsed = parse_prompt(f"{prompt} --no green --square", SAVED)

    assert ("me",) == parsed.people
    assert prompt.removeprefix("me, ") == parsed.text
    assert (("green",), (1, 1)) == (parsed.unwanted, parsed.ratio)
    assert () == parsed.warnings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x --no green", Prompt(text="x", unwanted=("green",))),
        ("x --no green, blue --square", Prompt(text="x", unwanted=("green", "blue"), ratio=(1, 1))),
        ("x --no a --no b a", Prompt(text="x", unwanted=("a", "b"))),
        ("x —no green", Prompt(text="x", unwanted=("green",))),
        ("--square in snow", Prompt(text="in snow", ratio=(1, 1))),
        ("x --ar 4:5", Prompt(text="x", ratio=(4, 5))),
        ("x --ar=16:9 --square", Prompt(text="x", ratio=(1, 1))),
        ("x --seed 0 y", Prompt(text="x y", seed=0)),
        ("x --seed 4294967295 --n 1", Prompt(text="x", seed=4294967295, count=1)),
        ("x --n=4", Prompt(text="x", count=4)),
        ("a -- b", Prompt(text="a -- b")),
    ],
)
def test_switches_stand_anywhere(text, expected):
    """
    With a blank or an equals sign; the last of a kind counts, what is unwanted adds up.
    """
    assert expected == parse_description(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x --no", "The switch --no takes what is not to be seen, as in --no green."),
        ("x --no --square", "The switch --no takes what is not to be seen, as in --no green."),
        ("x --ar", "The switch --ar takes width and height, as in --ar 4:5."),
        ("x --ar 4x5", "The switch --ar takes width and height, as in --ar 4:5, got 4x5."),
        ("x --ar 0:5", "The switch --ar takes width and height, as in --ar 4:5, got 0:5."),
        ("x --ar 9:1", "The switch --ar goes from 1:3 to 3:1, got 9:1."),
        ("x --seed -1", "The switch --seed takes a whole number from 0 to 4294967295, got -1."),
        (
            "x --seed 4294967296",
            "The switch --seed takes a whole number from 0 to 4294967295, got 4294967296.",
        ),
        ("x --n 0", "The switch --n takes a whole number from 1 to 4, got 0."),
        ("x --n 5", "The switch --n takes a whole number from 1 to 4, got 5."),
        ("x --n ²", "The switch --n takes a whole number from 1 to 4, got ²."),
        ("x --n", "The switch --n takes a whole number from 1 to 4."),
    ],
)
def test_a_switch_that_makes_no_sense_is_refused(text, sentence):
    """
    By name, with what it takes.
    """
    with pytest.raises(BadOption) as refused:
        check_prompt(text)

    assert (sentence, "prompt") == (str(refused.value), refused.value.field)


def test_switches_of_other_generators_are_left_out_with_their_numbers():
    """
    And said to be.
    """
    parsed = parse_description("a king --v 5.2 --tile --stylize=250 in snow")

    assert "a king in snow" == parsed.text
    assert (
        "The switch --v 5.2 is unknown and was left out.",
        "The switch --tile is unknown and was left out.",
        "The switch --stylize=250 is unknown and was left out.",
    ) == parsed.warnings


@pytest.mark.parametrize("prompt", ["", "   ", "\n\t", "\x00\x07", "\u200b"])
def test_an_empty_prompt_is_refused(prompt):
    """
    In the contract's words.
    """
    with pytest.raises(BadRequest, match=r"^Required param prompt is missing or empty$"):
        parse_prompt(prompt, SAVED)


def test_a_prompt_has_a_limit():
    """
    With the number that was exceeded; a message repeats little of what it refuses.
    """
    with pytest.raises(BadRequest, match="Required param prompt is too long") as refused:
        parse_prompt("a" * 10_000, SAVED)
    with pytest.raises(BadOption) as quoted:
        parse_prompt(f"a --n {'5' * 5000}", SAVED)

    assert {"name": "characters", "value": 10_000, "limit": 6000} == refused.value.details
    assert len(str(quoted.value)) < 200


def test_what_is_announced_is_what_is_read():
    """
    Both take the same words for an identity, switches and all.
    """
    assert ("me", "a king --no green") == named_in("me, a king --no green", SAVED)
    assert ("mum+dad", "") == named_in("mum + dad", SAVED)
    assert ("", "me too, a king") == named_in(" me too, a king ", SAVED)


@given(st.text(max_size=60) | st.text("me,+- nosquarn45:=", max_size=40))
def test_any_text_is_read_or_refused(text):
    """
    Nothing crashes it, and what it understood can be printed.
    """
    try:
        parsed = parse_prompt(text, SAVED)
        said = [parsed.text, *parsed.unwanted, *parsed.warnings]
    except InputError as refused:
        said = [str(refused)]

    assert all(words.isprintable() for words in said)
