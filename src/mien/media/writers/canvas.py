"""What a format's writer gets."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

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
        out = BytesIO()
        self.picture.save(out, name, **{k: v for k, v in options.items() if v is not None})
        return out.getvalue()


Writer = Callable[[Canvas], bytes]
