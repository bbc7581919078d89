"""Still pictures: a file to pixels, pixels to a file of the same (or another) format."""

import struct
import zlib

import cv2
import numpy as np
from PIL import Image as Pil

from mien import __version__
from mien.engine.types import Image
from mien.errors import Damaged, TooLarge, Unsupported
from mien.media import colour, provenance
from mien.media.colour import match_colour
from mien.media.formats import Format, Kind
from mien.media.headers import Header, NotServed
from mien.media.headers.header import HeaderError
from mien.media.pictures import Alpha, Encoded, Recipe, Still
from mien.media.probe import header_of
from mien.media.readers import jpeg, png, simple, tiff
from mien.media.readers.raster import Raster, Reader
from mien.media.writers import bmp as bmp_writer
from mien.media.writers import gif as gif_writer
from mien.media.writers import jpeg as jpeg_writer
from mien.media.writers import simple as simple_writers
from mien.media.writers import tiff as tiff_writer
from mien.media.writers.canvas import Canvas, Writer

__all__ = ["Encoded", "Recipe", "Still", "decode", "encode", "match_colour"]

#: Everything that Pillow, libheif, struct and zlib raise on data that is not what it should be.
#: Named one by one, so that a mistake of ours (AttributeError, NameError) is not taken for damage.
DECODER_FAILURES = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    RuntimeError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    struct.error,
    zlib.error,
)
ENCODER_FAILURES = (OSError, ValueError, RuntimeError)

READERS: dict[Format, Reader] = {
    Format.JPEG: jpeg.read,
    Format.PNG: png.read,
    Format.TIFF: tiff.read,
    Format.WEBP: simple.read_webp,
    Format.BMP: simple.read_bmp,
    Format.GIF: simple.read_gif,
    Format.AVIF: simple.read_avif,
}
WRITERS: dict[Format, Writer] = {
    Format.JPEG: jpeg_writer.write,
    Format.PNG: simple_writers.write_png,
    Format.WEBP: simple_writers.write_webp,
    Format.TIFF: tiff_writer.write,
    Format.AVIF: simple_writers.write_avif,
    Format.BMP: bmp_writer.write,
    Format.GIF: gif_writer.write,
}
#: The longest side that a format (or its encoder) can hold, pixels.
MAX_SIDES = {
    Format.JPEG: 65_500,
    Format.WEBP: 16_383,
    Format.HEIC: 16_384,
    Format.AVIF: 16_384,
    Format.GIF: 65_535,
}
NO_ALPHA = {Format.JPEG}
NO_PROFILE = {Format.BMP, Format.GIF}
WHITE = OPAQUE = 255
#: EXIF orientation -> what turns the stored rows upright.
TURNS = {
    2: Pil.Transpose.FLIP_LEFT_RIGHT,
    3: Pil.Transpose.ROTATE_180,
    4: Pil.Transpose.FLIP_TOP_BOTTOM,
    5: Pil.Transpose.TRANSPOSE,
    6: Pil.Transpose.ROTATE_270,
    7: Pil.Transpose.TRANSVERSE,
    8: Pil.Transpose.ROTATE_90,
}


def decode(data: bytes, *, field: str) -> Still:
    """The picture in ``data``, upright. Check `limits` first: this allocates what the header says.

    Args:
        field: "source" or "target", for sentences.

    Raises:
        Unreadable, Unsupported: as `probe`.
        Damaged: the pixels are cut off or broken; half a picture is never returned.
        Unsupported: an animation or a video.
    """
    header = header_of(data, field=field)
    if header.kind is not Kind.STILL:
        raise Unsupported(f"The {field} file is no still picture.", field=field)
    raster = _raster(data, header, field)
    return _still(colour.settle(raster, deep=header.bits == 16), header.format, field)  # noqa: PLR2004


def _raster(data: bytes, header: Header, field: str) -> Raster:
    try:
        raster = _reader(header.format)(data, header)
    except NotServed as error:
        raise Unsupported(f"The {field} picture {error}.", field=field) from error
    except (HeaderError, *DECODER_FAILURES) as error:
        raise _damaged(header, field) from error
    width, height = raster.picture.size
    if width * height > header.width * header.height:
        raise _damaged(header, field)  # the limits were asked about another size
    return raster


def _damaged(header: Header, field: str) -> Damaged:
    label = header.format.label
    return Damaged(
        f"The {field} picture is damaged or cut off: its {label} data cannot be decoded.",
        field=field,
    )


def _reader(kind: Format) -> Reader:
    if kind is Format.HEIC:
        from mien.media.readers import heic  # noqa: PLC0415 - libheif loads in 60 ms; few need it

        return heic.read
    return READERS[kind]


