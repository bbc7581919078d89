"""The target keeps its colours; the source comes into the target's space."""

import io
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from mien.media.formats import Format
from mien.media.still import Still, decode, encode, match_colour

RED = (200, 40, 30)


def plain(colour: tuple[int, int, int], **facts: object) -> Still:
    pixels = np.full((8, 8, 3), colour, np.uint8)
    return Still(pixels=pixels, format=Format.PNG, **facts)  # type: ignore[arg-type]


def file(picture: Image.Image, kind: str, icc: bytes) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, icc_profile=icc)
    return out.getvalue()


def test_one_space_costs_nothing() -> None:
    """
    Where both pictures are sRGB the source's own array is used.
    """
    source, target = plain(RED), plain((1, 2, 3))

    assert match_colour(source, target) is source.pixels


def test_one_profile_costs_nothing(profiles: Mapping[str, bytes]) -> None:
    """
    The same profile on both sides needs no conversion either.
    """
    source, target = (plain(RED, icc=profiles["swapped"]) for _ in range(2))

    assert match_colour(source, target) is source.pixels


def test_an_srgb_profile_means_srgb(profiles: Mapping[str, bytes]) -> None:
    """
    sRGB said in words or by silence is one space: no pixel moves.
    """
    source, target = plain(RED, icc=profiles["srgb"]), plain((1, 2, 3))

    assert (source.pixels == match_colour(source, target)).all()


def test_the_source_is_converted_to_the_targets_space(profiles: Mapping[str, bytes]) -> None:
    """
    In a space whose red is green, red is written as green.
    """
    source, target = plain(RED), plain((1, 2, 3), icc=profiles["swapped"])

    red, green, blue = match_colour(source, target)[0, 0].tolist()

    assert (40, 200, 30) == pytest.approx((red, green, blue), abs=2)


def test_there_and_back_is_the_same_colour(profiles: Mapping[str, bytes]) -> None:
    """
    Converting to the other space and back ends where it began.
    """
    source, target = plain(RED), plain((1, 2, 3), icc=profiles["swapped"])
    there = replace(target, pixels=match_colour(source, target))

    assert RED == pytest.approx(match_colour(there, source)[0, 0].tolist(), abs=2)


def test_a_grey_target_gets_a_grey_source() -> None:
    """
    Luminance, in three equal channels: green is lighter than blue.
    """
    target = plain((5, 5, 5), grey=True)

    green = match_colour(plain((0, 200, 0)), target)
    blue = match_colour(plain((0, 0, 200)), target)

    assert (green == green[..., :1]).all()
    assert green[0, 0, 0] > blue[0, 0, 0] > 0


def test_a_grey_source_stays_as_it_is_on_a_coloured_target() -> None:
    """
    Grey of sRGB is the same three values in sRGB.
    """
    source = plain((90, 90, 90), grey=True)

    assert {90} == set(np.unique(match_colour(source, plain(RED))).tolist())


def test_what_is_clear_in_the_source_becomes_white() -> None:
    """
    Under full transparency a file may hold anything; half transparent colours are real.
    """
    alpha = np.full((8, 8), 255, np.uint8)
    alpha[0, 0], alpha[0, 1] = 0, 1

    matched = match_colour(plain(RED, alpha=alpha), plain((1, 2, 3)))

    assert [(255, 255, 255), RED, RED] == [tuple(p) for p in matched[0, :3].tolist()]


def test_the_targets_profile_reaches_the_result(
    profiles: Mapping[str, bytes], portrait: NDArray[np.uint8]
) -> None:
    """
    The very bytes of the profile, in every format that holds one.
    """
    target = Still(pixels=portrait, format=Format.PNG, icc=profiles["swapped"])

    for kind in (Format.JPEG, Format.PNG, Format.WEBP, Format.TIFF, Format.HEIC, Format.AVIF):
        data = encode(target, portrait, format=kind).data
        assert profiles["swapped"] == decode(data, field="result").icc, kind


@pytest.mark.parametrize("kind", [Format.BMP, Format.GIF])
def test_without_room_for_a_profile_the_colours_become_srgb(
    kind: Format, profiles: Mapping[str, bytes]
) -> None:
    """
    The result looks the same in a format that has no place for the profile.
    """
    target = plain((40, 200, 30), icc=profiles["swapped"])

    result = decode(encode(target, target.pixels, format=kind).data, field="result")

    assert result.icc is None
    assert RED == pytest.approx(result.pixels[4, 4].tolist(), abs=8)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    ("name", "words"), [("broken", "broken colour profile"), ("cmyk", "another kind of picture")]
)
def test_a_profile_that_does_not_work_is_dropped_with_a_warning(
    kind: str, name: str, words: str, profiles: Mapping[str, bytes], portrait: NDArray[np.uint8]
) -> None:
    """
    The picture is read as sRGB, and the report says so.
    """
    cmyk = profiles["srgb"][:16] + b"CMYK" + profiles["srgb"][20:]
    data = file(Image.fromarray(portrait), kind, {"cmyk": cmyk, **profiles}[name])

    still = decode(data, field="source")

    assert still.icc is None
    assert [True] == [text.startswith("The source picture has a") for text in still.warnings]
    assert words in still.warnings[0]


def test_a_colour_profile_on_a_grey_picture_does_not_fit(
    profiles: Mapping[str, bytes], portrait: NDArray[np.uint8]
) -> None:
    """
    RGB profiles describe three channels; a grey file with one is grey and sRGB.
    """
    data = file(Image.fromarray(portrait).convert("L"), "PNG", profiles["srgb"])

    still = decode(data, field="target")

    assert (None, True) == (still.icc, still.grey)
    assert "another kind of picture" in still.warnings[0]


def test_a_deep_picture_leaves_its_space(profiles: Mapping[str, bytes]) -> None:
    """
    16 bits become 8-bit sRGB: the colours are converted, not only cut.
    """
    from mien.media import colour  # noqa: PLC0415
    from mien.media.readers.raster import Raster  # noqa: PLC0415

    picture = Image.new("RGB", (4, 4), (40, 200, 30))

    settled = colour.settle(Raster(picture=picture, icc=profiles["swapped"]), deep=True)

    assert settled.icc is None
    assert RED == pytest.approx(settled.picture.getpixel((0, 0)), abs=2)


def test_the_alpha_of_a_deep_picture_is_not_touched(profiles: Mapping[str, bytes]) -> None:
    """
    Colour conversion is for colours.
    """
    from mien.media import colour  # noqa: PLC0415
    from mien.media.readers.raster import Raster  # noqa: PLC0415

    picture = Image.new("RGBA", (4, 4), (40, 200, 30, 77))

    settled = colour.settle(Raster(picture=picture, icc=profiles["swapped"]), deep=True)

    assert 77 == settled.picture.getpixel((0, 0))[3]  # type: ignore[index]


def test_the_reference_agrees(profiles: Mapping[str, bytes], portrait: NDArray[np.uint8]) -> None:
    """
    Pixel for pixel what Pillow's own one-call conversion gives.
    """
    source = Still(pixels=portrait, format=Format.PNG, icc=profiles["swapped"])
    target = plain(RED)
    expected = ImageCms.profileToProfile(
        Image.fromarray(portrait),
        ImageCms.ImageCmsProfile(io.BytesIO(profiles["swapped"])),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )

    assert expected is not None
    assert (np.asarray(expected) == match_colour(source, target)).all()
