"""``mien users``, started as its users start it."""

import json

import pytest


@pytest.fixture
def anna(mien):
    """Reads what the list says about a user with a token."""
    mien("tokens", "create", "laptop", "--user", "anna")

    def look():
        (row,) = json.loads(mien("users", "list", "--json").stdout)
        return row

    return look


def test_a_user_is_suspended_and_resumed(mien, anna):
    """
    The list says so.
    """
    assert ("anna", "active", None) == (anna()["user"], anna()["state"], anna()["until"])

    run = mien("users", "suspend", "anna")

    assert (0, "Suspended anna.") == (run.returncode, run.stderr.strip())
    assert "suspended" == anna()["state"]

    mien("users", "resume", "anna")

    assert "active" == anna()["state"]


def test_a_subscription_has_an_end(mien, anna):
    """
    In the future, in the past, or none.
    """
    mien("users", "subscribe", "anna", "--until", "2999-01-01T12:00+02:00")

    assert ("2999-01-01T10:00:00+00:00", "active") == (anna()["until"], anna()["state"])

    mien("users", "subscribe", "anna", "--until", "2000-01-01")

    assert "ended" == anna()["state"]

    said = mien("users", "subscribe", "anna", "--until", "never")

    assert (None, "active") == (anna()["until"], anna()["state"])
    assert "The subscription of anna ends never." == said.stderr.strip()


def test_the_table_has_a_line_of_headings(mien, anna):
    """
    Without --json the list is for people.
    """
    lines = mien("users", "list").stdout.splitlines()

    assert ["user", "id", "created", "until", "state"] == lines[0].split()
    assert ["anna", "active"] == [lines[1].split()[0], lines[1].split()[-1]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["suspend", "nobody"], "There is no user nobody."),
        (["subscribe", "nobody", "--until", "never"], "There is no user nobody."),
        (["subscribe", "anna", "--until", "x"], "is no time"),
        (["subscribe", "anna"], "--until"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(mien, sentence, arguments, said):
    """
    A missing user, and a time that is none.
    """
    run = mien("users", *arguments)

    assert run.returncode in {1, 2}
    assert said in sentence(run)


def test_changes_are_told_to_programs(mien):
    """
    With --json the user is printed as it is after the change.
    """
    mien("tokens", "create", "x", "--user", "anna")
    told = [
        json.loads(mien("users", *words, "--json").stdout)
        for words in (
            ("suspend", "anna"),
            ("resume", "anna"),
            ("subscribe", "anna", "--until", "2001-01-01"),
        )
    ]

    assert ["suspended", "active", "ended"] == [one["state"] for one in told]
    assert "2001-01-01T00:00:00+00:00" == told[-1]["until"]
