"""Errors keep their words and facts wherever they go."""

import pickle
import re
from pathlib import Path

import pytest

import mien
from mien.errors import Busy, Expired, MienError, NoFaceFound, TooLarge, Unauthorized


@pytest.mark.parametrize(
    "error",
    [
        NoFaceFound("target", hint="Try another."),
        TooLarge("Too much.", name="pixels", value=2, limit=1, field="source"),
        Busy("Later.", retry_after_s=3),
        Unauthorized(),
        Expired(),
    ],
    ids=lambda error: error.code,
)
def test_an_error_crosses_between_processes_unchanged(error: MienError) -> None:
    """
    Class, sentence, field and details are the same after pickling.
    """
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert type(error) is type(twin)
    assert str(error) == str(twin)
    assert error.__dict__ == twin.__dict__


#: Catches every exception.
ANYTHING = re.compile(r"^ *except(\*? .*\b(Base)?Exception\b.*)?:", re.MULTILINE)


def test_two_places_catch_whatever_comes() -> None:
    """
    The last handler of the API, and the guard of all loops; elsewhere an error has a name.
    """
    package = Path(mien.__file__).parent
    found = [
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*.py"))
        for _ in ANYTHING.finditer(path.read_text("utf-8"))
    ]

    assert ["api/manners.py", "jobs/guard.py"] == found
