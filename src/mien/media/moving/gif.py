"""GIF: its parts, and files made of parts (GIF89a specification)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.GifImagePlugin import GifImageFile

from mien.media.headers.gif import (
    EXTENSION,
    IMAGE,
    MAX_BLOCKS,
    SCREEN,
    TRAILER,
    table_bytes,
)
from mien.media.headers.header import Broken, parts, unpack
from mien.media.moving.parts import OPAQUE, Canvas, Fate, Part, clipped

CONTROL, APPLICATION = 0xF9, 0xFF
#: Graphic control extension: how a part ends, in bits 2 to 4; whether a colour is transparent.
FATE_SHIFT, FATE_BITS, TRANSPARENT = 2, 0x07, 0x01
FATES = {2: Fate.CLEAR, 3: Fate.RESTORE}
NUMBERS = {Fate.KEEP: 1, Fate.CLEAR: 2, Fate.RESTORE: 3}
NETSCAPE = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
#: Delays count hundredths of a second.
CENTI = 100
#: Image descriptor with its separator.
DESCRIPTOR = 10
#: Every part is written with codes for 256 colours.
CODE_BITS, COLOURS = 8, 256
#: A frame larger than its canvas is cropped, as browsers do, up to this size (pixels).
ROOMY = 4_000_000


@dataclass(frozen=True, slots=True)
class Control:
    """A graphic control extension."""

    fate: Fate = Fate.KEEP
    #: Hundredths of a second.
    delay: int = 0
    #: The see-through index; -1 for none.
    clear: int = -1


def loop(data: bytes) -> int | None:
    """How often the animation repeats (0 for ever); None when the file does not say."""
    for at, kind in _blocks(data):
        if kind == APPLICATION and data[at + 3 : at + 14] in NETSCAPE and data[at + 15] == 1:
            return unpack("<H", data, at + 16)[0]
    return None


def read(data: bytes, width: int, height: int) -> list[Part]:
    """The parts of ``data``, clipped to the canvas.

    Raises:
        Broken: the file ends inside a part.
    """
    found, control = [], Control()
    for at, kind in _blocks(data):
        if kind == CONTROL:
            control = _control(data, at)
        elif kind == IMAGE:
            found.append(_part(data, at, control, width, height))
            control = Control()
    return found


def _blocks(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each block begins, and what it is: `IMAGE` or the label of an extension."""
    at = SCREEN + table_bytes(unpack("10xB", data, 0)[0])
    budget = parts(MAX_BLOCKS)
    while at < len(data) and data[at] != TRAILER:
        next(budget)
        if data[at] == EXTENSION:
            yield at, unpack("B", data, at + 1)[0]
            at = _chain_end(data, at + 2, budget)
        elif data[at] == IMAGE:
            yield at, IMAGE
            at = _image_end(data, at, budget)
        else:
            at += 1


def _image_end(data: bytes, at: int, budget: Iterator[int]) -> int:
    (flags,) = unpack("B", data, at + 9)
    return _chain_end(data, at + DESCRIPTOR + table_bytes(flags) + 1, budget)


def _chain_end(data: bytes, at: int, budget: Iterator[int]) -> int:
    """The position after a chain of sub-blocks."""
    while unpack("B", data, at)[0]:
        next(budget)
        at += data[at] + 1
    return at + 1


def _control(data: bytes, at: int) -> Control:
    flags, delay, clear = unpack("<BHB", data, at + 3)
    fate = FATES.get(flags >> FATE_SHIFT & FATE_BITS, Fate.KEEP)
    return Control(fate=fate, delay=delay, clear=clear if flags & TRANSPARENT else -1)


