"""From frames to packets: one encoder a segment, so that segments can be made in any order.

Every segment begins with a key frame and refers to no other. Encoders of one configuration write the
same header, so that their packets fit into one stream; with one thread each they also write the same bytes
for the same frames.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import av
import cv2

from mien.errors import SetupError, Unsupported
from mien.media.formats import Format
from mien.media.video.facts import Clip
from mien.media.video.ffmpeg import VideoCodecContext, video_encoder
from mien.media.video.reader import working_colour
from mien.media.video.settings import VideoSettings
from mien.media.video.sheet import LAYOUT, VideoSheet

#: Names of codecs for settings, and the encoders that can make them: hardware first, software last.
ENCODERS = {
    "h264": ("h264_nvenc", "h264_qsv", "libx264"),
    "hevc": ("hevc_nvenc", "hevc_qsv", "libx265"),
    "vp9": ("libvpx-vp9",),
}
SOFTWARE = "lib"
#: Layout that Quick Sync takes; all others take `LAYOUT`.
QUICK_SYNC_LAYOUT = "nv12"
#: Side of the picture on which hardware is tried.
TRIED_SIDE = 256
#: FFmpeg's flag for a header that stands in the file and not before every key frame.
GLOBAL_HEADER = 1 << 22
#: VP9's quality for the same look as H.264's, and its speed: realtime enough at two cores.
VP9_OFFSET, VP9_SPEED = 11, "6"

#: OpenCV's number of that instruction set (CV_CPU_AVX_512F).
AVX_512 = 13
#: x265 speaks to stderr, and makes a thread a core, unless it is told not to.
X265 = (("x265-params", "log-level=error:pools=1:frame-threads=1"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """An encoder with its options, chosen for this machine."""

    encoder: str
    layout: str
    options: tuple[tuple[str, str], ...]

    @property
    def software(self) -> bool:
        return self.encoder.startswith(SOFTWARE)


def coding(settings: VideoSettings, form: Format) -> Coding:
    """The encoder for a result of format ``form``.

    Raises:
        SetupError: PyAV was built without it.
    """
    codec = "vp9" if form is Format.WEBM else settings.codec
    for name in ENCODERS[codec]:
        if name.startswith(SOFTWARE) and name in av.codecs_available:
            return Coding(encoder=name, layout=LAYOUT, options=_options(name, settings))
        if settings.hardware and works(name):
            return Coding(encoder=name, layout=_layout(name), options=_options(name, settings))
    raise SetupError(f"This installation has no encoder for {codec}.")


@cache
def works(name: str) -> bool:
    """Whether this machine's hardware takes the encoder ``name``; tried once a process."""
    if name not in av.codecs_available:
        return False
    context = video_encoder(name)
    context.width = context.height = TRIED_SIDE
    context.pix_fmt, context.time_base = _layout(name), Fraction(1, 25)
    try:
        context.open()
        blank = av.VideoFrame(TRIED_SIDE, TRIED_SIDE, _layout(name))
        return bool([*context.encode(blank), *context.encode(None)])
    except (av.error.FFmpegError, OSError, ValueError):
        return False


def _layout(name: str) -> str:
    return QUICK_SYNC_LAYOUT if name.endswith("_qsv") else LAYOUT


def _options(name: str, settings: VideoSettings) -> tuple[tuple[str, str], ...]:
    quality = str(settings.quality)
    if name.endswith("_nvenc"):
        return (("rc", "vbr"), ("cq", quality), ("b", "0"), ("preset", "p4"))
    if name.endswith("_qsv"):
        return (("global_quality", quality), ("preset", "fast"))
    if name == "libvpx-vp9":
        crf = str(min(63, settings.quality + VP9_OFFSET))
        speed = (("deadline", "realtime"), ("cpu-used", VP9_SPEED), ("row-mt", "0"))
        return (("crf", crf), ("b", "0"), *speed)
    own = X265 if name == "libx265" else _x264()
    return (("crf", quality), ("preset", settings.preset), *own)


def _x264() -> tuple[tuple[str, str], ...]:
    """x264's AVX-512 code for its look ahead reads memory that nobody wrote: in one of some hundred
    segments the same frames give other bytes. What is done up to AVX2 is the same every time.
    """
    return (("x264-params", "asm=AVX2"),) if cv2.checkHardwareSupport(AVX_512) else ()


def configure(context: VideoCodecContext, clip: Clip, by: Coding) -> None:
    """Set an encoder up for ``clip``; equal for all segments and for the joined stream."""
    colour = working_colour(clip)
    context.width = clip.width - clip.width % 2
    context.height = clip.height - clip.height % 2
    context.pix_fmt = by.layout
    context.time_base = clip.time_base
    context.framerate = Fraction(clip.rate).limit_denominator(1001)
    context.sample_aspect_ratio = clip.aspect
    context.color_primaries = colour.primaries
    context.color_trc = colour.transfer
    context.colorspace = colour.matrix
    context.color_range = colour.range
    context.options = dict(by.options)
    context.thread_count = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """A coded frame."""

    #: When it is shown, in the clip's time bases.
    time: int
    key: bool
    data: bytes


def encoded(sheets: Iterable[VideoSheet], clip: Clip, by: Coding) -> Iterator[Packet]:
    """The packets of one segment, in the order of decoding.

    Raises:
        Unsupported: the encoder does not take such pictures.
    """
    context = video_encoder(by.encoder)
    configure(context, clip, by)
    # As MP4 and Matroska ask for.
    context.flags |= GLOBAL_HEADER
    try:
        for sheet in sheets:
            yield from _packets(context, _ready(sheet.frame, by))
        yield from _packets(context, None)
    except av.error.FFmpegError as error:
        size = f"{context.width} x {context.height}"
        raise Unsupported(f"The result cannot be coded as {by.encoder} at {size}.") from error


def _ready(frame: av.VideoFrame, by: Coding) -> av.VideoFrame:
    ready = frame if by.layout == LAYOUT else frame.reformat(format=by.layout)
    # What kind of frame the target's encoder made of it is not this encoder's business.
    ready.pict_type = av.video.frame.PictureType.NONE
    return ready


def _packets(context: VideoCodecContext, frame: av.VideoFrame | None) -> Iterator[Packet]:
    for packet in context.encode(frame):
        if packet.pts is not None:
            yield Packet(time=int(packet.pts), key=bool(packet.is_keyframe), data=bytes(packet))
