"""What a caller may choose about a swap. Imports nothing heavy: command lines are read with it."""

from dataclasses import dataclass
from enum import StrEnum


class Blend(StrEnum):
    """How the edge is mixed."""

    FEATHER = "feather"
    MULTIBAND = "multiband"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapOptions:
    """What a caller may choose."""

    #: Keep the target's lips and what is between them (option -m).
    keep_mouth: bool = False
    blend: Blend = Blend.FEATHER
    #: Look for hair, hands and things before either face.
    occlusion: bool = True
