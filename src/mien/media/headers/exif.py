"""The one EXIF value that matters to pixels: which way up they are."""

import struct

BYTE_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
PREFIX = b"Exif\0\0"
ORIENTATION = 0x0112
SHORT = 3
#: Honest directories have about 20 entries.
MAX_ENTRIES = 1000


def orientation(block: bytes) -> int:
    """1..8 from an EXIF block (with or without its ``Exif`` prefix); 1 when missing or invalid."""
    try:
        value = _orientation(block.removeprefix(PREFIX))
    except struct.error:
        return 1
    return value if value in range(1, 9) else 1


def _orientation(tiff: bytes) -> int:
    order = BYTE_ORDERS.get(tiff[:4])
    if order is None:
        return 1
    (at,) = struct.unpack_from(order + "I", tiff, 4)
    (count,) = struct.unpack_from(order + "H", tiff, at)
    for entry in range(min(count, MAX_ENTRIES)):
        tag, kind, _, value = struct.unpack_from(order + "HHIHxx", tiff, at + 2 + 12 * entry)
        if tag == ORIENTATION:
            return int(value) if kind == SHORT else 1
    return 1
