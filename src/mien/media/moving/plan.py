"""Which part of the canvas each frame of a result has to draw.

A result keeps the parts of its target: their number, delays and fates. A part grows where the swap
changed more than it covers, and where an earlier swap left what must not stay.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mien.media.moving.parts import Box, Canvas, Part, Screen, Where, around, laid_over


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """What a frame shows, before and after the swap; alpha is the same."""

    #: ``(H, W, 4)``.
    target: Canvas
    #: ``(H, W, 4)``; ``target`` itself where nothing was swapped.
    result: Canvas

    @property
    def changed(self) -> Where:
        """``(H, W)`` what the swap changed."""
        if self.result is self.target:
            return np.zeros(self.target.shape[:2], np.bool_)
        return differing(self.result, self.target)


def differing(one: Canvas, other: Canvas) -> Where:
    """``(H, W)`` where two canvases are not the same."""
    return np.asarray((one != other).any(axis=2), np.bool_)


def grown(part: Part, needed: Where) -> Box:
    """The part's box and all that is needed."""
    return part.box.with_(around(needed))


def as_it_is(box: Box) -> Box:
    """The fit of formats that draw any box."""
    return box


def planned(
    parts: Sequence[Part],
    frames: Iterable[Frame],
    size: tuple[int, int],
    *,
    fit: Callable[[Box], Box] = as_it_is,
) -> Iterator[tuple[Part, Frame]]:
    """Each frame with the part that draws it.

    A part that can be passed on as its file holds it keeps its ``raw``; every other one replaces
    what is in its box.

    Args:
        size: width and height of the canvas.
        fit: grows a box to one that the format can draw.
    """
    screen = Screen(*size)
    for part, frame in zip(parts, frames, strict=True):
        box = grown(part, differing(screen.canvas, frame.result))
        if not _passes(part, box, frame, screen):
            box = fit(box)
            part = replace(part, box=box, over=False, raw=b"")  # noqa: PLW2901 - the part as written
        yield part, frame
        screen.draw(box, frame.result[box.window], fate=part.fate, over=False)
        screen.end(box, part.fate)


def _passes(part: Part, box: Box, frame: Frame, screen: Screen) -> bool:
    """Whether the part, drawn as it is, shows what the frame shall show."""
    if not part.raw or box != part.box or frame.result is not frame.target:
        return False
    if not part.over:
        return True
    drawn = laid_over(screen.canvas[box.window], part.pixels())
    return not differing(drawn, frame.result[box.window]).any()
