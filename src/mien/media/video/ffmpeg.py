"""PyAV with the types that this package needs."""

from typing import TYPE_CHECKING

import av
from av.audio.stream import AudioStream
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from mien.errors import SetupError

if TYPE_CHECKING:
    #: A coded frame of any stream.
    Parcel = av.Packet[Stream]
    from av.container.core import Chapter
else:
    Parcel = av.Packet
    Chapter = dict

__all__ = [
    "AudioStream",
    "Chapter",
    "Parcel",
    "Stream",
    "VideoCodecContext",
    "VideoStream",
    "video_encoder",
]


def video_encoder(name: str) -> VideoCodecContext:
    """A new encoder, not yet opened.

    Raises:
        SetupError: there is none of that name.
    """
    context = av.CodecContext.create(name, "w")
    if not isinstance(context, VideoCodecContext):
        raise SetupError(f"{name} codes no pictures.")
    return context
