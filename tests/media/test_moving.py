"""Animations: what is read is what viewers show, and what is written keeps all but the faces."""

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mien.errors import Damaged, TooLarge, Unsupported
from mien.media import provenance
from mien.media.limits import Limits
from mien.media.moving.animation import (
    Animation,
    Canvas,
    Frame,
    open_animation,
    write_animation,
)
from mien.media.moving.palette import indexed
from mien.media.moving.parts import Fate
from mien.media.probe import probe

KINDS = ["GIF", "PNG", "WEBP"]
#: Uneven on purpose, milliseconds.
DELAYS = [40, 200, 70, 300, 10]


def drawing(number: int, mode: str) -> Image.Image:
    """A frame: a square that wanders over stripes; on nothing where ``mode`` has alpha."""
    pixels = np.zeros((48, 64, 4), np.uint8)
    if mode == "RGB":
        pixels[:] = (np.arange(64) * 4 % 256)[None, :, None]
        pixels[..., 3] = 255
    pixels[8 + number : 28 + number, 4 + 6 * number : 26 + 6 * number] = (200, 40 * number, 90, 255)
    return Image.fromarray(pixels).convert(mode)


def saved(kind: str, mode: str = "RGB", **options: object) -> bytes:
    """An animation of five frames, written by Pillow."""
    frames = [drawing(number, mode) for number in range(len(DELAYS))]
    out = io.BytesIO()
    if kind == "WEBP":
        options = {"lossless": True, **options}
    frames[0].save(
        out, kind, save_all=True, append_images=frames[1:], duration=DELAYS, loop=3, **options
    )
    return out.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "GIF": lambda: saved("GIF"),
    "GIF that clears": lambda: saved("GIF", "RGBA", disposal=2),
    "GIF that restores": lambda: saved("GIF", "RGBA", disposal=3),
    "PNG": lambda: saved("PNG"),
    "PNG that clears": lambda: saved("PNG", "RGBA", disposal=1, blend=1),
    "PNG that restores": lambda: saved("PNG", "RGBA", disposal=2, blend=1),
    "PNG with a cover": lambda: saved("PNG", default_image=True),
    "WEBP": lambda: saved("WEBP"),
    "WEBP, clear": lambda: saved("WEBP", "RGBA"),
    "WEBP, lossy": lambda: saved("WEBP", lossless=False, quality=90),
}


def shown(data: bytes) -> list[Canvas]:
    """Every frame as Pillow composes it; colours of nothing are 0."""
    picture = Image.open(io.BytesIO(data))
    first = 1 if picture.info.get("default_image") else 0
    out = []
    for number in range(first, getattr(picture, "n_frames", 1)):
        picture.seek(number)
        canvas = np.array(picture.convert("RGBA"))
        canvas[canvas[..., 3] == 0] = 0
        out.append(canvas)
    return out


def drawn(number: int) -> Canvas:
    """A frame as it was given to the writer."""
    canvas = np.array(drawing(number, "RGBA"))
    canvas[canvas[..., 3] == 0] = 0
    return canvas


def facts(animation: Animation) -> list[tuple[tuple[int, int], Fate]]:
    """What a result has to keep of every frame."""
    return [(part.delay, part.fate) for part in animation.parts]


def touched(canvas: Canvas, number: int) -> Canvas:
    """``canvas`` with other colours in a patch that wanders; alpha stays."""
    result = canvas.copy()
    patch = result[10 : 30 + number, 12:40, :3]
    patch[:] = 255 - patch // 2
    result[result[..., 3] == 0] = 0
    return result


def rewritten(data: bytes, change: Callable[[int], bool]) -> tuple[Animation, bytes, list[Frame]]:
    """``data`` with a patch changed in the frames that ``change`` names."""
    animation = open_animation(data, field="target")
    frames = [
        Frame(target=canvas, result=touched(canvas, number) if change(number) else canvas)
        for number, canvas in enumerate(animation.canvases())
    ]
    return animation, write_animation(animation, frames).data, frames


@pytest.mark.parametrize("name", FILES)
def test_frames_are_those_that_another_reader_shows(name: str) -> None:
    """
    Offsets, transparency, blending and disposal: pixel by pixel what Pillow composes.
    """
    data = FILES[name]()
    animation = open_animation(data, field="target")
    # Pillow restores wrongly where several frames in a row are restored; there the drawings count.
    wrong = name == "PNG that restores"
    expected = [drawn(number) for number in range(5)] if wrong else shown(data)

    assert len(DELAYS) - (name == "PNG with a cover") == len(expected) == len(animation.parts)
    for one, other in zip(expected, animation.canvases(), strict=True):
        assert (one == other).all()


