"""Pixels to files: the target's format, its fidelity, and nothing of its metadata."""

import io
import os
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mien.errors import TooLarge, Unsupported
from mien.media import provenance
from mien.media.formats import Format
from mien.media.pictures import Recipe
from mien.media.probe import probe
from mien.media.still import Still, decode, encode
from mien.media.writers import tiff

#: Tags of a TIFF that tell of its strips: where, of how many rows, and how long.
STRIPS = {273, 278, 279}

PICTURES = [one for one in Format if one.is_picture]
#: Samples whose pixels the result must repeat exactly where nothing was changed.
LOSSLESS = [
    "png",
    "png_clear",
    "png_grey",
    "png_grey_clear",
    "png_palette",
    "png_palette_clear",
    "png_colour_key",
    "png_1bit",
    "webp_lossless",
    "webp_lossless_clear",
    "bmp",
    "bmp_grey",
    "bmp_palette",
    "tiff",
    "tiff_lzw",
    "tiff_deflate",
    "tiff_packbits",
    "tiff_big",
    "tiff_clear",
    "tiff_grey",
    "gif_grey",
]
EVERY = [*LOSSLESS, "jpeg", "jpeg_444", "jpeg_progressive", "jpeg_coarse", "jpeg_grey"]
EVERY += ["jpeg_cmyk", "png_16bit", "webp", "webp_clear", "tiff_cmyk", "tiff_16bit", "heic"]
EVERY += ["heic_clear", "heic_grey", "avif", "avif_clear", "gif", "gif_clear"]


def again(still: Still, **options: Format) -> Still:
    """What a reader of the result sees."""
    return decode(encode(still, still.pixels, **options).data, field="result")


def psnr(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    error = float(((one.astype(float) - other) ** 2).mean())
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))


@pytest.mark.parametrize("name", EVERY)
def test_the_result_has_the_targets_format_and_size(
    name: str, samples: Mapping[str, bytes]
) -> None:
    """
    Format and size by content, not by what encode says of itself.
    """
    target = decode(samples[name], field="target")

    result = encode(target, target.pixels)

    seen = probe(result.data, field="result")
    assert (target.format, 96, 71) == (seen.format, seen.width, seen.height)
    assert (result.format, result.width, result.height) == (seen.format, seen.width, seen.height)


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_formats_repeat_every_pixel(name: str, samples: Mapping[str, bytes]) -> None:
    """
    Colours, also those under full transparency, and alpha are byte-identical.
    """
    target = decode(samples[name], field="target")

    result = again(target)

    assert (target.pixels == result.pixels).all()
    assert target.grey is result.grey
    if target.alpha is not None:
        assert result.alpha is not None
        assert (target.alpha == result.alpha).all()


@pytest.mark.parametrize("name", ["webp_clear", "avif_clear", "gif_clear"])
def test_alpha_is_exact_in_lossy_formats_too(name: str, samples: Mapping[str, bytes]) -> None:
    """
    A soft edge keeps its softness whatever happens to the colours.
    """
    target = decode(samples[name], field="target")

    result = again(target)

    assert target.alpha is not None
    assert result.alpha is not None
    assert (target.alpha == result.alpha).all()


@pytest.mark.parametrize(
    "kind", [Format.PNG, Format.WEBP, Format.TIFF, Format.BMP, Format.AVIF, Format.HEIC]
)
@pytest.mark.parametrize("name", ["png_clear", "png_grey_clear"])
def test_alpha_crosses_formats(kind: Format, name: str, samples: Mapping[str, bytes]) -> None:
    """
    Every format that holds alpha gets it, also from a grey picture; HEIC loses 3 levels at most.
    """
    target = decode(samples[name], field="target")

    result = again(target, format=kind)

    assert target.alpha is not None
    assert result.alpha is not None
    off = int(np.abs(target.alpha.astype(int) - result.alpha).max())
    assert off <= (4 if kind is Format.HEIC else 0)


