"""Small videos of every kind, made with FFmpeg's libraries by the tests themselves."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

SIZE = (96, 64)
RATE = 25
Draw = Callable[[int], NDArray[np.uint8]]


def wandering(size: tuple[int, int] = SIZE) -> Draw:
    """A bright square that wanders over a ramp, with noise: no two frames are equal."""
    width, height = size
    ramp = np.linspace(40, 180, width).astype(np.uint8)
    noise = np.random.default_rng(5).integers(0, 8, (height, width, 3)).astype(np.uint8)

    def draw(number: int) -> NDArray[np.uint8]:
        pixels = np.repeat(ramp[None, :, None], height, axis=0).repeat(3, axis=2) + noise
        x = 4 + 3 * number % (width - 30)
        pixels[10:30, x : x + 20] = (230, 60, 20)
        return pixels

    return draw


def clip(
    path: Path,
    frames: int = 30,
    *,
    draw: Draw | None = None,
    size: tuple[int, int] = SIZE,
    codec: str = "libx264",
    layout: str = "yuv420p",
    options: dict[str, str] | None = None,
    times: Sequence[int] | None = None,
    base: Fraction = Fraction(1, RATE),
    sound: str | None = None,
    turn: int = 0,
    aspect: Fraction = Fraction(1),
    colour: tuple[int, int, int, int] | None = None,
    chapters: Sequence[tuple[float, float, str]] = (),
    tags: dict[str, str] | None = None,
    form: str | None = None,
) -> Path:
    """Write a video; its container follows from the name.

    Args:
        times: when each frame is shown, in ``base``; None: one after the other.
        sound: name of the encoder of a tone of the same length.
        turn: degrees by which viewers turn it, counterclockwise.
        colour: primaries, transfer, matrix, range.
        chapters: begin and end in seconds, and title.
    """
    draw = draw or wandering(size)
    with av.open(str(path), "w", format=form) as out:
        out.metadata.update(tags or {})
        film = out.add_stream(codec, rate=RATE, options=options or {"g": "12", "bf": "2"})
        assert isinstance(film, av.VideoStream)
        film.width, film.height, film.pix_fmt = *size, layout
        film.codec_context.time_base = base
        film.codec_context.thread_count = 1
        film.codec_context.sample_aspect_ratio = aspect
        if colour:
            context = film.codec_context
            context.color_primaries, context.color_trc = colour[:2]
            context.colorspace, context.color_range = colour[2:]
        if turn:
            film.set_display_rotation(turn)
        heard = out.add_stream(sound, rate=48_000, layout="mono") if sound else None
        assert heard is None or isinstance(heard, av.AudioStream)
        if chapters:
            out.set_chapters(
                [
                    {
                        "id": number,
                        "start": round(start * 1000),
                        "end": round(end * 1000),
                        "time_base": Fraction(1, 1000),
                        "metadata": {"title": title},
                    }
                    for number, (start, end, title) in enumerate(chapters)
                ]
            )
        shown = list(times) if times is not None else list(range(frames))
        for number, time in enumerate(shown):
            frame = av.VideoFrame.from_ndarray(draw(number), format="rgb24")
            frame.pts, frame.time_base = time, base
            out.mux(film.encode(frame))
        out.mux(film.encode(None))
        if heard:
            _tone(out, heard, float(shown[-1] * base) + 1 / RATE)
    return path


def _tone(out: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    context = stream.codec_context
    total = round(seconds * 48_000)
    at = np.arange(total) / 48_000
    wave = (np.sin(at * 880 * np.pi) * 9000).astype(np.int16)
    resampler = av.AudioResampler(format=context.format, layout="mono", rate=48_000)
    for start in range(0, total, 1024):
        frame = av.AudioFrame.from_ndarray(wave[None, start : start + 1024], "s16", "mono")
        frame.sample_rate, frame.pts = 48_000, start
        frame.time_base = Fraction(1, 48_000)
        for part in resampler.resample(frame):
            out.mux(stream.encode(part))
    for part in resampler.resample(None):
        out.mux(stream.encode(part))
    out.mux(stream.encode(None))


def subtitled(path: Path, out: Path, lines: Sequence[tuple[str, str, str]]) -> Path:
    """``path`` with subtitles, as the Matroska file ``out``.

    Args:
        lines: when each begins and ends ("00:00:01,000"), and what it says.
    """
    text = out.with_suffix(".srt")
    spoken = (f"{number}\n{a} --> {b}\n{said}\n" for number, (a, b, said) in enumerate(lines, 1))
    text.write_text("\n".join(spoken), encoding="utf-8")
    with av.open(str(path)) as film, av.open(str(text)) as words, av.open(str(out), "w") as both:
        pairs = [(film, film.streams.video[0]), (words, words.streams.subtitles[0])]
        copies = [both.add_stream_from_template(stream) for _, stream in pairs]
        for (file, stream), copy in zip(pairs, copies, strict=True):
            for packet in file.demux(stream):
                if packet.size:
                    packet.stream = copy
                    both.mux(packet)
    return out


def times_of(path: Path) -> list[Fraction]:
    """When each frame of the film is shown, seconds, in order."""
    with av.open(str(path)) as file:
        film = file.streams.video[0]
        return sorted(moment(p) for p in file.demux(film) if p.size)


def moment(packet: Any) -> Fraction:
    """When a packet is shown, seconds."""
    return Fraction(packet.pts * packet.time_base)


def packets_of(path: Path, kind: str = "audio") -> list[tuple[Fraction, bytes]]:
    """Time in seconds and bytes of the packets of the first stream of a kind."""
    with av.open(str(path)) as file:
        stream = next(stream for stream in file.streams if stream.type == kind)
        return [(moment(p), bytes(p)) for p in file.demux(stream) if p.size]


def pixels_of(path: Path) -> list[NDArray[np.uint8]]:
    """Every frame as RGB, upright."""
    with av.open(str(path)) as file:
        return [
            np.rot90(frame.to_ndarray(format="rgb24"), round(frame.rotation / 90) % 4)
            for frame in file.decode(video=0)
        ]
