"""``saveid``: a face, made ready to be kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mien.commands.inspection import inspect
from mien.engine.advice import SOURCE_RULES, about_one
from mien.engine.geometry import Pyramid
from mien.engine.mesh.source import Source
from mien.engine.pipeline import Finder, go_on, require_facing
from mien.engine.quality import examine
from mien.engine.types import Face, Image
from mien.errors import NoFaceFound
from mien.media.identity import kept_photo, pack, srgb
from mien.media.limits import Limits
from mien.media.still import decode

PHOTO = "photo"


class Maker(Protocol):
    """Makes people of faces."""

    def prepare(self, image: Image, face: Face) -> Source:
        """``face`` of ``image`` made ready to be put on any number of targets."""
        ...

    def merge(self, photos: Sequence[Source]) -> Source:
        """One person of one photo or more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SavedFace:
    """What is to be kept of a person. All of it is biometric data."""

    #: The person, ready to be used.
    source: Source
    #: The same as a file of `mien.media.identity.pack`.
    data: bytes
    #: The photos as JPEG files without anything but pixels; empty where they are not to be kept.
    photos: tuple[bytes, ...]
    #: What a person should know about them, one sentence each.
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Saveid:
    """Make a person of the largest faces of some photos. Keeps nothing between calls."""

    finder: Finder
    maker: Maker
    limits: Limits
    #: Whether the photos are kept, with what surrounds the face.
    keep_photo: bool

    def __call__(self, photos: Sequence[bytes], *, check: Callable[[], None] = go_on) -> SavedFace:
        """One person of ``photos``, one or more.

        Args:
            check: called before each photo; raises to stop.

        Raises:
            Unreadable, Unsupported, TooLarge, Damaged, NoFaceFound: with field "photo", or
                "photo 2" and so on when there are several.
            TurnedAway: every photo shows a profile; beside others one is welcome.
        """
        seen = []
        for number, photo in enumerate(photos, start=1):
            check()
            seen.append(self._look(photo, PHOTO if len(photos) == 1 else f"{PHOTO} {number}"))
        require_facing([one.face for one in seen], PHOTO)
        source = self.maker.merge([one.source for one in seen])
        return SavedFace(
            source=source,
            data=pack(source, photo=self.keep_photo),
            photos=tuple(kept_photo(one.pixels) for one in seen) if self.keep_photo else (),
            warnings=tuple(warning for one in seen for warning in one.warnings),
        )

    def _look(self, photo: bytes, where: str) -> "_Seen":
        inspect(photo, field=where, limits=self.limits)
        still = decode(photo, field=where)
        pixels = srgb(still)
        picture = Pyramid(pixels)
        faces = self.finder.closely(picture)
        if not faces:
            raise NoFaceFound(where)
        several = (
            (f"The {where} shows {len(faces)} faces; the largest was used.",)
            if len(faces) > 1
            else ()
        )
        advice = about_one(examine(picture, faces[0]), SOURCE_RULES, whose=f"The {where}'s")
        return _Seen(
            source=self.maker.prepare(pixels, faces[0]),
            face=faces[0],
            pixels=pixels,
            warnings=(*still.warnings, *several, *advice),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """One photo, looked at."""

    source: Source
    face: Face
    #: ``(H, W, 3)`` sRGB.
    pixels: Image
    warnings: tuple[str, ...]
