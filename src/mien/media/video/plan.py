"""Segments: the parts of a clip that are worked on, stored and lost one by one."""

import numpy as np

from mien.media.video.facts import Clip

#: Frames of a segment. A key frame opens each, so that short ones cost bytes; what a killed worker
#: loses grows with the long ones. So many are made of short clips: a clip's first two are followed before
#: anything is swapped, and its last one may be swapped while all other cores have nothing left to do.
LEAST, MOST, SHARES = 48, 240, 24


def segments(clip: Clip, first: int, stop: int) -> list[tuple[int, int]]:
    """The frames ``first`` to ``stop`` in parts: first and stop of each.

    They begin at key frames of the clip where one is near, since decoding begins there. The plan depends on
    the clip alone: work that is taken up again finds the same parts.
    """
    most = min(MOST, max(LEAST, (stop - first) // SHARES))
    least = most // 2
    keys = np.flatnonzero(clip.keys)
    parts, at = [], first
    while stop - at > most + least // 2:
        near = keys[(keys >= at + least) & (keys <= at + most)]
        after = int(near[-1]) if len(near) else at + most
        parts.append((at, after))
        at = after
    return [*parts, (at, stop)]
