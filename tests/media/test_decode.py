"""Files to pixels: every format, upright, whole or not at all."""

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies
from numpy.typing import NDArray
from PIL import Image

from mien.errors import Damaged, InputError, MienError, Unsupported
from mien.media.formats import Format
from mien.media.probe import probe
from mien.media.still import decode

#: Sample -> the largest mean difference from the portrait, levels. 0 is exact.
COLOURED = {
    "jpeg": 4.0,
    "jpeg_444": 4.0,
    "jpeg_progressive": 4.0,
    "jpeg_cmyk": 4.0,
    "png": 0.0,
    "png_clear": 0.0,
    "png_palette": 8.0,
    "png_palette_clear": 8.0,
    "png_colour_key": 0.0,
    "png_16bit": 0.0,
    "webp": 4.0,
    "webp_lossless": 0.0,
    "webp_lossless_clear": 0.0,
    "bmp": 0.0,
    "bmp_palette": 8.0,
    "tiff": 0.0,
    "tiff_lzw": 0.0,
    "tiff_deflate": 0.0,
    "tiff_packbits": 0.0,
    "tiff_jpeg": 4.0,
    "tiff_big": 0.0,
    "tiff_clear": 0.0,
    "tiff_cmyk": 1.0,
    "tiff_16bit": 0.0,
    "tiff_pages": 0.0,
    "heic": 4.0,
    "avif": 4.0,
    "gif": 8.0,
    "gif_clear": 8.0,
}
GREY = {
    "jpeg_grey": 4.0,
    "png_grey": 0.0,
    "png_grey_clear": 0.0,
    "png_16bit_grey": 0.0,
    "bmp_grey": 0.0,
    "tiff_grey": 0.0,
    "heic_grey": 4.0,
    "gif_grey": 0.0,
}
#: Sample -> the largest difference of its alpha from the one that it was made with.
CLEAR = {
    "png_clear": 0,
    "png_grey_clear": 0,
    "webp_clear": 0,
    "webp_lossless_clear": 0,
    "tiff_clear": 0,
    "heic_clear": 12,
    "avif_clear": 12,
}
WARNED = {
    "jpeg_cmyk": "The target picture is CMYK; it was converted to 8-bit sRGB.",
    "tiff_cmyk": "The target picture is CMYK; it was converted to 8-bit sRGB.",
    "png_16bit": "The target picture has 16 bits a channel; it was converted to 8-bit sRGB.",
    "png_16bit_grey": "The target picture has 16 bits a channel; it was converted to 8-bit sRGB.",
    "tiff_16bit": "The target picture has 16 bits a channel; it was converted to 8-bit sRGB.",
    "tiff_pages": "The target picture has 2 pages; only the first one is used.",
}


def mean_difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("name", COLOURED)
def test_pixels_come_back(
    name: str, samples: Mapping[str, bytes], portrait: NDArray[np.uint8]
) -> None:
    """
    Lossless files give the very pixels, lossy ones nearly.
    """
    still = decode(samples[name], field="target")

    assert COLOURED[name] >= mean_difference(portrait, still.pixels)
    assert not still.grey


@pytest.mark.parametrize("name", GREY)
def test_grey_stays_grey(
    name: str, samples: Mapping[str, bytes], portrait: NDArray[np.uint8]
) -> None:
    """
    A file without colour has three equal channels and says that it is grey.
    """
    expected = np.asarray(Image.fromarray(portrait).convert("L").convert("RGB"))

    still = decode(samples[name], field="target")

    assert still.grey
    assert (still.pixels == still.pixels[..., :1]).all()
    assert GREY[name] >= mean_difference(expected, still.pixels)


@pytest.mark.parametrize("name", CLEAR)
def test_alpha_comes_back(
    name: str, samples: Mapping[str, bytes], clear: NDArray[np.uint8]
) -> None:
    """
    Transparency is separate from the pixels, exact wherever the file is.
    """
    still = decode(samples[name], field="target")

    assert still.alpha is not None
    assert CLEAR[name] >= np.abs(still.alpha.astype(int) - clear).max()


@pytest.mark.parametrize("name", ["png_palette_clear", "gif_clear", "png_colour_key"])
def test_a_transparent_colour_becomes_alpha(name: str, samples: Mapping[str, bytes]) -> None:
    """
    One colour or one palette entry may stand for "nothing".
    """
    still = decode(samples[name], field="target")

    assert still.alpha is not None
    assert {0, 255} == set(np.unique(still.alpha).tolist())


@pytest.mark.parametrize("name", WARNED)
def test_a_conversion_is_reported(name: str, samples: Mapping[str, bytes]) -> None:
    """
    What the result cannot have any more is said in a sentence that names the picture.
    """
    assert WARNED[name] in decode(samples[name], field="target").warnings


