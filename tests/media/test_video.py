"""Videos: what is read, what a result keeps, and what is refused."""

import shutil
import struct
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from media.clips import SIZE, clip, packets_of, pixels_of, subtitled, times_of
from mien.errors import Damaged, TooLarge, Unsupported
from mien.media.formats import Format, Kind
from mien.media.limits import Limits
from mien.media.probe import Seen, probe
from mien.media.provenance import SOURCE_TYPE
from mien.media.video.encoder import coding, encoded
from mien.media.video.facts import FULL, LIMITED, Clip, Colour
from mien.media.video.head import head_of
from mien.media.video.join import Film, Span, joined
from mien.media.video.plan import segments
from mien.media.video.preview import contact_sheet
from mien.media.video.reader import Reader, frames
from mien.media.video.scan import scan
from mien.media.video.settings import VideoSettings
from mien.media.video.sheet import VideoSheet, matrices, planes
from mien.media.video.store import load, save

VP9 = {"codec": "libvpx-vp9", "options": {"g": "12", "deadline": "realtime", "cpu-used": "8"}}
KINDS = {
    Format.MP4: ("a.mp4", {"sound": "aac"}),
    Format.MOV: ("a.mov", {"sound": "pcm_s16le"}),
    Format.MKV: ("a.mkv", {"sound": "libopus"}),
    Format.WEBM: ("a.webm", {"sound": "libopus", **VP9}),
    Format.AVI: ("a.avi", {"sound": "pcm_s16le", "codec": "mpeg4", "options": {"g": "12"}}),
}
SOFTWARE = VideoSettings(hardware=False)


@pytest.fixture
def kinds(tmp_path: Path) -> dict[Format, Path]:
    """A clip of each container, with sound."""
    return {form: clip(tmp_path / name, **options) for form, (name, options) in KINDS.items()}  # type: ignore[arg-type]


def rewritten(
    path: Path,
    form: Format,
    out: Path,
    *,
    result: Format | None = None,
    span: tuple[int, int | None] = (0, None),
    parts: int = 3,
    change: bool = False,
) -> tuple[Clip, tuple[str, ...]]:
    """``path`` read, coded in ``parts`` segments and joined as ``out``."""
    seen = scan(path, form)
    first, stop = span[0], span[1] or seen.frames
    result = result or (Format.MP4 if form is Format.AVI else form)
    by = coding(SOFTWARE, result)
    edges = np.linspace(first, stop, parts + 1).astype(int)
    made = []
    for number, (start, end) in enumerate(pairwise(edges)):
        part = out.with_suffix(f".{number}")
        save(part, encoded(altered(frames(seen, start, end), change=change), seen, by))
        made.append(load(part))
    film = Film(
        clip=seen, span=Span.of(seen, first, stop), segments=tuple(made), by=by, format=result
    )
    return seen, joined(out, film)


def altered(sheets: Iterator[VideoSheet], *, change: bool) -> Iterator[VideoSheet]:
    for sheet in sheets:
        if change:
            before = sheet.part((0, 0, 40, 40))
            sheet.put((0, 0, 40, 40), before, 255 - before)
        yield sheet


@pytest.mark.parametrize("form", KINDS)
def test_frames_and_their_times_are_counted_without_decoding(
    kinds: dict[Format, Path], form: Format
) -> None:
    """
    Number, size, rate and duration are those that the clip was made with, in every container.
    """
    seen = scan(kinds[form], form)

    assert (30, SIZE) == (seen.frames, (seen.width, seen.height))
    assert 1.2 == pytest.approx(seen.duration_s, abs=0.01)
    assert 25 == pytest.approx(seen.rate, rel=0.01)
    assert 3 == seen.keys.sum()


@pytest.mark.parametrize("form", KINDS)
def test_a_part_is_read_as_it_is_in_the_whole(kinds: dict[Format, Path], form: Format) -> None:
    """
    Parts that begin anywhere, in any order, by one reader or by many: the same bits.
    """
    seen = scan(kinds[form], form)
    whole = [planes(sheet.frame)[0].copy() for sheet in frames(seen, 0, 30)]
    reader = Reader(seen)
    for start, stop in ((13, 20), (20, 22), (25, 30), (0, 3), (12, 13)):
        for number, sheet in enumerate(reader.frames(start, stop), start):
            assert (whole[number] == planes(sheet.frame)[0]).all(), (start, number)
    reader.close()
    assert 30 == len(whole)


