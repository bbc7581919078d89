"""People that users have saved, and what can happen to them.

A change comes from a job (then it is written together with the job's end, so that no job ends without
its change and no change is made by a worker that has lost its job) or from a call of our own API. What
follows from a change is decided here; stores read, ask, and write inside one transaction.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from mien.errors import BadRequest, NotFound, TooLarge, did_you_mean
from mien.jobs.model import require_utc

#: Folder of the blob store.
IDENTITIES: Final = "identities"
#: Stands for a face that is left alone.
NOBODY: Final = "_"
#: The contract's field for names.
IDNAME: Final = "idname"
NOT_SAVED: Final = "There is no identity called {name}."
NAME_TAKEN: Final = "There is an identity called {name} already."


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody's face under a name. Times are UTC.

    Raises:
        ValueError: when the time has no zone.
    """

    #: A snowflake; new whenever the name is saved anew.
    id: str
    #: Whom it belongs to; for everybody else it does not exist.
    user_id: str
    #: Unique among the user's.
    name: str
    #: How many photos it was made of.
    photos: int
    #: Key of the person in the blob store, and of the photos, where those are kept.
    key: str
    photo_keys: tuple[str, ...] = ()
    created: datetime

    def __post_init__(self) -> None:
        require_utc(self.created)

    @property
    def keys(self) -> tuple[str, ...]:
        """Everything of it that lies in the blob store."""
        return (self.key, *self.photo_keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Whom a user means without naming anybody."""

    #: Names, mixes and lists as `mien.commands.wanted` writes them; "" for nobody.
    people: str = ""
    #: Options that apply with them.
    options: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Everybody who is named."""
        return frozenset(re.split("[,+]", self.people)) - {"", NOBODY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """A user's identities, and whom the user means by default."""

    #: The oldest first.
    identities: tuple[Identity, ...] = ()
    choice: Choice = Choice()

    def find(self, name: str) -> Identity | None:
        """The identity of that name."""
        return next((one for one in self.identities if one.name == name), None)

    def get(self, name: str) -> Identity:
        """The identity of that name.

        Raises:
            NotFound: there is none.
        """
        found = self.find(name)
        if found is None:
            raise self.missing(name)
        return found

    def missing(self, name: str) -> NotFound:
        """The refusal of a name that nobody has."""
        hint = did_you_mean(name, (one.name for one in self.identities))
        return NotFound(f"{NOT_SAVED.format(name=name)}{hint}", field=IDNAME)


class Change(Protocol):
    """Something that happens to a gallery."""

    def __call__(self, gallery: Gallery) -> Gallery:
        """The gallery afterwards.

        Raises:
            InputError, NotFound: it cannot happen.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """Keep an identity, in the place of one of the same name; it becomes the default."""

    identity: Identity
    #: Identities that a user may have.
    most: int

    def __call__(self, gallery: Gallery) -> Gallery:
        """With the identity as the newest.

        Raises:
            TooLarge: there is no room for another.
        """
        others = [one for one in gallery.identities if one.name != self.identity.name]
        if len(others) >= self.most:
            raise too_many(self.most)
        choice = replace(gallery.choice, people=self.identity.name)
        return Gallery(identities=(*others, self.identity), choice=choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """Delete identities."""

    names: tuple[str, ...]

    def __call__(self, gallery: Gallery) -> Gallery:
        """Without them; where the default named one of them, the newest left is the default.

        Raises:
            NotFound: one of them does not exist.
        """
        for name in self.names:
            gallery.get(name)
        left = tuple(one for one in gallery.identities if one.name not in self.names)
        if gallery.choice.names.isdisjoint(self.names):
            return replace(gallery, identities=left)
        people = left[-1].name if left else ""
        return Gallery(identities=left, choice=replace(gallery.choice, people=people))


@dataclass(frozen=True, slots=True)
class ForgetAll:
    """Delete every identity, the default and its options."""

    def __call__(self, gallery: Gallery) -> Gallery:
        """An empty one."""
        del gallery
        return Gallery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """Set whom the user means by default; None keeps what is set."""

    people: str | None = None
    options: str | None = None

    def __call__(self, gallery: Gallery) -> Gallery:
        """With that choice.

        Raises:
            NotFound: somebody who is named does not exist.
        """
        choice = gallery.choice
        people = choice.people if self.people is None else self.people
        options = choice.options if self.options is None else self.options
        chosen = Choice(people=people, options=options)
        for name in sorted(chosen.names):
            gallery.get(name)
        return replace(gallery, choice=chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """Give an identity another name."""

    name: str
    to: str

    def __call__(self, gallery: Gallery) -> Gallery:
        """With the new name, in the default too.

        Raises:
            NotFound: there is no identity of that name.
            BadRequest: there is one of the new name.
        """
        this = gallery.get(self.name)
        if self.to != self.name and gallery.find(self.to) is not None:
            raise BadRequest(NAME_TAKEN.format(name=self.to), field="name")
        renamed = (replace(one, name=self.to) if one is this else one for one in gallery.identities)
        parts = re.split("([,+])", gallery.choice.people)
        people = "".join(self.to if part == self.name else part for part in parts)
        choice = replace(gallery.choice, people=people)
        return Gallery(identities=tuple(renamed), choice=choice)


def too_many(most: int) -> TooLarge:
    """The refusal of one identity more."""
    return TooLarge(
        f"No more than {most} can be saved; delete an identity first.",
        name="identities",
        value=most + 1,
        limit=most,
        field=IDNAME,
    )


class ReadsGalleries(Protocol):
    """For who uses identities."""

    def gallery(self, user_id: str) -> Gallery:
        """The user's identities; an empty gallery when there are none."""
        ...


class ChangesGalleries(Protocol):
    """For who changes them without a job."""

    def change(self, user_id: str, change: Change) -> Gallery:
        """Make ``change`` in one transaction; blobs that nobody has any more become doomed.

        Returns:
            The gallery afterwards.

        Raises:
            InputError, NotFound: as the change's; nothing is written.
        """
        ...


class KnowsDoomed(Protocol):
    """For who removes the blobs of what was forgotten."""

    def doomed(self, *, limit: int) -> list[str]:
        """Keys of blobs that are to be removed."""
        ...

    def removed(self, keys: Sequence[str]) -> None:
        """They are gone; nothing of them, and of what they belonged to, stays in the store."""
        ...

    def kept(self, identity_ids: Sequence[str]) -> set[str]:
        """Those of ``identity_ids`` that exist."""
        ...


class IdentityStore(ReadsGalleries, ChangesGalleries, KnowsDoomed, Protocol):
    """All of it, for those who build stores."""
