"""Removes what was kept of identities that were deleted or replaced: at once, and after any crash."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from mien.jobs.identities import IDENTITIES, KnowsDoomed
from mien.jobs.ids import Clock, utc_now
from mien.jobs.ports import BlobStore

log = logging.getLogger(__name__)

#: Blobs that are removed between two looks into the store.
AT_A_TIME = 100
#: A blob without an identity is on its way to one, unless it is older than this.
ORPHAN_AGE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Bury:
    """Removes the blobs of identities that do not exist any more.

    Their keys were written down with the deletion, so a crash in between loses none of them.
    """

    store: KnowsDoomed
    blobs: BlobStore
    clock: Clock = utc_now

    def __call__(self) -> None:
        """Remove what is doomed."""
        while keys := self.store.doomed(limit=AT_A_TIME):
            self.blobs.delete(keys)
            self.store.removed(keys)

    def sweep(self) -> int:
        """Remove what is doomed, and what workers have left that died before they had saved it.

        Returns:
            How many blobs of the latter.
        """
        self()
        stale = self.blobs.list(IDENTITIES, before=self.clock() - ORPHAN_AGE)
        kept = self.store.kept(sorted({_identity_of(key) for key in stale}))
        orphans = [key for key in stale if _identity_of(key) not in kept]
        self.blobs.delete(orphans)
        if orphans:
            log.info("orphans removed", extra={"event": "orphans", "files": len(orphans)})
        return len(orphans)


def _identity_of(key: str) -> str:
    return key.split("/")[1]