@pytest.mark.parametrize("form", KINDS)
def test_a_result_has_the_frames_and_times_of_its_target(
    kinds: dict[Format, Path], tmp_path: Path, form: Format
) -> None:
    """
    Three segments become one film: as many frames, each shown when it was, and near to what it was.
    """
    out = tmp_path / "out"
    rewritten(kinds[form], form, out)

    assert times_of(kinds[form]) == times_of(out)
    pairs = zip(pixels_of(kinds[form]), pixels_of(out), strict=True)
    assert all(np.abs(a.astype(int) - b).mean() < 4 for a, b in pairs)


@pytest.mark.parametrize("form", [form for form in KINDS if form is not Format.AVI])
def test_sound_is_copied_packet_by_packet(
    kinds: dict[Format, Path], tmp_path: Path, form: Format
) -> None:
    """
    The same bytes at the same times: no generation is lost, and nothing drifts.
    """
    out = tmp_path / "out"
    _, notes = rewritten(kinds[form], form, out)
    before, after = packets_of(kinds[form]), packets_of(out)

    assert () == notes
    assert [data for _, data in before] == [data for _, data in after]
    assert all(abs(a - b) < 0.0011 for (a, _), (b, _) in zip(before, after, strict=True))


@pytest.mark.parametrize("sound", ["libmp3lame", "ac3", "flac"])
def test_sound_is_told_by_its_format_and_not_by_a_decoders_name(tmp_path: Path, sound: str) -> None:
    """
    FFmpeg's decoders have names of their own, as mp3float; an MP4 holds what they read.
    """
    film = clip(tmp_path / "a.mp4", frames=20, sound=sound)
    out = tmp_path / "out"
    _, notes = rewritten(film, Format.MP4, out)

    assert () == notes
    assert [data for _, data in packets_of(film)] == [data for _, data in packets_of(out)]


def test_sound_that_the_container_does_not_hold_is_coded_anew(
    kinds: dict[Format, Path], tmp_path: Path
) -> None:
    """
    AVI's PCM becomes AAC in the MP4, said in a sentence; it begins and ends when it did.
    """
    out = tmp_path / "out"
    _, notes = rewritten(kinds[Format.AVI], Format.AVI, out)
    after = packets_of(out)

    assert "(pcm_s16le)" in notes[0]
    assert "coded anew as aac" in notes[0]
    assert 0.03 > abs(float(after[0][0]))
    assert 1.2 == pytest.approx(float(after[-1][0]), abs=0.06)


LINES = [("00:00:00,200", "00:00:00,500", "Who is it?"), ("00:00:00,600", "00:00:01,000", "Me.")]


def test_subtitles_are_copied_where_the_container_holds_them(
    kinds: dict[Format, Path], tmp_path: Path
) -> None:
    """
    The same words at the same times, to the millisecond.
    """
    film = subtitled(kinds[Format.MKV], tmp_path / "b.mkv", LINES)
    out = tmp_path / "out"
    _, notes = rewritten(film, Format.MKV, out)
    before, after = packets_of(film, "subtitle"), packets_of(out, "subtitle")

    assert () == notes
    assert ["Who is it?", "Me."] == [data.decode().strip() for _, data in after]
    assert [data for _, data in before] == [data for _, data in after]
    assert all(abs(a - b) < 0.0011 for (a, _), (b, _) in zip(before, after, strict=True))


def test_subtitles_that_the_container_does_not_hold_are_left_out_and_said(
    kinds: dict[Format, Path], tmp_path: Path
) -> None:
    """
    An MP4 has no SubRip.
    """
    film = subtitled(kinds[Format.MKV], tmp_path / "b.mkv", LINES)
    out = tmp_path / "out"
    _, notes = rewritten(film, Format.MKV, out, result=Format.MP4)

    (note,) = notes
    assert "subtitles" in note
    assert "subrip" in note
    with av.open(str(out)) as file:
        assert not file.streams.subtitles


