"""BMP: a file header and one of eight DIB headers."""

from mien.media.formats import Format
from mien.media.headers.header import Broken, Header, NotServed, unpack

#: The old OS/2 header, with 16-bit sizes.
CORE = 12
INFO_HEADERS = (40, 52, 56, 64, 108, 124)
#: A JPEG or PNG wrapped in a BMP, meant for printers.
WRAPPED = (4, 5)


def read(data: bytes) -> Header:
    """Size from the DIB header; a negative height means that the first row is on top."""
    (kind,) = unpack("<I", data, 14)
    if kind == CORE:
        width, height = unpack("<2H", data, 18)
    elif kind in INFO_HEADERS:
        width, height, _, _, packing = unpack("<2i2HI", data, 18)
        if packing in WRAPPED:
            raise NotServed("is a BMP that wraps a JPEG or PNG, which is not read")
    else:
        raise Broken("starts like a BMP but has no BMP header")
    return Header(format=Format.BMP, width=width, height=abs(height), lossless=True)
