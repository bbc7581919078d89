"""What generators of portraits are given, and what they give back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mien.engine.mesh.source import Source
from mien.engine.portrait.look import Rgb
from mien.engine.types import Face, Image

__all__ = ["Generator", "Made", "Order", "Rgb", "Sitting"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sitting:
    """Who is to be shown."""

    #: The person, ready to be put on any face.
    person: Source
    #: ``(H, W, 3)`` sRGB a photo of them; None where photos are not kept.
    photo: Image | None = None
    #: Their face in it.
    face: Face | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be made."""

    #: What the portraits show, in the words of who asked.
    text: str
    #: What they do not.
    unwanted: tuple[str, ...]
    #: Pixels.
    width: int
    height: int
    count: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """Portraits."""

    #: ``(H, W, 3)`` sRGB each.
    pictures: tuple[Image, ...]
    #: Words of the order that had no effect.
    unheard: tuple[str, ...] = ()
    #: What a person should know about them, one sentence each.
    warnings: tuple[str, ...] = ()


class Generator(Protocol):
    """Makes portraits."""

    @property
    def name(self) -> str:
        """What settings and reports call it."""
        ...

    def portraits(self, sitting: Sitting, order: Order, *, check: Callable[[], None]) -> Made:
        """``order.count`` portraits of who sits.

        Args:
            check: called between steps; raises to stop.

        Raises:
            InputError: the order cannot be carried out with this person.
            NetworkError, SetupError: the generator does not work at the moment.
        """
        ...