def test_times_between_frames_may_vary(tmp_path: Path) -> None:
    """
    A phone's film with uneven times keeps every one of them, to the tick.
    """
    base = Fraction(1, 90_000)
    steps = np.random.default_rng(3).integers(1500, 9000, 40)
    times = [int(t) for t in np.cumsum(steps)]
    path = clip(tmp_path / "a.mp4", times=times, base=base, sound="aac")
    rewritten(path, Format.MP4, tmp_path / "out.mp4")

    assert 40 == len(times_of(path))
    assert times_of(path) == times_of(tmp_path / "out.mp4")


@pytest.mark.parametrize("turn", [90, 180, -90])
def test_a_turned_film_comes_out_upright(tmp_path: Path, turn: int) -> None:
    """
    What viewers had to turn is turned: the result shows the same and needs no turning.
    """
    path = clip(tmp_path / "a.mp4", turn=turn, frames=8)
    seen, _ = rewritten(path, Format.MP4, tmp_path / "out.mp4", parts=1)
    with av.open(str(tmp_path / "out.mp4")) as file:
        first = next(file.decode(video=0))
    before, after = pixels_of(path)[0], pixels_of(tmp_path / "out.mp4")[0]

    assert (SIZE if turn == 180 else SIZE[::-1]) == (seen.width, seen.height)
    assert 0 == first.rotation
    assert before.shape == after.shape
    assert 4 > np.abs(before.astype(int) - after).mean()


def test_pixels_that_are_no_squares_stay_so(tmp_path: Path) -> None:
    """
    The aspect of a pixel is kept; that of a film turned by a quarter becomes its inverse.
    """
    path = clip(tmp_path / "a.mp4", aspect=Fraction(4, 3), frames=8)
    turned = clip(tmp_path / "b.mp4", aspect=Fraction(4, 3), frames=8, turn=90)
    for source, out, aspect in (
        (path, tmp_path / "c.mp4", Fraction(4, 3)),
        (turned, tmp_path / "d.mp4", Fraction(3, 4)),
    ):
        rewritten(source, Format.MP4, out, parts=1)
        with av.open(str(out)) as file:
            assert aspect == file.streams.video[0].sample_aspect_ratio


def test_colour_tags_are_kept(tmp_path: Path) -> None:
    """
    Primaries, transfer, matrix and range say the same of the result.
    """
    path = clip(tmp_path / "a.mp4", colour=(9, 14, 9, FULL), frames=8)
    rewritten(path, Format.MP4, tmp_path / "out.mp4", parts=1)
    with av.open(str(tmp_path / "out.mp4")) as file:
        context = file.streams.video[0].codec_context
        tags = [context.color_primaries, context.color_trc, context.colorspace, context.color_range]

    assert [9, 14, 9, FULL] == [int(tag) for tag in tags]


def test_chapters_are_kept_and_cut(tmp_path: Path) -> None:
    """
    All of them in the whole film; in a part those that lie in it, shifted.
    """
    chapters = [(0.0, 0.4, "One"), (0.4, 0.8, "Two"), (0.8, 1.2, "Three")]
    path = clip(tmp_path / "a.mkv", chapters=chapters)
    rewritten(path, Format.MKV, tmp_path / "out.mkv")
    rewritten(path, Format.MKV, tmp_path / "part.mkv", span=(15, 30))

    assert chapters == chapters_of(tmp_path / "out.mkv")
    assert [(0.0, 0.2, "Two"), (0.2, 0.6, "Three")] == chapters_of(tmp_path / "part.mkv")


def chapters_of(path: Path) -> list[tuple[float, float, str]]:
    with av.open(str(path)) as file:
        return [
            (
                round(one["start"] * float(one["time_base"] or 0), 3),
                round(one["end"] * float(one["time_base"] or 0), 3),
                one["metadata"]["title"],
            )
            for one in file.chapters()
        ]


def test_a_part_of_a_film_begins_at_zero_with_its_sound(tmp_path: Path) -> None:
    """
    Frames 10 to 20: ten frames from time 0, and the sound of the same time.
    """
    path = clip(tmp_path / "a.mp4", sound="aac")
    rewritten(path, Format.MP4, tmp_path / "out.mp4", span=(10, 20), parts=2)
    times, sound = times_of(tmp_path / "out.mp4"), packets_of(tmp_path / "out.mp4")
    whole = [data for _, data in packets_of(path)]

    assert [Fraction(n, 25) for n in range(10)] == times
    assert {data for _, data in sound} <= set(whole)
    assert 0.03 > abs(float(sound[0][0]))
    assert 0.45 > float(sound[-1][0])


