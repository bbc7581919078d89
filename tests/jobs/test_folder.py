"""The data folder and its secret."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mien.errors import SetupError
from mien.storage.folder import prepare_folder, read_secret


def test_the_secret_is_made_once(tmp_path):
    """
    Random, private, and the same ever after; no draft stays beside it.
    """
    secret = read_secret(tmp_path)

    assert secret == read_secret(tmp_path)
    assert 32 == len(secret)
    assert 0o600 == (tmp_path / "secret").stat().st_mode & 0o777
    assert ["secret"] == [path.name for path in tmp_path.iterdir()]


def test_two_folders_have_two_secrets(tmp_path):
    """
    An address of one installation is worth nothing at another.
    """
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        prepare_folder(folder)

    assert 2 == len({read_secret(folder) for folder in folders})


def test_many_who_make_a_secret_at_once_agree(tmp_path):
    """
    Nobody reads half a secret, or one that another replaces.
    """
    with ThreadPoolExecutor(16) as threads:
        secrets = set(threads.map(lambda _: read_secret(tmp_path), range(64)))

    assert 1 == len(secrets)


def test_a_damaged_secret_is_not_used(tmp_path):
    """
    An empty key would sign for everybody.
    """
    (tmp_path / "secret").write_bytes(b"")

    with pytest.raises(SetupError, match="is damaged; remove it"):
        read_secret(tmp_path)


def test_a_folder_that_exists_keeps_its_mode(tmp_path):
    """
    Its owner may have reasons.
    """
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    prepare_folder(folder)

    assert 0o755 == folder.stat().st_mode & 0o777
