"""Identities that are kept in memory, with the same promises as those that are not."""

from collections.abc import Sequence
from threading import Lock

from mien.jobs.identities import Change, Gallery


class MemoryIdentities:
    """`mien.jobs.identities.IdentityStore`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._galleries: dict[str, Gallery] = {}
        self._doomed: list[str] = []

    def gallery(self, user_id: str) -> Gallery:
        return self._galleries.get(user_id, Gallery())

    def change(self, user_id: str, change: Change) -> Gallery:
        with self._lock:
            before = self.gallery(user_id)
            after = change(before)
            self._galleries[user_id] = after
            left = {one.id for one in after.identities}
            for one in before.identities:
                if one.id not in left:
                    self._doomed += one.keys
            return after

    def doomed(self, *, limit: int) -> list[str]:
        return self._doomed[:limit]

    def removed(self, keys: Sequence[str]) -> None:
        self._doomed = [key for key in self._doomed if key not in keys]

    def kept(self, identity_ids: Sequence[str]) -> set[str]:
        return {
            one.id
            for gallery in self._galleries.values()
            for one in gallery.identities
            if one.id in identity_ids
        }
