"""Who plays whom in a clip: people are cast once, in the first frame that shows faces."""

from collections.abc import Sequence
from dataclasses import dataclass

from mien.engine.casting import Casting
from mien.engine.choose import left_to_right
from mien.engine.frames.people import Seen
from mien.engine.mesh.source import Source


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClipCast:
    """A casting that follows people through a clip."""

    casting: Casting
    #: The people of the first frame that shows any, from left to right.
    row: tuple[int, ...]

    def source_of(self, person: int) -> Source | None:
        """Who plays ``person``; None where nobody does."""
        people = self.casting.people
        if len(people) == 1:
            return people[0]
        if person not in self.row or self.row.index(person) >= len(people):
            return None
        return people[self.row.index(person)]


def row_of(seen: Seen) -> tuple[int, ...]:
    """The people of a frame from left to right."""
    by_face = {id(sighting.face): sighting.person for sighting in seen.sightings}
    return tuple(by_face[id(face)] for face in left_to_right([s.face for s in seen.sightings]))


def first_with_faces(seen: Sequence[Seen]) -> int | None:
    """The number of the first frame that shows someone who is meant; None for none."""
    return next((index for index, frame in enumerate(seen) if frame.sightings), None)
