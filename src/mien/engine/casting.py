"""Who goes where: people for the faces of a target, from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass

from mien.engine.choose import left_to_right
from mien.engine.mesh.source import Source
from mien.engine.types import Face


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Casting:
    """People in the order of the faces that get them.

    Raises:
        ValueError: when there is nobody.
    """

    #: One entry: every face gets it. Several: the first face from the left gets the first, and so
    #: on. None leaves a face alone.
    people: tuple[Source | None, ...]

    def __post_init__(self) -> None:
        if not self.people:
            raise ValueError("a casting needs one entry at least")

    def roles(self, faces: Sequence[Face]) -> list[Source | None]:
        """For each of ``faces`` who goes there; None where nobody does."""
        if len(self.people) == 1:
            return [self.people[0]] * len(faces)
        row = left_to_right(faces)
        given = {id(face): person for face, person in zip(row, self.people, strict=False)}
        return [given.get(id(face)) for face in faces]

    def warnings(self, faces: Sequence[Face]) -> tuple[str, ...]:
        """What to tell about a list that is longer or shorter than ``faces``."""
        named, shown = len(self.people), len(faces)
        if named in (1, shown):
            return ()
        if named > shown:
            faces_ = "1 face" if shown == 1 else f"{shown} faces"
            return (
                f"{named} people were named for {faces_}; the last {named - shown} were not used.",
            )
        rest = "face was" if shown - named == 1 else f"{shown - named} faces were"
        return (f"{named} people were named for {shown} faces; the last {rest} left alone.",)