@pytest.mark.parametrize("name", sorted(COLOURED.keys() - WARNED.keys()))
def test_a_plain_file_has_no_warning(name: str, samples: Mapping[str, bytes]) -> None:
    """
    Warnings are for what changed.
    """
    assert () == decode(samples[name], field="target").warnings


def upright(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """The EXIF standard's table, in NumPy's words."""
    across, down = pixels[:, ::-1], pixels[::-1]
    swapped = pixels.transpose(1, 0, 2)
    return {
        1: pixels,
        2: across,
        3: pixels[::-1, ::-1],
        4: down,
        5: swapped,
        6: swapped[:, ::-1],
        7: swapped[::-1, ::-1],
        8: swapped[::-1],
    }[orientation]


@pytest.mark.parametrize(
    ("kind", "tolerance"),
    [("PNG", 0), ("TIFF", 0), ("JPEG", 6), ("WEBP", 6), ("AVIF", 6), ("HEIF", 6)],
)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_upright(
    kind: str,
    orientation: int,
    tolerance: int,
    turned: Callable[[str, int], bytes],
    portrait: NDArray[np.uint8],
) -> None:
    """
    All eight orientations, in every format that can say one.
    """
    still = decode(turned(kind, orientation), field="target")
    expected = upright(portrait, orientation)

    assert expected.shape == still.pixels.shape
    assert tolerance >= mean_difference(expected, still.pixels)


#: A TIFF of two pages is cut in its second page, which is not used.
CUT = sorted((COLOURED.keys() | GREY.keys() | CLEAR.keys()) - {"tiff_pages"})


@pytest.mark.parametrize("name", CUT)
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_half_a_picture_is_no_picture(
    name: str, share: float, samples: Mapping[str, bytes]
) -> None:
    """
    A file that is cut off is refused; the missing rows are never made up.
    """
    data = samples[name][: int(len(samples[name]) * share)]

    with pytest.raises(InputError) as caught:
        decode(data, field="target")

    assert "target" == caught.value.field


def test_damage_is_told_in_a_sentence(samples: Mapping[str, bytes]) -> None:
    """
    The picture and its format are named; the decoder's own words are not shown.
    """
    with pytest.raises(Damaged) as caught:
        decode(samples["jpeg"][:-200], field="source")

    expected = "The source picture is damaged or cut off: its JPEG data cannot be decoded."
    assert expected == str(caught.value)


@pytest.mark.parametrize("name", ["moving_gif", "moving_png", "moving_webp", "moving_avif"])
def test_an_animation_is_no_still(name: str, samples: Mapping[str, bytes]) -> None:
    """
    The first frame is never taken for the whole.
    """
    with pytest.raises(Unsupported, match="no still picture"):
        decode(samples[name], field="target")


def test_a_wrong_checksum_in_a_png_is_damage(samples: Mapping[str, bytes]) -> None:
    """
    Pixel data whose checksum does not fit is not trusted, even where it can be inflated.
    """
    data = bytearray(samples["png"])
    data[data.index(b"IEND") - 5] ^= 1

    with pytest.raises(Damaged):
        decode(bytes(data), field="target")


def test_cmyk_without_adobe_is_not_inverted(samples: Mapping[str, bytes]) -> None:
    """
    Only Adobe stores CMYK upside down; a file without its marker means what it says.
    """
    with_marker = samples["jpeg_cmyk"]
    at = with_marker.index(b"\xff\xee")
    without = with_marker[:at] + with_marker[at + 16 :]

    usual, other = (decode(data, field="target").pixels for data in (with_marker, without))

    inverted = np.asarray(Image.open(io.BytesIO(with_marker)).convert("CMYK"))
    expected = np.asarray(Image.fromarray(255 - inverted, "CMYK").convert("RGB"))
    assert mean_difference(expected, other) < 1
    assert mean_difference(usual, other) > 20


def test_16_bits_are_rounded_not_cut() -> None:
    """
    257 levels make one of 255: 65407 is nearer to 255 than to 254.
    """
    deep = np.array([[0, 128, 129, 65406, 65407, 65535]], np.uint16)
    out = io.BytesIO()
    Image.fromarray(deep).save(out, "PNG")

    still = decode(out.getvalue(), field="target")

    assert [0, 0, 1, 254, 255, 255] == still.pixels[0, :, 0].tolist()


def chunk(kind: bytes, payload: bytes) -> bytes:
    return (
        struct.pack(">I", len(payload))
        + kind
        + payload
        + struct.pack(">I", zlib.crc32(kind + payload))
    )


@pytest.mark.parametrize(
    ("kind", "payload", "warned"),
    [
        (b"iCCP", b"icc\0\0" + zlib.compress(bytes(60_000_000)), True),
        (b"iCCP", b"icc\0\0no zlib at all", True),
        (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(60_000_000)), False),
        (b"eXIf", b"II*\0\xff\xff\xff\xff", False),
    ],
)
def test_chunks_that_are_no_pixels_do_no_harm(
    kind: bytes,
    payload: bytes,
    warned: bool,  # noqa: FBT001
    samples: Mapping[str, bytes],
) -> None:
    """
    Bombs and rubbish beside the picture do not hinder the picture.
    """
    data = samples["png"]
    dressed = data[:33] + chunk(kind, payload) + data[33:]

    still = decode(dressed, field="target")

    assert (still.pixels == decode(data, field="target").pixels).all()
    assert warned is any("colour profile" in text for text in still.warnings)