def test_the_index_of_an_mp4_stands_in_front(kinds: dict[Format, Path], tmp_path: Path) -> None:
    """
    A player can begin before all is loaded; the mark is the last box.
    """
    rewritten(kinds[Format.MP4], Format.MP4, tmp_path / "out.mp4")
    boxes = boxes_of((tmp_path / "out.mp4").read_bytes())

    assert boxes.index("moov") < boxes.index("mdat")
    assert "uuid" == boxes[-1]


def boxes_of(data: bytes) -> list[str]:
    at, found = 0, []
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        found.append(kind.decode())
        at += size
    assert at == len(data)
    return found


@pytest.mark.parametrize("form", [form for form in KINDS if form is not Format.AVI])
def test_every_result_says_that_it_was_altered(
    kinds: dict[Format, Path], tmp_path: Path, form: Format
) -> None:
    """
    In tags of Matroska and WebM, in an XMP box and the comment of MP4 and QuickTime.
    """
    out = tmp_path / f"out{form.extension}"
    rewritten(kinds[form], form, out)
    with av.open(str(out)) as file:
        tags = {key.lower(): value for key, value in file.metadata.items()}

    assert SOURCE_TYPE in tags["comment"]
    if form in {Format.MKV, Format.WEBM}:
        assert SOURCE_TYPE == tags["digitalsourcetype"]
    elif shutil.which("exiftool"):
        told = subprocess.run(
            ["exiftool", "-s3", "-XMP:DigitalSourceType", out],
            capture_output=True,
            text=True,
            check=True,
        )
        assert SOURCE_TYPE == told.stdout.strip()


def test_where_a_film_was_taken_does_not_come_along(tmp_path: Path) -> None:
    """
    Position, date, device and title of the target are gone.
    """
    tags = {"location": "+48.1-011.6/", "title": "Secret garden", "artist": "Somebody"}
    path = clip(tmp_path / "a.mp4", tags=tags, frames=8)
    rewritten(path, Format.MP4, tmp_path / "out.mp4", parts=1)
    before, after = (p.read_bytes() for p in (path, tmp_path / "out.mp4"))

    assert b"Secret garden" in before
    assert not any(word in after for word in (b"Secret", b"+48.1", b"Somebody"))


def test_the_same_work_gives_the_same_bytes(kinds: dict[Format, Path], tmp_path: Path) -> None:
    """
    No dates, no random identities: a result can be compared with another run's.
    """
    for form in (Format.MP4, Format.MKV, Format.WEBM):
        files = []
        for number in range(2):
            out = tmp_path / f"{number}{form.extension}"
            rewritten(kinds[form], form, out)
            files.append(out.read_bytes())
        assert files[0] == files[1], form


def test_a_result_may_have_another_container(kinds: dict[Format, Path], tmp_path: Path) -> None:
    """
    MP4 as WebM: VP9 and Opus, in a file that a WebM reader takes; and as Matroska, sound copied.
    """
    _, notes = rewritten(kinds[Format.MP4], Format.MP4, tmp_path / "o.webm", result=Format.WEBM)
    _, none = rewritten(kinds[Format.MP4], Format.MP4, tmp_path / "o.mkv", result=Format.MKV)
    with av.open(str(tmp_path / "o.webm")) as file:
        names = [stream.codec_context.name for stream in file.streams]

    assert ["vp9", "opus"] == names
    assert "coded anew as opus" in notes[0]
    assert () == none
    assert Format.WEBM is probe((tmp_path / "o.webm").read_bytes(), field="target").format


