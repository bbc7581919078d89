"""Tokens, users and channels; run against SQL and the fake directory."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.conftest import enrol
from jobs.making import CHANNEL, NOW, USER, HandClock, new_id
from mien.contract import ChannelRule
from mien.errors import BadRequest, Expired, NotFound, Unauthorized
from mien.jobs.access import Authenticate, PickChannel, Tokens
from mien.storage.directory import SqlDirectory

SECOND = timedelta(seconds=1)


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def tokens(directory, clock):
    return Tokens(desk=directory, new_id=new_id, clock=clock)


@pytest.fixture
def authenticate(directory, clock):
    return Authenticate(directory=directory, clock=clock)


def test_a_new_token_opens_the_door_of_its_user(tokens, authenticate):
    """
    Whoever brings the key is the user that it was made for.
    """
    mine, hers = tokens.create("laptop"), tokens.create("laptop", user="anna")

    assert "default" == authenticate(mine.key).name
    assert "anna" == authenticate(hers.key).name
    assert mine.key != hers.key


@pytest.mark.parametrize("key", ["", "mien_", "mien_wrong", "x" * 10_000])
def test_a_wrong_key_opens_nothing(tokens, authenticate, key):
    """
    Empty, cut or foreign keys are refused alike.
    """
    tokens.create("laptop")

    with pytest.raises(Unauthorized):
        authenticate(key)


def test_two_tokens_of_a_user_are_the_same_user(tokens, authenticate, directory):
    """
    A second token adds neither a user nor a channel.
    """
    first, second = tokens.create("one"), tokens.create("two")

    assert authenticate(first.key) == authenticate(second.key)
    assert 1 == len(directory.channels(authenticate(first.key).id))


def test_a_revoked_token_is_worthless_and_its_name_free(tokens, authenticate):
    """
    Revoking takes effect at once; a new token may take the name and has another key.
    """
    old = tokens.create("laptop")
    tokens.revoke("laptop")

    with pytest.raises(Unauthorized):
        authenticate(old.key)

    new = tokens.create("laptop")

    assert authenticate(new.key)
    with pytest.raises(Unauthorized):
        authenticate(old.key)


def test_a_token_ends_at_its_time(tokens, authenticate, clock):
    """
    It is good until, but not at, the moment of its end.
    """
    key = tokens.create("guest", expires_at=NOW + SECOND).key

    assert authenticate(key)

    clock.advance(1)

    with pytest.raises(Unauthorized):
        authenticate(key)


def test_the_end_of_a_token_can_be_moved(tokens, authenticate, clock):
    """
    Nearer, further, and away; only of one that is not revoked.
    """
    key = tokens.create("guest").key
    tokens.expire("guest", NOW)

    with pytest.raises(Unauthorized):
        authenticate(key)

    tokens.expire("guest", NOW + SECOND)

    assert authenticate(key)

    clock.advance(1)
    tokens.expire("guest", None)

    assert authenticate(key)
    with pytest.raises(NotFound):
        tokens.expire("guest", None, user="anna")

    tokens.revoke("guest")

    with pytest.raises(NotFound):
        tokens.expire("guest", None)


def test_names_are_taken_once_a_user(tokens):
    """
    Two users may both have a "laptop"; one user has one.
    """
    tokens.create("laptop")
    tokens.create("laptop", user="anna")

    with pytest.raises(BadRequest, match='default has a token named "laptop" already'):
        tokens.create("laptop")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_name_has_1_to_100_characters(tokens, name):
    """
    Neither tokens nor users go without a name.
    """
    with pytest.raises(BadRequest, match="1 to 100 characters"):
        tokens.create(name)
    with pytest.raises(BadRequest, match="1 to 100 characters"):
        tokens.create("laptop", user=name)


def test_the_list_shows_everything_but_keys(tokens, clock):
    """
    Names, owners, last four characters and times, oldest first, revoked ones too.
    """
    keys = [tokens.create("one").key]
    clock.advance(1)
    keys.append(tokens.create("two", user="anna").key)
    tokens.revoke("one")

    listed = tokens.list()

    assert [("default", "one"), ("anna", "two")] == [(item.user, item.name) for item in listed]
    assert [key[-4:] for key in keys] == [item.last4 for item in listed]
    assert [NOW + SECOND, None] == [item.revoked_at for item in listed]
    assert not any(key in repr(listed) for key in keys)


def test_what_is_not_there_cannot_be_revoked(tokens):
    """
    An unknown name, another user's token, and one that is revoked already.
    """
    tokens.create("laptop")

    with pytest.raises(NotFound):
        tokens.revoke("phone")
    with pytest.raises(NotFound):
        tokens.revoke("laptop", user="anna")

    tokens.revoke("laptop")

    with pytest.raises(NotFound):
        tokens.revoke("laptop")


def test_the_key_is_not_stored(sqlite_database, tmp_path):
    """
    The files of the database hold the key's hash, and nowhere the key.
    """
    key = Tokens(desk=SqlDirectory(sqlite_database), new_id=new_id).create("laptop").key
    sqlite_database.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("mien.db*"))

    assert hashlib.sha256(key.encode()).hexdigest().encode() in stored
    assert key.encode() not in stored


@pytest.mark.parametrize(
    ("end", "suspended"), [(NOW, False), (NOW - SECOND, False), (None, True), (NOW + SECOND, True)]
)
def test_a_user_without_a_subscription_is_expired(database, end, suspended):
    """
    A good token does not help when the subscription is over or suspended.
    """
    directory = SqlDirectory(database)
    enrol(directory, replace(USER, subscription_end=end, suspended=suspended), CHANNEL)
    key = Tokens(desk=directory, new_id=new_id).create("laptop", user=USER.name).key

    with pytest.raises(Expired, match="Account has no subscription or subscription expired"):
        Authenticate(directory=directory, clock=HandClock())(key)


@pytest.mark.parametrize("end", [None, NOW + SECOND])
def test_a_user_with_a_subscription_passes(end):
    """
    A subscription without an end never ends, and one with an end runs until it.
    """
    replace(USER, subscription_end=end).require_active(NOW)


def test_a_channel_is_picked_by_its_id(tokens, authenticate, directory):
    """
    A user may name any channel that is theirs.
    """
    user = authenticate(tokens.create("laptop").key)
    (channel,) = directory.channels(user.id)

    assert (channel,) == PickChannel(directory=directory)(user, channel.id)


class TwoChannels:
    """A directory in which `USER` has two channels."""

    channels_of_user = (replace(CHANNEL, id="1"), replace(CHANNEL, id="2"))

    def channels(self, user_id):
        return list(self.channels_of_user) if user_id == USER.id else []


def test_without_a_name_any_channel_may_be_picked():
    """
    All of the user's channels, in an order that chance gives.
    """
    pick = PickChannel(directory=TwoChannels(), shuffled=lambda channels: channels[::-1])

    assert TwoChannels.channels_of_user[::-1] == pick(USER)


def test_chance_puts_each_channel_first():
    """
    The real shuffle is fair enough that neither channel is left out (both 2^-100).
    """
    pick = PickChannel(directory=TwoChannels())

    assert {"1", "2"} == {pick(USER)[0].id for _ in range(100)}


def test_who_has_several_channels_must_name_one_where_the_contract_says_so():
    """
    Under the rule "the only one"; with its name, and with one channel, there is no question.
    """
    pick = PickChannel(directory=TwoChannels())

    with pytest.raises(BadRequest, match=r"^Required param channel is missing or empty$"):
        pick(USER, rule=ChannelRule.REQUIRED_IF_MANY)

    assert ["2"] == [channel.id for channel in pick(USER, "2", rule=ChannelRule.REQUIRED_IF_MANY)]


def test_another_users_channel_does_not_exist(tokens, authenticate, directory):
    """
    The refusal is the contract's, and the same as for a channel that nobody has.
    """
    mine = authenticate(tokens.create("laptop").key)
    hers = authenticate(tokens.create("laptop", user="anna").key)
    (channel,) = directory.channels(hers.id)
    expected = (
        f"Configuration not found for channel {channel.id}, "
        f"to create POST v1/faceswap/account/{channel.id}"
    )

    with pytest.raises(BadRequest) as refused:
        PickChannel(directory=directory)(mine, channel.id)

    assert (expected, "channel") == (str(refused.value), refused.value.field)


def test_a_user_without_channels_gets_the_contracts_words(directory):
    """
    When none was sent and none exists, the word "channel" stands for its id.
    """
    with pytest.raises(BadRequest, match="for channel channel, to create"):
        PickChannel(directory=directory)(USER)
