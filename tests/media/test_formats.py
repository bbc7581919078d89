"""The list of formats, and the page that describes it."""

from pathlib import Path

import pytest

from mien.media.formats import Format
from mien.media.limits import Limits

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text("utf-8")


@pytest.mark.parametrize("kind", Format)
def test_every_format_is_documented(kind: Format) -> None:
    """
    A picture format has its row in the table, a video format its name in the text.
    """
    assert (f"\n| {kind.label} |" if kind.is_picture else kind.label) in PAGE


@pytest.mark.parametrize("name", Limits.__slots__)
def test_every_limit_is_documented(name: str) -> None:
    """
    The table has the limit's name.
    """
    assert f"| `{name}` |" in PAGE


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        (".jpg", Format.JPEG),
        (".JPEG", Format.JPEG),
        (".tif", Format.TIFF),
        (".heif", Format.HEIC),
        (".mov", Format.MOV),
        (".txt", None),
        ("", None),
    ],
)
def test_an_extension_names_a_format(extension: str, expected: Format | None) -> None:
    """
    Any case; None for what is no picture or video.
    """
    assert expected is Format.of_extension(extension)


@pytest.mark.parametrize("kind", Format)
def test_the_usual_extension_leads_back(kind: Format) -> None:
    """
    A file that is saved under the format's own extension is found again.
    """
    assert kind is Format.of_extension(kind.extension)
