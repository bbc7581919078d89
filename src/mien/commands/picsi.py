"""``picsi``: the face of a source on the faces of a target."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from types import MappingProxyType
from typing import TypeVar

from mien.commands.inspection import inspect
from mien.commands.options import ParsedOptions
from mien.engine.choose import Choice
from mien.engine.pipeline import EVERY_FACE, Draft, Finder, Swapper, go_on, run, swap_steps
from mien.engine.types import Image
from mien.media.formats import Format
from mien.media.limits import Limits
from mien.media.still import Encoded, Still, decode, encode, match_colour

Value = TypeVar("Value")

SOURCE = "source"
TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class PicsiRequest:
    """What to swap."""

    #: The file that gives the face.
    source: bytes
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


@dataclass(frozen=True, kw_only=True)
class Picsi:
    """Put the largest face of a source on the chosen faces of a target.

    Keeps nothing between calls; threads may share it if they may share finder and swapper.
    """

    finder: Finder
    swapper: Swapper
    limits: Limits
    #: Seconds; only differences count.
    clock: Callable[[], float] = perf_counter

    def __call__(self, request: PicsiRequest, *, check: Callable[[], None] = go_on) -> PicsiResult:
        """Carry ``request`` out, cheapest refusals first.

        Args:
            check: called between stages; raises to stop.

        Raises:
            Unreadable, Unsupported, TooLarge: from the header of a file.
            Damaged: a file is broken behind its header.
            NoFaceFound: in the picture that its field names.
            BadOption: when a face that was chosen is not there.
        """
        watch = Stopwatch(clock=self.clock, check=check)
        watch.time("inspect", lambda: self._inspect_both(request))
        source, target = watch.time("decode", lambda: _decode_both(request))
        matched = watch.time("colour", lambda: match_colour(source, target))
        draft = self._swap(matched, target.pixels, request, watch)
        pixels = target.pixels if draft.result is None else draft.result
        encoded = watch.time("encode", lambda: encode(target, pixels, format=request.format))
        warnings = (
            *request.options.warnings,
            *source.warnings,
            *target.warnings,
            *draft.warnings,
            *encoded.warnings,
        )
        report = Report(
            faces_found=draft.found,
            faces_swapped=draft.swapped,
            warnings=tuple(dict.fromkeys(warnings)),
            ms=MappingProxyType(watch.ms),
        )
        return _result(encoded, report)

    def _inspect_both(self, request: PicsiRequest) -> None:
        inspect(request.source, field=SOURCE, limits=self.limits)
        inspect(request.target, field=TARGET, limits=self.limits)

    def _swap(
        self, source: Image, target: Image, request: PicsiRequest, watch: "Stopwatch"
    ) -> Draft:
        steps = swap_steps(
            self.finder,
            self.swapper,
            request.options.swap,
            max_faces=self.limits.max_faces,
            choice=request.choice,
        )
        draft = Draft(source_image=source, target_image=target)
        done = run(steps, draft, check=watch.check, clock=self.clock)
        watch.ms.update(done.ms)
        return done


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """Runs stages one after another: checks before each, and notes how long it took."""

    clock: Callable[[], float]
    check: Callable[[], None]
    #: Milliseconds by stage; grows.
    ms: dict[str, float] = field(default_factory=dict)

    def time(self, stage: str, work: Callable[[], Value]) -> Value:
        """What ``work`` returns."""
        self.check()
        start = self.clock()
        value = work()
        self.ms[stage] = (self.clock() - start) * 1000
        return value


def _decode_both(request: PicsiRequest) -> tuple[Still, Still]:
    return decode(request.source, field=SOURCE), decode(request.target, field=TARGET)


def _result(encoded: Encoded, report: Report) -> PicsiResult:
    return PicsiResult(
        data=encoded.data,
        media_type=encoded.format.media_type,
        extension=encoded.format.extension,
        width=encoded.width,
        height=encoded.height,
        report=report,
    )
