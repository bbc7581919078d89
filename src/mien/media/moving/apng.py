"""APNG: its parts, and files made of parts (W3C PNG, third edition, animation chunks)."""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from mien.media.headers.header import Broken, unpack
from mien.media.headers.png import SIGNATURE, TAIL, Chunk, chunks
from mien.media.moving.parts import Box, Canvas, Fate, Part
from mien.media.readers.raster import plain

FATES = {0: Fate.KEEP, 1: Fate.CLEAR, 2: Fate.RESTORE}
NUMBERS = {fate: number for number, fate in FATES.items()}
OVER = 1
#: Where a frame control says what becomes of its frame, and the header which kind of pixels follow.
FATE_AT, COLOUR_TYPE_AT = 24, 25
WITH_ALPHA = {4, 6}
#: A denominator of 0 means hundredths.
USUAL_PARTS = 100
#: A frame's number stands in front of its data.
NUMBER = 4
#: zlib level; 2 is what stills are written with.
LEVEL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame control chunk and the compressed data behind it."""

    box: Box
    delay: tuple[int, int]
    fate: Fate
    over: bool
    data: tuple[bytes, ...] = ()


def loop(data: bytes) -> int:
    """How often the animation repeats; 0 for ever."""
    head = next((chunk for chunk in chunks(data) if chunk.kind == b"acTL"), None)
    return unpack(">4xI", data, head.start)[0] if head else 0


def has_alpha(data: bytes) -> bool:
    """Whether the file's kind of pixels knows transparency, or a frame leaves some."""
    listed = list(chunks(data))
    cleared = any(c.kind == b"fcTL" and data[c.start + FATE_AT] == 1 for c in listed)
    return cleared or data[COLOUR_TYPE_AT] in WITH_ALPHA or any(c.kind == b"tRNS" for c in listed)


def read(data: bytes, width: int, height: int) -> list[Part]:
    """The parts of ``data``; a picture for viewers without animation is left out.

    Raises:
        Broken: a chunk is cut off or damaged, or a frame reaches beyond the canvas.
    """
    shared, frames = [], []
    for chunk in chunks(data):
        payload = _checked(data, chunk)
        if chunk.kind in {b"PLTE", b"tRNS"}:
            shared.append(_chunk(chunk.kind, payload))
        elif chunk.kind == b"fcTL":
            frames.append(_control(payload, width, height))
        elif frames and chunk.kind in {b"IDAT", b"fdAT"}:
            part = payload[NUMBER:] if chunk.kind == b"fdAT" else payload
            frames[-1] = replace(frames[-1], data=(*frames[-1].data, part))
    if chunk.kind != b"IEND":
        raise Broken("is a PNG that ends inside a frame")
    return [_part(frame, data[24:29], tuple(shared)) for frame in frames]


def _checked(data: bytes, chunk: Chunk) -> bytes:
    payload = data[chunk.start : chunk.end]
    if zlib.crc32(chunk.kind + payload) != int.from_bytes(data[chunk.end : chunk.end + TAIL]):
        raise Broken("is a PNG whose data is damaged")
    return payload


def _control(payload: bytes, width: int, height: int) -> Frame:
    _, wide, high, x, y, above, below, fate, blend = unpack(">5I2H2B", payload, 0)
    if not wide or not high or x + wide > width or y + high > height:
        raise Broken("is a PNG with a frame that reaches beyond its canvas")
    return Frame(
        box=Box(x=x, y=y, width=wide, height=high),
        delay=(above, below or USUAL_PARTS),
        fate=FATES.get(fate, Fate.KEEP),
        over=blend == OVER,
    )


def _part(frame: Frame, kind: bytes, shared: tuple[bytes, ...]) -> Part:
    box = frame.box

    def pixels() -> Canvas:
        head = struct.pack(">2I", box.width, box.height) + kind
        listed = (_chunk(b"IHDR", head), *shared, _chunk(b"IDAT", b"".join(frame.data)))
        file = SIGNATURE + b"".join(listed) + _chunk(b"IEND", b"")
        picture = PngImageFile(BytesIO(file))
        picture.load()
        return np.asarray(plain(picture).convert("RGBA"))

    return Part(box=box, delay=frame.delay, fate=frame.fate, over=frame.over, pixels=pixels)


# --- writing


def file(
    frames: Iterable[tuple[Part, Canvas]],
    size: tuple[int, int],
    *,
    count: int,
    repeats: int,
    alpha: bool,
    extras: bytes,
) -> Iterator[bytes]:
    """The pieces of a file.

    Args:
        frames: parts with their pixels; the first covers the canvas.
        count: how many there are.
        alpha: whether any pixel is not opaque.
        extras: chunks between the header and the pictures.
    """
    colour_type = 6 if alpha else 2
    yield SIGNATURE + _chunk(b"IHDR", struct.pack(">2I5B", *size, 8, colour_type, 0, 0, 0))
    yield extras + _chunk(b"acTL", struct.pack(">2I", count, repeats))
    number = 0
    for index, (part, pixels) in enumerate(frames):
        yield _chunk(b"fcTL", struct.pack(">I", number) + _place(part))
        number += 1
        packed = _packed(pixels if alpha else pixels[..., :3])
        if index == 0:
            yield _chunk(b"IDAT", packed)
        else:
            yield _chunk(b"fdAT", struct.pack(">I", number) + packed)
            number += 1
    yield _chunk(b"IEND", b"")


def _place(part: Part) -> bytes:
    box = part.box
    rest = (*part.delay, NUMBERS[part.fate], OVER if part.over else 0)
    return struct.pack(">4I2H2B", box.width, box.height, box.x, box.y, *rest)


def _packed(pixels: Canvas) -> bytes:
    """The compressed rows: cut out of the file that Pillow writes, which chooses filters well."""
    out = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, "PNG", compress_level=LEVEL)
    data = out.getvalue()
    return b"".join(data[c.start : c.end] for c in chunks(data) if c.kind == b"IDAT")


def text(keyword: bytes, content: bytes) -> bytes:
    """An international text chunk, not compressed, UTF-8."""
    return _chunk(b"iTXt", keyword + b"\0\0\0\0\0" + content)


def profile(packed: bytes) -> bytes:
    """A chunk with a colour profile."""
    return _chunk(b"iCCP", b"icc\0\0" + zlib.compress(packed))


def _chunk(kind: bytes, payload: bytes) -> bytes:
    return (
        struct.pack(">I", len(payload))
        + kind
        + payload
        + struct.pack(">I", zlib.crc32(kind + payload))
    )
