"""BMP: 24 bits, 8-bit grey, or 32 bits with alpha in a version 4 header.

The format has no place for metadata. The mark stands behind the pixels, where decoders do not look
and programs that scan a file for an XMP packet find it (Adobe's XMP specification, part 3, 3).
"""

import struct

import numpy as np

from mien.media.writers.canvas import Canvas

FILE_HEADER, V4_HEADER = 14, 108
#: Where the file header says how long the file is, 4 bytes.
SIZE_AT = 2
BITFIELDS = 3
#: Where red, green, blue and alpha stand in a 32-bit pixel.
MASKS = (0x00FF0000, 0x0000FF00, 0x000000FF, 0xFF000000)
SRGB = b"BGRs"
PER_METRE = 39.3701


def write(canvas: Canvas) -> bytes:
    """Pillow's BMP writer declares no alpha, so that one is written here."""
    data = _with_alpha(canvas) if canvas.alpha else canvas.saved("BMP", dpi=canvas.dpi)
    return _with_packet(data, canvas.mark.xmp)


def _with_packet(data: bytes, packet: bytes) -> bytes:
    """``data`` with ``packet`` behind its pixels, its length in the header set right."""
    size = struct.pack("<I", len(data) + len(packet))
    return data[:SIZE_AT] + size + data[SIZE_AT + 4 :] + packet


def _with_alpha(canvas: Canvas) -> bytes:
    width, height = canvas.picture.size
    rgba = np.asarray(canvas.picture.convert("RGBA"))
    rows = np.ascontiguousarray(rgba[::-1, :, [2, 1, 0, 3]]).tobytes()
    across, down = (round(value * PER_METRE) for value in canvas.dpi or (0, 0))
    start = FILE_HEADER + V4_HEADER
    return b"".join(
        (
            struct.pack("<2sI4xI", b"BM", start + len(rows), start),
            struct.pack(
                "<I2i2H2I2i2I",
                V4_HEADER,
                width,
                height,
                1,
                32,
                BITFIELDS,
                len(rows),
                across,
                down,
                0,
                0,
            ),
            struct.pack("<4I4s48x", *MASKS, SRGB),
            rows,
        )
    )