def test_jpeg_gets_white_where_nothing_was(samples: Mapping[str, bytes]) -> None:
    """
    Flattened on white, with a warning.
    """
    target = decode(samples["png_clear"], field="target")

    result = encode(target, target.pixels, format=Format.JPEG)

    assert ("JPEG holds no transparency; it became white.",) == result.warnings
    assert decode(result.data, field="result").pixels[:, :8].min() > 245


def test_gif_says_that_it_lost_half_transparency(samples: Mapping[str, bytes]) -> None:
    """
    On or off is all that GIF knows.
    """
    target = decode(samples["png_clear"], field="target")

    result = encode(target, target.pixels, format=Format.GIF)

    alpha = decode(result.data, field="result").alpha
    assert alpha is not None
    assert target.alpha is not None
    assert ((target.alpha >= 128) == (alpha == 255)).all()
    assert any("half transparency" in text for text in result.warnings)


def test_a_gif_of_few_colours_keeps_its_hole() -> None:
    """
    Two colours and a hole: the hole's palette entry is beyond the colours in use.
    """
    pixels = np.full((8, 8, 3), 200, np.uint8)
    pixels[:4] = (10, 90, 30)
    alpha = np.full((8, 8), 255, np.uint8)
    alpha[2:6, 2:6] = 0

    result = again(Still(pixels=pixels, alpha=alpha, format=Format.GIF))

    assert result.alpha is not None
    assert (alpha == result.alpha).all()
    assert 6 >= np.abs(pixels.astype(int) - result.pixels)[alpha > 0].max()


@pytest.mark.parametrize("name", ["jpeg", "jpeg_444", "jpeg_grey"])
def test_a_good_jpeg_keeps_its_tables(name: str, samples: Mapping[str, bytes]) -> None:
    """
    The same tables and sampling, so that untouched blocks come out as they went in.
    """
    before = Image.open(io.BytesIO(samples[name]))
    target = decode(samples[name], field="target")

    data = encode(target, target.pixels).data

    after = Image.open(io.BytesIO(data))
    assert before.quantization == after.quantization  # type: ignore[attr-defined]
    assert before.layer == after.layer  # type: ignore[attr-defined]
    assert psnr(target.pixels, decode(data, field="result").pixels) > 45
    assert len(data) < 1.1 * len(samples[name]) + 2000  # the mark


