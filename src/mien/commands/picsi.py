"""``picsi``: the face of a source on the faces of a target.

The source is a photo of the request, or people that were saved; see `mien.commands.givers`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from time import perf_counter
from types import MappingProxyType
from typing import Protocol

import numpy as np

from mien.commands.animation import Looker, SwapAnimation
from mien.commands.givers import SOURCE, Given, Giver, People, Photo, Recalled, plain
from mien.commands.inspection import inspect
from mien.commands.known import Known, KnownPhotos, key_of
from mien.commands.options import ParsedOptions
from mien.commands.stopwatch import Stopwatch, unheard
from mien.engine.beside import ALONE, Beside, Later
from mien.engine.choose import Choice
from mien.engine.pipeline import EVERY_FACE, Draft, Steps, go_on, judge, run, swap_steps
from mien.engine.swapper import StillSwapper
from mien.errors import Unsupported
from mien.media.formats import Format, Kind
from mien.media.limits import Limits
from mien.media.probe import Seen, probe
from mien.media.still import Encoded, Still, decode, encode

__all__ = ["SOURCE", "TARGET", "Picsi", "PicsiRequest", "PicsiResult", "Report"]

TARGET = "target"

#: In the place of a target that is still to be read.
NOT_READ = np.zeros((0, 0, 3), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class PicsiRequest:
    """What to swap."""

    #: Who gives the face: a file, or people that were made ready before.
    source: bytes | People
    #: The file that gets it.
    target: bytes
    options: ParsedOptions = field(default_factory=ParsedOptions)
    #: Which faces of the target are meant.
    choice: Choice = EVERY_FACE
    #: The result's format; None keeps the target's.
    format: Format | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What happened."""

    #: Faces of the target, and how many of them were swapped.
    faces_found: int
    faces_swapped: int
    #: What a person should know about the result, one sentence each.
    warnings: tuple[str, ...]
    #: Milliseconds by stage, in the order in which they ran.
    ms: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PicsiResult:
    """The result: a whole file and what is worth knowing about it."""

    data: bytes
    media_type: str
    #: With its dot: ".jpg".
    extension: str
    width: int
    height: int
    report: Report
    #: How long it plays, seconds; None for a still picture.
    duration_s: float | None = None


