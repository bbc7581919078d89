"""Header readers, one file a format family, in plain Python: bounded in time and memory.

They read numbers out of bytes and nothing else: no decoder runs on data that no limit has seen.
"""

from collections.abc import Callable

from mien.media.headers import avi, bmff, bmp, gif, jpeg, matroska, png, tiff, webp
from mien.media.headers.foreign import looks_like
from mien.media.headers.header import Broken, Header, NotServed

__all__ = ["Broken", "Header", "NotServed", "read_header"]

READABLE = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, BMP or GIF"

Reader = Callable[[bytes], Header]

#: The first bytes of a file -> who reads its header.
MAGICS: tuple[tuple[bytes, Reader], ...] = (
    (b"\xff\xd8", jpeg.read),
    (png.SIGNATURE, png.read),
    (b"GIF87a", gif.read),
    (b"GIF89a", gif.read),
    (b"BM", bmp.read),
    *((magic, tiff.read) for magic in tiff.LAYOUTS),
    (matroska.MAGIC, matroska.read),
)
#: Bytes 8 to 12 of a RIFF file -> who reads it.
RIFFS: dict[bytes, Reader] = {b"WEBP": webp.read, b"AVI ": avi.read}


def read_header(data: bytes) -> Header:
    """The header of ``data``, whatever its format.

    Raises:
        Broken: no picture or video, or one that ends inside its header.
        NotServed: a kind of picture that is not read.
    """
    if not data:
        raise Broken("is empty")
    reader = _reader(data)
    if reader is not None:
        return reader(data)
    words = looks_like(data)
    guess = f": it looks like {words}" if words else ""
    raise Broken(f"is not a picture that can be read{guess}; send {READABLE}")


def _reader(data: bytes) -> Reader | None:
    if data[:4] == b"RIFF":
        return RIFFS.get(data[8:12])
    if data[4:8] == b"ftyp" or data[4:8] in bmff.BARE_QUICKTIME:
        return bmff.read
    return next((reader for magic, reader in MAGICS if data.startswith(magic)), None)
