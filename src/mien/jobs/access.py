"""Who may do what: tokens, users and channels."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mien.contract import ChannelRule
from mien.errors import BadRequest, NotFound, Unauthorized, did_you_mean
from mien.jobs.accounts import Channel, Token, User
from mien.jobs.ids import Clock, Snowflakes, utc_now
from mien.jobs.ports import FindsChannels, FindsTokens, TokenDesk
from mien.jobs.words import CHANNEL_MISSING, UNKNOWN_CHANNEL

#: The user that tokens belong to when no other is named.
DEFAULT_USER = "default"
#: Marks our tokens, so that a scanner for leaked secrets can know them.
TOKEN_PREFIX = "mien_"  # noqa: S105 - no password
TOKEN_BYTES = 32
#: How our own engine's channel shows the secret that it does not have, in the contract's form.
ENGINE_DISCORD = "eng…secured…ine"
MAX_NAME = 100


def digest_of(token: str) -> str:
    """What is stored of a token.

    A fast hash is right here: tokens are 256 random bits, so there is no dictionary to try
    and nothing that a slow hash would protect; and it runs at every request.
    """
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A user and the token that was shown."""

    user: User
    token_id: str


@dataclass(frozen=True, kw_only=True)
class Authenticate:
    """Who is asking?"""

    directory: FindsTokens
    clock: Clock = utc_now

    def __call__(self, token: str) -> User:
        """The user whom ``token`` belongs to.

        Raises:
            Unauthorized: the token is empty, unknown, revoked or expired.
            Expired: the user's subscription ended or is suspended.
        """
        return self.caller(token).user

    def caller(self, token: str) -> Caller:
        """The user whom ``token`` belongs to, and the token.

        Raises:
            Unauthorized, Expired: as calling this.
        """
        found = self.holder(token)
        found.user.require_active(self.clock())
        return found

    def holder(self, token: str) -> Caller:
        """As `caller`, whether the user's subscription runs or not.

        Raises:
            Unauthorized: the token is empty, unknown, revoked or expired.
        """
        found = self.directory.find_token(digest_of(token))
        if found is None or not found[0].valid(self.clock()):
            raise Unauthorized
        return Caller(user=found[1], token_id=found[0].id)


def _shuffled(channels: Sequence[Channel]) -> list[Channel]:
    return secrets.SystemRandom().sample(channels, len(channels))


@dataclass(frozen=True, kw_only=True)
class PickChannel:
    """Which of the user's channels may take a job?"""

    directory: FindsChannels
    shuffled: Callable[[Sequence[Channel]], Sequence[Channel]] = _shuffled

    def __call__(
        self,
        user: User,
        wanted: str | None = None,
        *,
        rule: ChannelRule = ChannelRule.RANDOM_WITH_CREDITS,
    ) -> tuple[Channel, ...]:
        """The channel ``wanted``; when none is named, those that ``rule`` allows.

        Returns:
            One channel or more; the job goes to the first of those that are the least busy.

        Raises:
            BadRequest: the user has no such channel, or has to name one of several (the
                contract's sentences, status 400).
        """
        channels = self._meant(user, wanted)
        if not channels:
            # The contract's words when none was sent and none exists: "channel" stands for it.
            name = wanted or "channel"
            raise BadRequest(UNKNOWN_CHANNEL.format(channel=name), field="channel")
        if rule is ChannelRule.REQUIRED_IF_MANY and len(channels) > 1:
            facts = {"reason": f"you have {len(channels)}"}
            raise BadRequest(CHANNEL_MISSING, field="channel", details=facts)
        return tuple(self.shuffled(channels))

    def _meant(self, user: User, wanted: str | None) -> list[Channel]:
        channels = self.directory.channels(user.id)
        if wanted is not None:
            return [channel for channel in channels if channel.id == wanted]
        # The channel that came with the user is a help for those who configure none.
        return [channel for channel in channels if channel.configured] or channels


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token at its birth, the only time that its key is known."""

    token: Token
    #: The key: what a client sends after "Bearer".
    key: str


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """The operator's desk: make, list and revoke tokens."""

    desk: TokenDesk
    new_id: Snowflakes
    clock: Clock = utc_now

    def create(
        self, name: str, *, user: str = DEFAULT_USER, expires_at: datetime | None = None
    ) -> NewToken:
        """Make a token for ``user``; a user who does not exist is made, with a channel.

        Raises:
            BadRequest: a name is empty or longer than 100 characters, or the user has a token
                of that name.
        """
        _require_name(name, "token")
        _require_name(user, "user")
        key = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        token = Token(
            id=self.new_id(),
            user=user,
            name=name,
            last4=key[-4:],
            created=self.clock(),
            expires_at=expires_at,
        )
        newcomer = User(id=self.new_id(), name=user)
        added = self.desk.add_token(
            token, digest=digest_of(key), newcomer=newcomer, channel=self._channel(newcomer)
        )
        if not added:
            raise BadRequest(f'The user {user} has a token named "{name}" already.', field="name")
        return NewToken(token=token, key=key)

    def _channel(self, user: User) -> Channel:
        return Channel(
            id=self.new_id(), user_id=user.id, server=self.new_id(), discord=ENGINE_DISCORD
        )

    def list(self) -> list[Token]:
        """All tokens, oldest first; revoked and expired ones too."""
        return self.desk.tokens()

    def revoke(self, name: str, *, user: str = DEFAULT_USER) -> Token:
        """Make the user's token of that name worthless at once.

        Raises:
            NotFound: there is none that is not revoked.
        """
        token = self._named(name, user)
        now = self.clock()
        self.desk.revoke(token.id, now=now)
        return replace(token, revoked_at=now)

    def expire(self, name: str, at: datetime | None, *, user: str = DEFAULT_USER) -> Token:
        """Let the user's token of that name end at a time, or never.

        Raises:
            NotFound: there is none that is not revoked.
        """
        token = self._named(name, user)
        self.desk.expire(token.id, at)
        return replace(token, expires_at=at)

    def _named(self, name: str, user: str) -> Token:
        tokens = {
            token.name: token
            for token in self.desk.tokens()
            if token.user == user and token.revoked_at is None
        }
        if name not in tokens:
            hint = did_you_mean(name, tokens)
            raise NotFound(f'The user {user} has no token named "{name}".{hint}')
        return tokens[name]


def _require_name(name: str, what: str) -> None:
    if not name.strip() or len(name) > MAX_NAME:
        raise BadRequest(
            f"The name of a {what} has 1 to {MAX_NAME} characters, not {len(name.strip())}.",
            field="name",
        )
