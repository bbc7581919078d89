"""Say what a file is from its header alone: by content, never by name, never decoding a pixel."""

from dataclasses import dataclass

from mien.errors import Unreadable, Unsupported
from mien.media.formats import Format, Kind
from mien.media.headers import Broken, NotServed, read_header
from mien.media.headers.header import Header

__all__ = ["Format", "Kind", "Seen", "probe"]

NOUNS = {Kind.STILL: "picture", Kind.ANIMATION: "animation", Kind.VIDEO: "video"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a header says about its file.

    Raises:
        ValueError: when a number is impossible.
    """

    kind: Kind
    format: Format
    #: Pixels, after orientation; 0 for a video that does not say it in its header.
    width: int
    height: int
    #: 1 for a still; for a video 0 when the header does not say.
    frames: int
    #: The file, bytes.
    size: int
    #: How long a video plays, seconds; 0 where the header does not say.
    duration_s: float = 0.0

    def __post_init__(self) -> None:
        least = 0 if self.kind is Kind.VIDEO else 1
        if min(self.width, self.height, self.frames) < least:
            raise ValueError(f"{self.width} x {self.height}, {self.frames} frames is impossible")

    @property
    def noun(self) -> str:
        """The word for it in a sentence: picture, animation or video."""
        return NOUNS[self.kind]


def probe(data: bytes, *, field: str) -> Seen:
    """What ``data`` is. Time and memory are bounded whatever the bytes say.

    Args:
        field: "source" or "target", for the sentence of an error.

    Raises:
        Unreadable: the bytes are no picture or video, or end inside their header.
        Unsupported: a kind of picture that is not read (12-bit JPEG, camera raw, …).
    """
    header = header_of(data, field=field)
    return Seen(
        kind=header.kind,
        format=header.format,
        width=header.width,
        height=header.height,
        frames=header.frames,
        size=len(data),
        duration_s=header.duration_s,
    )


def header_of(data: bytes, *, field: str) -> Header:
    """The header of ``data``; raises as `probe` does."""
    try:
        return read_header(data)
    except Broken as error:
        raise Unreadable(f"The {field} file {error}.", field=field) from error
    except NotServed as error:
        raise Unsupported(f"The {field} picture {error}.", field=field) from error
