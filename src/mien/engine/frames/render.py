"""The swap in a frame: only the surroundings of each face are looked at and changed."""

from collections.abc import Sequence

import cv2
import numpy as np

from mien.engine.frames.cast import ClipCast
from mien.engine.frames.picture import Sheet, Window, window_around
from mien.engine.frames.steady import Steady
from mien.engine.mesh.layout import with_rings
from mien.engine.options import SwapOptions
from mien.engine.pipeline import Swapper
from mien.engine.types import Face, Image

#: Pixels around a face's region that the swap may read.
ROOM = 8.0


def swap_faces(
    sheet: Sheet,
    faces: Sequence[Steady],
    cast: ClipCast,
    options: SwapOptions,
    swapper: Swapper,
) -> int:
    """Put their sources on ``faces`` of ``sheet``, far ones first; how many were swapped."""
    swapped = 0
    for steady in reversed(faces):
        source = cast.source_of(steady.person)
        window = window_around(with_rings(steady.face.landmarks), ROOM, sheet.size)
        if window is None or source is None:
            continue
        before = sheet.part(window)
        after = before.copy()
        swapper.paint(after, moved(steady.face, window), source, options)
        sheet.put(window, before, faded(before, after, steady.share))
        swapped += 1
    return swapped


def moved(face: Face, window: Window) -> Face:
    """``face`` in the pixels of ``window``."""
    by = np.array([window[0], window[1], 0], np.float32)
    return Face(landmarks=face.landmarks - by, score=face.score)


def faded(before: Image, after: Image, share: float) -> Image:
    """``after``, or a mix with ``before`` where ``share`` is below 1."""
    if share >= 1:
        return after
    return np.asarray(cv2.addWeighted(after, share, before, 1 - share, 0), np.uint8)
