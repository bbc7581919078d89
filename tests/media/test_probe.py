"""The header decides: what a file is, how large, how many frames."""

import io
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mien.errors import Damaged, MienError, TooLarge, Unreadable, Unsupported
from mien.media.limits import Limits
from mien.media.probe import Format, Kind, Seen, probe

STILLS = {
    "jpeg": Format.JPEG,
    "jpeg_progressive": Format.JPEG,
    "jpeg_cmyk": Format.JPEG,
    "png": Format.PNG,
    "png_palette": Format.PNG,
    "png_16bit": Format.PNG,
    "webp": Format.WEBP,
    "webp_clear": Format.WEBP,
    "webp_lossless": Format.WEBP,
    "bmp": Format.BMP,
    "tiff_lzw": Format.TIFF,
    "tiff_big": Format.TIFF,
    "tiff_16bit": Format.TIFF,
    "tiff_pages": Format.TIFF,
    "heic": Format.HEIC,
    "heic_clear": Format.HEIC,
    "avif": Format.AVIF,
    "gif": Format.GIF,
}
MOVING = {
    "moving_gif": Format.GIF,
    "moving_png": Format.PNG,
    "moving_webp": Format.WEBP,
    "moving_avif": Format.AVIF,
}
#: What a file holds -> the words that its refusal must contain.
FOREIGN = {
    b"": "is empty",
    b"<!DOCTYPE html><html></html>": "an HTML page",
    b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>": "an SVG drawing",
    b"<?xml version='1.0'?><a/>": "an XML document",
    b"PK\x03\x04....": "a ZIP archive",
    b"%PDF-1.7": "a PDF document",
    b"8BPS\0\1": "a Photoshop document",
    b"\xff\x0a\xfa\x7f": "a JPEG XL picture",
    b"just a letter to a friend": "plain text",
    b"\x00\x01\x02\x03\x04\x05\x06\x07": "is not a picture that can be read; send JPEG",
    b"\xff\xd8": "ends before its picture",
    b"\xff\xd8\xff\xd9": "a JPEG without a picture",
    b"\x89PNG\r\n\x1a\n": "ends inside its header",
    b"GIF89a\x10\0\x10\0\0\0\0;": "a GIF without a picture",
    b"RIFF\x04\0\0\0WEBP": "a WebP without a picture",
    b"II*\0\x08\0\0\0": "ends inside its header",
    b"BM" + bytes(12): "ends inside its header",
    b"\0\0\0\x18ftypheic" + bytes(12): "ends before its picture",
    b"\0\0\0\x18ftypisom" + bytes(12): "without its index",
    b"\x1a\x45\xdf\xa3\x80": "without its list of tracks",
}


@pytest.mark.parametrize("name", STILLS)
def test_a_still_is_known_by_its_content(name: str, samples: Mapping[str, bytes]) -> None:
    """
    Format, size and one frame, from bytes alone: there is no name to look at.
    """
    data = samples[name]

    expected = Seen(
        kind=Kind.STILL, format=STILLS[name], width=96, height=71, frames=1, size=len(data)
    )
    assert expected == probe(data, field="target")


@pytest.mark.parametrize("name", MOVING)
def test_an_animation_is_counted_without_decoding(name: str, samples: Mapping[str, bytes]) -> None:
    """
    Three frames are three frames in every animated format.
    """
    seen = probe(samples[name], field="target")

    assert (Kind.ANIMATION, MOVING[name], 96, 71, 3) == (
        seen.kind,
        seen.format,
        seen.width,
        seen.height,
        seen.frames,
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_is_the_one_that_is_seen(
    kind: str, orientation: int, turned: Callable[[str, int], bytes]
) -> None:
    """
    Orientations 5 to 8 exchange width and height, however a format says it.
    """
    seen = probe(turned(kind, orientation), field="target")

    assert ((96, 71) if orientation < 5 else (71, 96)) == (seen.width, seen.height)


@pytest.mark.parametrize("value", [0, 9, 99, 65535])
def test_an_impossible_orientation_is_ignored(
    value: int, turned: Callable[[str, int], bytes]
) -> None:
    """
    EXIF knows 1 to 8; anything else means upright.
    """
    seen = probe(turned("JPEG", value), field="target")

    assert (96, 71) == (seen.width, seen.height)


@pytest.mark.parametrize("data", FOREIGN)
def test_what_is_no_picture_is_refused_in_words(data: bytes) -> None:
    """
    The sentence names the file at fault and, where it can, what it looks like.
    """
    with pytest.raises(Unreadable) as caught:
        probe(data, field="source")

    assert FOREIGN[data] in str(caught.value)
    assert str(caught.value).startswith("The source file ")
    assert "source" == caught.value.field
    assert not isinstance(caught.value, Damaged)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((b"\xff\xc0\x00\x11\x08", b"\xff\xc0\x00\x11\x0c"), "12-bit JPEG"),
        ((b"\xff\xc0\x00\x11\x08", b"\xff\xc3\x00\x11\x08"), "lossless or hierarchical"),
    ],
)
def test_a_picture_of_an_unserved_kind_is_named(
    change: tuple[bytes, bytes], words: str, samples: Mapping[str, bytes]
) -> None:
    """
    A picture that is fine but not read is Unsupported, not unreadable.
    """
    data = samples["jpeg"].replace(*change)

    with pytest.raises(Unsupported, match=words):
        probe(data, field="target")


