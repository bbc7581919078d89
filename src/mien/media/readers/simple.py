"""Formats whose files go to Pillow as they are: GIF, BMP, WebP, AVIF."""

from io import BytesIO

from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.WebPImagePlugin import WebPImageFile

from mien.media.headers import Header, exif
from mien.media.pictures import Recipe, density
from mien.media.readers.raster import Raster, plain

#: PQ and HLG (ITU-T H.273).
HDR_TRANSFERS = {16, 18}
#: BT.2020, DCI-P3, Display P3.
WIDE_PRIMARIES = {9, 11, 12}


def read_gif(data: bytes, header: Header) -> Raster:
    """The only frame of a GIF."""
    picture = GifImageFile(BytesIO(data))
    picture.load()
    return Raster(picture=plain(picture), orientation=header.orientation)


def read_bmp(data: bytes, header: Header) -> Raster:
    """A BMP of any depth; its profile, which hardly any program writes, is not read."""
    picture = BmpImageFile(BytesIO(data))
    picture.load()
    dpi = density(*picture.info.get("dpi", (0, 0)))
    return Raster(picture=plain(picture), dpi=dpi, orientation=header.orientation)


def read_webp(data: bytes, header: Header) -> Raster:
    """The only frame of a WebP."""
    picture = WebPImageFile(BytesIO(data))
    picture.load()
    return Raster(
        picture=plain(picture),
        icc=picture.info.get("icc_profile"),
        orientation=header.orientation,
        recipe=Recipe(lossless=header.lossless),
    )


def read_avif(data: bytes, header: Header) -> Raster:
    """The primary picture of an AVIF."""
    picture = AvifImageFile(BytesIO(data))
    picture.load()
    # Pillow translates the container's rotation and mirror into EXIF, and overrides EXIF's own.
    turn = exif.orientation(picture.info.get("exif", b""))
    return Raster(
        picture=plain(picture),
        icc=picture.info.get("icc_profile"),
        orientation=turn,
        recipe=Recipe(lossless=False),
        notes=colour_notes(header),
    )


def colour_notes(header: Header) -> tuple[str, ...]:
    """What gets lost of a picture with more than 8 bits or more than sRGB's colours."""
    notes = []
    if header.bits > 8:  # noqa: PLR2004
        notes.append(f"has {header.bits} bits a channel; it was reduced to 8")
    if header.transfer in HDR_TRANSFERS:
        notes.append("is an HDR picture; it is read without tone mapping and may look dull")
    elif header.primaries in WIDE_PRIMARIES:
        notes.append("names a wide colour space without a profile; it is treated as sRGB")
    return tuple(notes)