def test_a_codec_may_be_chosen(kinds: dict[Format, Path], tmp_path: Path) -> None:
    """
    HEVC for who wants it; quality and preset reach the encoder.
    """
    seen = scan(kinds[Format.MP4], Format.MP4)
    by = coding(VideoSettings(codec="hevc", hardware=False), Format.MP4)
    save(tmp_path / "p", encoded(frames(seen, 0, 30), seen, by))
    film = Film(
        clip=seen,
        span=Span.of(seen, 0, 30),
        segments=(load(tmp_path / "p"),),
        by=by,
        format=Format.MP4,
    )
    joined(tmp_path / "out.mp4", film)
    with av.open(str(tmp_path / "out.mp4")) as file:
        name = file.streams.video[0].codec_context.name
    coarse = coding(VideoSettings(quality=40, preset="fast", hardware=False), Format.MP4)

    assert "hevc" == name
    assert times_of(kinds[Format.MP4]) == times_of(tmp_path / "out.mp4")
    assert {"crf": "40", "preset": "fast"}.items() <= dict(coarse.options).items()


@pytest.mark.parametrize("value", [{"codec": "av2"}, {"quality": 52}, {"preset": "placebo"}])
def test_settings_that_encoders_do_not_know_are_refused(value: dict[str, str]) -> None:
    """
    A typo is found when the settings are read, not after an hour of work.
    """
    with pytest.raises(ValueError, match="must"):
        VideoSettings(**value)  # type: ignore[arg-type]


# --- planes


def test_what_is_not_changed_keeps_its_bits(kinds: dict[Format, Path]) -> None:
    """
    Putting back what was taken out changes nothing; outside a window nothing changes ever.
    """
    seen = scan(kinds[Format.MP4], Format.MP4)
    first, second = list(frames(seen, 0, 1)), list(frames(seen, 0, 1))
    window = (10, 8, 41, 37)
    sheet, other = first[0], second[0]
    before = sheet.part(window)
    sheet.put(window, before, before)
    same = [(a == b).all() for a, b in zip(planes(sheet.frame), planes(other.frame), strict=True)]
    sheet.put(window, before, 255 - before)
    y, u, _ = (a != b for a, b in zip(planes(sheet.frame), planes(other.frame), strict=True))

    assert [True] * 3 == same
    assert not y[:8].any()
    assert not y[:, 41:].any()
    assert not u[:, 21:].any()
    assert y[8:37, 10:41].mean() > 0.9


@pytest.mark.parametrize("colour", [Colour(matrix=1, range=LIMITED), Colour(matrix=6, range=FULL)])
def test_a_change_arrives_as_it_was_meant(colour: Colour) -> None:
    """
    A smooth patch in other colours, read back from the planes, is within two levels.
    """
    frame = av.VideoFrame(64, 64, "yuv420p")
    for plane, value in zip(planes(frame), (120, 128, 128), strict=True):
        plane[:] = value
    sheet = VideoSheet(frame, colour)
    window = (0, 0, 64, 64)
    before = sheet.part(window)
    wanted = np.empty((64, 64, 3), np.uint8)
    wanted[:] = np.stack(
        [np.linspace(90, 200, 64), np.linspace(60, 120, 64), np.full(64, 100)], axis=1
    )
    sheet.put(window, before, wanted)

    assert 2 >= np.abs(sheet.part(window).astype(int) - wanted).max()
    assert (before[0, 0] == before).all()


def test_matrices_agree_with_the_standards() -> None:
    """
    BT.709, limited range: white is 235, red has luma 16 + 219 * .2126 (rounded).
    """
    to_rgb, from_rgb = matrices(Colour(matrix=1, range=LIMITED), 1080)
    white = to_rgb @ np.array([235, 128, 128, 1])

    assert [255, 255, 255] == [round(float(v)) for v in white]
    assert 219 * 0.2126 == pytest.approx(float(from_rgb[0] @ np.array([255, 0, 0])), abs=0.01)
    assert 112 == pytest.approx(float(from_rgb[2] @ np.array([255, 0, 0])), abs=0.01)


def test_a_change_that_is_smooth_hardly_grows_the_file(
    kinds: dict[Format, Path], tmp_path: Path
) -> None:
    """
    Changed frames are coded with the rest: the result is of the size of the unchanged one.
    """
    rewritten(kinds[Format.MP4], Format.MP4, tmp_path / "a.mp4")
    rewritten(kinds[Format.MP4], Format.MP4, tmp_path / "b.mp4", change=True)
    sizes = [(tmp_path / name).stat().st_size for name in ("a.mp4", "b.mp4")]

    assert sizes[0] != sizes[1] < 2 * sizes[0]


