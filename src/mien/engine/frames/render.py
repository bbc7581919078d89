"""The swap in frames: only the surroundings of each face are looked at and changed.

Light, skin and what covers a face change slowly. Faces are studied every few frames; the frames between
get what lies between two studies, which is steadier than one for each, and takes half of the time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import cv2
import numpy as np

from mien.engine.crisp import Touch
from mien.engine.frames.cast import ClipCast
from mien.engine.frames.picture import Sheet, Window, window_around
from mien.engine.frames.steady import Steady
from mien.engine.geometry import Viewed
from mien.engine.mesh.cover import Cover
from mien.engine.mesh.layout import with_rings
from mien.engine.mesh.source import Source
from mien.engine.options import SwapOptions
from mien.engine.study import Study, alike, between, following
from mien.engine.swapper import Swapper
from mien.engine.types import Face, Image

#: Pixels around a face's region that the swap may read.
ROOM = 8.0
#: A face that is studied is seen with what is around it, this share of the face on each side.
AROUND = 0.25
#: Seconds from one study of a face to the next: half a blink.
STUDY_S = 0.17

S = TypeVar("S", bound=Sheet)
#: A frame, and the faces in it that are swapped, the largest first.
Shot = tuple[S, Sequence[Steady]]
#: Studies by run, at both ends of some frames.
Studies = dict[int, tuple["Glimpse", "Glimpse"]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glimpse:
    """What was learnt of somebody in a frame; None for nothing."""

    #: The frame's number among its neighbours.
    at: int
    study: Study | None

    def with_touch(self, touch: Touch) -> "Glimpse":
        """The same with what was measured as the frame was painted."""
        return replace(self, study=replace(self.study, touch=touch)) if self.study else self


class Closer(Protocol):
    """Looks at faces closely."""

    def with_parts(self, image: Viewed, face: Face) -> Face:
        """``face`` of ``image`` with what is around and before it."""
        ...


class AsFound:
    """Looks at nothing: colours tell what covers a face."""

    def with_parts(self, image: Viewed, face: Face) -> Face:  # noqa: ARG002 - as Closer's
        """``face``."""
        return face


@dataclass(frozen=True, kw_only=True)
class Painter:
    """Puts their sources on the faces of frames that follow one another."""

    cast: ClipCast
    options: SwapOptions
    swapper: Swapper
    closer: Closer
    #: Frames a second.
    rate: float

    def paint(self, shots: Iterable[Shot[S]]) -> Iterator[tuple[S, int]]:
        """Each frame of ``shots``, swapped, with how many faces were.

        Some frames are held back: a study looks ahead.
        """
        last: dict[int, Study | None] = {}
        covers: dict[int, Cover | None] = {}
        for frames, more in stretches(shots, max(1, round(STUDY_S * self.rate))):
            studies = self._studied(frames, last)
            for at, (sheet, faces) in enumerate(frames[:-1] if more else frames):
                yield sheet, self._swapped(sheet, faces, at, studies, covers)
            last = {
                run: end.study for run, (_, end) in studies.items() if end.at == len(frames) - 1
            }

    def _studied(self, frames: Sequence[Shot[S]], before: Mapping[int, Study | None]) -> Studies:
        """Everybody in ``frames``, in the first and in the last that shows them.

        Args:
            before: what is known of who is in the first frame.
        """
        seen: dict[int, list[int]] = {}
        for at, (_, faces) in enumerate(frames):
            for steady in faces:
                seen.setdefault(steady.run, []).append(at)
        found = {}
        for run, numbers in seen.items():
            first, end = numbers[0], numbers[-1]
            known = first == 0 and run in before
            begin = Glimpse(
                at=first, study=before[run] if known else self._seen(frames[first], run, None)
            )
            close = begin
            if end != first:
                close = Glimpse(at=end, study=self._seen(frames[end], run, begin.study))
            found[run] = begin, close
        return found

    def _seen(self, shot: Shot[S], run: int, before: Study | None) -> Study | None:
        sheet, faces = shot
        (steady,) = (face for face in faces if face.run == run)
        source = self.cast.source_of(steady.person)
        study = None if source is None else self._study(sheet, steady, source)
        return study and following(study, before)

    def _study(self, sheet: Sheet, steady: Steady, source: Source) -> Study | None:
        """What somebody in ``sheet`` is like for ``source``; None outside."""
        face = steady.face
        window = window_around(with_rings(face.landmarks), AROUND * face.size, sheet.size)
        if window is None:
            return None
        picture, face = sheet.part(window), face.moved(-window[0], -window[1])
        if self.options.occlusion:
            face = self.closer.with_parts(picture, face)
        return self.swapper.study(picture, face, source, self.options)

    def _swapped(
        self,
        sheet: Sheet,
        faces: Sequence[Steady],
        at: int,
        studies: Studies,
        covers: dict[int, Cover | None],
    ) -> int:
        """Swap ``faces`` of ``sheet``, far ones first; how many were.

        Args:
            covers: what hands covered in the frame before, by run; and in this one, afterwards.
        """
        swapped = 0
        for steady in reversed(faces):
            source, window = self.cast.source_of(steady.person), around(steady, sheet)
            if window is None or source is None:
                continue
            before = sheet.part(window)
            after = before.copy()
            face = steady.face.moved(-window[0], -window[1])
            begin, end = studies[steady.run]
            study = study_at(at, begin, end) or self._study(sheet, steady, source)
            if steady.face.hands:  # whose cover goes on from frame to frame
                earlier = covers.get(steady.run)
                study = study and replace(study, earlier=earlier and earlier.later(1 / self.rate))
            trace = self.swapper.paint(after, face, source, self.options, study)
            covers[steady.run] = trace.cover if trace else None
            if at == begin.at and trace:
                studies[steady.run] = begin.with_touch(trace.touch), end
            sheet.put(window, before, faded(before, after, steady.share))
            swapped += 1
        return swapped


def stretches(shots: Iterable[Shot[S]], every: int) -> Iterator[tuple[list[Shot[S]], bool]]:
    """``every + 1`` frames at a time, fewer at the end; and whether the last one begins the next stretch."""
    held: list[Shot[S]] = []
    for shot in shots:
        held.append(shot)
        if len(held) == every + 1:
            yield held, True
            held = held[-1:]
    if held:
        yield held, False


def study_at(at: int, begin: Glimpse, end: Glimpse) -> Study | None:
    """What is known of somebody in frame ``at``; None when that frame has to be studied itself."""
    if at == begin.at:
        return begin.study
    if at == end.at:
        return end.study
    if begin.study is None or end.study is None or not alike(begin.study, end.study):
        return None
    return between(begin.study, end.study, (at - begin.at) / (end.at - begin.at))


def around(steady: Steady, sheet: Sheet) -> Window | None:
    """What of ``sheet`` is looked at for a face; None when it lies outside."""
    return window_around(with_rings(steady.face.landmarks), ROOM, sheet.size)


def faded(before: Image, after: Image, share: float) -> Image:
    """``after``, or a mix with ``before`` where ``share`` is below 1."""
    if share >= 1:
        return after
    return np.asarray(cv2.addWeighted(after, share, before, 1 - share, 0), np.uint8)
