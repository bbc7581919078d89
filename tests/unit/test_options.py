"""The options text of a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.commands.options import NUMBERED, PLAIN, SERVED, parse
from mien.engine.options import SwapOptions
from mien.errors import BadOption


@pytest.mark.parametrize("text", [None, "", "  \t\n"])
def test_no_text_means_no_options(text):
    """
    An absent or blank text leaves the engine's defaults as they are.
    """
    parsed = parse(text)

    assert SwapOptions() == parsed.swap
    assert "" == parsed.text
    assert () == parsed.warnings


@pytest.mark.parametrize("text", ["-m", "  -m ", "-m -m", "please -m"])
def test_m_keeps_the_mouth(text):
    """
    -m is served wherever it stands, once or more often.
    """
    assert SwapOptions(keep_mouth=True) == parse(text).swap


def test_the_text_is_kept_as_written():
    """
    The text is echoed to the caller: only blanks at its ends are removed.
    """
    assert "-m  now" == parse(" -m  now ").text


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("-f", SwapOptions(texturize=True)),
        ("-s", SwapOptions(sharpen=True)),
        ("-s -f -m", SwapOptions(keep_mouth=True, texturize=True, sharpen=True)),
        ("-o", SwapOptions(age=0.3)),
        ("--oldify", SwapOptions(age=0.3)),
        ("-o 1", SwapOptions(age=0.001)),
        ("-o 1000", SwapOptions(age=1.0)),
        ("-o500", SwapOptions(age=0.5)),
        ("-o=500", SwapOptions(age=0.5)),
        ("--oldify 050", SwapOptions(age=0.05)),
        ("--oldify=600", SwapOptions(age=0.6)),
        ("--younger", SwapOptions(age=-0.3)),
        ("--younger 1000", SwapOptions(age=-1.0)),
        ("--younger=20", SwapOptions(age=-0.02)),
        ("-o -m", SwapOptions(age=0.3, keep_mouth=True)),
        ("-o 700 -f -o 100", SwapOptions(age=0.1, texturize=True)),
        ("-o 700 --younger 100", SwapOptions(age=-0.1)),
    ],
)
def test_options_are_read_in_any_order_and_writing(text, options):
    """
    Numbers stand behind a blank, an equals sign or the letter; of contradicting options the last
    one counts; nothing of this is worth a warning.
    """
    parsed = parse(text)

    assert options == parsed.swap
    assert () == parsed.warnings


@pytest.mark.parametrize(
    ("text", "name", "got"),
    [
        ("-o 0", "-o", "0"),
        ("-o 1001", "-o", "1001"),
        ("-m --oldify 50.5", "--oldify", "50.5"),
        ("--oldify=", "--oldify", "nothing"),
        ("--oldify=old", "--oldify", "old"),
        ("--oldify=-3", "--oldify", "-3"),
        ("-o12x", "-o", "12x"),
        ("--younger 99999999999999999999", "--younger", "99999999999999999999"),
        ("-o " + "9" * 5000, "-o", "9" * 39 + "…"),
        ("-o=\u0663", "-o", "\u0663"),
    ],
)
def test_a_number_out_of_range_is_refused_with_the_range(text, name, got):
    """
    What is no whole number from 1 to 1000 is never rounded or clipped.
    """
    with pytest.raises(BadOption) as caught:
        parse(text)

    assert f"Option {name} takes a whole number from 1 to 1000, got {got}." == str(caught.value)
    assert "options" == caught.value.field


@pytest.mark.parametrize(
    "word",
    [
        "-x",
        "--x",
        "-",
        "--",
        "-M",
        "-mf",
        "-m=1",
        "-m1",
        "-1",
        "--greedy",
        "--oldify300",
        "--younge",
    ],
)
def test_an_unknown_option_is_named(word):
    """
    A word that begins with a dash and is no option is refused, whatever stands around it.
    """
    with pytest.raises(BadOption, match="is unknown") as caught:
        parse(f"-m {word} more")

    served = "-m, -f, -s, --keep-eyes, --no-occlusion, -o, --oldify, --younger"
    assert str(caught.value).startswith(f"Option {word} is unknown; mien serves {served}.")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("--keep-eye", " Did you mean --keep-eyes?"),
        ("-M", " Did you mean -m?"),
        ("--oldfy", " Did you mean --oldify?"),
        ("-z", ""),
        ("-", ""),
        ("--greedy", ""),
        (f"--{'oldify' * 1000}", ""),
    ],
)
def test_a_slip_is_told_what_was_meant(word, hint):
    """
    Who is near an option hears which one; who is near none hears nothing.
    """
    with pytest.raises(BadOption) as caught:
        parse(word)

    assert str(caught.value).endswith(f"--younger.{hint}")


@pytest.mark.parametrize(
    ("text", "ignored"), [("-m 300", "300"), ("-o old 5", "old 5"), ("-o 5 6", "6"), ("-o5 6", "6")]
)
def test_a_number_that_no_option_waits_for_is_an_ignored_word(text, ignored):
    """
    A number belongs to the option right before it, and to one that has none yet.
    """
    (warning,) = parse(text).warnings

    assert f'Ignored "{ignored}" in the options, because an option begins with a dash.' == warning


@given(st.lists(st.sampled_from([*SERVED, "-o 7", "--younger=9", "word"]), max_size=12))
def test_what_is_served_is_never_refused(words):
    """
    Options may be repeated and come in any order.
    """
    age = parse(" ".join(words)).swap.age

    assert -1 <= age <= 1


def test_words_without_a_dash_are_ignored_with_a_warning():
    """
    Plain words change nothing, and the caller is told.
    """
    parsed = parse("make it -m nice")

    assert SwapOptions(keep_mouth=True) == parsed.swap
    assert (
        'Ignored "make it nice" in the options, because an option begins with a dash.',
    ) == parsed.warnings


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_one_printable_sentence(text):
    """
    No text makes the parser fail, and what it repeats of the text is short and printable.
    """
    try:
        sentences = parse(text).warnings
    except BadOption as error:
        sentences = (str(error),)

    assert all(sentence.isprintable() and len(sentence) < 140 for sentence in sentences)


def test_no_option_stands_in_two_tables():
    """
    An option takes a number or takes none.
    """
    assert set() == set(PLAIN) & set(NUMBERED)
    assert len(SERVED) == len(PLAIN) + len(NUMBERED)


@pytest.mark.parametrize("age", [-1.01, 1.01, float("nan")])
def test_the_engine_refuses_an_age_out_of_range(age):
    """
    What the parser would never make cannot be made by hand either.
    """
    with pytest.raises(ValueError, match="age"):
        SwapOptions(age=age)
