"""How a portrait is to look: the values that words of a prompt become."""

from dataclasses import dataclass
from enum import StrEnum

#: Red, green and blue, 0..255, sRGB.
Rgb = tuple[int, int, int]


class Time(StrEnum):
    """Times of day."""

    MORNING = "morning"
    DAY = "day"
    GOLDEN = "golden hour"
    DUSK = "dusk"
    NIGHT = "night"


class Film(StrEnum):
    """What the picture was taken on."""

    DIGITAL = "digital"
    MONO = "black and white"
    NOIR = "film noir"
    SEPIA = "sepia"
    VINTAGE = "vintage"
    SLIDE = "slide film"
    NEGATIVE = "portrait film"
    CROSS = "cross-processed"

    @property
    def grainy(self) -> bool:
        """Whether its grain shows."""
        return self in (Film.MONO, Film.NOIR, Film.SEPIA, Film.VINTAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a portrait is to look. Numbers are 0 where nothing is asked for.

    Raises:
        ValueError: when a number is out of range.
    """

    #: Name of a scene of `mien.engine.portrait.scenes.SCENES`.
    scene: str = "paper"
    #: Colours of the backdrop, the main one first.
    colours: tuple[Rgb, ...] = ()
    #: Colours that the backdrop must not have.
    unwanted: tuple[Rgb, ...] = ()
    #: None leaves it to the scene.
    time: Time | None = None
    #: -1 dark to 1 bright; -1 cold to 1 warm; -1 flat to 1 hard; -1 pale to 1 colourful.
    brightness: float = 0.0
    warmth: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    #: How much the backdrop is out of focus: 1 as usual, 0 sharp, 2 dissolved.
    blur: float = 1.0
    film: Film = Film.DIGITAL

    def __post_init__(self) -> None:
        for name in ("brightness", "warmth", "contrast", "saturation"):
            if not -1 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be in -1..1, got {getattr(self, name)}")
        if not 0 <= self.blur <= 2:  # noqa: PLR2004 - the field's own range
            raise ValueError(f"blur must be in 0..2, got {self.blur}")