@pytest.mark.parametrize("name", FILES)
def test_what_nobody_swapped_comes_out_as_it_was(name: str) -> None:
    """
    Every pixel, delay, fate and the number of rounds; lossy frames are passed on, not packed anew.
    """
    data = FILES[name]()
    animation, written, frames = rewritten(data, lambda _: False)
    again = open_animation(written, field="target")

    assert (facts(animation), animation.repeats) == (facts(again), again.repeats)
    for frame, other in zip(frames, shown(written), strict=True):
        assert (frame.target == other).all()


@pytest.mark.parametrize("name", [name for name in FILES if "lossy" not in name])
def test_a_changed_frame_shows_the_change_and_only_that(name: str) -> None:
    """
    Frames 1 and 2 are changed: in lossless formats exactly, in a GIF as near as its colours allow;
    everything else stays bit-exact, and so do the frames after.
    """
    animation, written, frames = rewritten(FILES[name](), lambda number: number in (1, 2))
    again = open_animation(written, field="target")

    assert facts(animation) == facts(again)
    for number, (frame, other) in enumerate(zip(frames, shown(written), strict=True)):
        same = ~frame.changed
        assert (frame.target[same] == other[same]).all(), number
        apart = np.abs(frame.result.astype(int) - other).max()
        assert apart <= (12 if "GIF" in name else 0), number


