"""``mien channels``, started as its users start it."""

import json

import pytest


def channel_of(mien):
    """The only channel, as the list shows it to programs."""
    (row,) = json.loads(mien("channels", "list", "--json").stdout)
    return row


def test_credits_are_given_and_taken_away(mien):
    """
    A budget that renews, seen in the list; off charges nothing.
    """
    mien("tokens", "create", "laptop")
    row = channel_of(mien)

    assert ("default", "engine", "auto", "off", None) == (
        row["user"],
        row["provider"],
        row["width"],
        row["credits"],
        row["renewal"],
    )

    run = mien("channels", "set", row["channel"], "--credits", "800", "--renew", "monthly")

    assert 0 == run.returncode, run.stderr
    assert ("800/800", "monthly") == (channel_of(mien)["credits"], channel_of(mien)["renewal"])

    mien("channels", "set", row["channel"], "--credits", "off")

    assert "off" == channel_of(mien)["credits"]


def test_width_is_set_and_left_to_the_provider(mien):
    """
    The answer shows the channel as it is now.
    """
    mien("tokens", "create", "laptop")
    name = channel_of(mien)["channel"]
    run = mien("channels", "set", name, "--width", "1", "--provider", "useapi", "--json")
    (row,) = json.loads(run.stdout)

    assert (1, "useapi") == (row["width"], row["provider"])

    mien("channels", "set", name, "--width", "auto")

    assert "auto" == channel_of(mien)["width"]


def test_the_table_has_a_line_of_headings(mien):
    """
    Without --json the list is for people.
    """
    mien("tokens", "create", "laptop")
    lines = mien("channels", "list").stdout.splitlines()

    assert ["user", "channel", "server", "provider", "width", "credits", "renewal"] == (
        lines[0].split()
    )
    assert ["default", "engine", "auto", "off"] == [lines[1].split()[n] for n in (0, 3, 4, 5)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["7", "--credits", "1"], "There is no channel 7."),
        (["7", "--credits", "-1"], "-1 is not in the range"),
        (["7", "--credits", "x"], "x"),
        (["7", "--credits", "9" * 20], "is not in the range"),
        (["7", "--width", "0"], "0 is not in the range"),
        (["7", "--renew", "monthly"], "--renew belongs to --credits N"),
        (["7"], "Nothing to change"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(mien, sentence, arguments, said):
    """
    A missing channel, a number that is none, and an order without content.
    """
    run = mien("channels", "set", *arguments)

    assert run.returncode in {1, 2}
    assert said in sentence(run)