# --- what is refused, and what is said


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_is_refused_by_name(tmp_path: Path, transfer: int, name: str) -> None:
    """
    It would look dull or wrong; the sentence says what to do.
    """
    path = clip(tmp_path / "a.mkv", frames=3, colour=(9, transfer, 9, LIMITED))
    with pytest.raises(Unsupported, match=rf"HDR \({name}.*convert it to SDR") as caught:
        scan(path, Format.MKV)

    assert "target" == caught.value.field


def test_ten_bits_are_reduced_and_said(tmp_path: Path) -> None:
    """
    As with stills: a warning, and eight bits.
    """
    path = clip(
        tmp_path / "a.mkv",
        frames=6,
        layout="yuv420p10le",
        codec="libx265",
        options={"x265-params": "log-level=error:pools=1"},
    )
    seen, _ = rewritten(path, Format.MKV, tmp_path / "out.mkv", parts=1)
    pairs = zip(pixels_of(path), pixels_of(tmp_path / "out.mkv"), strict=True)

    assert ("The target video has 10 bits a channel; it was reduced to 8.",) == seen.warnings
    assert all(np.abs(a.astype(int) - b).mean() < 4 for a, b in pairs)


@pytest.mark.parametrize("layout", ["yuv444p", "yuv422p", "gbrp"])
def test_other_layouts_are_read(tmp_path: Path, layout: str) -> None:
    """
    More colour than the result holds, and RGB itself.
    """
    codec = "libx264rgb" if layout == "gbrp" else "libx264"
    path = clip(
        tmp_path / "a.mkv",
        frames=6,
        layout="rgb24" if layout == "gbrp" else layout,
        codec=codec,
        options={"crf": "5"},
    )
    rewritten(path, Format.MKV, tmp_path / "out.mkv", parts=1)
    pairs = zip(pixels_of(path), pixels_of(tmp_path / "out.mkv"), strict=True)

    assert all(np.abs(a.astype(int) - b).mean() < 5 for a, b in pairs)


def test_an_odd_size_loses_its_last_line(tmp_path: Path) -> None:
    """
    Encoders code pairs of pixels: 97 x 65 becomes 96 x 64.
    """
    path = clip(tmp_path / "a.webm", size=(97, 65), frames=6, **VP9)  # type: ignore[arg-type]
    rewritten(path, Format.WEBM, tmp_path / "out.webm", parts=1)

    assert (65, 97) == pixels_of(path)[0].shape[:2]
    assert (64, 96) == pixels_of(tmp_path / "out.webm")[0].shape[:2]


@pytest.mark.parametrize("share", [0.35, 0.6, 0.9])
def test_half_a_film_is_none(tmp_path: Path, share: float) -> None:
    """
    Index in front, film cut off: some frames are missing, and the film is refused.
    """
    whole = clip(tmp_path / "a.mp4", frames=60, options={"g": "12"})
    rewritten(whole, Format.MP4, tmp_path / "b.mp4")
    data = (tmp_path / "b.mp4").read_bytes()
    (tmp_path / "c.mp4").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(Damaged):
        scan(tmp_path / "c.mp4", Format.MP4)


