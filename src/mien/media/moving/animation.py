"""Animations as commands use them: opened, read frame by frame, written with what became of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from mien import __version__
from mien.errors import Damaged, Unsupported
from mien.media import provenance
from mien.media.formats import Format, Kind
from mien.media.headers import Header
from mien.media.headers.header import HeaderError
from mien.media.moving import apng, gif, webp
from mien.media.moving.gif_writer import GifWriter
from mien.media.moving.parts import Box, Canvas, Part, canvases
from mien.media.moving.plan import Frame, planned
from mien.media.pictures import MAX_PROFILE, Encoded
from mien.media.probe import header_of
from mien.media.readers import png
from mien.media.still import DECODER_FAILURES

__all__ = ["Animation", "Canvas", "Frame", "open_animation", "write_animation"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Animation:
    """An animation whose parts were found; its frames are decoded each time they are asked for."""

    format: Format
    #: Pixels of the canvas.
    width: int
    height: int
    parts: tuple[Part, ...]
    #: How often it is shown, 0 for ever; None where the file does not say (once).
    repeats: int | None
    #: Its colour profile; None means sRGB.
    icc: bytes | None
    #: The file.
    data: bytes
    field: str

    @property
    def duration_s(self) -> float:
        """How long one round takes."""
        return sum(part.delay_ms for part in self.parts) / 1000

    @property
    def rate(self) -> float:
        """Frames a second, on average; 10 where no delay is said (as browsers do)."""
        return len(self.parts) / self.duration_s if self.duration_s else 10.0

    def canvases(self) -> Iterator[Canvas]:
        """What is seen during each frame, ``(height, width, 4)``.

        Raises:
            Damaged: a frame cannot be decoded; half an animation is never returned.
        """
        try:
            yield from canvases(self.parts, self.width, self.height)
        except (HeaderError, *DECODER_FAILURES) as error:
            raise _damaged(self.format, self.field) from error


#: Format -> its parts, how often it repeats, its profile.
READERS: dict[Format, Callable[[bytes, int, int], list[Part]]] = {
    Format.GIF: gif.read,
    Format.WEBP: webp.read,
    Format.PNG: apng.read,
}
LOOPS: dict[Format, Callable[[bytes], int | None]] = {
    Format.GIF: gif.loop,
    Format.WEBP: webp.loop,
    Format.PNG: apng.loop,
}


def open_animation(data: bytes, *, field: str) -> Animation:
    """The animation in ``data``. Check `limits` first.

    Raises:
        Unreadable, Unsupported: as `probe`.
        Damaged: it ends inside a frame.
        Unsupported: it is no animation, or one of a format that is not served.
    """
    header = header_of(data, field=field)
    if header.kind is not Kind.ANIMATION or header.format not in READERS:
        label = header.format.label
        raise Unsupported(
            f"The {field} file is no animation that can be swapped ({label}).", field=field
        )
    try:
        found = READERS[header.format](data, header.width, header.height)
    except (HeaderError, *DECODER_FAILURES) as error:
        raise _damaged(header.format, field) from error
    if len(found) != header.frames:
        raise _damaged(header.format, field)
    return Animation(
        format=header.format,
        width=header.width,
        height=header.height,
        parts=tuple(found),
        repeats=LOOPS[header.format](data),
        icc=_profile(data, header),
        data=data,
        field=field,
    )


def _damaged(kind: Format, field: str) -> Damaged:
    sentence = (
        f"The {field} animation is damaged or cut off: its {kind.label} data cannot be decoded."
    )
    return Damaged(sentence, field=field)


def _profile(data: bytes, header: Header) -> bytes | None:
    icc = None
    if header.format is Format.PNG:
        icc = png.profile_of(data)
    elif header.format is Format.WEBP:
        icc = webp.profile(data)
    return icc if icc and len(icc) <= MAX_PROFILE else None


def write_animation(animation: Animation, frames: Iterable[Frame]) -> Encoded:
    """A file of ``frames`` with everything else as in ``animation``, marked as altered.

    Args:
        frames: one for each of the animation's parts, in order. They are asked for one at a time.
    """
    pieces = WRITERS[animation.format](animation, frames)
    return Encoded(
        data=b"".join(pieces),
        format=animation.format,
        width=animation.width,
        height=animation.height,
    )


def _gif(animation: Animation, frames: Iterable[Frame]) -> Iterator[bytes]:
    mark = provenance.mark(__version__)
    yield gif.head(animation.width, animation.height, animation.repeats)
    yield provenance.GIF_XMP + mark.xmp + provenance.GIF_TRAILER
    writer = GifWriter(animation.width, animation.height)
    for part, frame in zip(animation.parts, frames, strict=True):
        yield writer.written(part, frame)
    yield gif.tail()


def _apng(animation: Animation, frames: Iterable[Frame]) -> Iterator[bytes]:
    mark = provenance.mark(__version__)
    size = animation.width, animation.height
    extras = apng.profile(animation.icc) if animation.icc else b""
    extras += apng.text(b"XML:com.adobe.xmp", mark.xmp)
    extras += apng.text(b"Software", mark.software.encode())
    # The first frame stands where viewers without animation look for a picture: it is a whole one.
    whole = Box(x=0, y=0, width=animation.width, height=animation.height)
    first, *others = animation.parts
    parts = (replace(first, box=whole), *others)
    return apng.file(
        ((part, frame.result[part.box.window]) for part, frame in planned(parts, frames, size)),
        size,
        count=len(parts),
        repeats=animation.repeats or 0,
        alpha=apng.has_alpha(animation.data) or whole != first.box,
        extras=extras,
    )


def _webp(animation: Animation, frames: Iterable[Frame]) -> Iterator[bytes]:
    mark = provenance.mark(__version__)
    size = animation.width, animation.height
    lossless = webp.lossless(animation.parts[0])
    made = []
    for part, frame in planned(
        animation.parts, frames, size, fit=lambda box: webp.even(box, *size)
    ):
        payload = part.raw or webp.payload(frame.result[part.box.window], lossless=lossless)
        made.append(webp.written(part, payload))
    yield webp.file(
        made,
        size,
        repeats=animation.repeats or 0,
        colour=webp.background(animation.data),
        alpha=webp.has_alpha(animation.data),
        icc=animation.icc,
        exif=mark.exif,
        xmp=mark.xmp,
    )


WRITERS: dict[Format, Callable[[Animation, Iterable[Frame]], Iterator[bytes]]] = {
    Format.GIF: _gif,
    Format.WEBP: _webp,
    Format.PNG: _apng,
}