def _still(raster: Raster, kind: Format, field: str) -> Still:
    picture = raster.picture
    pixels = raster.pixels
    if raster.orientation in TURNS:
        if pixels is not None:
            picture, pixels = Pil.fromarray(pixels), None
        picture = picture.transpose(TURNS[raster.orientation])
    sideways = picture.size != raster.picture.size
    return Still(
        pixels=_rgb(picture) if pixels is None else pixels,
        alpha=_alpha(picture),
        format=kind,
        icc=raster.icc,
        grey=picture.mode in {"L", "LA"},
        dpi=raster.dpi[::-1] if raster.dpi and sideways else raster.dpi,
        recipe=raster.recipe,
        warnings=tuple(f"The {field} picture {note}." for note in raster.notes),
    )


def _rgb(picture: Pil.Image) -> Image:
    # convert() copies even where there is nothing to convert.
    return np.asarray(picture if picture.mode == "RGB" else picture.convert("RGB"))


def _alpha(picture: Pil.Image) -> Alpha | None:
    return np.asarray(picture.getchannel("A")) if picture.mode.endswith("A") else None


def encode(still: Still, pixels: Image, *, format: Format | None = None) -> Encoded:  # noqa: A002
    """A file of ``pixels`` with everything else as in ``still``, marked as altered.

    Args:
        still: the target: its alpha, profile, density, compression and greyness are kept.
        pixels: ``(H, W, 3)`` uint8 of the target's size, in its colour space.
        format: None for the target's own.

    Raises:
        TooLarge: the format cannot hold so long a side.
        Unsupported: the format is no picture format, or its encoder failed.
        ValueError: ``pixels`` has another shape than the target.
    """
    if pixels.shape != still.pixels.shape or pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be {still.pixels.shape} uint8, got {pixels.shape}")
    kind = format or still.format
    height, width = pixels.shape[:2]
    _require_side(kind, max(height, width))
    canvas, notes = _canvas(still, pixels, kind)
    try:
        data = _writer(kind)(canvas)
    except ENCODER_FAILURES as error:
        raise Unsupported(f"The result cannot be written as {kind.label}.") from error
    return Encoded(data=data, format=kind, width=width, height=height, warnings=notes)


def _require_side(kind: Format, side: int) -> None:
    if not kind.is_picture:
        raise Unsupported(f"A still picture cannot be written as {kind.label}.")
    limit = MAX_SIDES.get(kind, side)
    if side > limit:
        sentence = f"The result has a side of {side} pixels; {kind.label} holds at most {limit}."
        raise TooLarge(sentence, name="max_side", value=side, limit=limit)


def _writer(kind: Format) -> Writer:
    if kind is Format.HEIC:
        from mien.media.writers import heic  # noqa: PLC0415 - as _reader

        return heic.write
    return WRITERS[kind]


def _canvas(still: Still, pixels: Image, kind: Format) -> tuple[Canvas, tuple[str, ...]]:
    """The result as the writer of ``kind`` takes it, and notes on what that format cannot hold."""
    icc, notes = still.icc, []
    if icc and kind in NO_PROFILE:
        pixels, icc = colour.to_srgb(pixels, icc, grey=still.grey), None
    picture = _picture(pixels, kind)
    if still.grey:
        picture = picture.convert("L")
    if still.alpha is not None:
        picture.putalpha(Pil.fromarray(still.alpha))
        notes += _alpha_notes(still.alpha, kind)
        picture = _flat(picture) if kind in NO_ALPHA else picture
    recipe = still.recipe if kind is still.format else Recipe(lossless=still.recipe.lossless)
    mark = provenance.mark(__version__)
    return Canvas(picture=picture, icc=icc, dpi=still.dpi, recipe=recipe, mark=mark), tuple(notes)


def _picture(pixels: Image, kind: Format) -> Pil.Image:
    """``pixels`` for Pillow; for JPEG with a fourth byte, as Pillow and libjpeg take them without a copy."""
    if kind is not Format.JPEG:
        return Pil.fromarray(np.ascontiguousarray(pixels))
    four = cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA)
    return Pil.frombuffer("RGBX", pixels.shape[1::-1], four, "raw", "RGBX", 0, 1)


def _alpha_notes(alpha: Alpha, kind: Format) -> list[str]:
    """What ``kind`` loses of ``alpha``."""
    if kind in NO_ALPHA and (alpha < OPAQUE).any():
        return [f"{kind.label} holds no transparency; it became white."]
    if kind is Format.GIF and ((alpha > 0) & (alpha < OPAQUE)).any():
        return ["GIF holds no half transparency; it became either clear or opaque."]
    return []


def _flat(picture: Pil.Image) -> Pil.Image:
    """On white, without alpha."""
    bare = picture.mode.removesuffix("A")
    flat = Pil.new(bare, picture.size, (WHITE,) * len(bare))
    flat.paste(picture.convert(bare), mask=picture.getchannel("A"))
    return flat