def test_a_lossy_animation_is_packed_anew_only_where_it_was_changed() -> None:
    """
    The frame before the change is the file's own, byte by byte; the changed one is near.
    """
    data = FILES["WEBP, lossy"]()
    animation, written, frames = rewritten(data, lambda number: number == 2)
    again = open_animation(written, field="target")
    results = shown(written)

    assert [part.raw for part in animation.parts[:2]] == [part.raw for part in again.parts[:2]]
    assert 8 > np.abs(frames[2].result.astype(int) - results[2]).mean()
    assert (frames[1].target == results[1]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_says_that_it_was_altered(kind: str) -> None:
    """
    The XMP packet stands where readers of the format look for it.
    """
    _, written, _ = rewritten(saved(kind), lambda _: True)
    info = Image.open(io.BytesIO(written)).info
    # Pillow does not tell a GIF's packet; tests/media/test_provenance.py walks its blocks.
    found = written if kind == "GIF" else info.get("xmp") or info["XML:com.adobe.xmp"]

    assert provenance.SOURCE_TYPE.encode() in (found.encode() if isinstance(found, str) else found)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rounds", [0, 1, 7])
def test_the_number_of_rounds_is_kept(kind: str, rounds: int) -> None:
    """
    For ever, once and seven times are told apart.
    """
    frames = [drawing(number, "RGB") for number in range(3)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=50, loop=rounds)
    animation, written, _ = rewritten(out.getvalue(), lambda _: True)

    assert animation.repeats == open_animation(written, field="target").repeats
    before, after = (
        Image.open(io.BytesIO(data)).info.get("loop") for data in (out.getvalue(), written)
    )
    assert before == after


def test_a_gif_that_does_not_repeat_still_does_not() -> None:
    """
    Without a loop extension a GIF plays once; its result has none either.
    """
    frames = [drawing(number, "RGB") for number in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=50)
    _, written, _ = rewritten(out.getvalue(), lambda _: True)

    assert b"NETSCAPE" not in written
    assert open_animation(written, field="target").repeats is None


def test_equal_frames_are_not_merged() -> None:
    """
    Three frames that show the same stay three, each with its own delay.
    """
    data = saved("GIF")
    animation = open_animation(data, field="target")
    still = next(animation.canvases())
    written = write_animation(
        animation, [Frame(target=still, result=still) for _ in animation.parts]
    ).data

    assert facts(animation) == facts(open_animation(written, field="target"))


def test_fractions_of_a_second_are_kept() -> None:
    """
    An APNG counts in fractions: one 60th of a second is no whole number of milliseconds.
    """
    data = bytearray(saved("PNG"))
    at = data.index(b"fcTL")
    data[at + 24 : at + 28] = struct.pack(">2H", 1, 60)
    data[at + 30 : at + 34] = struct.pack(">I", zlib.crc32(data[at : at + 30]))
    _, written, _ = rewritten(bytes(data), lambda _: True)

    assert (1, 60) == open_animation(written, field="target").parts[0].delay


def whole(data: bytes) -> list[Canvas]:
    """Every frame, or an error."""
    return list(open_animation(data, field="target").canvases())


@pytest.mark.parametrize("kind", KINDS)
def test_half_an_animation_is_none(kind: str) -> None:
    """
    A file that is cut inside a frame is damaged, wherever it is cut.
    """
    data = saved(kind)
    for share in (0.3, 0.6, 0.9):
        with pytest.raises((Damaged, Unsupported)):
            whole(data[: int(len(data) * share)])


def test_a_checksum_that_does_not_fit_is_damage() -> None:
    """
    A changed bit in an APNG is found, in any of its frames.
    """
    data = bytearray(saved("PNG"))
    data[data.rindex(b"fdAT") + 20] ^= 1
    with pytest.raises(Damaged):
        open_animation(bytes(data), field="target")


def test_a_frame_much_larger_than_its_canvas_is_refused() -> None:
    """
    A small GIF cannot make its reader take gigabytes for a frame that nobody sees.
    """
    data = bytearray(saved("GIF"))
    last = data.rindex(b"\x21\xf9\x04") + 8
    assert 0x2C == data[last]
    data[last + 5 : last + 9] = struct.pack("<2H", 65_535, 65_535)
    with pytest.raises(Damaged):
        open_animation(bytes(data), field="target")


def test_too_many_frames_are_refused_from_the_header() -> None:
    """
    The sentence names the frames and the limit; the bytes behind the headers are never decoded.
    """
    seen = probe(saved("GIF"), field="target")
    with pytest.raises(TooLarge) as caught:
        Limits(max_frames=4).require(seen, field="target")

    assert {"name": "max_frames", "value": 5, "limit": 4} == caught.value.details
    assert "The target animation has 5 frames; the limit is 4." == str(caught.value)


def test_too_many_pixels_in_all_frames_are_refused_from_the_header() -> None:
    """
    Five frames of 64 x 48 are 15,360 pixels of work.
    """
    seen = probe(saved("GIF"), field="target")
    with pytest.raises(TooLarge) as caught:
        Limits(max_animation_pixels=15_000).require(seen, field="target")

    assert 15_360 == caught.value.details["value"]


# --- colours of a GIF


def test_own_colours_are_exact_and_new_ones_near(astronaut: NDArray[np.uint8]) -> None:
    """
    Half of a picture in 100 colours stays as it is; the other half, a photograph, comes out without
    bands: after a slight blur, as an eye sees it, it is 46 dB from the original.
    """
    face = np.ascontiguousarray(astronaut[60:188, 150:278])
    flat = np.asarray(Image.fromarray(face).quantize(100).convert("RGB"))
    pixels = np.concatenate([flat, face])
    fixed = np.zeros(pixels.shape[:2], np.bool_)
    fixed[:128] = True
    got = indexed(pixels, fixed, ~fixed, 255)
    drawn = got.table[got.indices]
    blurred = [soft(half) for half in (drawn[128:], face)]
    error = np.mean((blurred[0] - blurred[1]) ** 2)

    assert (drawn[:128] == flat).all()
    assert 255 >= len(got.table)
    assert 46 < 10 * np.log10(255**2 / error)


def soft(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """A mean over 3 x 3 pixels, edges left out."""
    wide = np.lib.stride_tricks.sliding_window_view(pixels.astype(np.float64), (3, 3), axis=(0, 1))
    return np.asarray(wide.mean(axis=(-2, -1)), np.float64)


def test_more_colours_than_fit_leave_room_for_the_face() -> None:
    """
    256 own colours and a face of many: the most frequent own ones stay, the face gets its share.
    """
    rng = np.random.default_rng(3)
    own = np.stack([np.arange(256)] * 3, axis=1).astype(np.uint8)[None].repeat(4, axis=0)
    face = rng.integers(0, 256, (4, 256, 3)).astype(np.uint8)
    pixels = np.concatenate([own, face])
    fixed = np.zeros(pixels.shape[:2], np.bool_)
    fixed[:4] = True
    got = indexed(pixels, fixed, ~fixed, 255)

    assert 255 >= len(got.table)
    assert 159 == len(np.unique(got.table[: len(got.table) - 96], axis=0))


def test_nothing_to_draw_is_one_colour() -> None:
    """
    A frame that changes nothing needs no palette of its own.
    """
    none = np.zeros((2, 3), np.bool_)
    got = indexed(np.zeros((2, 3, 3), np.uint8), none, none, 255)

    assert (1, 0) == (len(got.table), int(got.indices.max()))
