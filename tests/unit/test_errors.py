"""Errors keep their words and facts wherever they go."""

import pickle

import pytest

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
