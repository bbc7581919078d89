"""The settings, their documentation, and what is said when one is wrong."""

import re
from pathlib import Path

import pytest

from mien.errors import SetupError
from mien.settings import PREFIX, Settings, available_cores

TABLE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """No setting of the machine that runs the tests leaks in."""
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_defaults_are_those_that_are_promised():
    """
    The limits of the contract and its wait.
    """
    settings = Settings.load()

    assert ("127.0.0.1", 8000, 60.0, 100) == (
        settings.host,
        settings.port,
        settings.wait_s,
        settings.queue_depth,
    )
    assert (50_000_000, 50_000_000, 20) == (
        settings.limits.max_bytes,
        settings.limits.max_pixels,
        settings.limits.max_faces,
    )
    assert available_cores() == settings.workers
    assert 86_400 == settings.url_ttl_s
    assert not settings.keep_inputs


def test_the_environment_sets_and_the_caller_overrides(monkeypatch):
    """
    MIEN_PORT goes before the default, an option before MIEN_PORT, and None is no option.
    """
    monkeypatch.setenv("MIEN_PORT", "1234")
    monkeypatch.setenv("MIEN_KEEP_INPUTS", "1")
    monkeypatch.setenv("MIEN_HOST", "")

    assert (1234, True, "127.0.0.1") == (
        Settings.load(port=None).port,
        Settings.load().keep_inputs,
        Settings.load().host,
    )
    assert 99 == Settings.load(port=99).port


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("port", "abc", 'MIEN_PORT cannot be "abc": input should be a valid integer'),
        ("port", "70000", 'MIEN_PORT cannot be "70000": input should be less than or equal'),
        ("workers", "0", 'MIEN_WORKERS cannot be "0": input should be greater than or equal to 1.'),
        ("wait_s", "-1", 'MIEN_WAIT_S cannot be "-1"'),
        ("keep_inputs", "perhaps", 'MIEN_KEEP_INPUTS cannot be "perhaps"'),
        ("log_level", "LOUD", 'MIEN_LOG_LEVEL cannot be "LOUD"'),
        ("public_url", "ftp://x", "it must begin with http:// or https://."),
        (
            "database_url",
            "mysql://x:secret@y/z",
            "MIEN_DATABASE_URL cannot be what it is: it must look",
        ),
        ("blob_url", "s3://bucket", "only a folder on disk is served yet"),
    ],
)
def test_a_wrong_value_is_one_plain_sentence(monkeypatch, name, value, sentence):
    """
    Setting, value and reason.
    """
    monkeypatch.setenv(PREFIX + name.upper(), value)

    with pytest.raises(SetupError) as refused:
        Settings.load()

    assert sentence in str(refused.value)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_an_unknown_override_is_refused():
    """
    A typing error in our own code does not pass silently.
    """
    with pytest.raises(SetupError, match="There is no setting MIEN_PROT"):
        Settings.load(prot=1)


def test_settings_do_not_change():
    """
    Two jobs in one process cannot see two values.
    """
    with pytest.raises(ValueError, match="frozen"):
        Settings.load().port = 1


def test_paths_and_addresses_are_made_whole(tmp_path, monkeypatch):
    """
    "~" and relative folders become absolute; an address loses its last slash.
    """
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = Settings.load(data_dir="~/mien", public_url="https://faces.example.org/")

    assert tmp_path / "mien" == settings.data_dir
    assert "https://faces.example.org" == settings.public_url
    assert f"sqlite:///{tmp_path}/mien/mien.db" == settings.database
    assert tmp_path / "mien" / "blobs" == settings.blobs
    assert Path.cwd() / "here" == Settings.load(data_dir="here").data_dir


def test_database_and_blobs_may_lie_elsewhere(tmp_path):
    """
    Each has its own URL.
    """
    settings = Settings.load(
        data_dir=tmp_path, database_url="sqlite:////fast/mien.db", blob_url="file:///large/blobs"
    )

    assert "sqlite:////fast/mien.db" == settings.database
    assert Path("/large/blobs") == settings.blobs


def test_passwords_of_the_database_stay_out_of_sight(monkeypatch):
    """
    PostgreSQL's URL is taken as it is, and not shown with the settings.
    """
    url = "postgresql://anna:secret@db.example/mien"
    monkeypatch.setenv("MIEN_DATABASE_URL", url)

    assert url == Settings.load().database
    assert "secret" not in repr(Settings.load())


def documented():
    """Name, default and meaning of each row of the table."""
    rows = re.findall(r"^\| `(MIEN_\w+)` \| (.*?) \| (.*?) \|$", TABLE.read_text(), re.MULTILINE)
    return {name: (default, meaning) for name, default, meaning in rows}


def test_the_table_has_every_setting_and_no_other():
    """
    docs/settings.md in the order of the class.
    """
    assert [PREFIX + name.upper() for name in Settings.model_fields] == list(documented())


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_table_says_what_the_class_says(name):
    """
    Meaning word for word, and the default where it is the same on every machine.
    """
    field = Settings.model_fields[name]
    default, meaning = documented()[PREFIX + name.upper()]

    assert field.description == meaning
    if field.default_factory is None:
        assert shown(field.default) == default.strip("`")


def shown(value):
    """A default as people write it."""
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:g}" if isinstance(value, float) else str(value) or "empty"
