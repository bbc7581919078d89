"""A swap in an animation: every frame of it, in the same format, with the same timing."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from mien.commands.stopwatch import Stopwatch
from mien.engine.casting import Casting
from mien.engine.choose import Choice
from mien.engine.frames.cast import ClipCast, first_with_faces, row_of
from mien.engine.frames.follow import Follower, Seeker
from mien.engine.frames.people import Seen
from mien.engine.frames.picture import ArrayPicture
from mien.engine.frames.render import Closer, Painter, Shot
from mien.engine.frames.steady import Steady, steadied
from mien.engine.options import SwapOptions
from mien.engine.pipeline import Draft, Finder, find_source, judge
from mien.engine.swapper import Swapper
from mien.engine.types import Image
from mien.errors import NoFaceFound
from mien.media.limits import Limits
from mien.media.moving.animation import Animation, Canvas, Frame, open_animation, write_animation
from mien.media.pictures import Encoded, Still

TARGET = "target"
#: What is told of the progress: the stages, and how much of the work the first of them is.
FOLLOW, SWAP, FOLLOWED = "follow", "swap", 0.5


class Looker(Finder, Seeker, Closer, Protocol):
    """Finds faces in pictures, and from frame to frame."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Animated:
    """An animation that was swapped."""

    encoded: Encoded
    #: How long one round plays, seconds.
    duration_s: float
    #: What was found and swapped, and what there is to say about it; people count, not faces.
    draft: Draft


@dataclass(frozen=True, kw_only=True)
class SwapAnimation:
    """Put a source on the chosen faces of an animation."""

    finder: Looker
    swapper: Swapper
    limits: Limits

    def __call__(
        self,
        target: bytes,
        begin: Callable[[Still], Draft],
        *,
        options: SwapOptions,
        choice: Choice,
        watch: Stopwatch,
    ) -> Animated:
        """Swap ``target``, whose header was looked at.

        Args:
            begin: makes a draft with the source in the colours of the first frame.

        Raises:
            Damaged: the animation is broken behind its header.
            NoFaceFound: in the source, or in no frame of the target.
            BadOption: when a face that was chosen is not there.
        """
        clip = watch.time("open", lambda: open_animation(target, field=TARGET))
        draft = watch.time("source", lambda: self._cast(begin(_first(clip))))
        seen = watch.time("follow", lambda: self._follow(clip, choice, watch))
        first = first_with_faces(seen)
        if first is None:
            hint = f"None of the {len(seen)} frames of the animation shows one."
            raise NoFaceFound(TARGET, hint=hint)
        swap = _Swap(
            clip=clip,
            cast=ClipCast(casting=_casting(draft), row=row_of(seen[first])),
            faces=steadied(seen, 0, len(seen), rate=clip.rate, ends=(True, True)),
            options=options,
            swapper=self.swapper,
            closer=self.finder,
            most=self.limits.max_faces,
        )
        draft = watch.time("judge", lambda: swap.judged(draft, seen[first], first))
        encoded = watch.time("swap", lambda: write_animation(clip, swap.frames(watch)))
        return Animated(encoded=encoded, duration_s=clip.duration_s, draft=draft)

    def _cast(self, draft: Draft) -> Draft:
        return find_source(draft, self.finder, self.swapper)

    def _follow(self, clip: Animation, choice: Choice, watch: Stopwatch) -> list[Seen]:
        follower = Follower(self.finder, rate=clip.rate, choice=choice)
        seen: list[Seen] = []
        for canvas in clip.canvases():
            watch.check()
            seen += follower.push(ArrayPicture(_colours(canvas)))
            watch.tell(FOLLOW, FOLLOWED * len(seen) / len(clip.parts))
        return seen + follower.flush()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Swap:
    """A swap of which all is known but the pixels."""

    clip: Animation
    cast: ClipCast
    faces: list[tuple[Steady, ...]]
    options: SwapOptions
    swapper: Swapper
    closer: Closer
    #: Faces of a frame that are swapped.
    most: int

    def frames(self, watch: Stopwatch) -> Iterator[Frame]:
        """Frame by frame, before and after."""
        painter = Painter(
            cast=self.cast,
            options=self.options,
            swapper=self.swapper,
            closer=self.closer,
            rate=self.clip.rate,
        )
        # The painter holds some frames back.
        canvases: deque[Canvas] = deque()
        painted = painter.paint(self._shots(canvases, watch))
        for done, (sheet, swapped) in enumerate(painted, 1):
            canvas = canvases.popleft()
            yield _frame(canvas, sheet.pixels) if swapped else Frame(target=canvas, result=canvas)
            watch.tell(SWAP, FOLLOWED + (1 - FOLLOWED) * done / len(self.faces))

    def _shots(self, canvases: deque[Canvas], watch: Stopwatch) -> Iterator[Shot[ArrayPicture]]:
        for canvas, faces in zip(self.clip.canvases(), self.faces, strict=True):
            watch.check()
            canvases.append(canvas)
            yield ArrayPicture(_colours(canvas)), faces[: self.most]

    def judged(self, draft: Draft, seen: Seen, number: int) -> Draft:
        """What there is to say, by the first frame that shows faces."""
        canvas = next(c for index, c in enumerate(self.clip.canvases()) if index == number)
        shown = tuple(sighting.face for sighting in seen.sightings)[: self.most]
        people = {face.person for frame in self.faces for face in frame}
        cast = {person for person in people if self.cast.source_of(person) is not None}
        judged = judge(replace(draft, target_image=_colours(canvas), faces=shown))
        said = (*judged.warnings, *self.cast.casting.warnings(shown), *self._crowd(len(people)))
        return replace(judged, warnings=said, found=len(people), swapped=len(cast))

    def _crowd(self, people: int) -> tuple[str, ...]:
        most = max(len(faces) for faces in self.faces)
        if most <= self.most:
            return ()
        shown = f"Frames of the target show up to {most} of {people} faces"
        return (f"{shown}; the {self.most} largest of each were swapped.",)


def _casting(draft: Draft) -> Casting:
    if draft.casting is None:
        raise ValueError("a casting is needed; run find_source first")
    return draft.casting


def _first(clip: Animation) -> Still:
    """The first frame, for the colours that a source has to take on."""
    canvas = next(clip.canvases())
    return Still(pixels=_colours(canvas), format=clip.format, icc=clip.icc)


def _frame(canvas: Canvas, pixels: Image) -> Frame:
    """The frame ``canvas`` before, and with ``pixels`` after; clear pixels stay clear."""
    result = np.concatenate([pixels, canvas[..., 3:]], axis=2)
    result[canvas[..., 3] == 0] = 0
    return Frame(target=canvas, result=result)


def _colours(canvas: Canvas) -> Image:
    return np.ascontiguousarray(canvas[..., :3])
