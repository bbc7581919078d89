"""``mien doctor``, started as its users start it."""

import json

from mien.storage.migrate import head

NAMES = [
    "mien",
    "python",
    "packages",
    "libraries",
    "drawing",
    "cores",
    "models",
    "data folder",
    "database",
    "disk",
]


def test_a_sound_installation_is_exit_code_0(mien, tmp_path):
    """
    Every check is there for programs, and looking changes nothing.
    """
    run = mien("doctor", "--json")
    answer = json.loads(run.stdout)

    assert 0 == run.returncode
    assert NAMES == [check["name"] for check in answer["checks"]]
    assert all(check["state"] in {"ok", "warning"} for check in answer["checks"])
    assert not (tmp_path / "data").exists()


def test_people_get_a_line_a_check(mien):
    """
    Without --json each check is a line with its state.
    """
    run = mien("doctor")

    assert 0 == run.returncode
    assert all(f"{name}: " in run.stdout for name in NAMES)


def test_a_data_folder_that_cannot_be_written_is_exit_code_1_with_advice(mien):
    """
    What is missing is said together with how to get it.
    """
    run = mien("doctor", "--json", "--data-dir", "/proc/mien")
    bad = [check for check in json.loads(run.stdout)["checks"] if check["state"] == "missing"]

    assert 1 == run.returncode
    assert "data folder" in [check["name"] for check in bad]
    assert all(check["advice"] for check in bad)


def test_the_database_is_looked_at(mien, database_url):
    """
    Its kind, place and version are named, whatever kind it is.
    """
    run = mien("doctor", "--json", MIEN_DATABASE_URL=database_url)
    (found,) = [
        check["found"] for check in json.loads(run.stdout)["checks"] if check["name"] == "database"
    ]

    assert found.endswith(f"version {head()}" if "postgresql" in found else "first start makes it")


def test_a_database_that_cannot_be_used_is_exit_code_1_and_no_password(mien):
    """
    The sentence of the failure, and what to look at.
    """
    url = "postgresql://anna:hunter2@127.0.0.1:1/mien"
    run = mien("doctor", "--json", MIEN_DATABASE_URL=url)
    bad = [check for check in json.loads(run.stdout)["checks"] if check["state"] == "missing"]

    assert 1 == run.returncode
    assert ["database"] == [check["name"] for check in bad]
    assert "MIEN_DATABASE_URL" in bad[0]["advice"]
    assert "hunter2" not in run.stdout + run.stderr
