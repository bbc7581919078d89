"""The words by which faces are chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.commands.choice import LikePicture, parse_choice
from mien.engine.choose import All, At, Largest, Numbered, Within
from mien.errors import BadOption


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("all", All()),
        (" largest ", Largest()),
        ("2", Numbered((2,))),
        ("1, 3", Numbered((1, 3))),
        ("box:10,20,300.5,400", Within(10, 20, 300.5, 400)),
        ("at:250,200", At(250, 200)),
        (" like:my photo.jpg ", LikePicture(name="my photo.jpg")),
    ],
)
def test_words_become_choices(text, meant):
    """
    Every form that the help shows is understood; blanks do not count.
    """
    assert meant == parse_choice(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "1,0",
        "1,,2",
        "-1",
        "first",
        "box:1,2,3",
        "box:5,5,5,9",
        "at:1",
        "at:x,y",
        "1;2",
        "like:",
    ],
)
def test_what_names_no_faces_is_refused_with_the_forms(text):
    """
    The sentence repeats the words and shows what can be asked for.
    """
    with pytest.raises(BadOption, match="names no faces; the choices are all, largest") as caught:
        parse_choice(text)

    assert "faces" == caught.value.field


@given(st.text(max_size=60))
def test_any_text_is_a_choice_or_a_sentence(text):
    """
    Nothing else than `BadOption` comes out, on one line.
    """
    said = ""
    try:
        parse_choice(text)
    except BadOption as error:
        said = str(error)

    assert said.isprintable()