def _part(data: bytes, at: int, control: Control, width: int, height: int) -> Part:
    left, top, wide, high = unpack("<4H", data, at + 1)
    if not wide or not high:
        raise Broken("is a GIF with a frame without pixels")
    if wide * high > max(width * height, ROOMY):
        raise Broken("is a GIF with a frame much larger than its canvas")
    end = _image_end(data, at, parts(MAX_BLOCKS))
    # Only the size is needed here: where nothing of the part lies in the canvas, one pixel is left.
    box, _ = clipped(left, top, np.broadcast_to(np.uint8(0), (high, wide, 4)), width, height)

    def pixels() -> Canvas:
        whole = _decoded(data, at, end, control.clear)
        return clipped(left, top, whole, width, height)[1]

    return Part(box=box, delay=(control.delay, CENTI), fate=control.fate, over=True, pixels=pixels)


def _decoded(data: bytes, at: int, end: int, clear: int) -> Canvas:
    """``(h, w, 4)`` of one image block: it becomes a file of its own, and Pillow reads that."""
    wide, high = unpack("<2H", data, at + 5)
    head = SCREEN + table_bytes(data[10])
    flags = data[10]
    file = b"".join(
        (
            b"GIF89a" + struct.pack("<2HB", wide, high, flags) + data[11:head],
            bytes((IMAGE,)) + bytes(4) + data[at + 5 : end] + bytes((TRAILER,)),
        )
    )
    picture = GifImageFile(BytesIO(file))
    picture.load()
    return _coloured(picture, clear)


def _coloured(picture: Image.Image, clear: int) -> Canvas:
    indices = np.asarray(picture.convert("L") if picture.mode == "1" else picture)
    table = np.zeros((COLOURS, 4), np.uint8)
    listed = picture.getpalette("RGB") if picture.mode == "P" else None
    flat = [v for v in range(COLOURS) for _ in "RGB"] if listed is None else listed
    colours = np.asarray(flat, np.uint8).reshape(-1, 3)[:COLOURS]
    table[: len(colours), :3] = colours
    table[:, 3] = OPAQUE
    if clear >= 0:
        table[clear] = 0
    return np.asarray(table[indices], np.uint8)


# --- writing


def head(width: int, height: int, repeats: int | None) -> bytes:
    """The beginning of a file whose parts bring their own colours."""
    screen = b"GIF89a" + struct.pack("<2H3B", width, height, CODE_BITS - 1 << 4, 0, 0)
    if repeats is None:
        return screen
    return screen + b"\x21\xff\x0bNETSCAPE2.0" + struct.pack("<BBHB", 3, 1, repeats, 0)


def tail() -> bytes:
    """The end of a file."""
    return bytes((TRAILER,))


def written(part: Part, indices: NDArray[np.uint8], table: NDArray[np.uint8], clear: int) -> bytes:
    """One part as a GIF holds it.

    Args:
        part: its box, delay and fate.
        indices: ``(height, width)``.
        table: ``(n, 3)`` colours, n up to 256.
        clear: the see-through index; -1 for none.
    """
    bits = max(1, int(np.ceil(np.log2(max(2, len(table))))))
    flags = NUMBERS[part.fate] << FATE_SHIFT | (clear >= 0)
    control = struct.pack("<BHB", flags, part.delay[0], max(clear, 0))
    box = part.box
    place = struct.pack("<4HB", box.x, box.y, box.width, box.height, 0x80 | bits - 1)
    colours = table.tobytes().ljust(3 << bits, b"\0")
    return b"".join(
        (b"\x21\xf9\x04", control, b"\0", bytes((IMAGE,)), place, colours, _packed(indices))
    )


def _packed(indices: NDArray[np.uint8]) -> bytes:
    """The LZW codes of ``indices`` in sub-blocks: cut out of the file that Pillow writes."""
    picture = Image.fromarray(indices)
    picture.putpalette([level for level in range(COLOURS) for _ in "RGB"])
    out = BytesIO()
    picture.save(out, "GIF", optimize=False, interlace=False)
    file = out.getvalue()
    (at,) = (at for at, kind in _blocks(file) if kind == IMAGE)
    start = at + DESCRIPTOR + table_bytes(file[at + 9])
    return file[start : _image_end(file, at, parts(MAX_BLOCKS))]
