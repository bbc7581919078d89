"""The operator's desk for users; run against SQL and the fake directory."""

from datetime import timedelta

import pytest

from jobs.making import NOW, HandClock, new_id
from mien.errors import Expired, NotFound
from mien.jobs.access import Authenticate, Tokens
from mien.jobs.users import Users

SECOND = timedelta(seconds=1)


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def keys(directory, clock):
    """A token of anna and one of bea."""
    tokens = Tokens(desk=directory, new_id=new_id, clock=clock)
    made = []
    for user in ("anna", "bea"):
        made.append(tokens.create("first", user=user).key)
        clock.advance(1)
    return made


@pytest.fixture
def desk(directory, keys):
    return Users(desk=directory)


@pytest.fixture
def authenticate(directory, clock):
    return Authenticate(directory=directory, clock=clock)


def test_users_are_listed_with_their_subscriptions(desk):
    """
    Oldest first; none ends until somebody says so.
    """
    assert [("anna", NOW, None, False), ("bea", NOW + SECOND, None, False)] == [
        (user.name, user.created, user.subscription_end, user.suspended) for user in desk.list()
    ]


def test_a_suspended_user_is_expired_and_the_other_is_not(desk, keys, authenticate):
    """
    At once, and until the user is resumed; the token stays a token.
    """
    desk.suspend("anna")

    with pytest.raises(Expired):
        authenticate(keys[0])
    assert "anna" == authenticate.holder(keys[0]).user.name
    assert "bea" == authenticate(keys[1]).name

    desk.resume("anna")

    assert "anna" == authenticate(keys[0]).name


def test_a_subscription_ends_and_can_be_prolonged(desk, keys, authenticate, clock):
    """
    It runs until, but not at, its end; resuming does not prolong it.
    """
    desk.subscribe("anna", clock() + SECOND)

    assert authenticate(keys[0])

    clock.advance(1)
    desk.resume("anna")

    with pytest.raises(Expired):
        authenticate(keys[0])

    desk.subscribe("anna", None)

    assert authenticate(keys[0])


def test_an_unknown_user_is_said(desk):
    """
    By every order.
    """
    for order in (desk.suspend, desk.resume, lambda name: desk.subscribe(name, None)):
        with pytest.raises(NotFound, match="There is no user nobody"):
            order("nobody")