def test_a_fax_tiff_is_refused(portrait: NDArray[np.uint8]) -> None:
    """
    Black and white dots hold no face, and their decoder talks to stderr.
    """
    out = io.BytesIO()
    Image.fromarray(portrait).convert("1").save(out, "TIFF", compression="group4")

    with pytest.raises(Unsupported, match="compression that is not read"):
        probe(out.getvalue(), field="target")


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def movie(handler: bytes, brand: bytes = b"isom", turn: tuple[int, int] = (1, 0)) -> bytes:
    """A video without its samples: 640 x 360, 48 frames."""
    matrix = struct.pack(">2i28x", turn[0] << 16, turn[1] << 16)
    head = box(b"tkhd", bytes(40), matrix, struct.pack(">2I", 640 << 16, 360 << 16))
    table = box(b"minf", box(b"stbl", box(b"stsz", bytes(8), struct.pack(">I", 48))))
    media = box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12)), table)
    return box(b"ftyp", brand, bytes(4)) + box(b"moov", box(b"trak", head, media))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (movie(b"vide"), (Format.MP4, 640, 360, 48)),
        (movie(b"vide", turn=(0, 1)), (Format.MP4, 360, 640, 48)),
        (movie(b"vide", b"qt  "), (Format.MOV, 640, 360, 48)),
    ],
)
def test_a_video_is_known_by_its_boxes(data: bytes, expected: tuple[Format, int, int, int]) -> None:
    """
    Size after the track's rotation, and the number of frames.
    """
    seen = probe(data, field="target")

    assert Kind.VIDEO is seen.kind
    assert expected == (seen.format, seen.width, seen.height, seen.frames)


def test_an_mp4_with_sound_only_is_no_video() -> None:
    """
    A track that is not a video does not make one.
    """
    with pytest.raises(Unreadable, match="holds no picture"):
        probe(movie(b"soun"), field="target")


def test_an_avi_is_known_by_its_main_header() -> None:
    """
    Size and frames stand at fixed places.
    """
    main = struct.pack("<10I16x", 0, 0, 0, 0, 48, 0, 1, 0, 640, 360)
    data = b"RIFF\0\0\0\0AVI LIST\0\0\0\0hdrlavih" + struct.pack("<I", len(main)) + main

    seen = probe(data, field="target")

    assert (Kind.VIDEO, Format.AVI, 640, 360, 48) == (
        seen.kind,
        seen.format,
        seen.width,
        seen.height,
        seen.frames,
    )


def ebml(name: int, *content: bytes) -> bytes:
    body = b"".join(content)
    size = len(body) | 1 << 28
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size.to_bytes(4, "big") + body


@pytest.mark.parametrize(
    ("doc_type", "expected"), [(b"webm", Format.WEBM), (b"matroska", Format.MKV)]
)
def test_webm_and_matroska_are_told_apart(doc_type: bytes, expected: Format) -> None:
    """
    Both are EBML; the document type decides, and the video track has the size.
    """
    video = ebml(0xE0, ebml(0xB0, b"\x02\x80"), ebml(0xBA, b"\x01\x68"))
    track = ebml(0xAE, ebml(0x83, b"\x01"), video)
    data = ebml(0x1A45DFA3, ebml(0x4282, doc_type)) + ebml(0x18538067, ebml(0x1654AE6B, track))

    seen = probe(data, field="target")

    assert (Kind.VIDEO, expected, 640, 360) == (seen.kind, seen.format, seen.width, seen.height)


