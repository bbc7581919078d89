"""What animations are made of: parts, drawn one after another on a canvas."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

#: ``(H, W, 4)`` uint8: red, green, blue, alpha (straight); colour 0 where alpha is.
Canvas = NDArray[np.uint8]
#: ``(H, W)`` bool.
Where = NDArray[np.bool_]

OPAQUE = 255


class Fate(Enum):
    """What becomes of a part when its time is over."""

    KEEP = "keep"
    #: Its rectangle becomes transparent.
    CLEAR = "clear"
    #: What stood in its rectangle before comes back.
    RESTORE = "restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of whole pixels within a canvas.

    Raises:
        ValueError: when it has no area or begins outside.
    """

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if min(self.x, self.y) < 0 or min(self.width, self.height) < 1:
            raise ValueError(f"a box must have an area and lie in the canvas, got {self}")

    @property
    def window(self) -> tuple[slice, slice]:
        """Its rows and columns."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    def with_(self, other: "Box | None") -> "Box":
        """The smallest box around both."""
        if other is None:
            return self
        x, y = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.width, other.x + other.width)
        bottom = max(self.y + self.height, other.y + other.height)
        return Box(x=x, y=y, width=right - x, height=bottom - y)


def around(chosen: Where) -> Box | None:
    """The smallest box that holds all ``chosen`` pixels; None for none."""
    rows, columns = np.flatnonzero(chosen.any(axis=1)), np.flatnonzero(chosen.any(axis=0))
    if not len(rows):
        return None
    return Box(
        x=int(columns[0]),
        y=int(rows[0]),
        width=int(columns[-1] - columns[0]) + 1,
        height=int(rows[-1] - rows[0]) + 1,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One frame as its file holds it."""

    box: Box
    #: How long it is shown: numerator and denominator of seconds, as the file says it.
    delay: tuple[int, int]
    fate: Fate
    #: Whether it is drawn over what is there; else it replaces it, transparency included.
    over: bool
    #: Decodes ``(height, width, 4)``.
    pixels: Callable[[], Canvas]
    #: The frame's bytes as the file holds them, for formats that can pass them on.
    raw: bytes = b""

    @property
    def delay_ms(self) -> float:
        """How long it is shown, milliseconds."""
        above, below = self.delay
        return 1000 * above / below


class Screen:
    """A canvas on which parts are drawn; what a viewer of the file sees."""

    def __init__(self, width: int, height: int) -> None:
        """A transparent canvas."""
        #: ``(H, W, 4)``; changes with every call.
        self.canvas: Canvas = np.zeros((height, width, 4), np.uint8)
        self._before: Canvas | None = None

    def draw(self, box: Box, pixels: Canvas, *, fate: Fate, over: bool) -> None:
        """Draw ``pixels`` in ``box``, and remember what they cover where that comes back."""
        hole = self.canvas[box.window]
        self._before = hole.copy() if fate is Fate.RESTORE else None
        hole[:] = laid_over(hole, pixels) if over else pixels
        hole[hole[..., 3] == 0] = 0

    def end(self, box: Box, fate: Fate) -> None:
        """The time of what was drawn last in ``box`` is over."""
        if fate is Fate.CLEAR:
            self.canvas[box.window] = 0
        elif fate is Fate.RESTORE and self._before is not None:
            self.canvas[box.window] = self._before


def laid_over(under: Canvas, top: Canvas) -> Canvas:
    """``top`` over ``under``, straight alpha (W3C compositing, "source over")."""
    alpha = top[..., 3]
    if ((alpha == 0) | (alpha == OPAQUE)).all():
        return np.where(alpha[..., None] == 0, under, top)
    share = top[..., 3:].astype(np.float32) / OPAQUE
    rest = under[..., 3:].astype(np.float32) / OPAQUE * (1 - share)
    total = share + rest
    colour = (top[..., :3] * share + under[..., :3] * rest) / np.maximum(total, 1 / OPAQUE)
    mixed = np.concatenate([colour, total * OPAQUE], axis=2)
    return np.asarray(np.rint(mixed), np.uint8)


def canvases(parts: Sequence[Part], width: int, height: int) -> Iterator[Canvas]:
    """What is seen during each part, ``(height, width, 4)`` each; the arrays are the caller's."""
    screen = Screen(width, height)
    for part in parts:
        screen.draw(part.box, part.pixels(), fate=part.fate, over=part.over)
        yield screen.canvas.copy()
        screen.end(part.box, part.fate)


def clipped(x: int, y: int, pixels: Canvas, width: int, height: int) -> tuple[Box, Canvas]:
    """What of ``pixels`` at x, y lies in the canvas; one transparent pixel where nothing does."""
    inside = pixels[: max(0, height - y), : max(0, width - x)]
    if not inside.size:
        return Box(x=0, y=0, width=1, height=1), np.zeros((1, 1, 4), np.uint8)
    return Box(x=x, y=y, width=inside.shape[1], height=inside.shape[0]), inside
