"""Put the segments of a film, and the target's sound, subtitles and chapters, into one file."""

import errno
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer, OutputContainer

from mien import __version__
from mien.errors import SetupError, Unsupported
from mien.media import provenance
from mien.media.formats import Format
from mien.media.video.encoder import Coding, configure
from mien.media.video.facts import Clip
from mien.media.video.ffmpeg import Chapter, Parcel, Stream, VideoStream
from mien.media.video.sound import Carrier, carriers
from mien.media.video.store import Segment

#: FFmpeg's names of the containers.
CONTAINERS = {
    Format.MP4: "mp4",
    Format.MOV: "mov",
    Format.MKV: "matroska",
    Format.WEBM: "webm",
}
ISO = {Format.MP4, Format.MOV}
#: FFmpeg's flag for files without random numbers and dates.
BIT_EXACT = 0x400
#: The disk is full: not a fault of the format.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
#: More are a mistake.
MOST_CHAPTERS = 1000
#: XMP in ISO files (Adobe's XMP specification, part 3).
XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Film:
    """What a result's pictures are made of."""

    clip: Clip
    span: "Span"
    #: Its packets, in order.
    segments: tuple[Segment, ...]
    by: Coding
    format: Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which frames of a clip a result has, and when they begin and end, in time bases."""

    first: int
    stop: int
    begin: int
    end: int
    #: Whether it is less than the clip.
    cut: bool

    @staticmethod
    def of(clip: Clip, first: int, stop: int) -> "Span":
        """The frames ``first`` to ``stop``."""
        end = int(clip.times[stop]) if stop < clip.frames else int(clip.times[-1]) + clip.last
        cut = first > 0 or stop < clip.frames
        begin = int(clip.times[first])
        return Span(first=first, stop=stop, begin=begin, end=end, cut=cut)

    @property
    def shift(self) -> int:
        """What is taken from every time: a part of a clip begins at 0."""
        return self.begin if self.cut else 0


def joined(path: Path, film: Film) -> tuple[str, ...]:
    """Write ``film`` to ``path``; sentences on what could not be kept.

    Everything is copied packet by packet, in the order of time: memory does not grow with the clip.
    """
    options = {"movflags": "+faststart"} if film.format in ISO else {}
    name = CONTAINERS[film.format]
    try:
        with (
            av.open(str(film.clip.path), metadata_errors="replace") as source,
            av.open(str(path), "w", name, container_options=options) as out,
        ):
            notes = _fill(out, source, film)
    except (av.error.FFmpegError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise
        raise Unsupported(f"The result cannot be written as {film.format.label}.") from error
    if film.format in ISO:
        _append_xmp(path)
    return notes


def _fill(out: OutputContainer, source: InputContainer, film: Film) -> tuple[str, ...]:
    # Without it Matroska invents an identity for each file, and resumed work would not be equal.
    out.flags |= BIT_EXACT
    pictures = out.add_stream(film.by.encoder)
    if not isinstance(pictures, VideoStream):
        raise SetupError(f"{film.by.encoder} codes no pictures.")
    configure(pictures.codec_context, film.clip, film.by)
    pictures.time_base = film.clip.time_base
    kept, notes = carriers(out, source, film.format)
    _describe(out)
    chapters = list(_chapters(source.chapters(), film))
    if chapters:
        out.set_chapters(chapters)
    out.start_encoding()
    others = _carried(source, kept, film.span, film.clip.time_base)
    for packet in _in_time(_pictures(film, pictures), others):
        out.mux(packet)
    for carrier in kept.values():
        for packet in carrier.rest():
            out.mux(packet)
    return notes


def _pictures(film: Film, stream: Stream) -> Iterator[Parcel]:
    """The packets of all segments with the times of decoding."""
    times = np.sort([time for s in film.segments for time, _, _ in s.packets])
    depth = max((_depth(segment) for segment in film.segments), default=0)
    usual = int(np.median(np.diff(times))) if len(times) > 1 else 1
    packets = (packet for segment in film.segments for packet in segment.read())
    for number, made in enumerate(packets):
        early = depth - number
        decode = int(times[0]) - early * usual if early > 0 else int(times[number - depth])
        packet = Parcel(made.data)
        packet.stream, packet.time_base = stream, film.clip.time_base
        packet.pts, packet.dts = made.time - film.span.shift, decode - film.span.shift
        packet.is_keyframe = made.key
        yield packet


def _depth(segment: Segment) -> int:
    """How many frames later than it is decoded a frame is shown, at most."""
    shown = np.argsort(np.argsort([time for time, _, _ in segment.packets]))
    return int(max((np.arange(len(shown)) - shown).max(), 0)) if len(shown) else 0


def _carried(
    source: InputContainer, kept: dict[int, Carrier], span: Span, base: Fraction
) -> Iterator[Parcel]:
    """Packets of sound and subtitles that fall into the span, for the new file."""
    streams = [source.streams[index] for index in kept]
    if not streams:
        return
    begin, end, shift = (float(v * base) for v in (span.begin, span.end, span.shift))
    for packet in source.demux(streams):
        if packet.size and packet.dts is not None and packet.pts is not None:
            at = float(packet.pts * packet.time_base)
            if not span.cut or begin <= at < end:
                yield from kept[packet.stream_index].carry(packet, shift)


def _in_time(ours: Iterable[Parcel], others: Iterable[Parcel]) -> Iterator[Parcel]:
    """Both in the order of decoding, so that the writer has to hold little back."""
    mine, theirs = iter(ours), iter(others)
    waiting = next(theirs, None)
    for packet in mine:
        while waiting is not None and _seconds(waiting) <= _seconds(packet):
            yield waiting
            waiting = next(theirs, None)
        yield packet
    if waiting is not None:
        yield waiting
    yield from theirs


def _seconds(packet: Parcel) -> float:
    return float((packet.dts or 0) * (packet.time_base or 0))


def _describe(out: OutputContainer) -> None:
    """The mark as tags; nothing of the target's metadata comes along."""
    mark = provenance.mark(__version__)
    out.metadata["comment"] = f"Altered with {mark.software}: {provenance.SOURCE_TYPE}"
    out.metadata["DigitalSourceType"] = provenance.SOURCE_TYPE
    out.metadata["encoder"] = mark.software


def _chapters(chapters: Sequence[Chapter], film: Film) -> Iterator[Chapter]:
    """Those that lie in the span, cut to it, with their titles."""
    base, span = film.clip.time_base, film.span
    begin, end, shift = (1000 * float(v * base) for v in (span.begin, span.end, span.shift))
    for chapter in islice(chapters, MOST_CHAPTERS):
        milli = 1000 * (chapter["time_base"] or Fraction(1, 1000))
        start, stop = float(chapter["start"] * milli), float(chapter["end"] * milli)
        if stop <= begin or start >= end:
            continue
        title = chapter["metadata"].get("title")
        yield Chapter(
            id=chapter["id"],
            time_base=Fraction(1, 1000),
            start=round(max(start, begin) - shift),
            end=round(min(stop, end) - shift),
            metadata={"title": title} if title else {},
        )


def _append_xmp(path: Path) -> None:
    """A box with the XMP packet behind everything else: no position in the file changes."""
    packet = provenance.mark(__version__).xmp
    size = 8 + len(XMP_BOX) + len(packet)
    with path.open("ab") as file:
        file.write(size.to_bytes(4, "big") + b"uuid" + XMP_BOX + packet)