def test_broken_metadata_of_a_jpeg_is_not_parsed(samples: Mapping[str, bytes]) -> None:
    """
    An EXIF block that makes Pillow warn (an error in this suite) is not shown to it.
    """
    exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0" + b"\x1a\x01\x05\0\x01\0\0\0\xff\xff\xff\x7f" * 2
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    data = samples["jpeg"]

    still = decode(data[:2] + segment + data[20:], field="target")

    assert (still.pixels == decode(data, field="target").pixels).all()


def test_tags_of_a_tiff_beside_its_pixels_are_not_parsed(portrait: NDArray[np.uint8]) -> None:
    """
    Tags whose values are broken or too many make no warning: only pixel tags reach the decoder.
    """
    out = io.BytesIO()
    Image.fromarray(portrait).save(out, "TIFF", tiffinfo={305: "someone", 259: 1})
    data = out.getvalue()
    software = struct.pack("<HH", 305, 2)
    broken = data.replace(software, struct.pack("<HH", 34665, 4))

    assert (portrait == decode(broken, field="target").pixels).all()


def test_density_survives_and_turns() -> None:
    """
    Dots an inch belong to the sides of the picture, also after a quarter turn.
    """
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG", dpi=(300, 150), exif=exif)

    assert (150.0, 300.0) == decode(out.getvalue(), field="target").dpi


def test_many_threads_decode_alike(samples: Mapping[str, bytes]) -> None:
    """
    Nothing is shared: eight threads with all formats get what one gets.
    """
    names = sorted(COLOURED)
    alone = [decode(samples[name], field="target").pixels for name in names]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda n: decode(samples[n], field="target").pixels, names * 4))

    assert all((alone[i % len(names)] == one).all() for i, one in enumerate(together))


@hypothesis.settings(max_examples=200, deadline=None, derandomize=True)
@hypothesis.given(data=strategies.data())
def test_noise_in_a_file_ends_in_words(
    samples: Mapping[str, bytes], data: strategies.DataObject
) -> None:
    """
    Whatever bytes change, the picture decodes or one of our errors says why not.
    """
    noisy = bytearray(samples[data.draw(strategies.sampled_from(sorted(samples)))])
    places = strategies.integers(0, min(len(noisy), 600) - 1)
    for at in data.draw(strategies.lists(places, min_size=1, max_size=8)):
        noisy[at] = data.draw(strategies.integers(0, 255))
    # A header that now declares gigapixels is the business of the limits.
    hypothesis.assume(declared(bytes(noisy)) < 4_000_000)

    try:
        still = decode(bytes(noisy), field="target")
    except MienError:
        return
    assert still.pixels.ndim == 3


def declared(data: bytes) -> int:
    try:
        seen = probe(data, field="target")
    except MienError:
        return 0
    return seen.width * seen.height


