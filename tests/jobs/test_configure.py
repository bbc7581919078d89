"""How users configure channels; run against SQL and the fake directory."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from cryptography.fernet import Fernet

from jobs.conftest import enrol
from jobs.making import (
    CHANNEL,
    DEADLINE_S,
    LEASE,
    NOW,
    ROOMY,
    USER,
    HandClock,
    a_job,
    accept,
    an_ending,
)
from mien.contract import ChannelRule
from mien.errors import BadRequest, NotFound, SetupError
from mien.jobs.access import PickChannel
from mien.jobs.accounts import User
from mien.jobs.configure import VEIL, Account, Configure, Configured, masked
from mien.jobs.credits import Credits
from mien.jobs.lanes import LaneQueue, lane_of
from mien.jobs.model import Status
from mien.storage.database import Database
from mien.storage.directory import SqlDirectory
from mien.storage.jobs import SqlJobs
from mien.storage.seal import Seal, key_of
from mien.testing import MemoryDirectory, MemoryJobs

FIRST, SECOND = "1150077000000000011", "1150077000000000012"
SERVERS = {FIRST: "1150077000000000021", SECOND: "1150077000000000022"}
SEAL = Seal([key_of(bytes(32))])


def account(path=FIRST, **changes):
    """An account of that channel, unlike all others."""
    values = {"discord": f"secret of {path}", "server": SERVERS[path], "channel": path}
    return Account(**values | {"path": path} | changes)


@pytest.fixture
def known(directory):
    """A directory with `USER` and the channel that came with the user."""
    if isinstance(directory, MemoryDirectory):
        directory.add_channel(CHANNEL)
    else:
        enrol(directory, USER, CHANNEL)
    return directory


@pytest.fixture
def configure(known):
    return Configure(book=known, seals=SEAL, clock=HandClock(NOW + timedelta(seconds=1)))


def test_an_account_is_a_channel_of_its_user(configure):
    """
    With its server and the masked secret; our own engine does its work.
    """
    configure.put(USER, account())
    channel = configure.read(USER, FIRST)

    assert (FIRST, SERVERS[FIRST], "sec…secured…011", "engine") == (
        channel.id,
        channel.server,
        channel.discord,
        channel.provider,
    )
    assert [CHANNEL.id, FIRST] == [one.id for one in configure.list(USER)]


def test_an_account_can_be_changed(configure):
    """
    The same channel again gets other values, and the same values again are no conflict.
    """
    configure.put(USER, account())
    configure.put(USER, account())
    configure.put(USER, account(discord="another secret", server="1150077000000000099"))
    channel = configure.read(USER, FIRST)

    assert ("1150077000000000099", "ano…secured…ret") == (channel.server, channel.discord)
    assert 2 == len(configure.list(USER))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"discord": f"secret of {FIRST}"},
            f"Channel {FIRST} configuration has same discord value",
        ),
        ({"server": SERVERS[FIRST]}, f"Channel {FIRST} configuration has same server value"),
    ],
)
def test_two_accounts_of_a_user_differ(configure, changes, said):
    """
    Nothing is written; another user may have the same.
    """
    configure.put(USER, account())
    with pytest.raises(BadRequest) as refused:
        configure.put(USER, account(SECOND, **changes))

    assert said == str(refused.value)
    with pytest.raises(NotFound):
        configure.read(USER, SECOND)


def test_two_users_may_configure_the_same(configure, known):
    """
    They do not learn of each other.
    """
    bea = User(id="1002", name="bea")
    hers = replace(CHANNEL, user_id=bea.id)
    if isinstance(known, MemoryDirectory):
        known.add_channel(hers)
    else:
        enrol(known, bea, hers)
    configure.put(USER, account())
    configure.put(bea, account())
    configure.delete(USER, FIRST)

    assert FIRST == configure.read(bea, FIRST).id
    assert [CHANNEL.id] == [one.id for one in configure.list(USER)]


def test_a_deleted_account_is_gone_until_it_is_made_again(configure):
    """
    It cannot be read or deleted twice; its values are free for another channel.
    """
    configure.put(USER, account())
    configure.delete(USER, FIRST)

    for call in (configure.read, configure.delete):
        with pytest.raises(NotFound, match=r"^Configuration not found$"):
            call(USER, FIRST)

    configure.put(USER, account(SECOND, discord=f"secret of {FIRST}", server=SERVERS[FIRST]))
    configure.put(USER, account(discord="x" * 20, server=SERVERS[SECOND]))

    assert {CHANNEL.id, FIRST, SECOND} == {one.id for one in configure.list(USER)}


def test_who_has_no_account_is_told_so(configure):
    """
    When the last channel is gone.
    """
    configure.delete(USER, CHANNEL.id)

    with pytest.raises(NotFound, match=r"^Configuration not found$"):
        configure.list(USER)


def test_the_channel_that_came_with_the_user_steps_back(configure, known):
    """
    Who configures one account need not name it; who has two must, where the rule says so; the
    first channel can still be named.
    """
    pick = PickChannel(directory=known)
    only = ChannelRule.REQUIRED_IF_MANY

    assert [CHANNEL.id] == [one.id for one in pick(USER, rule=only)]

    configure.put(USER, account())

    assert [FIRST] == [one.id for one in pick(USER, rule=only)]
    assert [CHANNEL.id] == [one.id for one in pick(USER, CHANNEL.id, rule=only)]

    configure.put(USER, account(SECOND))

    assert {FIRST, SECOND} == {one.id for one in pick(USER)}
    with pytest.raises(BadRequest, match="Required param channel is missing or empty"):
        pick(USER, rule=only)


def test_a_new_account_is_no_way_around_paying(configure, known):
    """
    A user who has a budget somewhere gets an empty one; deleting does not fill one up again.
    """
    spent = Credits(total=10, used=9, since=NOW, changed=NOW)
    configure.put(USER, account())
    known.set_credits(replace(configure.read(USER, FIRST), credits=spent))
    configure.put(USER, account(SECOND))
    configure.delete(USER, FIRST)
    configure.put(USER, account())

    assert (1, 10) == totals(configure.read(USER, FIRST))
    assert (0, 0) == totals(configure.read(USER, SECOND))


def totals(channel):
    """What is left, and of how much."""
    return channel.credits.left, channel.credits.total


def test_jobs_of_a_deleted_account_go_on(configure, known):
    """
    They are handed out in their lane, and new ones are refused.
    """
    store: Any = (
        MemoryJobs(known, rules=ROOMY)
        if isinstance(known, MemoryDirectory)
        else SqlJobs(known._database, ROOMY)
    )
    configure.put(USER, account())
    job = accept(store, a_job(channel=FIRST)).job
    configure.delete(USER, FIRST)
    queue = LaneQueue(lane=lane_of(job), width=100, running=0, waiting=(job.id,))

    assert [queue] == store.queues(limit=9)
    assert [job.id] == store.unfinished_of(USER.id)
    assert store.claim(job.id, LEASE, now=NOW)

    store.finish(job.id, 1, an_ending())

    assert Status.COMPLETED is store.find(job.id).status
    with pytest.raises(BadRequest, match=f"Configuration not found for channel {FIRST}"):
        accept(store, a_job(channel=FIRST))


def test_the_secret_is_not_in_the_database(sqlite_database, tmp_path):
    """
    Encrypted while it is there, and gone when the account is deleted.
    """
    directory = SqlDirectory(sqlite_database)
    enrol(directory, USER, CHANNEL)
    configure = Configure(book=directory, seals=SEAL)
    configure.put(USER, account(discord="MTA5.the-secret-itself.xyz"))
    sealed = sealed_in(sqlite_database)

    assert "MTA5.the-secret-itself.xyz" == SEAL.open(sealed)

    configure.delete(USER, FIRST)

    assert sealed_in(sqlite_database) is None

    sqlite_database.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("mien.db*"))

    assert b"the-secret" not in stored


def sealed_in(database):
    """What the database holds of the account's secret."""
    with database.reading() as connection:
        return connection.exec_driver_sql(
            f"SELECT sealed FROM channels WHERE id = '{FIRST}'"  # noqa: S608 - a constant
        ).scalar()