def test_a_turned_jpeg_turns_its_tables(portrait: NDArray[np.uint8]) -> None:
    """
    What was a row of a block is now a column; with the wrong table half the detail is lost.
    """
    steps = [min(255, 2 + 3 * (index % 8)) for index in range(64)]
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    whole = Image.fromarray(portrait[:64])
    whole.save(out, "JPEG", qtables=[steps, steps], subsampling="4:4:4", exif=exif)
    target = decode(out.getvalue(), field="target")

    data = encode(target, target.pixels).data

    turned = Image.open(io.BytesIO(data)).quantization[0]  # type: ignore[attr-defined]
    assert [2 + 3 * (index // 8) for index in range(64)] == list(turned)
    assert psnr(target.pixels, decode(data, field="result").pixels) > 45


def test_a_coarse_jpeg_gets_finer_tables(samples: Mapping[str, bytes]) -> None:
    """
    A new face behind the block edges of quality 40 would look worse than the rest.
    """
    target = decode(samples["jpeg_coarse"], field="target")

    data = encode(target, target.pixels).data

    before, after = (
        sum(Image.open(io.BytesIO(one)).quantization[0])  # type: ignore[attr-defined]
        for one in (samples["jpeg_coarse"], data)
    )
    assert after < before / 2


@pytest.mark.parametrize(
    ("name", "compression"),
    [
        ("tiff", 1),
        ("tiff_lzw", 5),
        ("tiff_deflate", 8),
        ("tiff_packbits", 32773),
        ("tiff_jpeg", 5),
    ],
)
def test_a_tiff_keeps_a_lossless_compression(
    name: str, compression: int, samples: Mapping[str, bytes]
) -> None:
    """
    The target's own where it is lossless, else LZW.
    """
    target = decode(samples[name], field="target")

    result = Image.open(io.BytesIO(encode(target, target.pixels).data))

    assert compression == result.tag_v2[259]  # type: ignore[attr-defined]


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", ""])
@pytest.mark.parametrize("width", [40, 211, 9000])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_tiff_is_packed_in_pieces(
    compression: str, width: int, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    No other thread works while one is packed, so they are small; the file is that of one piece.
    """
    monkeypatch.setattr(tiff, "PIECE", 20_000)
    packed: list[int] = []
    saved = Image.Image.save

    def save(picture: Image.Image, *args: Any, **options: Any) -> None:
        packed.append(picture.width * picture.height)
        saved(picture, *args, **options)

    monkeypatch.setattr(Image.Image, "save", save)
    grey, clear = mode.startswith("L"), mode.endswith("A")
    chance = np.random.default_rng(1)
    pixels = chance.integers(0, 256, (90_000 // width, width, 3), np.uint8)
    pixels[..., 1:] = pixels[..., :1] if grey else pixels[..., 1:]
    target = Still(
        pixels=pixels,
        alpha=chance.integers(0, 256, pixels.shape[:2], np.uint8) if clear else None,
        format=Format.TIFF,
        grey=grey,
        icc=b"a profile",
        dpi=(300.0, 150.0),
        recipe=Recipe(lossless=True, compression=compression),
    )

    data = encode(target, pixels).data

    assert len(packed) > 4
    assert max(packed) <= max(20_000, width)
    with Image.open(io.BytesIO(data)) as read:
        layers = np.asarray(read).reshape(*pixels.shape[:2], -1)
        facts = (read.mode, read.info["icc_profile"], read.info["dpi"])
    assert (mode, b"a profile", (300, 150)) == facts
    assert np.array_equal(pixels[..., : 1 if grey else 3], layers[..., : 1 if grey else 3])
    assert target.alpha is None or np.array_equal(target.alpha, layers[..., -1])
    assert provenance.SOURCE_TYPE.encode() in data
    monkeypatch.setattr(tiff, "PIECE", 100_000)
    assert tags_of(encode(target, pixels).data) == tags_of(data)


def tags_of(data: bytes) -> dict[int, Any]:
    """All tags of a TIFF but those of its strips."""
    with Image.open(io.BytesIO(data)) as read:
        tags = read.tag_v2.items()  # type: ignore[attr-defined]
        return {tag: value for tag, value in tags if tag not in STRIPS}


@pytest.mark.parametrize("kind", PICTURES)
def test_lossy_formats_look_like_what_they_were_given(
    kind: Format, portrait: NDArray[np.uint8]
) -> None:
    """
    From a lossless target every format gives at least 28 dB even on this small, busy picture.
    """
    target = Still(pixels=portrait, format=Format.PNG)

    assert psnr(portrait, again(target, format=kind).pixels) > 28


def test_density_is_kept(samples: Mapping[str, bytes]) -> None:
    """
    Dots an inch are harmless, and printers ask for them.
    """
    target = replace(decode(samples["png"], field="target"), dpi=(300.0, 150.0))

    for kind in (Format.JPEG, Format.PNG, Format.TIFF, Format.BMP):
        assert (300.0, 150.0) == pytest.approx(again(target, format=kind).dpi, abs=0.1), kind


@pytest.mark.parametrize(
    ("kind", "shape"), [(Format.WEBP, (2, 16_384, 3)), (Format.JPEG, (65_501, 1, 3))]
)
def test_a_side_that_a_format_cannot_hold_is_refused(
    kind: Format, shape: tuple[int, int, int]
) -> None:
    """
    With the side and the format's limit, before the encoder fails in its own words.
    """
    target = Still(pixels=np.zeros(shape, np.uint8), format=Format.PNG)

    with pytest.raises(TooLarge, match=kind.label):
        encode(target, target.pixels, format=kind)


def test_a_still_is_no_video(samples: Mapping[str, bytes]) -> None:
    """
    Formats that are named but not written are refused in words.
    """
    target = decode(samples["png"], field="target")

    with pytest.raises(Unsupported, match="MP4"):
        encode(target, target.pixels, format=Format.MP4)


def test_pixels_of_another_size_are_a_mistake(samples: Mapping[str, bytes]) -> None:
    """
    The target's alpha and size would not fit.
    """
    target = decode(samples["png"], field="target")

    with pytest.raises(ValueError, match="pixels must be"):
        encode(target, target.pixels[:-1])


SECRET = b"<script>alert(1)</script> 52.520008 13.404954"


def with_secrets(data: bytes) -> bytes:
    """A JPEG with a comment, EXIF, XMP, a strange segment and a trailer, all with `SECRET`."""
    kinds = [(0xFE, b""), (0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0"), (0xED, b"Photoshop 3.0\0")]
    kinds += [(0xE1, b"http://ns.adobe.com/xap/1.0/\0"), (0xE5, b"odd")]
    parts = [
        bytes((0xFF, code)) + struct.pack(">H", len(head + SECRET) + 2) + head + SECRET
        for code, head in kinds
    ]
    return data[:2] + b"".join(parts) + data[2:] + SECRET


def test_nothing_of_a_jpegs_metadata_reaches_the_result(samples: Mapping[str, bytes]) -> None:
    """
    Comments, EXIF, XMP, other segments and what follows the picture are gone.
    """
    target = decode(with_secrets(samples["jpeg"]), field="target")

    assert SECRET not in encode(target, target.pixels).data


def test_nothing_of_a_pngs_metadata_reaches_the_result(portrait: NDArray[np.uint8]) -> None:
    """
    Text chunks and an archive behind the picture are gone.
    """
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

    text = PngInfo()
    text.add_text("Comment", SECRET.decode())
    out = io.BytesIO()
    Image.fromarray(portrait).save(out, "PNG", pnginfo=text)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("evil.html", SECRET)
    target = decode(out.getvalue(), field="target")

    data = encode(target, target.pixels).data

    assert SECRET not in data
    assert not zipfile.is_zipfile(io.BytesIO(data))
    assert data.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize(
    ("name", "unwanted"),
    [
        ("exif_gps.jpg", [b"\x88\x25\x00\x04"]),
        ("exif_orientation_99.jpg", [b"xxxxxxxxxxxx"]),
        ("jpeg_html_polyglot.jpg", [b"<html", b"<script"]),
        ("gif_js_polyglot.gif", [b"alert"]),
        ("png_trailing_zip.png", [b"PK\x03\x04", b"PK\x05\x06"]),
        ("ztxt_bomb.png", [b"zTXt"]),
        ("iccp_bomb.png", [b"iCCP"]),
    ],
)
def test_hostile_extras_of_the_test_set_are_gone(
    name: str, unwanted: list[bytes], faces_dir: Path
) -> None:
    """
    Position, markup, scripts and archives do not survive a swap.
    """
    hostile = (faces_dir / "hostile" / name).read_bytes()
    target = decode(hostile, field="target")

    data = encode(target, target.pixels).data

    assert unwanted == [one for one in unwanted if one in hostile]
    assert [] == [one for one in unwanted if one in data]


def test_a_jpeg_is_the_same_where_the_system_gives_no_file_in_memory(
    astronaut: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A sandbox, or another system, may not have them; only time is lost.
    """

    def refused(_: str) -> int:
        raise PermissionError

    file = io.BytesIO()
    Image.fromarray(astronaut).save(file, "JPEG")
    target = decode(file.getvalue(), field="target")
    usual = encode(target, target.pixels).data
    monkeypatch.setattr(os, "memfd_create", refused, raising=False)

    assert usual == encode(target, target.pixels).data