#: Files of the test set that decode -> format, whether alpha, grey, part of a warning.
TEST_SET: dict[str, tuple[Format, bool, bool, str]] = {
    "formats/alpha_f1.png": (Format.PNG, True, False, ""),
    "formats/cmyk_m26.jpg": (Format.JPEG, False, False, "is CMYK"),
    "formats/gray16_m70.png": (Format.PNG, False, True, "16 bits"),
    "formats/grey_m70.jpg": (Format.JPEG, False, True, ""),
    "formats/greyalpha_m70.png": (Format.PNG, True, True, ""),
    "formats/icc_p3_m26.jpg": (Format.JPEG, False, False, ""),
    "formats/lossy_m26.webp": (Format.WEBP, False, False, ""),
    "formats/lzw_f1.tif": (Format.TIFF, False, False, ""),
    "formats/palette_f1.png": (Format.PNG, False, False, ""),
    "formats/photo_m26.avif": (Format.AVIF, False, False, ""),
    "formats/photo_m26.heic": (Format.HEIC, False, False, ""),
    "formats/plain_f1.bmp": (Format.BMP, False, False, ""),
    "formats/portrét 名前 🙂 (1) m26.jpg": (Format.JPEG, False, False, ""),
    "formats/progressive_m26.jpg": (Format.JPEG, False, False, ""),
    "formats/rgb16_f1.png": (Format.PNG, False, False, "16 bits"),
    "formats/still_f1.gif": (Format.GIF, False, False, ""),
    "formats/stretched_f1.jpg": (Format.JPEG, False, False, ""),
    "hostile/exif_gps.jpg": (Format.JPEG, False, False, ""),
    "hostile/exif_orientation_99.jpg": (Format.JPEG, False, False, ""),
    "hostile/gif_frame_outside.gif": (Format.GIF, False, False, ""),
    "hostile/gif_js_polyglot.gif": (Format.GIF, False, False, ""),
    "hostile/iccp_bomb.png": (Format.PNG, False, False, "colour profile"),
    "hostile/jpeg_html_polyglot.jpg": (Format.JPEG, False, False, ""),
    "hostile/one_pixel.png": (Format.PNG, False, False, ""),
    "hostile/png_named.jpg": (Format.PNG, False, False, ""),
    "hostile/png_trailing_zip.png": (Format.PNG, False, False, ""),
    "hostile/sliver.png": (Format.PNG, False, False, ""),
    "hostile/ztxt_bomb.png": (Format.PNG, False, False, ""),
}
DAMAGED = ["bad_crc.png", "truncated.jpg", "truncated.png"]


@pytest.mark.parametrize("name", TEST_SET)
def test_still_files_of_the_test_set_decode(name: str, faces_dir: Path) -> None:
    """
    Real and odd files, with what is special about each.
    """
    still = decode((faces_dir / name).read_bytes(), field="target")
    kind, alpha, grey, warning = TEST_SET[name]

    assert (kind, alpha, grey) == (still.format, still.alpha is not None, still.grey)
    assert bool(warning) is bool(still.warnings)
    assert warning in "".join(still.warnings)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_the_eight_orientations_of_the_test_set_agree(orientation: int, faces_dir: Path) -> None:
    """
    One picture stored eight ways decodes to the same picture, up to JPEG's loss.
    """
    first, other = (
        decode((faces_dir / f"hard/exif_o{which}_m26.jpg").read_bytes(), field="target")
        for which in (1, orientation)
    )

    assert first.pixels.shape == other.pixels.shape
    assert mean_difference(first.pixels, other.pixels) < 4


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_of_the_test_set_are_refused(name: str, faces_dir: Path) -> None:
    """
    The header is fine, the pixels are not.
    """
    with pytest.raises(Damaged):
        decode((faces_dir / "hostile" / name).read_bytes(), field="target")


MEMORY = """
import resource, sys
from mien.media.still import decode
from mien.errors import MienError
import pillow_heif
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode(data, field="target")
except MienError:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("name", ["iccp_bomb.png", "ztxt_bomb.png", "gif_js_polyglot.gif"])
def test_bombs_beside_the_pixels_stay_packed(name: str, faces_dir: Path) -> None:
    """
    150 MB of profile or text behind a small picture: decoding needs less than 100 MB.
    """
    data = (faces_dir / "hostile" / name).read_bytes()

    run = subprocess.run(
        [sys.executable, "-c", MEMORY], input=data, capture_output=True, check=True, timeout=60
    )

    assert int(run.stdout) * 1024 < 100_000_000


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("side", [16, 17, 61])
def test_a_jpeg_is_what_pillow_reads(
    side: int, subsampling: str, *, progressive: bool, portrait: NDArray[np.uint8]
) -> None:
    """
    To the last bit, odd sides too, where half a cell of colour is left over.
    """
    file = io.BytesIO()
    part = Image.fromarray(portrait[:side, : side + 3])
    part.save(file, "JPEG", quality=88, subsampling=subsampling, progressive=progressive)

    still = decode(file.getvalue(), field="target")

    with Image.open(file) as expected:
        np.testing.assert_array_equal(np.asarray(expected), still.pixels)


def test_a_jpeg_with_a_flaw_is_left_to_pillow(samples: Mapping[str, bytes]) -> None:
    """
    Bytes of no meaning behind the picture, or a spoilt one in it: cameras write such files, and people see them.
    """
    sound = samples["jpeg"]
    spoilt = bytearray(sound)
    spoilt[-300] ^= 0x55

    for data in (sound + b"\0" * 50, sound[:-2] + b"\xff\xd0\xff\xd9", bytes(spoilt)):
        with Image.open(io.BytesIO(data)) as expected:
            pixels = np.asarray(expected.convert("RGB"))

        np.testing.assert_array_equal(pixels, decode(data, field="target").pixels)