def test_calls_at_once_make_one_account_of_a_secret(database):
    """
    Ten channels with the same secret: one is configured.
    """
    directory = SqlDirectory(database)
    enrol(directory, USER, CHANNEL)
    other = Database(database.engine.url.render_as_string(hide_password=False))
    books = [directory, SqlDirectory(other)]

    def tried(number):
        channel = f"11500770000000000{number}"
        new = Account(
            discord="the same secret",
            server=channel[::-1].replace("0", "9"),
            channel=channel,
            path=channel,
        )
        try:
            Configure(book=books[number % 2], seals=SEAL).put(USER, new)
        except BadRequest:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(tried, range(10, 20)))
    other.close()

    assert 1 == sum(made)


def test_one_account_of_a_user_is_configured_at_a_time(database):
    """
    While one call decides, another one waits, and then sees what the first has written.
    """
    enrol(SqlDirectory(database), USER, CHANNEL)
    other = Database(database.engine.url.render_as_string(hide_password=False))
    second_decides = Event()
    seen: list[str] = []

    def settled(path):
        return Configured(channel=replace(CHANNEL, id=path), sealed="x")

    def second(found):
        second_decides.set()
        seen.extend(one.channel.id for one in found)
        return settled(SECOND)

    with ThreadPoolExecutor(1) as threads:

        def first(found):
            del found
            waiting.append(threads.submit(SqlDirectory(other).configure, USER.id, second, now=NOW))
            # Long enough for a call that does not wait; one that does never comes.
            assert not second_decides.wait(0.3)
            return settled(FIRST)

        waiting: list[Any] = []
        SqlDirectory(database).configure(USER.id, first, now=NOW)
        waiting[0].result(DEADLINE_S)
    other.close()

    assert {CHANNEL.id, FIRST} == set(seen)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"discord": ""}, "Required param discord is missing or empty"),
        ({"server": ""}, "Required param server is missing or empty"),
        ({"channel": ""}, "Required param channel is missing or empty"),
        (
            {"discord": "", "server": "", "channel": ""},
            "Required param discord is missing or empty",
        ),
        ({"server": "x"}, "Required param channel (x) is not valid Discord channel id"),
        (
            {"server": "x", "channel": "y"},
            "Required param channel (x) is not valid Discord channel id",
        ),
        ({"channel": "12"}, "Required param channel (12) is not valid Discord channel id"),
        (
            {"channel": "²" * 19},
            f"Required param channel ({'²' * 19}) is not valid Discord channel id",
        ),
        (
            {"channel": "9" * 20},
            f"Required param channel ({'9' * 20}) is not valid Discord channel id",
        ),
        (
            {"channel": SECOND},
            f"Required param channel ({SECOND}) not matching to /faceswap/account/{FIRST}",
        ),
        ({"discord": "x" * 1025}, "Required param discord is too long"),
    ],
)
def test_faults_are_looked_for_in_the_contracts_order(changes, said):
    """
    And said in its words, also where they speak of a channel and mean a server.
    """
    with pytest.raises(BadRequest) as refused:
        account(**changes)

    assert said == str(refused.value)


@pytest.mark.parametrize(
    ("secret", "shown"),
    [
        ("ABCDEFGxyz", "ABC…secured…xyz"),
        ("ABCDxyz", "ABC…secured…xyz"),
        ("ABCxyz", VEIL),
        ("x", VEIL),
    ],
)
def test_a_secret_is_shown_by_its_ends(secret, shown):
    """
    Unless that would show all of it.
    """
    assert shown == masked(secret)


def test_the_secret_is_in_no_repr():
    """
    Logs and tracebacks show values.
    """
    assert "secret of" not in repr(account())


def test_a_key_can_be_replaced_by_a_new_one():
    """
    The first encrypts, the others still open; without its key a secret stays closed.
    """
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = Seal([old]).seal("ünïcode")

    assert "ünïcode" == Seal([new, old]).open(sealed)
    assert Seal([new]).open(sealed) is None
    assert Seal([new]).open("no token") is None
    assert sealed != Seal([old]).seal("ünïcode")


def test_a_key_that_is_none_is_the_operators_fault():
    """
    The sentence names the setting.
    """
    with pytest.raises(SetupError, match="MIEN_DISCORD_KEY holds no key"):
        Seal(["short"]).seal("x")
