"""The text ``idname``: who is meant, and how."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.commands.wanted import (
    parse_name,
    parse_names,
    parse_people,
    parse_wanted,
    words_of,
)
from mien.errors import BadRequest, InputError

#: Texts that name nobody and nothing.
SENSELESS = [
    *("", " ", ",", "a,", ",a", "a,,b", "a+", "+", "a++b", "a+b+c+a", "a b", "a,b c", "-m a"),
    *("a-b", "a;b", "a --unknown", "a -o 0", "__", "_+a", "a\x00", "../a", "🙂", "a --oldify 5 6"),
]


@pytest.mark.parametrize(
    ("text", "people", "written"),
    [
        ("anna", [("anna",)], ""),
        (" anna ", [("anna",)], ""),
        ("mother+mother+father", [("mother", "mother", "father")], ""),
        ("a,b,c", [("a",), ("b",), ("c",)], ""),
        ("a , b+ c,_", [("a",), ("b", "c"), ()], ""),
        ("_", [()], ""),
        ("_ --oldify 500", [()], "--oldify 500"),
        ("a+b   -m  --greedy", [("a", "b")], "-m --greedy"),
        ("--nogreedy", [], "--nogreedy"),
        ("-o 300 -m", [], "-o 300 -m"),
        ("300", [("300",)], ""),
        ("Zoë,名前", [("Zoë",), ("名前",)], ""),
        ("Zoe\u0308", [("Zoë",)], ""),
    ],
)
def test_people_come_first_and_options_after_them(text, people, written):
    """
    Mixes and lists, blanks around their signs, `_` for nobody, and either part alone.
    """
    wanted = parse_wanted(text)

    assert (tuple(people), written) == (wanted.people, wanted.written)


def test_options_are_those_of_a_swap():
    """
    Preferences of the original are accepted and change nothing.
    """
    assert 0.5 == parse_wanted("a --greedy -m --oldify 500 --nogreedy").options.swap.age
    assert parse_wanted("a -m").options.swap.keep_mouth


def test_everybody_is_named_once():
    """
    Whoever stands in several places is looked up once; `_` is nobody.
    """
    assert ("a", "b", "c") == parse_wanted("a+b,_,a+c,b").names


@pytest.mark.parametrize("text", SENSELESS)
def test_what_makes_no_sense_is_refused(text):
    """
    With a sentence, before a job exists.
    """
    with pytest.raises(InputError) as caught:
        parse_wanted(text)

    assert str(caught.value).endswith(".")


@given(st.text(max_size=60) | st.text(alphabet="ab+,_ -m13o", max_size=20))
def test_any_text_is_read_or_refused(text):
    """
    Never anything but people and options, or an error for the caller; and what is read is stored in
    a form that reads the same.
    """
    try:
        wanted = parse_wanted(text)
    except InputError:
        return
    again = parse_wanted(f"{wanted.words} {wanted.written}")

    assert (wanted.people, wanted.options.swap) == (again.people, again.options.swap)


def test_a_list_is_not_endless():
    """
    A hundred people are more than a picture shows; one more is refused with the number.
    """
    assert 100 == len(parse_wanted(",".join(["a"] * 100)).people)
    with pytest.raises(BadRequest, match="100 people at most"):
        parse_wanted(",".join(["a"] * 101))


def test_words_are_the_grammar_without_blanks():
    """
    What is stored of a default can be read again.
    """
    people = (("a", "b"), (), ("c",))

    assert "a+b,_,c" == words_of(people)
    assert people == parse_people(words_of(people))


@pytest.mark.parametrize("text", ["a", "0123456789", " anna ", "Zoë"])
def test_a_name_has_up_to_ten_letters_and_digits(text):
    """
    Of any script, blanks at its ends do not count.
    """
    assert text.strip() == parse_name(text, longest=10)


@pytest.mark.parametrize("text", ["", " ", "01234567890", "a b", "a_b", "a+b", "-m", "é" * 11])
def test_other_names_are_refused(text):
    """
    Longer than the limit, or with a sign in it.
    """
    with pytest.raises(BadRequest, match="1 to 10 letters and digits"):
        parse_name(text, longest=10)


def test_names_stand_between_commas():
    """
    Each once; a sign or a gap is refused.
    """
    assert ("a", "b") == parse_names("a, b,a")
    for text in ("", "a,", "a b", "_"):
        with pytest.raises(BadRequest):
            parse_names(text)
