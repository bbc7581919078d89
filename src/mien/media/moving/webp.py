"""Animated WebP: its parts, and files made of parts (RFC 9649)."""

import struct
from io import BytesIO

import numpy as np
from PIL import Image
from PIL.WebPImagePlugin import WebPImageFile

from mien.media.headers.header import Broken, unpack
from mien.media.headers.webp import Chunk, chunks
from mien.media.moving.parts import OPAQUE, Box, Canvas, Fate, Part

#: Bits of a frame's flags.
CLEARED, REPLACES = 0x01, 0x02
#: Delays count milliseconds.
MILLI = 1000
#: What a frame's header takes up: place, size, duration, flags.
FRAME_HEAD = 16
HAS_ALPHA, HAS_XMP, HAS_EXIF, HAS_ICC, ANIMATED = 0x10, 0x04, 0x08, 0x20, 0x02
PIXELS = {b"VP8 ", b"VP8L", b"ALPH"}


def loop(data: bytes) -> int:
    """How often the animation repeats; 0 for ever."""
    head = next((chunk for chunk in chunks(data) if chunk.kind == b"ANIM"), None)
    return unpack("<H", data, head.start + 4)[0] if head else 0


def background(data: bytes) -> bytes:
    """The four bytes of background colour, which viewers do not show but tools expect back."""
    head = next((chunk for chunk in chunks(data) if chunk.kind == b"ANIM"), None)
    return data[head.start : head.start + 4] if head else bytes(4)


def profile(data: bytes) -> bytes | None:
    """The colour profile."""
    found = next((chunk for chunk in chunks(data) if chunk.kind == b"ICCP"), None)
    return data[found.start : found.end] if found else None


def has_alpha(data: bytes) -> bool:
    """Whether the file says that something of it is transparent."""
    head = next((chunk for chunk in chunks(data) if chunk.kind == b"VP8X"), None)
    return bool(head and unpack("B", data, head.start)[0] & HAS_ALPHA)


def lossless(part: Part) -> bool:
    """Whether the file holds ``part`` without loss."""
    return any(chunk.kind == b"VP8L" for chunk in chunks(bytes(12) + part.raw))


def read(data: bytes, width: int, height: int) -> list[Part]:
    """The parts of ``data``.

    Raises:
        Broken: a frame is cut off, or reaches beyond the canvas.
    """
    frames = [chunk for chunk in chunks(data) if chunk.kind == b"ANMF"]
    return [_part(data, frame, width, height) for frame in frames]


def _part(data: bytes, frame: Chunk, width: int, height: int) -> Part:
    if frame.end > len(data):
        raise Broken("is a WebP that ends inside a frame")
    x, y, wide, high, took, flags = _place(data[frame.start : frame.start + FRAME_HEAD])
    if x + wide > width or y + high > height:
        raise Broken("is a WebP with a frame that reaches beyond its canvas")
    raw = data[frame.start + FRAME_HEAD : frame.end]
    return Part(
        box=Box(x=x, y=y, width=wide, height=high),
        delay=(took, MILLI),
        fate=Fate.CLEAR if flags & CLEARED else Fate.KEEP,
        over=not flags & REPLACES,
        pixels=lambda: _decoded(raw, wide, high),
        raw=raw,
    )


def _place(head: bytes) -> tuple[int, int, int, int, int, int]:
    if len(head) < FRAME_HEAD:
        raise Broken("is a WebP that ends inside a frame")
    x, y, wide, high, took = (int.from_bytes(head[at : at + 3], "little") for at in range(0, 15, 3))
    return 2 * x, 2 * y, wide + 1, high + 1, took, head[15]


def _decoded(raw: bytes, wide: int, high: int) -> Canvas:
    """``(h, w, 4)`` of one frame: it becomes a file of its own, and Pillow reads that."""
    listed = [c for c in chunks(bytes(12) + raw) if c.kind in PIXELS]
    kept = [_chunk(c.kind, (bytes(12) + raw)[c.start : c.end]) for c in listed]
    alpha = HAS_ALPHA if any(c.kind != b"VP8 " for c in listed) else 0
    head = struct.pack("<B3x", alpha) + _three(wide - 1) + _three(high - 1)
    picture = WebPImageFile(BytesIO(riff([_chunk(b"VP8X", head), *kept])))
    picture.load()
    if picture.size != (wide, high):
        raise ValueError("the picture of a frame has another size than the frame")
    return np.asarray(picture.convert("RGBA"))


def riff(listed: list[bytes]) -> bytes:
    """A file of ``listed`` chunks."""
    body = b"WEBP" + b"".join(listed)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(kind: bytes, payload: bytes) -> bytes:
    return kind + struct.pack("<I", len(payload)) + payload + bytes(len(payload) % 2)


def _three(value: int) -> bytes:
    return value.to_bytes(3, "little")


# --- writing


def file(
    frames: list[bytes],
    size: tuple[int, int],
    *,
    repeats: int,
    colour: bytes,
    alpha: bool,
    icc: bytes | None,
    exif: bytes,
    xmp: bytes,
) -> bytes:
    """A file of frames that `written` made."""
    flags = ANIMATED | HAS_EXIF | HAS_XMP | (HAS_ALPHA if alpha else 0) | (HAS_ICC if icc else 0)
    head = struct.pack("<B3x", flags) + _three(size[0] - 1) + _three(size[1] - 1)
    return riff(
        [
            _chunk(b"VP8X", head),
            *([_chunk(b"ICCP", icc)] if icc else []),
            _chunk(b"ANIM", colour + struct.pack("<H", repeats)),
            *frames,
            _chunk(b"EXIF", exif.removeprefix(b"Exif\0\0")),
            _chunk(b"XMP ", xmp),
        ]
    )


def even(box: Box, width: int, height: int) -> Box:
    """``box`` grown so that it begins at even pixels, as the format asks."""
    x, y = box.x - box.x % 2, box.y - box.y % 2
    right = min(width, box.x + box.width)
    bottom = min(height, box.y + box.height)
    return Box(x=x, y=y, width=right - x, height=bottom - y)


def written(part: Part, payload: bytes) -> bytes:
    """One frame: ``part`` says place, delay and fate; ``payload`` holds its picture."""
    box = part.box
    flags = (CLEARED if part.fate is Fate.CLEAR else 0) | (0 if part.over else REPLACES)
    place = (box.x // 2, box.y // 2, box.width - 1, box.height - 1, part.delay[0])
    head = b"".join(_three(value) for value in place) + bytes((flags,))
    return _chunk(b"ANMF", head + payload)


#: Lossy frames; every method above 2 costs much time for few bytes.
QUALITY, METHOD = 85, 4
#: Lossless ones: quality means effort.
EFFORT, LOSSLESS_METHOD = 50, 2


def payload(pixels: Canvas, *, lossless: bool) -> bytes:
    """The chunks of one picture, ``(h, w, 4)``."""
    opaque = bool((pixels[..., 3] == OPAQUE).all())
    picture = Image.fromarray(np.ascontiguousarray(pixels[..., :3] if opaque else pixels))
    out = BytesIO()
    picture.save(
        out,
        "WEBP",
        lossless=lossless,
        quality=EFFORT if lossless else QUALITY,
        method=LOSSLESS_METHOD if lossless else METHOD,
        alpha_quality=100,
        exact=True,
    )
    data = out.getvalue()
    kept = [c for c in chunks(data) if c.kind in PIXELS]
    return b"".join(_chunk(c.kind, data[c.start : c.end]) for c in kept)
