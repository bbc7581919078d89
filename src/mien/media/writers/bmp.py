"""BMP: 24 bits, 8-bit grey, or 32 bits with alpha in a version 4 header. It holds no metadata."""

import struct

import numpy as np

from mien.media.writers.canvas import Canvas

FILE_HEADER, V4_HEADER = 14, 108
BITFIELDS = 3
#: Where red, green, blue and alpha stand in a 32-bit pixel.
MASKS = (0x00FF0000, 0x0000FF00, 0x000000FF, 0xFF000000)
SRGB = b"BGRs"
PER_METRE = 39.3701


def write(canvas: Canvas) -> bytes:
    """Pillow's BMP writer declares no alpha, so that one is written here."""
    if canvas.alpha:
        return _with_alpha(canvas)
    return canvas.saved("BMP", dpi=canvas.dpi)


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
