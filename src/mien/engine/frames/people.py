"""Who is seen in a clip, frame by frame, and what is known of them between two frames."""

from dataclasses import dataclass

from mien.engine.types import Face, Floats, Points


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """A person in a frame."""

    person: int
    face: Face
    #: ``(478, 2)`` pixels by which its pixels say that the landmarks have moved since the frame before; known
    #: where hands are before it.
    drift: Points | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Person:
    """Who was seen in the clip."""

    number: int
    #: Where the face was last.
    face: Face
    #: Unit vector; see `mien.engine.likeness`.
    likeness: Floats
    #: Whether the last frame shows them.
    present: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Memory:
    """What a follower knows between two frames: enough to go on as if it had never stopped."""

    people: tuple[Person, ...] = ()
    #: The people who are meant; None for everyone.
    chosen: frozenset[int] | None = None
    #: Whether a face was seen at all; the choice is made then.
    begun: bool = False
    #: Frames since the last quick and the last thorough look.
    since_look: int = 0
    since_search: int = 0
    #: ``(18, 32)`` the last frame's brightness; None before the first.
    glance: Floats | None = None
    #: How much it usually changes, levels.
    usual: float = 0.0
    #: Before whom a hand was at the last look.
    busy: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What one frame shows."""

    #: The people that are meant, the largest face first.
    sightings: tuple[Sighting, ...] = ()
    #: Whether the clip was cut before this frame (true for the first).
    cut: bool = False
