"""What a caller may choose about a swap. Imports nothing heavy: command lines are read with it."""

from dataclasses import dataclass
from enum import StrEnum


class Blend(StrEnum):
    """How the edge is mixed."""

    FEATHER = "feather"
    MULTIBAND = "multiband"


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapOptions:
    """What a caller may choose.

    Raises:
        ValueError: when the age is out of its range.
    """

    #: Keep the target's lips and what is between them (option -m).
    keep_mouth: bool = False
    blend: Blend = Blend.FEATHER
    #: Look for hair, hands and things before either face.
    occlusion: bool = True
    #: Bring out the skin's detail and match the picture's grain (option -f).
    texturize: bool = False
    #: Sharpen the face (option -s).
    sharpen: bool = False
    #: -1 (as young as it gets) to 1 (very old); 0 is as it is (options -o, --oldify, --younger).
    age: float = 0.0

    def __post_init__(self) -> None:
        if not -1 <= self.age <= 1:
            raise ValueError(f"age must lie in -1..1, got {self.age}")
