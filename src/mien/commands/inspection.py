"""What a file is, and whether a command takes it: known from its header, before any work.

Apart from the commands themselves, because whoever accepts requests needs this and no networks.
"""

from mien.errors import Unsupported
from mien.media.formats import Format, Kind
from mien.media.limits import Limits
from mien.media.probe import Seen, probe


def inspect(data: bytes, *, field: str, limits: Limits, moving: bool = False) -> Seen:
    """What the header of ``data`` says, if it is a picture that can be swapped.

    Args:
        field: how messages call the file.
        moving: whether an animation or a video is taken too.

    Raises:
        Unreadable, Unsupported, TooLarge: a sentence that names ``field``.
    """
    seen = probe(data, field=field)
    if seen.kind is not Kind.STILL and not (moving and is_served(seen)):
        raise _moving(seen, field)
    limits.require(seen, field=field)
    return seen


#: Animations that are read and written.
ANIMATIONS = {Format.GIF, Format.PNG, Format.WEBP}


def is_served(seen: Seen) -> bool:
    """Whether it is an animation or a video that can be swapped."""
    return seen.kind is Kind.VIDEO or (seen.kind is Kind.ANIMATION and seen.format in ANIMATIONS)


def _moving(seen: Seen, field: str) -> Unsupported:
    what = {
        Kind.ANIMATION: f"an animation of {seen.frames} frames",
        Kind.VIDEO: "a video",
    }[seen.kind]
    return Unsupported(
        f"The {field} is {what} ({seen.format.label}), which is not served here; send a still picture.",
        field=field,
        details={"name": "kind", "value": seen.kind.value},
    )
