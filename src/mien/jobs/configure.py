"""Accounts: the channels that users configure themselves, as the contract has them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol

from mien.errors import BadRequest, NotFound
from mien.jobs.accounts import Channel, User
from mien.jobs.credits import Credits
from mien.jobs.ids import Clock, utc_now

#: The contract's sentences; that one speaks of a channel where it means a server is the contract's.
MISSING: Final = "Required param {name} is missing or empty"
NO_SNOWFLAKE: Final = "Required param channel ({value}) is not valid Discord channel id"
OTHER_PATH: Final = "Required param channel ({value}) not matching to /faceswap/account/{path}"
SAME: Final = "Channel {channel} configuration has same {name} value"
UNKNOWN: Final = "Configuration not found"
#: Discord's ids since its first year.
SNOWFLAKE: Final = re.compile(r"[0-9]{17,20}")
LARGEST_SNOWFLAKE: Final = 2**64 - 1
#: Longest secret, characters; those of Discord have about 70.
LONGEST_SECRET: Final = 1024
#: Characters of a secret that are shown at its beginning and its end, and what stands between.
SHOWN: Final = 3
VEIL: Final = "…secured…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a user configures.

    Raises:
        BadRequest: a field is missing or malformed; in the contract's order and words.
    """

    #: What the original logs in with; never shown.
    discord: str = field(repr=False)
    #: Snowflakes.
    server: str
    channel: str
    #: The channel in the path of the call.
    path: str

    def __post_init__(self) -> None:
        for name in ("discord", "server", "channel"):
            if not getattr(self, name):
                raise BadRequest(MISSING.format(name=name), field=name)
        for name in ("server", "channel"):
            if not _is_snowflake(getattr(self, name)):
                raise BadRequest(NO_SNOWFLAKE.format(value=getattr(self, name)), field=name)
        if self.channel != self.path:
            sentence = OTHER_PATH.format(value=self.channel, path=self.path)
            raise BadRequest(sentence, field="channel")
        if len(self.discord) > LONGEST_SECRET:
            facts = {"name": "characters", "value": len(self.discord), "limit": LONGEST_SECRET}
            raise BadRequest("Required param discord is too long", field="discord", details=facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """A channel and what only its row knows."""

    channel: Channel
    #: The encrypted secret; None where there is none.
    sealed: str | None = field(default=None, repr=False)
    #: It does not exist for its user any more; jobs that were in it go on.
    deleted: bool = False


#: From the user's channels, the deleted ones too, to the one that is written down.
Settle = Callable[[Sequence[Configured]], Configured]


class AccountBook(Protocol):
    """Where channels are configured."""

    def channels(self, user_id: str) -> list[Channel]:
        """The user's channels, oldest first."""
        ...

    def configure(self, user_id: str, settle: Settle, *, now: datetime) -> None:
        """Write down the channel that ``settle`` makes of the user's, in one transaction.

        What it raises leaves everything as it was.
        """
        ...

    def remove(self, user_id: str, channel_id: str) -> bool:
        """Forget a channel and its secret; whether it was there."""
        ...


class Seals(Protocol):
    """Encrypts what must be read again, and by nobody else."""

    def seal(self, text: str) -> str:
        """``text``, encrypted."""
        ...

    def open(self, sealed: str) -> str | None:
        """The text; None when it was sealed with a key that is not there any more."""
        ...


@dataclass(frozen=True, kw_only=True)
class Configure:
    """A user's accounts."""

    book: AccountBook
    seals: Seals
    clock: Clock = utc_now

    def list(self, user: User) -> list[Channel]:
        """All of them, oldest first, with their credits as they stand now.

        Raises:
            NotFound: there is none.
        """
        found = self.book.channels(user.id)
        if not found:
            raise NotFound(UNKNOWN)
        return [self._as_of_now(channel) for channel in found]

    def read(self, user: User, channel_id: str) -> Channel:
        """One of them.

        Raises:
            NotFound: the user has no such account.
        """
        for channel in self.book.channels(user.id):
            if channel.id == channel_id:
                return self._as_of_now(channel)
        raise NotFound(UNKNOWN)

    def put(self, user: User, account: Account) -> None:
        """Make the account, or give the one of its channel other values.

        Raises:
            BadRequest: another account of the user has the same secret or the same server.
        """
        self.book.configure(
            user.id, lambda found: self._settled(user, account, found), now=self.clock()
        )

    def delete(self, user: User, channel_id: str) -> None:
        """Forget an account and its secret. What was accepted in it goes on.

        Raises:
            NotFound: the user has no such account.
        """
        if not self.book.remove(user.id, channel_id):
            raise NotFound(UNKNOWN)

    def _settled(self, user: User, account: Account, found: Sequence[Configured]) -> Configured:
        others = [one for one in found if not one.deleted and one.channel.id != account.channel]
        for other in others:
            if other.sealed and self.seals.open(other.sealed) == account.discord:
                sentence = SAME.format(channel=other.channel.id, name="discord")
                raise BadRequest(sentence, field="discord")
        for other in others:
            if other.channel.server == account.server:
                sentence = SAME.format(channel=other.channel.id, name="server")
                raise BadRequest(sentence, field="server")
        channel = replace(
            self._before(user, account, found),
            server=account.server,
            discord=masked(account.discord),
            configured=True,
        )
        return Configured(channel=channel, sealed=self.seals.seal(account.discord))

    def _before(self, user: User, account: Account, found: Sequence[Configured]) -> Channel:
        """The account's channel as it was, or a new one.

        A user who pays does not get around it with a new account: it has no credits until the
        operator gives it some. One that was deleted comes back with what it had left.
        """
        for one in found:
            if one.channel.id == account.channel:
                return one.channel
        now = self.clock()
        pays = any(one.channel.credits for one in found)
        return Channel(
            id=account.channel,
            user_id=user.id,
            server=account.server,
            discord="",
            credits=Credits(total=0, since=now, changed=now) if pays else None,
        )

    def _as_of_now(self, channel: Channel) -> Channel:
        budget = channel.credits.at(self.clock()) if channel.credits else None
        return replace(channel, credits=budget)


def masked(secret: str) -> str:
    """How a secret is shown: ``ABC…secured…xyz``; nothing of one that is too short to hide in."""
    if len(secret) <= 2 * SHOWN:
        return VEIL
    return f"{secret[:SHOWN]}{VEIL}{secret[-SHOWN:]}"


def _is_snowflake(text: str) -> bool:
    return bool(SNOWFLAKE.fullmatch(text)) and int(text) <= LARGEST_SNOWFLAKE
