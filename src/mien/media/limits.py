"""How large an input may be. Checked on the header, before anything is decoded."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mien.errors import TooLarge
from mien.media.formats import Kind
from mien.media.probe import Seen

MEGA = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one installation; docs/formats.md has the table.

    Raises:
        ValueError: when a limit is not positive.
    """

    #: Size of a file, bytes.
    max_bytes: int = 50 * MEGA
    #: Width times height, after orientation.
    max_pixels: int = 50 * MEGA
    #: The longer side, pixels: OpenCV's warps address pixels with 16-bit signed numbers.
    max_side: int = 32_000
    #: Faces swapped in one picture.
    max_faces: int = 20

    #: Frames of an animation.
    max_frames: int = 1000
    #: Pixels of all frames of an animation: what its work grows with.
    max_animation_pixels: int = 1000 * MEGA
    #: Size of a video's file, bytes.
    max_video_bytes: int = 1000 * MEGA
    #: Width times height of a video; 4096 x 2304 are 9.4 million.
    max_video_pixels: int = 9_500_000
    #: How long a video plays, seconds.
    max_duration_s: int = 1200
    #: Frames a second of a video, on average.
    max_frame_rate: int = 240

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")

    def require(self, seen: Seen, *, field: str) -> None:
        """Let ``seen`` pass, or say which limit it breaks.

        Raises:
            TooLarge: with the limit's name, the value and the limit in ``details``.
        """
        for name, value, said in RULES[seen.kind](seen):
            self._require(name, value, said, f"{field} {seen.noun}", field)

    def require_clip(
        self, *, frames: int, duration_s: float, width: int, height: int, field: str
    ) -> None:
        """As `require`, for a video whose packets were counted: headers need not tell the truth.

        Raises:
            TooLarge: as `require`.
        """
        for name, value, said in _film(width * height, frames, duration_s):
            self._require(name, value, said, f"{field} video", field)

    def _require(self, name: str, value: float, said: str, what: str, field: str) -> None:
        limit = getattr(self, name)
        if value <= limit:
            return
        sentence = f"The {what} {said.format(Shown(value), Shown(limit))}."
        raise TooLarge(sentence, name=name, value=value, limit=limit, field=field)


#: A limit's name, the value that is held against it, and what is said of both.
Rule = tuple[str, float, str]


class Shown(float):
    """A number in a sentence: ``m`` formats millions, rounded up (or 50.01 would read as "50.0")."""

    def __format__(self, how: str) -> str:
        if how == "m":
            return f"{math.ceil(self * 10 / MEGA) / 10:.1f}"
        return f"{self / MEGA:g}" if how == "limit" else f"{float(self):g}"


MEGABYTES = "has {0:m} MB; the limit is {1:limit} MB"
MEGAPIXELS = "has {0:m} MP; the limit is {1:limit} MP"


def _picture(seen: Seen) -> Iterator[Rule]:
    yield "max_bytes", seen.size, MEGABYTES
    yield "max_pixels", seen.width * seen.height, MEGAPIXELS
    side = max(seen.width, seen.height)
    yield "max_side", side, "has a side of {0} pixels; the limit is {1}"


def _animation(seen: Seen) -> Iterator[Rule]:
    yield from _picture(seen)
    yield "max_frames", seen.frames, "has {0} frames; the limit is {1}"
    pixels = seen.width * seen.height * seen.frames
    said = "has {0:m} MP in all its frames; the limit is {1:limit} MP"
    yield "max_animation_pixels", pixels, said


def _video(seen: Seen) -> Iterator[Rule]:
    yield "max_video_bytes", seen.size, MEGABYTES
    yield from _film(seen.width * seen.height, seen.frames, seen.duration_s)


def _film(pixels: int, frames: int, duration_s: float) -> Iterator[Rule]:
    yield "max_video_pixels", pixels, MEGAPIXELS
    yield "max_duration_s", round(duration_s, 1), "plays for {0} s; the limit is {1} s"
    # Over a second at least: a header that says no time must not let any number of frames in.
    rate = round(frames / max(duration_s, 1.0), 1)
    yield "max_frame_rate", rate, "has {0} frames a second; the limit is {1}"


RULES: Mapping[Kind, Callable[[Seen], Iterator[Rule]]] = {
    Kind.STILL: _picture,
    Kind.ANIMATION: _animation,
    Kind.VIDEO: _video,
}
