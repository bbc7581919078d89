"""Look at all packets of a video without decoding one."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from mien.errors import Damaged, InputError, Unsupported
from mien.media.formats import Format
from mien.media.video.facts import HLG, PQ, Clip, Colour

#: What FFmpeg's libraries raise on data that is not what it should be.
FAILURES = (av.error.FFmpegError, EOFError, OSError, ValueError, OverflowError)
#: Bits of a channel that are kept.
DEPTH = 8
QUARTER = 90
FIELD = "target"


def damaged(reason: str) -> Damaged:
    """The refusal of a broken video."""
    return Damaged(f"The {FIELD} video is damaged or cut off: {reason}.", field=FIELD)


@contextmanager
def translated() -> Iterator[None]:
    """What FFmpeg's libraries raise inside becomes a refusal.

    Raises:
        Damaged: they cannot make sense of the file.
    """
    try:
        yield
    except InputError:
        raise
    except FAILURES as error:
        raise damaged("it cannot be decoded") from error


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """The file at ``path``.

    Raises:
        Damaged: as `translated`.
    """
    # AVI says no times; FFmpeg works them out.
    with (
        translated(),
        av.open(str(path), metadata_errors="replace", options={"fflags": "genpts"}) as file,
    ):
        yield file


def picture_stream(file: InputContainer) -> VideoStream:
    """The first stream that is a film and no cover picture."""
    cover = av.stream.Disposition.attached_pic
    films = [s for s in file.streams.video if not s.disposition & cover]
    if not films:
        raise damaged("it holds no picture")
    return films[0]


def scan(path: Path, form: Format) -> Clip:
    """Count and time the frames of the video at ``path``.

    Raises:
        Damaged: packets are missing, or their times make no sense.
        Unsupported: HDR, or a codec that is not read.
    """
    with opened(path) as file:
        stream = picture_stream(file)
        packets = [
            (int(p.pts), bool(p.is_keyframe), int(p.duration or 0))
            for p in file.demux(stream)
            if p.size and p.pts is not None and not p.is_discard
        ]
        announced = stream.frames
    if not packets or len(packets) < announced:
        raise damaged(f"{len(packets)} of {announced} frames are there")
    packets.sort()
    times = np.array([time for time, _, _ in packets], np.int64)
    if len(times) > 1 and (np.diff(times) <= 0).any():
        raise damaged("two frames are shown at the same time")
    with opened(path) as file:
        return _clip(file, path, form, times, packets)


def _clip(
    file: InputContainer,
    path: Path,
    form: Format,
    times: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    packets: list[tuple[int, bool, int]],
) -> Clip:
    stream = picture_stream(file)
    context = stream.codec_context
    _require_decoder(context.name)
    first = next(iter(file.decode(stream)), None)
    if first is None:
        raise damaged("it shows nothing")
    colour = Colour(
        primaries=int(context.color_primaries),
        transfer=int(context.color_trc),
        matrix=int(context.colorspace),
        range=int(context.color_range),
    )
    _require_plain(colour)
    turns = round(first.rotation / QUARTER) % 4
    width, height = (first.width, first.height) if turns % 2 == 0 else (first.height, first.width)
    aspect = stream.sample_aspect_ratio or Fraction(1)
    usual = int(np.median(np.diff(times))) if len(times) > 1 else packets[-1][2]
    return Clip(
        path=path,
        format=form,
        width=width,
        height=height,
        turns=turns,
        aspect=(aspect if turns % 2 == 0 else 1 / aspect) if aspect > 0 else Fraction(1),
        time_base=Fraction(stream.time_base or Fraction(1, 1000)),
        times=times,
        keys=np.array([key for _, key, _ in packets], np.bool_),
        last=packets[-1][2] or usual or 1,
        colour=colour,
        warnings=tuple(_notes(first)),
    )


def _require_decoder(name: str) -> None:
    if not name or name not in av.codecs_available:
        sentence = f"The {FIELD} video is coded in a way that is not read ({name or 'unknown'})."
        raise Unsupported(sentence, field=FIELD)


def _require_plain(colour: Colour) -> None:
    names = {PQ: "PQ, as in HDR10", HLG: "HLG"}
    if colour.transfer in names:
        name = names[colour.transfer]
        raise Unsupported(
            f"The {FIELD} video is HDR ({name}), which is not swapped: convert it to SDR first.",
            field=FIELD,
        )


def _notes(frame: av.VideoFrame) -> list[str]:
    notes, parts = [], frame.format.components
    depth = max((component.bits for component in parts), default=DEPTH)
    if depth > DEPTH:
        notes.append(f"has {depth} bits a channel; it was reduced to {DEPTH}")
    if any(component.is_alpha for component in parts):
        notes.append("is transparent in places, which was dropped")
    if frame.interlaced_frame:
        notes.append("is interlaced; it was swapped as if it were not")
    return [f"The {FIELD} video {note}." for note in notes]
