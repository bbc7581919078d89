"""Limits are checked on the header and refused with the number that was exceeded."""

import pytest

from mien.errors import TooLarge
from mien.media.limits import Limits
from mien.media.probe import Format, Kind, Seen


def seen(**changes: int) -> Seen:
    facts = {"width": 100, "height": 100, "frames": 1, "size": 1000} | changes
    return Seen(kind=Kind.STILL, format=Format.JPEG, **facts)


@pytest.mark.parametrize(
    ("changes", "sentence", "name"),
    [
        ({"width": 20_000, "height": 20_000}, "The target picture has 400.0 MP; the limit is 50 MP.", "max_pixels"),
        ({"width": 50_000, "height": 1_001}, "The target picture has 50.1 MP; the limit is 50 MP.", "max_pixels"),
        ({"size": 50_000_001}, "The target picture has 50.1 MB; the limit is 50 MB.", "max_bytes"),
        ({"width": 32_001, "height": 1}, "The target picture has a side of 32001 pixels; the limit is 32000.", "max_side"),
    ],
)  # fmt: skip
def test_over_a_limit_is_refused_with_both_numbers(
    changes: dict[str, int], sentence: str, name: str
) -> None:
    """
    The sentence has the value and the limit, and never rounds the value down to the limit.
    """
    with pytest.raises(TooLarge) as caught:
        Limits().require(seen(**changes), field="target")

    assert sentence == str(caught.value)
    assert name == caught.value.details["name"]
    assert "target" == caught.value.field


@pytest.mark.parametrize(
    "changes",
    [{"width": 10_000, "height": 5_000}, {"size": 50_000_000}, {"width": 32_000, "height": 1}],
)
def test_at_the_limit_is_fine(changes: dict[str, int]) -> None:
    """
    A limit is the largest value that passes.
    """
    Limits().require(seen(**changes), field="source")


def test_a_limit_of_nothing_is_a_mistake() -> None:
    """
    Zero would refuse everything; the installer hears of it at once.
    """
    with pytest.raises(ValueError, match="max_faces"):
        Limits(max_faces=0)
