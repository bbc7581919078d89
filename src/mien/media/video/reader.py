"""Frames of a part of a clip, upright and in one layout."""

from collections.abc import Iterator
from contextlib import ExitStack

import av
import numpy as np
from av.container import InputContainer

from mien.media.video.facts import BT709, FULL, HIGH_DEFINITION, LIMITED, SMPTE170M, Clip, Colour
from mien.media.video.ffmpeg import VideoStream
from mien.media.video.scan import damaged, opened, picture_stream, translated
from mien.media.video.sheet import LAYOUT, VideoSheet, planes

#: Layouts that are `LAYOUT`: the second says that its range is full.
OURS = {"yuv420p", "yuvj420p"}


class Reader:
    """An open clip; asked for parts in order it decodes on from where it stands."""

    def __init__(self, clip: Clip) -> None:
        """Open nothing yet."""
        self._clip = clip
        self._numbers = {int(time): number for number, time in enumerate(clip.times)}
        self._open = ExitStack()
        self._decoded: Iterator[tuple[int, av.VideoFrame]] | None = None
        #: When the first frame that is asked for is shown.
        self._wanted = 0
        #: The number of the next frame, where it stands.
        self.position = 0

    def close(self) -> None:
        """Close the file."""
        self._open.close()
        self._decoded = None

    def frames(self, start: int, stop: int) -> Iterator[VideoSheet]:
        """The frames ``start`` to ``stop``, in order; each is the caller's to change.

        Raises:
            Damaged: a frame cannot be decoded.
        """
        wanted = start
        self._wanted = int(self._clip.times[start])
        for number, frame in self._from(start):
            if number < wanted:
                continue
            if number != wanted:
                break
            wanted += 1
            yield VideoSheet(normal(frame, self._clip), working_colour(self._clip))
            if wanted == stop:
                return
        raise damaged(f"frame {wanted + 1} cannot be decoded")

    def _from(self, start: int) -> Iterator[tuple[int, av.VideoFrame]]:
        """Frames from ``start`` or earlier on."""
        key = key_before(self._clip, start)
        if self._decoded is None or not max(key, 0) <= self.position <= start:
            self._begin(key)
            first = next(self._steps(), None)
            if first is not None and first[0] > start:
                self._begin(0)  # the container led to a later key frame: decode everything
            elif first is not None:
                yield first
        yield from self._steps()

    def _begin(self, key: int) -> None:
        self.close()
        file = self._open.enter_context(opened(self._clip.path))
        stream = picture_stream(file)
        # The cores are busy with other frames; one thread a reader keeps memory small.
        stream.codec_context.thread_count = 1
        if key:
            file.seek(int(self._clip.times[key]), stream=stream)
        self._decoded = self._numbered(self._frames(file, stream))

    def _frames(self, file: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
        """What is decoded; on the way to the first frame that is asked for, no more than others refer to."""
        for packet in file.demux(stream):
            early = packet.pts is not None and packet.pts < self._wanted
            stream.codec_context.skip_frame = "NONREF" if early else "DEFAULT"
            yield from packet.decode()

    def _steps(self) -> Iterator[tuple[int, av.VideoFrame]]:
        """Frame by frame; where it stands is known between any two."""
        while self._decoded is not None:
            step = next(self._decoded, None)
            if step is None:
                return
            self.position = step[0] + 1
            yield step

    def _numbered(self, decoded: Iterator[av.VideoFrame]) -> Iterator[tuple[int, av.VideoFrame]]:
        with translated():
            for frame in decoded:
                number = self._numbers.get(int(frame.pts)) if frame.pts is not None else None
                if number is not None:
                    yield number, frame


def key_before(clip: Clip, start: int) -> int:
    """The last frame up to ``start`` at which decoding can begin."""
    keys = np.flatnonzero(clip.keys[: start + 1])
    return int(keys[-1]) if len(keys) else 0


def frames(clip: Clip, start: int, stop: int) -> Iterator[VideoSheet]:
    """As `Reader.frames`, for one part."""
    reader = Reader(clip)
    try:
        yield from reader.frames(start, stop)
    finally:
        reader.close()


def working_colour(clip: Clip) -> Colour:
    """The colour numbers of frames in `LAYOUT`: those of RGB become those of its picture's size."""
    colour = clip.colour
    if colour.matrix:
        return colour
    matrix = BT709 if clip.height >= HIGH_DEFINITION else SMPTE170M
    return Colour(
        primaries=colour.primaries, transfer=colour.transfer, matrix=matrix, range=LIMITED
    )


def normal(frame: av.VideoFrame, clip: Clip) -> av.VideoFrame:
    """``frame`` upright, of even size, in `LAYOUT`; the same object where it is all that."""
    plain = frame if frame.format.name in OURS else _converted(frame, clip)
    size = clip.width - clip.width % 2, clip.height - clip.height % 2
    if clip.turns == 0 and size == (plain.width, plain.height) and plain.format.name == LAYOUT:
        return plain
    return _redrawn(plain, clip.turns, size)


def _converted(frame: av.VideoFrame, clip: Clip) -> av.VideoFrame:
    colour = working_colour(clip)
    full = colour.range == FULL
    return frame.reformat(
        format="yuvj420p" if full else LAYOUT,
        dst_colorspace=colour.matrix if not clip.colour.matrix else None,
        dst_color_range=colour.range or None,
    )


def _redrawn(frame: av.VideoFrame, turns: int, size: tuple[int, int]) -> av.VideoFrame:
    """A new frame: turned, and cut to an even size, which the encoders ask for."""
    width, height = size
    out = av.VideoFrame(width, height, LAYOUT)
    for plane, into in zip(planes(frame), planes(out), strict=True):
        turned = np.rot90(plane, turns)
        into[:] = turned[: into.shape[0], : into.shape[1]]
    out.pts, out.time_base = frame.pts, frame.time_base
    return out
