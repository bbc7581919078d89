"""``mien doctor``, started as its users start it."""

import json

NAMES = ["mien", "python", "packages", "libraries", "cores", "models", "data folder", "disk"]


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
