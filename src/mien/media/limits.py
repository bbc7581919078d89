"""How large an input may be. Checked on the header, before anything is decoded."""

import math
from dataclasses import dataclass

from mien.errors import TooLarge
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

    def _require(self, name: str, value: int, unit: str, seen: Seen, field: str) -> None:
        limit = getattr(self, name)
        if value <= limit:
            return
        what = f"{field} {seen.noun}"
        sentence = (
            _in_millions(what, value, limit, unit) if unit else _in_pixels(what, value, limit)
        )
        raise TooLarge(sentence, name=name, value=value, limit=limit, field=field)


def _in_millions(what: str, value: int, limit: int, unit: str) -> str:
    # Rounded up, or 50.01 would read as "50.0 MP; the limit is 50 MP".
    shown = math.ceil(value * 10 / MEGA) / 10
    return f"The {what} has {shown:.1f} {unit}; the limit is {limit / MEGA:g} {unit}."


def _in_pixels(what: str, value: int, limit: int) -> str:
    return f"The {what} has a side of {value} pixels; the limit is {limit}."
