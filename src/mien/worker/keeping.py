"""What is written down of a person that a job saves."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mien.commands.saveid import SavedFace
from mien.jobs.identities import IDENTITIES, Gallery, Identity, Save, too_many
from mien.jobs.ids import Clock, Snowflakes, utc_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A change, and the blobs that it speaks of."""

    change: Save
    blobs: Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Keep:
    """Names what is kept, and where."""

    #: Identities that a user may have.
    most: int
    new_id: Snowflakes = field(default_factory=Snowflakes)
    clock: Clock = utc_now

    def require_room(self, gallery: Gallery, name: str) -> None:
        """Refuse one more before there is work with it; the change itself is refused too.

        Raises:
            TooLarge: the gallery is full, and nobody in it is called ``name``.
        """
        if gallery.find(name) is None and len(gallery.identities) >= self.most:
            raise too_many(self.most)

    def __call__(self, user_id: str, name: str, face: SavedFace, *, photos: int) -> Kept:
        """``face``, made of so many photos, as the user's identity ``name``."""
        identity_id = self.new_id()
        folder = f"{IDENTITIES}/{identity_id}"
        key = f"{folder}/face.npz"
        pictures = {f"{folder}/photo-{n}.jpg": data for n, data in enumerate(face.photos, start=1)}
        identity = Identity(
            id=identity_id,
            user_id=user_id,
            name=name,
            photos=photos,
            key=key,
            photo_keys=tuple(pictures),
            created=self.clock(),
        )
        return Kept(
            change=Save(identity=identity, most=self.most), blobs={key: face.data, **pictures}
        )
