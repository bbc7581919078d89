"""Frames of a GIF, each against what the viewer already sees."""

from dataclasses import replace

import numpy as np

from mien.media.moving.gif import COLOURS, written
from mien.media.moving.palette import Indexed, indexed
from mien.media.moving.parts import OPAQUE, Canvas, Part, Screen, Where
from mien.media.moving.plan import Frame, grown

#: A pixel of a swapped face that changed by no more (levels) since the last frame is not drawn
#: again: nobody sees it, and dithering it anew would make it flicker.
STILL = 2


class GifWriter:
    """Writes parts one after another; it holds what a viewer sees by then."""

    def __init__(self, width: int, height: int) -> None:
        """Begin with an empty canvas."""
        self._screen = Screen(width, height)

    def written(self, part: Part, frame: Frame) -> bytes:
        """``part`` with the pixels of ``frame``: those that stand there already are left out."""
        changed = frame.changed
        needed = self._needed(frame.result, changed)
        box = grown(part, needed)
        wanted, needed, changed = frame.result[box.window], needed[box.window], changed[box.window]
        picture, clear = _chosen(wanted, needed, changed)
        part = replace(part, box=box)
        self._screen.draw(box, _seen(picture, clear, wanted, changed), fate=part.fate, over=True)
        self._screen.end(box, part.fate)
        return written(part, picture.indices, picture.table, clear)

    def _needed(self, wanted: Canvas, changed: Where) -> Where:
        """``(H, W)`` what has to be drawn."""
        apart = np.abs(self._screen.canvas.astype(np.int16) - wanted).max(axis=2)
        return np.asarray((wanted[..., 3] > 0) & (apart > np.where(changed, STILL, 0)), np.bool_)


def _chosen(wanted: Canvas, needed: Where, changed: Where) -> tuple[Indexed, int]:
    """Indices and table, and the see-through index (-1 for none)."""
    skipped = ~needed
    some = bool(skipped.any())
    picture = indexed(wanted[..., :3], needed & ~changed, needed & changed, COLOURS - some)
    if not some:
        return picture, -1
    clear = len(picture.table)
    indices = np.where(skipped, clear, picture.indices).astype(np.uint8)
    table = np.concatenate([picture.table, np.zeros((1, 3), np.uint8)])
    return Indexed(indices=indices, table=table), clear


def _seen(picture: Indexed, clear: int, wanted: Canvas, changed: Where) -> Canvas:
    """``(h, w, 4)`` what a viewer draws; of dithered pixels what they stand for."""
    table = np.full((len(picture.table), 4), OPAQUE, np.uint8)
    table[:, :3] = picture.table
    if clear >= 0:
        table[clear] = 0
    drawn = table[picture.indices]
    return np.asarray(np.where((changed & (drawn[..., 3] > 0))[..., None], wanted, drawn), np.uint8)
