"""Who gives a face: a photo that comes with the request, or people that were made ready before."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from mien.commands.inspection import inspect
from mien.commands.known import Known
from mien.engine.casting import Casting
from mien.engine.identity import album
from mien.engine.mesh.source import Source
from mien.engine.pipeline import Draft
from mien.media.identity import in_colours_of
from mien.media.limits import Limits
from mien.media.still import Still, decode, match_colour

SOURCE = "source"


class Given(Protocol):
    """Faces whose pixels are there."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know about them, one sentence each."""
        ...

    @property
    def mark(self) -> bytes:
        """Bytes that tell them apart from all others."""
        ...

    def onto(self, target: Still) -> Draft:
        """A draft of a swap onto ``target``, with the faces in its colours."""
        ...


class Giver(Protocol):
    """Faces as they come with a request."""

    def inspect(self, limits: Limits) -> None:
        """Refuse what can be refused without work.

        Raises:
            Unreadable, Unsupported, TooLarge: from the header of a file.
        """
        ...

    def decode(self) -> Given:
        """The faces, read.

        Raises:
            Damaged: a file is broken behind its header.
        """
        ...


@dataclass(frozen=True, slots=True)
class Photo:
    """A file; its largest face is looked for later."""

    data: bytes

    def inspect(self, limits: Limits) -> None:
        """Look at the header."""
        inspect(self.data, field=SOURCE, limits=limits)

    def decode(self) -> "ReadPhoto":
        """The photo's pixels."""
        return ReadPhoto(decode(self.data, field=SOURCE))


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """A photo whose pixels are there."""

    still: Still

    @property
    def warnings(self) -> tuple[str, ...]:
        """What reading it has shown."""
        return self.still.warnings

    @property
    def mark(self) -> bytes:
        """The photo's pixels, in short."""
        return hashlib.sha256(self.still.pixels.tobytes()).digest()

    def ahead(self, draft: Draft, target: Callable[[], Still]) -> Draft:
        """``draft`` with the photo in its own colours, in which its face is looked for.

        Args:
            target: gives the target; asked when the face was found and takes on the target's colours. What it raises
                (Damaged) comes from there.
        """
        return replace(
            draft,
            source_image=self.still.pixels,
            into_colours=lambda _: match_colour(self.still, target()),
        )

    def onto(self, target: Still) -> Draft:
        """A draft with the whole photo."""
        return self.ahead(Draft(target_image=target.pixels), lambda: target)


def plain(target: Still) -> bool:
    """Whether every photo looks the same in the colours of ``target``: sRGB that nothing was said of."""
    return target.icc is None and not target.grey


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recalled:
    """A photo that is known from a moment ago; read again only for a target with colours of its own."""

    photo: Photo
    known: Known

    @property
    def warnings(self) -> tuple[str, ...]:
        """What reading it had shown."""
        return self.known.warnings

    @property
    def mark(self) -> bytes:
        """As the photo's."""
        return self.photo.decode().mark

    def onto(self, target: Still) -> Draft:
        """A draft with its face, which is ready."""
        if not plain(target):
            return self.photo.decode().onto(target)
        giving = self.known.giving
        casting = Casting(people=(giving.person,))
        return Draft(target_image=target.pixels, casting=casting, giving=giving)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """People that were made ready before, in sRGB; nothing is left to be read.

    Raises:
        ValueError: when there is nobody.
    """

    #: As `mien.engine.casting.Casting` has them.
    people: tuple[Source | None, ...]
    warnings: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        Casting(people=self.people)

    def inspect(self, limits: Limits) -> None:
        """Nothing: they were looked at when they were made ready."""

    def decode(self) -> "People":
        """They themselves."""
        return self

    @property
    def mark(self) -> bytes:
        """Their skin and shape in all photos, in short."""
        mark = hashlib.sha256()
        for person in self.people:
            mark.update(b"nobody" if person is None else b"somebody")
            for photo in () if person is None else album(person):
                mark.update(photo.landmarks.tobytes())
                mark.update(photo.levels[0].tobytes())
        return mark.digest()

    def onto(self, target: Still) -> Draft:
        """A draft with each of them in the target's colours."""
        known = {id(person): person for person in self.people if person is not None}
        matched = {key: in_colours_of(person, target) for key, person in known.items()}
        people = tuple(person and matched[id(person)] for person in self.people)
        return Draft(target_image=target.pixels, casting=Casting(people=people))