class SwapsFilms(Protocol):
    """Swaps a video that lies in memory."""

    def __call__(
        self,
        request: PicsiRequest,
        seen: Seen,
        source: Given,
        *,
        check: Callable[[], None],
        tell: Callable[[str, float], None],
        before: Mapping[str, float],
    ) -> PicsiResult:
        """The video of ``request`` with ``source`` in it.

        Args:
            seen: what its header says.
            check, tell: as `Picsi` has them.
            before: milliseconds of the stages that were done already.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Picsi:
    """Put the largest face of a source on the chosen faces of a target.

    Keeps nothing between calls but what `known` does; threads may share it if they may share finder and
    swapper.
    """

    finder: Looker
    swapper: StillSwapper
    limits: Limits
    #: Swaps videos; None where they are not served.
    films: "SwapsFilms | None" = None
    #: Photos that need not be made ready again for a still picture; None where all are forgotten at once.
    known: KnownPhotos | None = None
    #: How what does not need each other is done.
    side: Beside = ALONE
    #: Seconds; only differences count.
    clock: Callable[[], float] = perf_counter

    def __call__(
        self,
        request: PicsiRequest,
        *,
        check: Callable[[], None] = go_on,
        tell: Callable[[str, float], None] = unheard,
    ) -> PicsiResult:
        """Carry ``request`` out, cheapest refusals first.

        Args:
            check: called between stages; raises to stop.
            tell: told of what moves which stage is at work, and how much of it, 0 to 1.

        Raises:
            Unreadable, Unsupported, TooLarge: from the header of a file.
            Damaged: a file is broken behind its header.
            NoFaceFound: in the picture that its field names.
            BadOption: when a face that was chosen is not there.
        """
        watch = Stopwatch(clock=self.clock, check=check, tell=tell)
        giver: Giver = (
            request.source if isinstance(request.source, People) else Photo(request.source)
        )
        watch.time("inspect", lambda: self._inspect(giver, request.target))
        seen = probe(request.target, field=TARGET)
        if seen.kind is Kind.ANIMATION:
            return self._animated(giver, request, watch)
        if seen.kind is Kind.VIDEO:
            return self._filmed(giver, request, seen, watch, tell)
        return self._still(giver, request, watch)

    def _still(self, giver: Giver, request: PicsiRequest, watch: Stopwatch) -> PicsiResult:
        source, key = self._source(giver, request)
        target = Later(partial(decode, request.target, field=TARGET))
        watch.tell("decode", 0.0)
        if isinstance(source, Photo):
            draft, source = self._with_photo(source, target, request, watch)
        else:
            draft = self._with_people(source, target, request, watch)
        result = self._written(draft, source, target(), request, watch)
        self._keep(draft, key, source, target())
        return result

    def _with_photo(
        self, photo: Photo, target: Later[Still], request: PicsiRequest, watch: Stopwatch
    ) -> tuple[Draft, Given]:
        """The swap of a photo that is read while the target is."""
        read = Later(photo.decode)
        reading = ("read", lambda draft: read().ahead(draft, target))
        decoding = ("decode", lambda draft: replace(draft, target_image=target().pixels))
        draft = Draft(target_image=NOT_READ)
        draft = self._swap(draft, request, watch, before=([reading], [decoding]))
        return draft, read()

    def _with_people(
        self, people: Given, target: Later[Still], request: PicsiRequest, watch: Stopwatch
    ) -> Draft:
        """The swap of people who are ready, and so can be drawn as soon as the target's face is known."""
        watch.time("decode", target)
        draft = watch.told("colour", lambda: people.onto(target()))
        return self._swap(draft, request, watch)

    def _written(
        self,
        draft: Draft,
        source: Given,
        target: Still,
        request: PicsiRequest,
        watch: Stopwatch,
    ) -> PicsiResult:
        """The file, and what there is to say."""
        pixels = target.pixels if draft.result is None else draft.result
        judged, encoded = self.side.both(
            lambda: watch.time("judge", lambda: judge(draft)),
            lambda: watch.told("encode", lambda: encode(target, pixels, format=request.format)),
        )
        warnings = (
            *request.options.warnings,
            *source.warnings,
            *target.warnings,
            *judged.warnings,
            *encoded.warnings,
        )
        report = Report(
            faces_found=draft.found,
            faces_swapped=draft.swapped,
            warnings=tuple(dict.fromkeys(warnings)),
            ms=MappingProxyType(watch.ms),
        )
        return _result(encoded, report)

    def _source(self, giver: Giver, request: PicsiRequest) -> tuple[Given | Photo, bytes | None]:
        """Who gives a face, a photo that is still to be read or others, and under which key it is to be remembered."""
        if not isinstance(giver, Photo):
            return giver.decode(), None
        if self.known is None:
            return giver, None
        key = key_of(giver.data, occlusion=request.options.swap.occlusion)
        known = self.known.recall(key)
        return (giver, key) if known is None else (Recalled(photo=giver, known=known), None)

    def _keep(self, draft: Draft, key: bytes | None, source: Given, target: Still) -> None:
        """Remember a photo that was made ready for this swap, where the next may take it as it is."""
        if (
            self.known is not None
            and key is not None
            and draft.giving is not None
            and plain(target)
        ):
            self.known.keep(key, Known(giving=draft.giving, warnings=source.warnings))

    def _inspect(self, giver: Giver, target: bytes) -> None:
        giver.inspect(self.limits)
        inspect(target, field=TARGET, limits=self.limits, moving=True)

    def _animated(self, giver: Giver, request: PicsiRequest, watch: Stopwatch) -> PicsiResult:
        own = probe(request.target, field=TARGET).format
        if request.format not in (None, own):
            what = f"The target is an animation ({own.label}) and keeps its format"
            raise Unsupported(f"{what}: name the result {own.extension}.", field=TARGET)
        source = watch.time("decode", giver.decode)
        swap = SwapAnimation(finder=self.finder, swapper=self.swapper, limits=self.limits)
        done = swap(
            request.target,
            source.onto,
            options=request.options.swap,
            choice=request.choice,
            watch=watch,
        )
        warnings = (*request.options.warnings, *source.warnings, *done.draft.warnings)
        report = Report(
            faces_found=done.draft.found,
            faces_swapped=done.draft.swapped,
            warnings=tuple(dict.fromkeys(warnings)),
            ms=MappingProxyType(watch.ms),
        )
        return replace(_result(done.encoded, report), duration_s=done.duration_s)

    def _filmed(
        self,
        giver: Giver,
        request: PicsiRequest,
        seen: Seen,
        watch: Stopwatch,
        tell: Callable[[str, float], None],
    ) -> PicsiResult:
        if self.films is None:
            raise Unsupported("The target is a video, which is not served here.", field=TARGET)
        source = watch.time("decode", giver.decode)
        return self.films(
            request,
            seen,
            source,
            check=watch.check,
            tell=tell,
            before=MappingProxyType(watch.ms),
        )

    def _swap(
        self,
        draft: Draft,
        request: PicsiRequest,
        watch: Stopwatch,
        before: tuple[Steps, Steps] = ((), ()),
    ) -> Draft:
        watch.tell("swap", 0.0)
        steps = swap_steps(
            self.finder,
            self.swapper,
            request.options.swap,
            max_faces=self.limits.max_faces,
            choice=request.choice,
            side=self.side,
            before=before,
        )
        spent = replace(draft, spent=True)  # what was decoded for this swap is of no use to others
        done = run(steps, spent, check=watch.check, clock=self.clock, side=self.side)
        watch.ms.update(done.ms)
        return done


def _result(encoded: Encoded, report: Report) -> PicsiResult:
    return PicsiResult(
        data=encoded.data,
        media_type=encoded.format.media_type,
        extension=encoded.format.extension,
        width=encoded.width,
        height=encoded.height,
        report=report,
    )
