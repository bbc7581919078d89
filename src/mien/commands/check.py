"""``check``: how good a source a photo is."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from mien.commands.inspection import inspect
from mien.engine.advice import SOURCE_RULES, Verdict, about_one, faults, verdict
from mien.engine.geometry import Pyramid
from mien.engine.pipeline import Finder
from mien.engine.quality import Quality, examine
from mien.errors import NoFaceFound
from mien.media.limits import Limits
from mien.media.still import decode

PHOTO = "photo"
#: Digits of shares that mean something.
DIGITS = 2

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A face of the photo, and how good a source it is."""

    #: x0, y0, x1, y1, pixels of the upright photo.
    box: Box
    quality: Quality
    verdict: Verdict
    #: Why it is not better: a code and a sentence for each fault, the gravest first.
    codes: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What there is to say about a photo."""

    width: int
    height: int
    #: Every face, the one that a swap takes (the largest) first.
    faces: tuple[Seen, ...]
    #: Sentences about the photo as a whole.
    warnings: tuple[str, ...]
    ms: float

    @property
    def verdict(self) -> Verdict:
        """How good a source the photo is: as good as its largest face."""
        return self.faces[0].verdict


@dataclass(frozen=True, kw_only=True)
class Check:
    """Say how good a source a photo is. Keeps nothing between calls."""

    finder: Finder
    limits: Limits
    #: Seconds; only differences count.
    clock: Callable[[], float] = perf_counter

    def __call__(self, photo: bytes) -> CheckResult:
        """The faces of ``photo`` and what is wrong with them.

        Raises:
            Unreadable, Unsupported, TooLarge, Damaged: as a swap does.
            NoFaceFound: with field "photo".
        """
        result = self.look(photo)
        if not result.faces:
            raise NoFaceFound(PHOTO)
        return result

    def look(self, photo: bytes) -> CheckResult:
        """As a call, but a photo without a face has none.

        Raises:
            Unreadable, Unsupported, TooLarge, Damaged: as a swap does.
        """
        start = self.clock()
        inspect(photo, field=PHOTO, limits=self.limits)
        still = decode(photo, field=PHOTO)
        picture = Pyramid(still.pixels)
        faces = self.finder.closely(picture)
        seen = tuple(_seen(face.box, examine(picture, face)) for face in faces)
        height, width = still.pixels.shape[:2]
        return CheckResult(
            width=width,
            height=height,
            faces=seen,
            warnings=(*still.warnings, *_several(len(seen))),
            ms=(self.clock() - start) * 1000,
        )


def _several(count: int) -> tuple[str, ...]:
    if count <= 1:
        return ()
    return (f"The photo shows {count} faces; a swap takes the largest.",)


def _seen(box: Box, quality: Quality) -> Seen:
    return Seen(
        box=box,
        quality=quality,
        verdict=verdict(quality),
        codes=tuple(rule.code for rule in faults(quality, SOURCE_RULES)),
        reasons=about_one(quality, SOURCE_RULES, whose="The"),
    )


def facts(seen: Seen) -> dict[str, object]:
    """What is known of a face, in words of JSON."""
    quality = seen.quality
    forehead, around_eyes, lower_face = (round(share, DIGITS) for share in quality.covered)
    return {
        "box": [round(value) for value in seen.box],
        "verdict": seen.verdict,
        "reasons": dict(zip(seen.codes, seen.reasons, strict=True)),
        "size": round(quality.size),
        "yaw": round(quality.yaw),
        "pitch": round(quality.pitch),
        "roll": round(quality.roll),
        "sharpness": round(1 - quality.blur, DIGITS),
        "brightness": round(quality.light.brightness),
        "eyes_open": round(quality.eyes, DIGITS),
        "mouth_open": round(quality.mouth, DIGITS),
        "covered": {
            "forehead": forehead,
            "around_eyes": around_eyes,
            "lower_face": lower_face,
        },
    }
