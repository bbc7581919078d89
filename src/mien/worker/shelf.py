"""Saved people, as jobs take them from where they are kept."""

from collections.abc import Iterable
from dataclasses import dataclass

from mien.commands.swapid import SwapidRequest
from mien.commands.wanted import Wanted, parse_wanted
from mien.engine.mesh.source import Source
from mien.errors import BadRequest, NotFound
from mien.jobs.identities import IDNAME, NOT_SAVED, Gallery, ReadsGalleries
from mien.jobs.ports import BlobStore
from mien.media.identity import unpack

NOBODY_SAVED = "No default identity is set: save one with saveid, or choose one with setid."


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Reads galleries and blobs; keeps nothing."""

    galleries: ReadsGalleries
    blobs: BlobStore

    def gallery(self, user_id: str) -> Gallery:
        """The user's identities."""
        return self.galleries.gallery(user_id)

    def meant(self, user_id: str, wanted: Wanted) -> Wanted:
        """``wanted``, with the user's default and its options where it names nobody.

        Raises:
            BadRequest: there is no default.
        """
        if wanted.people:
            return wanted
        choice = self.gallery(user_id).choice
        if not choice.people:
            raise BadRequest(NOBODY_SAVED, field=IDNAME)
        return parse_wanted(f"{choice.people} {choice.options} {wanted.written}")

    def request(self, user_id: str, wanted: Wanted, target: bytes) -> SwapidRequest:
        """What to swap onto ``target``: the people of ``wanted``, or the user's default.

        Raises:
            BadRequest: there is no default.
            NotFound: one of them does not exist.
            Damaged: what is kept of one cannot be read.
        """
        meant = self.meant(user_id, wanted)
        return SwapidRequest(
            people=meant.people,
            known=self.people(user_id, meant.names),
            target=target,
            options=meant.options,
        )

    def people(self, user_id: str, names: Iterable[str]) -> dict[str, Source]:
        """The user's identities of those names, ready to be used.

        Raises:
            NotFound: one of them does not exist.
            Damaged: what is kept of one cannot be read.
        """
        gallery = self.gallery(user_id)
        return {name: self._person(gallery, name) for name in names}

    def photos(self, user_id: str, name: str) -> tuple[bytes, ...]:
        """The photos of the user's identity of that name; empty where none are kept.

        Raises:
            NotFound: it does not exist (any more).
        """
        try:
            return tuple(self.blobs.get(key) for key in self.gallery(user_id).get(name).photo_keys)
        except NotFound:
            raise NotFound(NOT_SAVED.format(name=name), field=IDNAME) from None

    def _person(self, gallery: Gallery, name: str) -> Source:
        identity = gallery.get(name)
        try:
            return unpack(self.blobs.get(identity.key))
        except NotFound:
            # Deleted between the two.
            raise NotFound(NOT_SAVED.format(name=name), field=IDNAME) from None
