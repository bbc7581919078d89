"""What a video is: facts that stand in its headers and packets."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.media.formats import Format

#: ITU-T H.273: colour matrices, transfer functions.
BT709, UNSPECIFIED, BT470BG, SMPTE170M, BT2020 = 1, 2, 5, 6, 9
PQ, HLG = 16, 18
#: FFmpeg's numbers of the two ranges.
LIMITED, FULL = 1, 2
#: Pictures of this height on are taken for high definition where no matrix is named.
HIGH_DEFINITION = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """Numbers of ITU-T H.273, and FFmpeg's of the range; 0 and 2 mean that nothing is said."""

    primaries: int = UNSPECIFIED
    transfer: int = UNSPECIFIED
    matrix: int = UNSPECIFIED
    range: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clip:
    """A video whose packets were counted."""

    path: Path
    format: Format
    #: Pixels as shown, upright; even where the result needs it.
    width: int
    height: int
    #: Quarter turns, counterclockwise, from the stored rows to the upright picture.
    turns: int
    #: Width of an upright pixel over its height.
    aspect: Fraction
    time_base: Fraction
    #: ``(N,)`` when each frame is shown, in the order of showing, in time bases.
    times: NDArray[np.int64]
    #: ``(N,)`` whether decoding can begin at the frame.
    keys: NDArray[np.bool_]
    #: How long the last frame is shown, time bases.
    last: int
    colour: Colour
    #: What a person should know, one sentence each.
    warnings: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        """How many there are."""
        return len(self.times)

    @property
    def duration_s(self) -> float:
        """From the first frame to the end of the last."""
        return float((int(self.times[-1]) - int(self.times[0]) + self.last) * self.time_base)

    @property
    def rate(self) -> float:
        """Frames a second, on average."""
        return self.frames / self.duration_s

    def at_s(self, second: float) -> int:
        """The number of the first frame that is shown at ``second`` after the first, or later."""
        wanted = int(self.times[0]) + second / float(self.time_base)
        return int(np.searchsorted(self.times, wanted - 0.5, side="left"))
