"""The built-in generator: the person's own photo before a backdrop made from the prompt's words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mien.commands.looks import understood
from mien.commands.sitting import Made, Order, Sitting
from mien.engine.portrait.segment import Segmenter
from mien.engine.portrait.studio import Sitter, portrait
from mien.errors import Unsupported

NAME: Final = "studio"
#: Said when nothing of a prompt means anything to the studio.
NOTHING_KNOWN: Final = (
    "The studio knows no word of the prompt, so it used its own backdrops; docs/portraits.md lists "
    "what it knows."
)
NO_PHOTO: Final = (
    "The studio makes portraits from the photo of an identity, and this one was saved without; "
    "save it again with MIEN_IDENTITY_KEEP_PHOTO=1."
)


@dataclass(frozen=True, kw_only=True)
class Studio:
    """Makes portraits without any other service. Threads may share it."""

    segmenter: Segmenter

    @property
    def name(self) -> str:
        """As settings and reports call it."""
        return NAME

    def portraits(self, sitting: Sitting, order: Order, *, check: Callable[[], None]) -> Made:
        """Portraits of the person in the photo.

        Raises:
            Unsupported: there is no photo.
        """
        if sitting.photo is None or sitting.face is None:
            raise Unsupported(NO_PHOTO, field="prompt")
        meaning = understood(order.text, order.unwanted)
        sitter = Sitter.of(sitting.photo, sitting.face, self.segmenter)
        pictures = []
        for number, look in enumerate(meaning.looks(order.count, turn=order.seed)):
            check()
            seed = order.seed + number
            size = order.width, order.height
            pictures.append(portrait(sitter, look, *size, seed=seed, number=number))
        notes = () if meaning.heard or not order.text else (NOTHING_KNOWN,)
        return Made(pictures=tuple(pictures), unheard=meaning.unheard, warnings=notes)
