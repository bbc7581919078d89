"""``mien tokens``, started as its users start it."""

import json

import pytest


def test_create_prints_the_token_alone(mien, tmp_path):
    """
    What is on stdout can be put into a variable; the data folder knows only its hash.
    """
    run = mien("tokens", "create", "laptop")
    token = run.stdout.strip()

    assert 0 == run.returncode, run.stderr
    assert [token] == run.stdout.split()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert kept
    assert token.encode() not in kept


def test_list_shows_owner_name_and_state(mien):
    """
    A token is listed by its last four characters, before and after it was revoked.
    """
    token = mien("tokens", "create", "web", "--user", "anna").stdout.strip()
    before = json.loads(mien("tokens", "list", "--json").stdout)
    revoked = mien("tokens", "revoke", "web", "--user", "anna")
    after = json.loads(mien("tokens", "list", "--json").stdout)

    assert 0 == revoked.returncode
    assert [("anna", "web", token[-4:], "valid")] == [
        tuple(row[key] for key in ("user", "name", "ends", "state"))
        for row in before
        if row["user"] == "anna"
    ]
    assert ["revoked"] == [row["state"] for row in after if row["user"] == "anna"]


def test_the_table_has_a_row_for_each_token(mien):
    """
    Without --json the list is a table with a line of headings.
    """
    mien("tokens", "create", "one")
    mien("tokens", "create", "two")
    lines = mien("tokens", "list").stdout.splitlines()

    assert ["user", "name", "ends", "created", "until", "state"] == lines[0].split()
    assert ["one", "two"] == [line.split()[1] for line in lines[1:]]


def test_a_token_ends_when_it_is_told_to(mien):
    """
    At its making or afterwards; a date alone is its first moment, in UTC.
    """
    mien("tokens", "create", "guest", "--until", "2999-12-31")

    def guest():
        (row,) = json.loads(mien("tokens", "list", "--json").stdout)
        return row["until"], row["state"]

    assert ("2999-12-31T00:00:00+00:00", "valid") == guest()

    mien("tokens", "expire", "guest", "--at", "now")

    assert "expired" == guest()[1]

    said = mien("tokens", "expire", "guest", "--at", "never")

    assert (None, "valid") == guest()
    assert "The token guest of default ends never." == said.stderr.strip()


@pytest.mark.parametrize("when", ["soon", "2026-13-01", "30", "-1d", "", "99999999d"])
def test_a_time_that_is_none_is_refused(mien, sentence, when):
    """
    The sentence says how times look.
    """
    run = mien("tokens", "create", "guest", "--until", when)

    assert 2 == run.returncode
    assert "30d" in sentence(run)


def test_a_name_that_is_taken_is_refused(mien, sentence):
    """
    Two valid tokens of one user cannot have one name: which would be revoked?
    """
    mien("tokens", "create", "laptop")
    run = mien("tokens", "create", "laptop")

    assert (2, "") == (run.returncode, run.stdout)
    assert "laptop" in sentence(run)


def test_an_unknown_token_cannot_be_revoked(mien, sentence):
    """
    The sentence names user and token; the exit code is 1.
    """
    run = mien("tokens", "revoke", "nobody")

    assert 1 == run.returncode
    assert "nobody" in sentence(run)


def test_the_option_wins_over_the_variable(mien, tmp_path):
    """
    --data-dir names the folder, whatever MIEN_DATA_DIR says.
    """
    mien("tokens", "create", "laptop", "--data-dir", tmp_path / "other")

    assert (tmp_path / "other").is_dir()
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_used_is_a_sentence(mien, sentence):
    """
    A data folder that cannot be made ends with exit code 1, not with a traceback.
    """
    run = mien("tokens", "list", "--data-dir", "/proc/mien")

    assert 1 == run.returncode
    assert "/proc/mien" in sentence(run)


def test_a_setting_that_makes_no_sense_is_a_sentence(mien, sentence):
    """
    A variable with a wrong value is named.
    """
    run = mien("tokens", "list", MIEN_WORKERS="many")

    assert 1 == run.returncode
    assert "MIEN_WORKERS" in sentence(run)


def test_changes_are_told_to_programs(mien):
    """
    With --json a new token comes with what the list shows of it, and a change with what it is now.
    """
    made = json.loads(mien("tokens", "create", "laptop", "--user", "anna", "--json").stdout)
    listed = json.loads(mien("tokens", "list", "--json").stdout)
    ended = mien("tokens", "expire", "laptop", "--user", "anna", "--at", "2099-01-01", "--json")
    revoked = mien("tokens", "revoke", "laptop", "--user", "anna", "--json")

    assert made["token"].endswith(made["ends"])
    assert {key: made[key] for key in listed[0]} in listed
    assert "2099-01-01T00:00:00+00:00" == json.loads(ended.stdout)["until"]
    assert ("revoked", "") == (json.loads(revoked.stdout)["state"], revoked.stderr)


def test_a_slip_in_a_name_is_told_what_was_meant(mien, sentence):
    """
    Who is near a token or a user that there is hears which one.
    """
    mien("tokens", "create", "laptop")

    assert sentence(mien("tokens", "revoke", "latpop")).endswith("Did you mean laptop?")
    assert sentence(mien("users", "suspend", "defualt")).endswith("Did you mean default?")
    assert sentence(mien("users", "suspend", "zoe")).endswith("There is no user zoe.")
