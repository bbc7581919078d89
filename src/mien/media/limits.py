"""How large an input may be. Checked on the header, before anything is decoded."""

import math
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

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")

    def require(self, seen: Seen, *, field: str) -> None:
        """Let ``seen`` pass, or say which limit it breaks.

        Raises:
            TooLarge: with the limit's name, the value and the limit in ``details``.
        """
        self._require("max_bytes", seen.size, "MB", seen, field)
        self._require("max_pixels", seen.width * seen.height, "MP", seen, field)
        self._require("max_side", max(seen.width, seen.height), "", seen, field)
        if seen.kind is Kind.ANIMATION:
            self._require("max_frames", seen.frames, "", seen, field)
            pixels = seen.width * seen.height * seen.frames
            self._require("max_animation_pixels", pixels, "MP", seen, field)

    def _require(self, name: str, value: int, unit: str, seen: Seen, field: str) -> None:
        limit = getattr(self, name)
        if value <= limit:
            return
        shown = _in_millions(value, limit, unit) if unit else SENTENCES[name].format(value, limit)
        if name == "max_animation_pixels":
            shown = shown.replace(";", " in all its frames;")
        sentence = f"The {field} {seen.noun} has {shown}"
        raise TooLarge(sentence, name=name, value=value, limit=limit, field=field)


#: What is counted in ones.
SENTENCES = {
    "max_side": "a side of {} pixels; the limit is {}.",
    "max_frames": "{} frames; the limit is {}.",
}


def _in_millions(value: int, limit: int, unit: str) -> str:
    # Rounded up, or 50.01 would read as "50.0 MP; the limit is 50 MP".
    shown = math.ceil(value * 10 / MEGA) / 10
    return f"{shown:.1f} {unit}; the limit is {limit / MEGA:g} {unit}."
