"""What a format's writer gets."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from PIL import Image

from mien.media.pictures import Density, Recipe
from mien.media.provenance import Mark


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Canvas:
    """A result, ready to be written."""

    #: Mode L, LA, RGB (for JPEG RGBX) or RGBA.
    picture: Image.Image
    icc: bytes | None
    dpi: Density | None
    recipe: Recipe
    mark: Mark

    @property
    def alpha(self) -> bool:
        return self.picture.mode.endswith("A")

    @property
    def opaque(self) -> Image.Image:
        """The picture without alpha: mode L or RGB."""
        return self.picture.convert(self.picture.mode.removesuffix("A"))

    def saved(self, name: str, **options: object) -> bytes:
        """The file that Pillow's writer ``name`` makes; options that are None are left out."""
        with _in_memory(name) as out:
            self.picture.save(out, name, **{k: v for k, v in options.items() if v is not None})
            out.seek(0)
            return out.read()


def _in_memory(name: str) -> IO[bytes]:
    """A file that lies in memory.

    Pillow lets go of the interpreter while libjpeg works if what it writes to has a number of the system's.
    """
    if name == "JPEG" and hasattr(os, "memfd_create"):
        # A sandbox may not allow it; a file in the process's own memory is only slower.
        with suppress(OSError):
            return os.fdopen(os.memfd_create("mien-jpeg"), "w+b")
    return BytesIO()


Writer = Callable[[Canvas], bytes]
