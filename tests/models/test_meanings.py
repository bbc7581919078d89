"""The optional comparison of meanings, with the model that its package carries."""

import pytest

from mien.models.meanings import meanings


@pytest.fixture(scope="module")
def alike():
    pytest.importorskip("wordllama", reason="needs the extra mien[meanings]")
    return meanings()


@pytest.mark.filterwarnings("ignore")
def test_what_means_the_same_is_alike(alike):
    """
    Without a word in common; the number is a share.
    """
    near, far = alike("holidays by the ocean", ["beach sea sand summer", "office desk computer"])

    assert near > far
    assert -1 <= far <= near <= 1.01


def test_without_the_extra_there_is_none(monkeypatch):
    """
    Then only words are compared.
    """
    import sys  # noqa: PLC0415

    monkeypatch.setitem(sys.modules, "wordllama", None)

    assert meanings() is None
