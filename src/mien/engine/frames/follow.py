"""Who is where, frame by frame: one mesh pass from the last landmarks, detectors only now and then."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np

from mien.engine.boxes import same_face
from mien.engine.choose import All, Choice
from mien.engine.frames.drift import drift
from mien.engine.frames.people import Memory, Person, Seen, Sighting
from mien.engine.frames.picture import Picture, whole, window_around
from mien.engine.likeness import MARGIN, SAME, alike, likeness
from mien.engine.types import Face, Floats, Image


class Seeker(Protocol):
    """Finds faces, and finds them again."""

    def find(self, image: Image) -> list[Face]:
        """All faces of ``image``, the largest first; thorough."""
        ...

    def glance(self, image: Image, known: Sequence[Face]) -> list[Face]:
        """Faces beside ``known`` that one quick look over ``image`` shows."""
        ...

    def again(self, image: Image, face: Face) -> Face:
        """``face`` of the frame before, in this one; its score says whether it is there."""
        ...

    def with_hands(self, image: Image, face: Face) -> Face:
        """``face`` of ``image`` with the hands that may be before it."""
        ...


#: A face is followed while the mesh network gives it this probability; to be found it needs .9, so that
#: a hand that passes does not make it flicker.
KEPT = 0.5
#: Seconds from one quick look to the next, and frames at most.
LOOK_S, LOOK_FRAMES = 0.2, 6
#: Seconds from one thorough look to the next.
SEARCH_S = 1.0
#: How far around a face its mesh pass looks: half the diagonal of a crop of 1.5 times the face, and
#: the pixels that halving the crop takes.
ROOM = 0.7
#: How far around a face hands are looked for, in sizes of it.
REACH = 1.2
#: Levels by which the brightness of a glance's cells changes at a cut at least, and over how many
#: times its usual change. Pans and flashes change less, or are followed all the same: what looks like a
#: cut and is none costs one thorough look.
CUT, CUT_OVER = 12.0, 3.5
#: How fast "usual" follows, a frame.
USUAL = 0.1
#: How fast a person's likeness follows, a thorough look.
FRESHER = 0.6


@dataclass(slots=True)
class _Held:
    """A frame that may still get a face from a later look."""

    picture: Picture
    sightings: list[Sighting]
    cut: bool
    #: Before whom a hand is; None where nobody has looked.
    busy: frozenset[int] | None = None


class Follower:
    """Follows the faces of one clip. Hand it the frames in order; it answers a few frames later.

    Everything it knows is `memory`, once `flush` has emptied what it holds back: a new follower with
    that memory goes on where this one stopped.
    """

    def __init__(
        self, seeker: Seeker, *, rate: float, choice: Choice, memory: Memory | None = None
    ) -> None:
        """A follower.

        Args:
            rate: frames a second.
            choice: which faces are meant, of those in the first frame that shows any.
            memory: of a follower before; None at the clip's beginning.
        """
        self.memory = memory or Memory()
        self._seeker = seeker
        self._look_every = min(LOOK_FRAMES, max(1, round(LOOK_S * rate)))
        self._search_every = max(1, round(SEARCH_S * rate))
        self._choice = choice
        self._held: deque[_Held] = deque()
        #: The last frame that was let go.
        self._gone: _Held | None = None

    def begin_after(self, picture: Picture) -> None:
        """Take the frame before the first one, which the follower before this one saw last."""
        people = [Sighting(person=person.number, face=person.face) for person in self._present()]
        self._gone = _Held(picture, people, cut=False)

    def push(self, picture: Picture) -> list[Seen]:
        """Take the next frame; what is known for certain of earlier ones.

        Raises:
            BadOption: when a face that was chosen is not there.
        """
        cut = self._notice(picture)
        held = _Held(picture, [], cut)
        self._held.append(held)
        lost = [] if cut else self._follow(held)
        if cut or self.memory.since_search >= self._search_every:
            self._search(held)
        elif lost or self.memory.since_look >= self._look_every:
            self._look(held, lost)
        if self.memory.since_look == 0:
            self._feel(held)
        self._remember(held)
        return self._let_go(keep=self._look_every)

    def flush(self) -> list[Seen]:
        """What is left, at the end of a clip or of a segment; after a last look at its last frame."""
        if self._held and self.memory.since_look:
            self._look(self._held[-1], [])
            self._feel(self._held[-1])
            self._remember(self._held[-1])
        return self._let_go(keep=0)

    def _let_go(self, *, keep: int) -> list[Seen]:
        out = []
        while len(self._held) > keep:
            held = self._held.popleft()
            self._feel_between(held)
            self._compare(held)
            meant = [s for s in held.sightings if self._meant(s.person)]
            meant.sort(key=lambda s: -s.face.size)
            out.append(Seen(sightings=tuple(meant), cut=held.cut))
        return out

    def _meant(self, person: int) -> bool:
        return self.memory.chosen is None or person in self.memory.chosen

    # --- one frame

    def _notice(self, picture: Picture) -> bool:
        """Whether the clip is cut before ``picture``; counts the frame."""
        memory, now = self.memory, picture.glance()
        change = 0.0 if memory.glance is None else float(np.abs(now - memory.glance).mean())
        cut = memory.glance is None or (change > CUT and change > CUT_OVER * memory.usual)
        usual = memory.usual if cut else memory.usual + USUAL * (change - memory.usual)
        self.memory = replace(
            memory,
            glance=now,
            usual=usual,
            since_look=memory.since_look + 1,
            since_search=memory.since_search + 1,
        )
        return cut

    def _follow(self, held: _Held) -> list[Person]:
        """Find everyone who was in the last frame again; those who are lost."""
        lost = []
        for person in self._present():
            face = self._again(held.picture, person.face)
            if face is None:
                lost.append(person)
            else:
                held.sightings.append(Sighting(person=person.number, face=face))
        return lost + self._doubles(held)

    def _again(self, picture: Picture, face: Face) -> Face | None:
        """``face`` once more, in ``picture``; None when it is gone."""
        window = window_around(face.landmarks, ROOM * face.size, picture.size)
        if window is None:
            return None
        moved = self._seeker.again(picture.part(window), face.moved(-window[0], -window[1]))
        return (
            moved.moved(window[0], window[1]) if moved.score >= KEPT and moved.size >= 1 else None
        )

    def _doubles(self, held: _Held) -> list[Person]:
        """Take out who stands on another's face: one of two who crossed; they are lost."""
        lost: list[Person] = []
        crowded = [s for s in held.sightings if _on_any(s.face, _others(held, s))]
        for one in sorted(crowded, key=lambda s: self._fit(held.picture, s)):
            if _on_any(one.face, _others(held, one)):
                held.sightings.remove(one)
                lost.append(self._person(one.person))
        return lost

    def _fit(self, picture: Picture, sighting: Sighting) -> float:
        """How well a face fits who it is said to be."""
        now = self._likeness(picture, sighting.face)
        return alike(now, self._person(sighting.person).likeness)

    # --- looks

    def _search(self, held: _Held) -> None:
        """Look thoroughly."""
        self.memory = replace(self.memory, since_look=0, since_search=0)
        known = _others(held, None)
        found = [f for f in self._seeker.find(whole(held.picture)) if not _on_any(f, known)]
        self._welcome(held, found)

    def _look(self, held: _Held, lost: list[Person]) -> None:
        """Look quickly; someone lost who stands where they stood is no stranger."""
        self.memory = replace(self.memory, since_look=0)
        known = _others(held, None)
        found = self._seeker.glance(whole(held.picture), known)
        for person in lost:
            back = next((face for face in found if _on_any(face, [person.face])), None)
            if back is not None and self._could_be(held.picture, back, person):
                found.remove(back)
                held.sightings.append(Sighting(person=person.number, face=back))
        self._welcome(held, found)

    def _could_be(self, picture: Picture, face: Face, person: Person) -> bool:
        return alike(self._likeness(picture, face), person.likeness) >= SAME

    def _welcome(self, held: _Held, found: list[Face]) -> None:
        """Say who the ``found`` are, and find them in the frames before, too."""
        for face in found:
            if _on_any(face, _others(held, None)):
                continue
            sighting = Sighting(person=self._who(held, face), face=face)
            held.sightings.append(sighting)
            self._trace_back(sighting)
        if found and not self.memory.begun:
            self._choose(held)

    def _who(self, held: _Held, face: Face) -> int:
        """The number of the person whose ``face`` it is; a new one for a stranger."""
        now = self._likeness(held.picture, face)
        here = {s.person for s in held.sightings}
        absent = [p for p in self.memory.people if p.number not in here]
        best = max(absent, key=lambda p: alike(now, p.likeness), default=None)
        if best is not None and alike(now, best.likeness) >= SAME:
            return best.number
        stranger = Person(number=len(self.memory.people), face=face, likeness=now, present=True)
        self.memory = replace(self.memory, people=(*self.memory.people, stranger))
        return stranger.number

    def _trace_back(self, sighting: Sighting) -> None:
        """Follow a face that a look has found back to where it came into view."""
        face, after = sighting.face, self._held[-1]
        for held in list(self._held)[-2::-1]:
            if after.cut or any(s.person == sighting.person for s in held.sightings):
                return
            before = self._again(held.picture, face)
            if before is None or _on_any(before, _others(held, None)):
                return
            held.sightings.append(Sighting(person=sighting.person, face=before))
            face, after = before, held

    def _choose(self, held: _Held) -> None:
        faces = sorted(held.sightings, key=lambda s: -s.face.size)
        chosen = None
        if not isinstance(self._choice, All):
            meant = {
                id(face)
                for face in self._choice(
                    [s.face for s in faces], partial(self._likeness, held.picture)
                )
            }
            chosen = frozenset(s.person for s in faces if id(s.face) in meant)
        self.memory = replace(self.memory, begun=True, chosen=chosen)

    # --- hands

    def _feel(self, held: _Held) -> None:
        """Look for hands before everybody who is meant."""
        held.busy = self._felt(held, frozenset(s.person for s in held.sightings))

    def _feel_between(self, held: _Held) -> None:
        """Look for hands before those before whom one was at the look before or is at the next one."""
        if held.busy is not None:
            self.memory = replace(self.memory, busy=held.busy)
            return
        coming = next((later.busy for later in self._held if later.busy is not None), frozenset())
        self._felt(held, self.memory.busy | coming)

    def _felt(self, held: _Held, people: frozenset[int]) -> frozenset[int]:
        """Those of ``people`` before whom there is a hand in a frame; their faces have it from now on."""
        busy = set()
        for at, sighting in enumerate(held.sightings):
            if sighting.person not in people or not self._meant(sighting.person):
                continue
            face = self._handed(held.picture, sighting.face)
            held.sightings[at] = replace(sighting, face=face)
            if face.hands:
                busy.add(sighting.person)
        return frozenset(busy)

    def _handed(self, picture: Picture, face: Face) -> Face:
        window = window_around(face.landmarks, REACH * face.size, picture.size)
        if window is None:
            return face
        found = self._seeker.with_hands(picture.part(window), face.moved(-window[0], -window[1]))
        return found.moved(window[0], window[1])

    def _compare(self, held: _Held) -> None:
        """Say how faces with hands before them have moved since the frame before."""
        before, self._gone = self._gone, held
        if before is None or held.cut:
            return
        was = {s.person: s.face for s in before.sightings}
        for at, sighting in enumerate(held.sightings):
            face, hands = was.get(sighting.person), sighting.face.hands
            if face and (face.hands or hands) and self._meant(sighting.person):
                moved = drift(before.picture, held.picture, face, hands)
                held.sightings[at] = replace(sighting, drift=moved)

    # --- memory

    def _present(self) -> list[Person]:
        return [person for person in self.memory.people if person.present]

    def _person(self, number: int) -> Person:
        return self.memory.people[number]

    def _remember(self, held: _Held) -> None:
        faces = {s.person: s.face for s in held.sightings}
        searched = self.memory.since_search == 0
        people = tuple(
            self._updated(held.picture, person, faces.get(person.number), searched=searched)
            for person in self.memory.people
        )
        self.memory = replace(self.memory, people=people)

    def _updated(
        self, picture: Picture, person: Person, face: Face | None, *, searched: bool
    ) -> Person:
        if face is None:
            return replace(person, present=False)
        known = person.likeness
        if searched:
            mixed = known + FRESHER * (self._likeness(picture, face) - known)
            known = np.asarray(mixed / np.linalg.norm(mixed), np.float32)
        return replace(person, face=face, likeness=known, present=True)

    def _likeness(self, picture: Picture, face: Face) -> Floats:
        window = window_around(face.landmarks, MARGIN / 2 * face.size, picture.size)
        if window is None:
            return likeness(whole(picture), face)
        return likeness(picture.part(window), face.moved(-window[0], -window[1]))


def _others(held: _Held, one: Sighting | None) -> list[Face]:
    """The faces of a frame beside ``one``."""
    return [sighting.face for sighting in held.sightings if sighting is not one]


def _on_any(face: Face, others: Sequence[Face]) -> bool:
    """Whether ``face`` is one of ``others``."""
    if not others:
        return False
    boxes = np.array([other.box for other in others], np.float32)
    return bool(same_face(np.array(face.box, np.float32), boxes).any())
