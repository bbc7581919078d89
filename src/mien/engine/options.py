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
    #: Keep the target's eyes between the lids, and with them its gaze (option --keep-eyes).
    keep_eyes: bool = False
    blend: Blend = Blend.FEATHER
    #: Look for hair, hands and things before either face (option --no-occlusion does not).
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

    @property
    def finishes(self) -> bool:
        """Whether a face is changed even when it keeps its owner."""
        return bool(self.texturize or self.sharpen or self.age)
