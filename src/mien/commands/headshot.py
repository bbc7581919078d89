"""``headshot``: portraits of a person from a prompt."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from time import perf_counter
from types import MappingProxyType
from typing import Final, Protocol

from mien.commands.generators import Chosen
from mien.commands.prompt import MOST_PICTURES, Prompt
from mien.commands.saveid import Maker
from mien.commands.sitting import Order, Sitting
from mien.commands.stopwatch import Stopwatch
from mien.engine.identity import DETAILED, TURN_COST
from mien.engine.mesh.source import Source
from mien.engine.options import SwapOptions
from mien.engine.pipeline import Finder, go_on
from mien.engine.pose import pose
from mien.engine.types import Face, Image
from mien.media.formats import Format
from mien.media.identity import srgb
from mien.media.pictures import Encoded, Still
from mien.media.still import decode, encode

#: Pixels of a portrait, 4:5; other ratios have about as many in all.
WIDTH, HEIGHT = 1024, 1280
#: Sides are multiples of this: what generators of pictures want.
MULTIPLE = 8
#: Photos of one identity that are looked at.
MOST_PHOTOS = 4
PHOTO: Final = "photo"


class Mixer(Maker, Protocol):
    """Makes one person of several, and puts people on faces."""

    def mix(self, people: Sequence[Source]) -> Source:
        """Who ``people`` are together; the first gives the frame."""
        ...

    def paint(self, picture: Image, face: Face, source: Source, options: SwapOptions) -> object:
        """Put ``source`` in the place of ``face``, into ``picture`` itself."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeadshotRequest:
    """Whom to show, and how.

    Raises:
        ValueError: when nobody is named.
    """

    #: Who is mixed, repeats counted; the first gives the frame.
    people: tuple[Source, ...]
    #: Photos of the first, files; empty where none are kept.
    photos: tuple[bytes, ...]
    prompt: Prompt
    #: Used when the prompt names none.
    seed: int
    #: Of the results.
    format: Format = Format.JPEG

    def __post_init__(self) -> None:
        if not self.people:
            raise ValueError("a headshot needs a person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How portraits were made."""

    #: Name of the generator.
    generator: str
    #: What makes the same portraits again.
    seed: int
    #: Words of the prompt that had no effect.
    unheard: tuple[str, ...]
    #: What a person should know about them, one sentence each.
    warnings: tuple[str, ...]
    #: Milliseconds by stage.
    ms: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that should be said."""
        if not self.unheard:
            return self.warnings
        return (*self.warnings, f"Words without effect: {', '.join(self.unheard)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Portraits:
    """Pictures, and how they were made."""

    pictures: tuple[Encoded, ...]
    account: Account


@dataclass(frozen=True, kw_only=True)
class Headshot:
    """Make portraits of a person. Keeps nothing between calls but backdrops."""

    finder: Finder
    mixer: Mixer
    generators: Chosen
    #: Seconds; only differences count.
    clock: Callable[[], float] = perf_counter

    def __call__(
        self,
        request: HeadshotRequest,
        *,
        check: Callable[[], None] = go_on,
        tell: Callable[[str, float], None] = lambda stage, fraction: None,  # noqa: ARG005
    ) -> Portraits:
        """Carry ``request`` out.

        Raises:
            InputError: the photo or the prompt cannot be used.
            NetworkError, SetupError: no generator works.
        """
        watch = Stopwatch(clock=self.clock, check=check)
        prompt = request.prompt
        sitting = watch.time("sitting", lambda: self._sitting(request))
        order = order_of(prompt, seed=request.seed, count=MOST_PICTURES)
        tell("portraits", 0.0)
        name, made = watch.time("portraits", lambda: self.generators(sitting, order, check=check))
        pictures = watch.time(
            "encode", lambda: tuple(encoded(each, request.format) for each in made.pictures)
        )
        account = Account(
            generator=name,
            seed=order.seed,
            unheard=made.unheard,
            warnings=(*prompt.warnings, *made.warnings),
            ms=MappingProxyType(watch.ms),
        )
        return Portraits(pictures=pictures, account=account)

    def _sitting(self, request: HeadshotRequest) -> Sitting:
        mixed = len(set(request.people)) > 1
        person = self.mixer.mix(request.people) if mixed else request.people[0]
        found = self._best(request.photos[:MOST_PHOTOS])
        if found is None:
            return Sitting(person=person)
        photo, face = found
        if mixed:
            photo = photo.copy()
            self.mixer.paint(photo, face, person, SwapOptions())
        return Sitting(person=person, photo=photo, face=face)

    def _best(self, photos: Sequence[bytes]) -> tuple[Image, Face] | None:
        """The photo, and the largest face in it, that looks most straight into the camera."""
        seen = [self._look(data) for data in photos]
        found = [one for one in seen if one is not None]
        return min(found, key=lambda one: _cost(one[1]), default=None)

    def _look(self, data: bytes) -> tuple[Image, Face] | None:
        pixels = srgb(decode(data, field=PHOTO))
        return next(((pixels, face) for face in self.finder.find(pixels)[:1]), None)


def _cost(face: Face) -> float:
    return abs(pose(face.landmarks)[0]) * TURN_COST + max(0.0, log2(DETAILED / face.size))


def order_of(prompt: Prompt, *, seed: int, count: int) -> Order:
    """What is to be made for ``prompt``; ``seed`` and ``count`` are for what it leaves open."""
    width, height = size_of(prompt.ratio)
    return Order(
        text=prompt.text,
        unwanted=prompt.unwanted,
        width=width,
        height=height,
        count=count if prompt.count is None else prompt.count,
        seed=seed if prompt.seed is None else prompt.seed,
    )


def size_of(ratio: tuple[int, int] | None) -> tuple[int, int]:
    """Width and height of a portrait, pixels."""
    if ratio is None:
        return WIDTH, HEIGHT
    if ratio[0] == ratio[1]:
        return WIDTH, WIDTH
    height = (WIDTH * HEIGHT * ratio[1] / ratio[0]) ** 0.5
    return _rounded(height * ratio[0] / ratio[1]), _rounded(height)


def _rounded(side: float) -> int:
    return max(MULTIPLE, round(side / MULTIPLE) * MULTIPLE)


def encoded(pixels: Image, kind: Format) -> Encoded:
    """``pixels`` (sRGB) as a file that says that it was made up."""
    return encode(Still(pixels=pixels, format=kind), pixels)
