"""The options text of a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.commands.options import NOT_YET, SERVED, parse
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
    ("text", "sentence"),
    [
        ("-f", "Option -f (face texturizer) is not served yet."),
        ("-s", "Option -s (sharper) is not served yet."),
        ("-o 300", "Option -o (oldify) is not served yet."),
        ("-m --oldify 50", "Option --oldify (oldify) is not served yet."),
        ("--oldify=50", "Option --oldify (oldify) is not served yet."),
    ],
)
def test_an_option_of_the_contract_that_is_not_served_yet_is_named(text, sentence):
    """
    What the original API knows and mien does not yet is refused by name, never ignored.
    """
    with pytest.raises(BadOption) as caught:
        parse(text)

    assert sentence == str(caught.value)
    assert "options" == caught.value.field


@pytest.mark.parametrize("word", ["-x", "--x", "-", "--", "-M", "-mf", "-m=1", "-1", "--greedy"])
def test_an_unknown_option_is_named(word):
    """
    A word that begins with a dash and is no option is refused, whatever stands around it.
    """
    with pytest.raises(BadOption, match="is unknown") as caught:
        parse(f"-m {word} more")

    assert f"Option {word} is unknown; mien serves -m." == str(caught.value)


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

    assert all(sentence.isprintable() and len(sentence) < 130 for sentence in sentences)


def test_no_option_is_both_served_and_refused():
    """
    The two tables of options have no entry in common.
    """
    assert set() == set(SERVED) & set(NOT_YET)
