"""Users, tokens and channels in SQL."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from mien.jobs.accounts import Channel, Token, User
from mien.jobs.configure import Configured, Settle
from mien.storage.database import Database, retrying
from mien.storage.prepared import AnyRow, Prepared
from mien.storage.rows import channel_of, row_of_channel, row_of_credits
from mien.storage.tables import channels, tokens, users

_TOKEN_COLUMNS = (
    tokens.c.id,
    tokens.c.name,
    tokens.c.last4,
    tokens.c.created,
    tokens.c.expires_at,
    tokens.c.revoked_at,
)
_USER_COLUMNS = (
    users.c.id.label("owner_id"),
    users.c.name.label("owner"),
    users.c.display_name,
    users.c.created.label("enrolled"),
    users.c.reply_url,
    users.c.subscription_end,
    users.c.suspended,
)
# What every request asks.
_FIND_TOKEN = Prepared(
    select(*_TOKEN_COLUMNS, *_USER_COLUMNS)
    .join(users, users.c.id == tokens.c.user_id)
    .where(tokens.c.digest == bindparam("digest"))
)
_CHANNELS = Prepared(
    select(channels)
    .where(channels.c.user_id == bindparam("owner"), ~channels.c.deleted)
    .order_by(channels.c.created, channels.c.id)
)


@retrying
class SqlDirectory:
    """`mien.jobs.ports.Directory`, `TokenDesk`, `ChannelDesk`, and the books of accounts and users."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_token(self, digest: str) -> tuple[Token, User] | None:
        with self._database.looking() as connection:
            row = _FIND_TOKEN.first(connection, {"digest": digest})
        return None if row is None else (_token_of(row), _user_of(row))

    def channels(self, user_id: str) -> list[Channel]:
        with self._database.looking() as connection:
            return [channel_of(row) for row in _CHANNELS.all(connection, {"owner": user_id})]

    def all_channels(self) -> list[tuple[str, Channel]]:
        query = (
            select(channels, users.c.name)
            .join(users, users.c.id == channels.c.user_id)
            .where(~channels.c.deleted)
            .order_by(channels.c.created, channels.c.id)
        )
        with self._database.reading() as connection:
            return [(row.name, channel_of(row)) for row in connection.execute(query)]

    def set_credits(self, channel: Channel) -> bool:
        return self._change(channel, row_of_credits(channel.credits))

    def set_work(self, channel: Channel) -> bool:
        return self._change(channel, {"provider": channel.provider, "width": channel.width})

    def _change(self, channel: Channel, values: Mapping[str, Any]) -> bool:
        this = (channels.c.user_id == channel.user_id) & (channels.c.id == channel.id)
        with self._database.writing() as connection:
            changed = connection.execute(update(channels).where(this).values(**values))
            return bool(changed.rowcount)

    def configure(self, user_id: str, settle: Settle, *, now: datetime) -> None:
        with self._database.writing() as connection:
            # Two calls at once of a user would both find that theirs is the only one of its kind.
            # Jobs that are accepted meanwhile only need the user to be there.
            own = select(users.c.id).where(users.c.id == user_id)
            connection.execute(own.with_for_update(key_share=True))
            rows = connection.execute(select(channels).where(channels.c.user_id == user_id)).all()
            _configure(connection, settle([_configured_of(row) for row in rows]), now)

    def remove(self, user_id: str, channel_id: str) -> bool:
        this = (channels.c.user_id == user_id) & (channels.c.id == channel_id)
        gone = update(channels).where(this, ~channels.c.deleted)
        with self._database.writing() as connection:
            return bool(connection.execute(gone.values(deleted=True, sealed=None)).rowcount)

    def put_profile(self, user: User) -> None:
        self._change_user(user, reply_url=user.reply_url, display_name=user.display_name)

    def has_users(self) -> bool:
        with self._database.reading() as connection:
            return bool(connection.scalar(select(exists().select_from(users))))

    def add_token(self, token: Token, *, digest: str, newcomer: User, channel: Channel) -> bool:
        with self._database.writing() as connection:
            owner = _user_id(connection, newcomer.name)
            if owner is None:
                owner = _enrol(connection, newcomer, channel, token.created)
            elif _name_taken(connection, owner, token.name):
                return False
            connection.execute(
                insert(tokens).values(
                    id=token.id,
                    user_id=owner,
                    name=token.name,
                    digest=digest,
                    last4=token.last4,
                    created=token.created,
                    expires_at=token.expires_at,
                )
            )
        return True

    def tokens(self) -> list[Token]:
        query = (
            select(*_TOKEN_COLUMNS, users.c.name.label("owner"))
            .join(users, users.c.id == tokens.c.user_id)
            .order_by(tokens.c.created, tokens.c.id)
        )
        with self._database.reading() as connection:
            return [_token_of(row) for row in connection.execute(query)]

    def revoke(self, token_id: str, *, now: datetime) -> None:
        self._change_token(token_id, revoked_at=now)

    def expire(self, token_id: str, at: datetime | None) -> None:
        self._change_token(token_id, expires_at=at)

    def _change_token(self, token_id: str, **values: datetime | None) -> None:
        with self._database.writing() as connection:
            connection.execute(update(tokens).where(tokens.c.id == token_id).values(**values))

    def users(self) -> list[User]:
        query = select(*_USER_COLUMNS).order_by(users.c.created, users.c.id)
        with self._database.reading() as connection:
            return [_user_of(row) for row in connection.execute(query)]

    def set_subscription(self, user: User) -> None:
        self._change_user(user, subscription_end=user.subscription_end, suspended=user.suspended)

    def _change_user(self, user: User, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(users).where(users.c.id == user.id).values(**values))


def _user_id(connection: Connection, name: str) -> str | None:
    return connection.scalar(select(users.c.id).where(users.c.name == name))


def _enrol(connection: Connection, user: User, channel: Channel, created: datetime) -> str:
    connection.execute(
        insert(users).values(
            id=user.id,
            name=user.name,
            reply_url=user.reply_url,
            subscription_end=user.subscription_end,
            suspended=user.suspended,
            created=created,
        )
    )
    connection.execute(
        insert(channels).values(
            **row_of_channel(replace(channel, user_id=user.id)), created=created
        )
    )
    return user.id


def _configured_of(row: AnyRow) -> Configured:
    return Configured(channel=channel_of(row), sealed=row.sealed, deleted=row.deleted)


def _configure(connection: Connection, settled: Configured, now: datetime) -> None:
    channel = settled.channel
    this = (channels.c.user_id == channel.user_id) & (channels.c.id == channel.id)
    told = {"server": channel.server, "discord": channel.discord}
    fresh = told | {"sealed": settled.sealed, "deleted": False}
    if not connection.execute(update(channels).where(this).values(**fresh)).rowcount:
        row = row_of_channel(channel) | fresh
        connection.execute(insert(channels).values(**row, created=now))


def _name_taken(connection: Connection, user_id: str, name: str) -> bool:
    query = select(
        exists().where(
            tokens.c.user_id == user_id, tokens.c.name == name, tokens.c.revoked_at.is_(None)
        )
    )
    return bool(connection.scalar(query))


def _token_of(row: AnyRow) -> Token:
    return Token(
        id=row.id,
        user=row.owner,
        name=row.name,
        last4=row.last4,
        created=row.created,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def _user_of(row: AnyRow) -> User:
    return User(
        id=row.owner_id,
        name=row.owner,
        display_name=row.display_name,
        created=row.enrolled,
        reply_url=row.reply_url,
        subscription_end=row.subscription_end,
        suspended=row.suspended,
    )