#: Files of the test set -> kind, format, width, height, frames; frames 0 where unknown.
TEST_SET: dict[str, tuple[Kind, Format, int, int, int]] = {
    "formats/alpha_f1.png": (Kind.STILL, Format.PNG, 512, 512, 1),
    "formats/animated_m70.png": (Kind.ANIMATION, Format.PNG, 256, 256, 8),
    "formats/animated_m70.webp": (Kind.ANIMATION, Format.WEBP, 320, 320, 16),
    "formats/cmyk_m26.jpg": (Kind.STILL, Format.JPEG, 768, 768, 1),
    "formats/huge_8192_f36.jpg": (Kind.STILL, Format.JPEG, 8192, 8192, 1),
    "formats/lossy_m26.webp": (Kind.STILL, Format.WEBP, 768, 768, 1),
    "formats/lzw_f1.tif": (Kind.STILL, Format.TIFF, 768, 768, 1),
    "formats/photo_m26.avif": (Kind.STILL, Format.AVIF, 768, 768, 1),
    "formats/photo_m26.heic": (Kind.STILL, Format.HEIC, 768, 768, 1),
    "formats/plain_f1.bmp": (Kind.STILL, Format.BMP, 512, 512, 1),
    "formats/still_f1.gif": (Kind.STILL, Format.GIF, 768, 768, 1),
    "gifs/synthetic_talk_f36.gif": (Kind.ANIMATION, Format.GIF, 320, 320, 24),
    "hard/exif_o6_m26.jpg": (Kind.STILL, Format.JPEG, 800, 600, 1),
    "hostile/exif_orientation_99.jpg": (Kind.STILL, Format.JPEG, 512, 512, 1),
    "hostile/gif_5000_frames.gif": (Kind.ANIMATION, Format.GIF, 512, 512, 5001),
    "hostile/gif_frame_outside.gif": (Kind.STILL, Format.GIF, 512, 512, 1),
    "hostile/gif_js_polyglot.gif": (Kind.STILL, Format.GIF, 10799, 512, 1),
    "hostile/mp4_named.gif": (Kind.VIDEO, Format.MP4, 640, 640, 222),
    "hostile/png_named.jpg": (Kind.STILL, Format.PNG, 512, 512, 1),
    "videos/synthetic_rotated_matrix_f1.mp4": (Kind.VIDEO, Format.MP4, 480, 640, 60),
    "videos/synthetic_sway_vp9_m70.webm": (Kind.VIDEO, Format.WEBM, 480, 480, 0),
}


@pytest.mark.parametrize("name", TEST_SET)
def test_files_of_the_test_set_are_what_they_are(name: str, faces_dir: Path) -> None:
    """
    Real files agree with what was counted by other programs.
    """
    seen = probe((faces_dir / name).read_bytes(), field="target")

    assert TEST_SET[name] == (seen.kind, seen.format, seen.width, seen.height, seen.frames)


#: Hostile files that the header betrays -> the class and words of the refusal.
REFUSED: dict[str, tuple[type[MienError], str]] = {
    "audio_only.mp4": (Unreadable, "holds no picture"),
    "bomb_1bit_60000.png": (TooLarge, "has 3600.0 MP; the limit is 50 MP"),
    "bomb_rgb_20000.png": (TooLarge, "has 400.0 MP; the limit is 50 MP"),
    "declared_2g.png": (TooLarge, "the limit is 50 MP"),
    "gif_canvas_65535.gif": (TooLarge, "the limit is 50 MP"),
    "header_only.jpg": (Unreadable, "ends before its picture"),
    "html_named.png": (Unreadable, "an HTML page"),
    "jpeg_declares_65000.jpg": (TooLarge, "has 4225.0 MP; the limit is 50 MP"),
    "no_moov.mp4": (Unreadable, "without its index"),
    "svg_script.svg": (Unreadable, "an SVG drawing"),
    "svg_xxe.svg": (Unreadable, "an SVG drawing"),
    "text_named.mp4": (Unreadable, "plain text"),
    "zero_bytes.jpg": (Unreadable, "is empty"),
    "zip_named.jpg": (Unreadable, "a ZIP archive"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_files_are_refused_by_their_header(name: str, faces_dir: Path) -> None:
    """
    What the header betrays never reaches a decoder.
    """
    data = (faces_dir / "hostile" / name).read_bytes()
    error, words = REFUSED[name]

    with pytest.raises(error) as caught:
        Limits().require(probe(data, field="target"), field="target")

    assert words in str(caught.value)
    assert error is type(caught.value)