def test_noise_inside_a_film_is_damage_or_a_picture_but_no_crash(tmp_path: Path) -> None:
    """
    Bytes overwritten behind the header: either every frame is there, or the film is refused.
    """
    data = bytearray(clip(tmp_path / "a.mp4", frames=40).read_bytes())
    rng = np.random.default_rng(4)
    for _ in range(12):
        hurt = bytearray(data)
        for at in rng.integers(60, len(data) // 2, 40):
            hurt[at] = int(rng.integers(0, 256))
        (tmp_path / "b.mp4").write_bytes(hurt)
        count = decoded_or_refused(tmp_path / "b.mp4")
        assert count in (None, 40)


def decoded_or_refused(path: Path) -> int | None:
    try:
        seen = scan(path, Format.MP4)
        return sum(1 for _ in frames(seen, 0, seen.frames))
    except (Damaged, Unsupported):
        return None


# --- headers and limits


@pytest.mark.parametrize("form", KINDS)
def test_the_header_says_how_long_a_film_plays(kinds: dict[Format, Path], form: Format) -> None:
    """
    Without a decoder, from the beginning of the file or its index alone.
    """
    seen = probe(head_of(kinds[form]), field="target")

    assert (form, Kind.VIDEO, SIZE) == (seen.format, seen.kind, (seen.width, seen.height))
    assert 1.2 == pytest.approx(seen.duration_s, abs=0.08)
    assert form in {Format.MKV, Format.WEBM} or 30 == seen.frames


def film(**facts: float) -> Seen:
    usual = {"width": 1920, "height": 1080, "frames": 300, "size": 1000, "duration_s": 10.0}
    return Seen(kind=Kind.VIDEO, format=Format.MP4, **{**usual, **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "name", "sentence"),
    [
        ({"duration_s": 1300.0}, "max_duration_s", "plays for 1300 s; the limit is 1200 s"),
        ({"frames": 5000}, "max_frame_rate", "has 500 frames a second; the limit is 240"),
        ({"width": 8000}, "max_video_pixels", "has 8.7 MP; the limit is 8 MP"),
        ({"size": 2_000_000_000}, "max_video_bytes", "has 2000.0 MB; the limit is 1000 MB"),
    ],
)
def test_a_film_over_a_limit_is_refused_from_its_header(
    facts: dict[str, float], name: str, sentence: str
) -> None:
    """
    The sentence has value and limit, the details their names.
    """
    limits = Limits(max_video_pixels=8_000_000)
    limits.require(film(), field="target")
    with pytest.raises(TooLarge) as caught:
        limits.require(film(**facts), field="target")

    assert f"The target video {sentence}." == str(caught.value)
    assert name == caught.value.details["name"]


def test_what_the_packets_say_is_held_against_the_limits_too() -> None:
    """
    A header without numbers, or with wrong ones, lets nothing in.
    """
    with pytest.raises(TooLarge, match="plays for 1201 s"):
        Limits().require_clip(frames=10, duration_s=1201, width=64, height=64, field="target")


# --- segments


def clip_of(frames: int, keys: list[int]) -> Clip:
    marks = np.zeros(frames, np.bool_)
    marks[keys] = True
    return Clip(
        path=Path("none"),
        format=Format.MP4,
        width=64,
        height=64,
        turns=0,
        aspect=Fraction(1),
        time_base=Fraction(1, 25),
        times=np.arange(frames, dtype=np.int64),
        keys=marks,
        last=1,
        colour=Colour(),
    )


@pytest.mark.parametrize("frames", [1, 47, 60, 100, 500, 3000, 20_000])
@pytest.mark.parametrize("gap", [1, 12, 50, 250, 100_000])
def test_segments_cover_a_clip_and_are_neither_short_nor_long(frames: int, gap: int) -> None:
    """
    One after the other, each at most 240 frames and half more, none a splinter.
    """
    parts = segments(clip_of(frames, list(range(0, frames, gap))), 0, frames)
    lengths = [stop - start for start, stop in parts]

    assert (0, frames) == (parts[0][0], parts[-1][1])
    assert all(one[1] == two[0] for one, two in pairwise(parts))
    assert 300 >= max(lengths)
    assert len(parts) == 1 or 11 < min(lengths)


def test_segments_begin_where_decoding_can() -> None:
    """
    With key frames every 50 frames every segment begins at one.
    """
    parts = segments(clip_of(3000, list(range(0, 3000, 50))), 0, 3000)

    assert all(start % 50 == 0 for start, _ in parts)


def test_moments_are_frames(tmp_path: Path) -> None:
    """
    A time between two frames is the later one.
    """
    seen = replace(clip_of(100, [0]), times=np.arange(100, dtype=np.int64) * 3 + 30)

    assert [0, 1, 1, 10] == [seen.at_s(s) for s in (0, 0.1, 0.12, 1.2)]


def test_a_contact_sheet_shows_every_nth_frame(kinds: dict[Format, Path]) -> None:
    """
    30 frames, every tenth: three of them in a row of four, upright.
    """
    sheet = contact_sheet(kinds[Format.MP4], Format.MP4, 10)
    auto = contact_sheet(kinds[Format.MP4], Format.MP4, None)

    assert 4 * 320 == sheet.shape[1]
    assert sheet[:, : 3 * 320].any()
    assert not sheet[:, 3 * 320 :].any()
    assert 4 * sheet.shape[0] == auto.shape[0]
