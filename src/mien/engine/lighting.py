"""What light falls on a face, told from the brightness of its skin: how much, from which side, and how hard it is."""

from dataclasses import dataclass
from math import inf

import numpy as np

from mien.engine.mesh.light import DARK_FLOOR
from mien.engine.ranks import HALFWAY, middle, share_of, spread
from mien.engine.types import Cells, Floats

#: Luminance up to which skin has lost its shape to shadow, and from which to light.
BLACK, WHITE = 20.0, 245.0
#: So much of the skin is darker than what tells of brightness.
BRIGHT_SHARE = 0.9
#: Light is as hard as the brightest skin is brighter than half of it: so many of a hundred pixels are darker than
#: either. What is brighter still is a glint. `mien.engine.mesh.even` measures the same on bare skin, for which a face
#: has to be laid on the chart first; a warning waits for nothing.
GLARE = HALFWAY, 97


@dataclass(frozen=True, slots=True, kw_only=True)
class Light:
    """The light on one face."""

    #: Luminance, 0..255, that a tenth of the skin exceeds.
    brightness: float
    #: Shares of the skin that are (nearly) black and white, 0..1.
    black: float
    white: float
    #: By how many stops one half of the face is brighter than the other, 0 or more.
    side: float
    #: By what factor (a logarithm, 0 or more) the brightest of the skin is brighter than half of it.
    glare: float

    def __post_init__(self) -> None:
        if not 0 <= self.brightness <= 255:  # noqa: PLR2004 - the field's own range
            raise ValueError(f"brightness must be in 0..255, got {self.brightness}")
        if not (0 <= self.black <= 1 and 0 <= self.white <= 1):
            raise ValueError(f"black and white must be in 0..1, got {self.black}, {self.white}")
        if not (0 <= self.side < inf and 0 <= self.glare < inf):
            raise ValueError(f"side and glare must be in 0..inf, got {self.side}, {self.glare}")


#: Where no skin is to be seen: no light that anybody could be told of.
UNSEEN = Light(brightness=128.0, black=0.0, white=0.0, side=0.0, glare=0.0)


def light_on(skin: Floats, left: Cells) -> Light:
    """The light on a face.

    Args:
        skin: ``(N,)`` luminance of its skin, 0..255.
        left: ``(N,)`` which of it is on the left half; all or none where that is not known.
    """
    if not len(skin):
        return UNSEEN
    return Light(
        brightness=float(np.sort(skin)[int(len(skin) * BRIGHT_SHARE)]),
        black=share_of(skin <= BLACK),
        white=share_of(skin >= WHITE),
        side=one_sided(skin, left),
        glare=spread(np.log(skin + np.float32(DARK_FLOOR)), *GLARE),
    )


def one_sided(skin: Floats, left: Cells) -> float:
    """Stops between the medians of ``skin`` ``(N,)`` to the ``left`` and to the right; 0 where one half has none."""
    if left.all() or not left.any():
        return 0.0
    # With a floor, because the noise of black is no light.
    one, other = (middle(half) + DARK_FLOOR for half in (skin[left], skin[~left]))
    return float(abs(np.log2(one / other)))
