"""The operator's desk for channels; run against SQL and the fake directory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.making import NOW, HandClock, new_id
from mien.errors import BadRequest, NotFound
from mien.jobs.access import Tokens
from mien.jobs.channels import Channels
from mien.jobs.credits import Renewal


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def desk(directory, clock):
    tokens = Tokens(desk=directory, new_id=new_id, clock=clock)
    for user in ("anna", "bea"):
        tokens.create("first", user=user)
        clock.advance(1)
    return Channels(desk=directory, clock=clock)


def test_channels_are_listed_with_their_owners(desk):
    """
    Oldest first; nothing is charged until somebody says so.
    """
    assert [("anna", None, "engine"), ("bea", None, "engine")] == [
        (owned.user, owned.channel.credits, owned.channel.provider) for owned in desk.list()
    ]


def test_a_budget_begins_when_it_is_set(desk, clock):
    """
    And is shown as it stands: after a month it is full again.
    """
    owned = desk.list()[0]
    desk.set_budget(owned, 800, renewal=Renewal.MONTHLY)
    budget = desk.find(owned.channel.id).channel.credits

    assert (800, 0, NOW + timedelta(seconds=2)) == (budget.total, budget.used, budget.since)

    desk.desk.set_credits(replace(owned.channel, credits=budget.spend(5, clock())))

    assert 795 == desk.find(owned.channel.id).channel.credits.left

    clock.advance(32 * 86_400)

    assert 800 == desk.find(owned.channel.id).channel.credits.left
    assert desk.set_budget(owned, None, renewal=None).channel.credits is None
    assert desk.find(owned.channel.id).channel.credits is None


def test_width_and_provider_do_not_touch_the_credits(desk):
    """
    What is spent meanwhile is not written over.
    """
    owned = desk.list()[0]
    desk.set_budget(owned, 800, renewal=None)
    desk.set_work(owned, provider="useapi", width=3)
    channel = desk.find(owned.channel.id).channel

    assert ("useapi", 3, 800) == (channel.provider, channel.width, channel.credits.left)

    desk.set_work(desk.find(owned.channel.id), width=0)

    assert ("useapi", None) == (
        desk.find(owned.channel.id).channel.provider,
        desk.find(owned.channel.id).channel.width,
    )


def test_what_is_not_there_is_said(desk):
    """
    By id, and by user and id.
    """
    mine = desk.list()[0].channel.id

    with pytest.raises(NotFound, match="There is no channel 7"):
        desk.find("7")
    with pytest.raises(NotFound, match=f"There is no channel {mine} of bea"):
        desk.find(mine, user="bea")


def test_an_id_of_several_users_needs_a_name(desk, directory):
    """
    The sentence names them.
    """

    class Twins(type(directory)):  # type: ignore[misc]
        def __init__(self):
            pass

        def all_channels(self):
            (anna, channel), (bea, _) = directory.all_channels()
            return [(anna, channel), (bea, channel)]

    twins = Channels(desk=Twins())
    channel = desk.list()[0].channel

    with pytest.raises(BadRequest, match=r"Several users have a channel .* \(anna, bea\)"):
        twins.find(channel.id)
    assert "bea" == twins.find(channel.id, user="bea").user
