"""Saved identities in SQL: a change reads the gallery, decides, and writes the difference."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from mien.jobs.identities import Change, Choice, Gallery, Identity
from mien.storage.database import Database, retrying
from mien.storage.tables import choices, doomed, identities, users

_COLUMNS = ("id", "user_id", "name", "photos", "key", "created")


@retrying
class SqlIdentities:
    """`mien.jobs.identities.IdentityStore` over a `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def gallery(self, user_id: str) -> Gallery:
        with self._database.reading() as connection:
            return _gallery(connection, user_id)

    def change(self, user_id: str, change: Change) -> Gallery:
        with self._database.writing() as connection:
            return make_change(connection, user_id, change)

    def doomed(self, *, limit: int) -> list[str]:
        with self._database.reading() as connection:
            return list(connection.scalars(select(doomed.c.key).limit(limit)))

    def removed(self, keys: Sequence[str]) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(doomed).where(doomed.c.key.in_(keys)))
        self._database.scrub()

    def kept(self, identity_ids: Sequence[str]) -> set[str]:
        known = select(identities.c.id).where(identities.c.id.in_(identity_ids))
        with self._database.reading() as connection:
            return set(connection.scalars(known))


def make_change(connection: Connection, user_id: str, change: Change) -> Gallery:
    """Make ``change`` to the user's gallery; part of the caller's transaction.

    Raises:
        InputError, NotFound: as the change's.
    """
    if connection.dialect.name != "sqlite":  # which has one writer at a time
        connection.execute(
            select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True)
        )
    before = _gallery(connection, user_id)
    after = change(before)
    _write(connection, before, after)
    if after.choice != before.choice:
        _choose(connection, user_id, after.choice)
    return after


def _write(connection: Connection, before: Gallery, after: Gallery) -> None:
    old = {one.id: one for one in before.identities}
    new = {one.id: one for one in after.identities}
    _doom(connection, [one for one in before.identities if one.id not in new])
    for one in after.identities:
        if one.id not in old:
            connection.execute(insert(identities).values(_row(one)))
        elif one != old[one.id]:
            this = identities.c.id == one.id
            connection.execute(update(identities).where(this).values(_row(one)))


def _doom(connection: Connection, gone: Sequence[Identity]) -> None:
    if not gone:
        return
    ids = [one.id for one in gone]
    connection.execute(delete(identities).where(identities.c.id.in_(ids)))
    connection.execute(insert(doomed), [{"key": key} for one in gone for key in one.keys])


def _choose(connection: Connection, user_id: str, choice: Choice) -> None:
    connection.execute(delete(choices).where(choices.c.user_id == user_id))
    if choice != Choice():
        values = {"user_id": user_id, "people": choice.people, "options": choice.options}
        connection.execute(insert(choices).values(values))


def _gallery(connection: Connection, user_id: str) -> Gallery:
    mine = (
        select(identities)
        .where(identities.c.user_id == user_id)
        .order_by(identities.c.created, identities.c.id)
    )
    chosen = connection.execute(select(choices).where(choices.c.user_id == user_id)).first()
    choice = Choice() if chosen is None else Choice(people=chosen.people, options=chosen.options)
    saved = tuple(_identity_of(row) for row in connection.execute(mine))
    return Gallery(identities=saved, choice=choice)


def _row(identity: Identity) -> dict[str, Any]:
    row = {name: getattr(identity, name) for name in _COLUMNS}
    return {**row, "photo_keys": list(identity.photo_keys)}


def _identity_of(row: Row[Any]) -> Identity:
    values = row._mapping  # noqa: SLF001 - the documented way to read a row by name
    known = {name: values[name] for name in _COLUMNS}
    return Identity(**known, photo_keys=tuple(values["photo_keys"]))
