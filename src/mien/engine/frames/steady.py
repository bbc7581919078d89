"""Landmarks without jitter and without lag: each frame is read together with those around it.

The frames after are known, so that no filter has to guess: a polynomial is laid through a person's
landmarks of some frames before and after, least squares, and read in the middle (Savitzky and Golay
1964). A quadratic keeps movements and their acceleration exactly, and halves independent noise; a
causal filter (One Euro, Casiez 2012) trails behind in quick movements.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from mien.engine.frames.people import Seen, Sighting
from mien.engine.hands import palm_length
from mien.engine.types import Face, Floats, Hand, Points

#: Half of the span, seconds and frames: longer ones begin to round blinks and syllables off.
HALF_SPAN_S, MOST_HALF = 0.13, 6
#: The same where the pixels say how the face has moved: what is left beside that is the network's alone.
LONG_SPAN_S, MOST_LONG = 0.32, 12
#: Degree of the polynomial.
DEGREE = 2
#: A hand is the same some frames later when its landmarks lie nearer than so many lengths of its palm.
SAME_HAND = 1.0
#: A face comes and goes over this time, seconds, but not at a cut.
FADE_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steady:
    """A face to swap in a frame."""

    person: int
    #: Somebody from where they come into view to where they leave it, or to a cut: the same number.
    run: int
    face: Face
    #: How much of the swap shows, 0..1: below 1 where a face comes or goes.
    share: float


def reach(rate: float) -> int:
    """How many frames before and after one are looked at, at ``rate`` frames a second."""
    return max(short_half(rate), long_half(rate), round(FADE_S * rate), 1)


def short_half(rate: float) -> int:
    """Half of the span of landmarks alone, frames."""
    return min(MOST_HALF, round(HALF_SPAN_S * rate))


def long_half(rate: float) -> int:
    """Half of the span of landmarks whose movement the pixels say, frames."""
    return min(MOST_LONG, round(LONG_SPAN_S * rate))


def steadied(
    seen: Sequence[Seen], start: int, stop: int, *, rate: float, ends: tuple[bool, bool]
) -> list[tuple[Steady, ...]]:
    """The faces of the frames ``start`` to ``stop`` of ``seen``, the largest first.

    Args:
        seen: frames in order; `reach` frames more on either side, where the clip has them.
        rate: frames a second.
        ends: whether ``seen`` begins and ends where the clip does: nobody fades there.
    """
    out: list[list[Steady]] = [[] for _ in range(start, stop)]
    for number, run in enumerate(_runs(seen, ends)):
        for at in range(max(start, run.first), min(stop, run.stop)):
            out[at - start].append(run.at(at, rate, number))
    return [tuple(sorted(faces, key=lambda s: -s.face.size)) for faces in out]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Run:
    """Someone, from where they come into view to where they leave it."""

    person: int
    first: int
    #: ``(N, 478, 3)``.
    landmarks: Floats
    scores: tuple[float, ...]
    #: Those before the face in each frame, as they were seen.
    hands: tuple[tuple[Hand, ...], ...]
    #: ``(478, 2)`` how the pixels say that landmarks have moved since the frame before; None where they do not.
    drifts: tuple[Points | None, ...]
    #: Whether they come, and leave, at a cut or at the clip's end.
    hard: tuple[bool, bool]

    @property
    def stop(self) -> int:
        return self.first + len(self.landmarks)

    def at(self, frame: int, rate: float, number: int) -> Steady:
        index = frame - self.first
        before, after = index, len(self.landmarks) - 1 - index
        half = min(short_half(rate), before, after)
        weights = smoothing(half)
        face = Face(
            landmarks=self._read(index, max(half, self._carried(index, long_half(rate)))),
            score=self.scores[index],
            hands=tuple(self._steadied(hand, index, weights) for hand in self.hands[index]),
        )
        fade = round(FADE_S * rate) + 1
        coming = 1.0 if self.hard[0] else (before + 1) / fade
        going = 1.0 if self.hard[1] else (after + 1) / fade
        return Steady(person=self.person, run=number, face=face, share=min(1.0, coming, going))

    def _carried(self, index: int, most: int) -> int:
        """Over how many frames on both sides of one the pixels say how landmarks move, ``most`` at most."""
        most = min(most, index, len(self.landmarks) - 1 - index)
        for half in range(1, most + 1):
            if self.drifts[index - half + 1] is None or self.drifts[index + half] is None:
                return half - 1
        return most

    def _read(self, index: int, half: int) -> Floats:
        """``(478, 3)`` landmarks of frame ``index``, read together with ``half`` frames before and after it."""
        span = self.landmarks[index - half : index + half + 1]
        told = self.drifts[index - half + 1 : index + half + 1]
        drifts = [drift for drift in told if drift is not None]
        if len(drifts) == 2 * half > 0:
            path = np.cumsum(np.stack([np.zeros_like(drifts[0]), *drifts]), axis=0)
            span = span.copy()
            span[..., :2] -= path - path[half]
        return np.asarray(np.tensordot(smoothing(half), span, axes=1), np.float32)

    def _steadied(self, hand: Hand, index: int, weights: Floats) -> Hand:
        """``hand`` of frame ``index``, read together with the same hand before and after."""
        half = len(weights) // 2
        span = [nearest(hand, self.hands[at]) for at in range(index - half, index + half + 1)]
        if not all(span):
            return hand
        landmarks = np.tensordot(weights, np.stack([h.landmarks for h in span if h]), axes=1)
        return replace(hand, landmarks=landmarks.astype(np.float32))


def nearest(hand: Hand, others: Sequence[Hand]) -> Hand | None:
    """Which of ``others`` is ``hand`` some frames away; None when none is near."""

    def apart(other: Hand) -> float:
        return float(np.linalg.norm((other.landmarks - hand.landmarks)[:, :2], axis=1).mean())

    found = min(others, key=apart, default=None)
    return found if found and apart(found) < SAME_HAND * palm_length(hand.landmarks) else None


def _runs(seen: Sequence[Seen], ends: tuple[bool, bool]) -> list[_Run]:
    open_: dict[int, tuple[int, bool, list[Sighting]]] = {}
    done = []

    def close(person: int, *, hard: bool) -> None:
        first, began_hard, sightings = open_.pop(person)
        faces = [sighting.face for sighting in sightings]
        done.append(
            _Run(
                person=person,
                first=first,
                landmarks=np.stack([face.landmarks for face in faces]),
                scores=tuple(face.score for face in faces),
                hands=tuple(face.hands for face in faces),
                drifts=tuple(sighting.drift for sighting in sightings),
                hard=(began_hard, hard),
            )
        )

    for index, frame in enumerate(seen):
        here = {sighting.person: sighting for sighting in frame.sightings}
        for person in [p for p in open_ if frame.cut or p not in here]:
            close(person, hard=frame.cut)
        for person, sighting in here.items():
            hard = frame.cut or (index == 0 and ends[0])
            open_.setdefault(person, (index, hard, []))[2].append(sighting)
    for person in list(open_):
        close(person, hard=ends[1])
    return done


@cache
def smoothing(half: int) -> Floats:
    """``(2 half + 1,)`` weights that read the middle of a quadratic through as many values."""
    if half * 2 < DEGREE:
        return np.ones(1, np.float32)
    at = np.arange(-half, half + 1)
    powers = np.vander(at, DEGREE + 1, increasing=True).astype(np.float64)
    return np.asarray(np.linalg.pinv(powers)[0], np.float32)
