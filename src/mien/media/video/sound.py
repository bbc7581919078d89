"""What travels beside the film: sound and subtitles, copied where the container takes them."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

import av
from av.container import InputContainer, OutputContainer

from mien.errors import SetupError
from mien.media.formats import Format
from mien.media.video.ffmpeg import AudioStream, Parcel, Stream

#: What each container takes as it is, by FFmpeg's names of codecs.
PCM = {"pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_s16be", "pcm_s24be", "pcm_u8"}
ISO_SOUND = {"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"}
SOUND: dict[Format, set[str]] = {
    Format.MP4: ISO_SOUND,
    Format.MOV: {"aac", "mp3", "ac3", "eac3", "alac"} | PCM,
    Format.MKV: ISO_SOUND | PCM | {"vorbis", "dts", "truehd", "mp2"},
    Format.WEBM: {"opus", "vorbis"},
}
SUBTITLES: dict[Format, set[str]] = {
    Format.MP4: {"mov_text"},
    Format.MOV: {"mov_text"},
    Format.MKV: {"subrip", "ass", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle"},
    Format.WEBM: {"webvtt"},
}
#: What other sound becomes, and at how many bits a second for each channel.
ENCODERS = {Format.WEBM: "libopus"}
USUAL_ENCODER = "aac"
BITS_A_CHANNEL = 96_000
OPUS_RATE = 48_000
#: AVI counts channels and does not say where they stand; what is unusual is mixed down.
LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
USUAL_LAYOUT = "stereo"
#: Names of streams in sentences.
WORDS = {"audio": "sound", "subtitle": "subtitles"}


class Carrier(Protocol):
    """Brings one stream of the target into the result."""

    def carry(self, packet: Parcel, shift_s: float) -> Iterator[Parcel]:
        """What ``packet`` becomes; times are ``shift_s`` seconds earlier."""
        ...

    def rest(self) -> Iterator[Parcel]:
        """What is left at the end."""
        ...


class Copy:
    """Packets as they are."""

    def __init__(self, stream: Stream) -> None:
        """Into ``stream``."""
        self._stream = stream

    def carry(self, packet: Parcel, shift_s: float) -> Iterator[Parcel]:
        """The packet itself; its bytes stay as they are."""
        by = round(shift_s / (packet.time_base or 1))
        packet.pts, packet.dts = (packet.pts or 0) - by, (packet.dts or 0) - by
        packet.stream = self._stream
        yield packet

    def rest(self) -> Iterator[Parcel]:
        """Nothing."""
        return iter(())


class Recode:
    """Sound decoded and coded anew."""

    def __init__(self, stream: AudioStream) -> None:
        """Into ``stream``."""
        self._stream = stream
        context = stream.codec_context
        self._resample = av.AudioResampler(
            format=context.format, layout=context.layout, rate=context.sample_rate
        )
        self._begin: Fraction | None = None
        self._samples = 0

    def carry(self, packet: Parcel, shift_s: float) -> Iterator[Parcel]:
        """What the encoder gives for the packet's sound."""
        for frame in packet.decode():
            if not isinstance(frame, av.AudioFrame):
                continue
            if self._begin is None and frame.pts is not None:
                self._begin = frame.pts * (frame.time_base or 0) - Fraction(shift_s)
            frame.pts = None
            for part in self._resample.resample(frame):
                yield from self._encoded(part)

    def rest(self) -> Iterator[Parcel]:
        """What resampler and encoder still hold."""
        for part in self._resample.resample(None):
            yield from self._encoded(part)
        yield from self._timed(self._stream.encode(None))

    def _encoded(self, part: av.AudioFrame) -> Iterator[Parcel]:
        # Samples are counted: what decoders say of later frames is rounded in some containers.
        part.pts, part.time_base = self._samples, Fraction(1, part.sample_rate)
        self._samples += part.samples
        yield from self._timed(self._stream.encode(part))

    def _timed(self, packets: list[Parcel]) -> Iterator[Parcel]:
        for packet in packets:
            if packet.size:
                by = round((self._begin or 0) / (packet.time_base or 1))
                packet.pts = (packet.pts or 0) + by
                packet.dts = (packet.dts or 0) + by
                yield packet


def carriers(
    out: OutputContainer, source: InputContainer, form: Format
) -> tuple[dict[int, Carrier], tuple[str, ...]]:
    """A carrier for each stream that is kept, by its number, and sentences on what is not."""
    kept: dict[int, Carrier] = {}
    notes: list[str] = []
    for stream in source.streams:
        if isinstance(stream, AudioStream):
            kept[stream.index] = _sound(out, stream, form, notes)
        elif stream.type == "subtitle":
            if stream.codec_context is not None and codec_of(stream) in SUBTITLES[form]:
                kept[stream.index] = Copy(_copied(out, stream))
            else:
                notes.append(_dropped(stream, form))
    return kept, tuple(dict.fromkeys(notes))


def _sound(out: OutputContainer, stream: AudioStream, form: Format, notes: list[str]) -> Carrier:
    if codec_of(stream) in SOUND[form]:
        return Copy(_copied(out, stream))
    encoder = ENCODERS.get(form, USUAL_ENCODER)
    notes.append(
        f"The sound of the target ({codec_of(stream)}) was coded anew as "
        f"{encoder.removeprefix('lib')}: {form.label} does not hold it."
    )
    rate = OPUS_RATE if encoder == "libopus" else stream.codec_context.sample_rate
    new = out.add_stream(encoder, rate=rate)
    if not isinstance(new, AudioStream):
        raise SetupError(f"{encoder} codes no sound.")
    channels = stream.codec_context.layout.nb_channels
    new.codec_context.layout = LAYOUTS.get(channels, USUAL_LAYOUT)
    new.codec_context.bit_rate = BITS_A_CHANNEL * new.codec_context.layout.nb_channels
    _name(stream, new)
    return Recode(new)


def codec_of(stream: Stream) -> str:
    """FFmpeg's name of a stream's format; its decoders have names of their own (subrip's is srt)."""
    context = stream.codec_context
    return stream.name if context is None else context.codec.canonical_name


def _copied(out: OutputContainer, stream: Stream) -> Stream:
    new = out.add_stream_from_template(stream)
    _name(stream, new)
    return new


def _name(stream: Stream, new: Stream) -> None:
    """Language and title travel along; nothing else does."""
    new.metadata.clear()
    new.metadata.update(
        {key: value for key, value in stream.metadata.items() if key in {"language", "title"}}
    )
    new.disposition = stream.disposition


def _dropped(stream: Stream, form: Format) -> str:
    word = WORDS.get(stream.type, stream.type)
    return (
        f"The {word} of the target ({codec_of(stream)}) were left out: "
        f"{form.label} does not hold them."
    )
