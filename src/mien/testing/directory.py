"""Users, tokens and channels that are kept in memory, with the same promises as those that are not."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from mien.jobs.accounts import Channel, Token, User
from mien.jobs.configure import Configured, Settle


class MemoryDirectory:
    """`mien.jobs.ports.Directory`, `TokenDesk`, `ChannelDesk`, and the books of accounts and users."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._channels: list[Channel] = []
        #: Sealed secrets, and channels that were deleted; by user and id.
        self._sealed: dict[tuple[str, str], str | None] = {}
        self._deleted: set[tuple[str, str]] = set()
        self._tokens: dict[str, Token] = {}

    def find_token(self, digest: str) -> tuple[Token, User] | None:
        token = self._tokens.get(digest)
        return None if token is None else (token, self._users[token.user])

    def channels(self, user_id: str) -> list[Channel]:
        return [
            channel
            for channel in self._channels
            if channel.user_id == user_id and _key(channel) not in self._deleted
        ]

    def channel(self, user_id: str, channel_id: str) -> Channel | None:
        """The channel, deleted or not."""
        return next((one for one in self._channels if _key(one) == (user_id, channel_id)), None)

    def configure(self, user_id: str, settle: Settle, *, now: datetime) -> None:
        del now
        found = [
            Configured(
                channel=channel,
                sealed=self._sealed.get(_key(channel)),
                deleted=_key(channel) in self._deleted,
            )
            for channel in self._channels
            if channel.user_id == user_id
        ]
        settled = settle(found)
        key = _key(settled.channel)
        if not self._change(
            settled.channel,
            server=settled.channel.server,
            discord=settled.channel.discord,
            configured=True,
        ):
            self._channels.append(settled.channel)
        self._sealed[key] = settled.sealed
        self._deleted.discard(key)

    def remove(self, user_id: str, channel_id: str) -> bool:
        key = (user_id, channel_id)
        channel = self.channel(user_id, channel_id)
        if channel is None or key in self._deleted:
            return False
        self._deleted.add(key)
        self._sealed[key] = None
        self._change(channel, configured=False)
        return True

    def put_profile(self, user: User) -> None:
        known = self._users[user.name]
        self._users[user.name] = replace(
            known, reply_url=user.reply_url, display_name=user.display_name
        )

    def has_users(self) -> bool:
        return bool(self._users)

    def add_token(self, token: Token, *, digest: str, newcomer: User, channel: Channel) -> bool:
        names = {
            (other.user, other.name) for other in self._tokens.values() if other.revoked_at is None
        }
        if (newcomer.name, token.name) in names:
            return False
        if newcomer.name not in self._users:
            self._users[newcomer.name] = replace(newcomer, created=token.created)
            self._channels.append(channel)
        self._tokens[digest] = token
        return True

    def tokens(self) -> list[Token]:
        return list(self._tokens.values())

    def revoke(self, token_id: str, *, now: datetime) -> None:
        for digest, token in self._tokens.items():
            if token.id == token_id:
                self._tokens[digest] = replace(token, revoked_at=now)

    def expire(self, token_id: str, at: datetime | None) -> None:
        for digest, token in self._tokens.items():
            if token.id == token_id:
                self._tokens[digest] = replace(token, expires_at=at)

    def users(self) -> list[User]:
        return list(self._users.values())

    def set_subscription(self, user: User) -> None:
        known = self._users[user.name]
        self._users[user.name] = replace(
            known, subscription_end=user.subscription_end, suspended=user.suspended
        )

    def replace_user(self, user: User) -> None:
        """Put ``user`` in the place of the user of the same name, for tests of subscriptions."""
        self._users[user.name] = user

    def all_channels(self) -> list[tuple[str, Channel]]:
        names = {user.id: user.name for user in self._users.values()}
        return [
            (names[channel.user_id], channel)
            for channel in self._channels
            if _key(channel) not in self._deleted
        ]

    def set_credits(self, channel: Channel) -> bool:
        return self._change(channel, credits=channel.credits)

    def set_work(self, channel: Channel) -> bool:
        return self._change(channel, provider=channel.provider, width=channel.width)

    def _change(self, channel: Channel, **fields: Any) -> bool:
        for place, known in enumerate(self._channels):
            if _key(known) == _key(channel):
                self._channels[place] = replace(known, **fields)
                return True
        return False

    def add_channel(self, channel: Channel) -> None:
        """Give the channel's user one more."""
        self._channels.append(channel)


def _key(channel: Channel) -> tuple[str, str]:
    return channel.user_id, channel.id
