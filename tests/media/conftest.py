"""Small files of every kind, made in memory, so that no test needs the test set to cover a format."""

import io
from collections.abc import Callable, Mapping

import cv2
import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

#: Width and height of every sample; odd on one side, because encoders pad and crop.
SIZE = (96, 71)


@pytest.fixture(scope="session")
def portrait(astronaut: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``(71, 96, 3)``: the astronaut's face."""
    return np.ascontiguousarray(astronaut[60:202:2, 130:322:2])


@pytest.fixture(scope="session")
def clear(portrait: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``(71, 96)`` alpha: transparent at the left, a ramp, opaque at the right."""
    ramp = np.clip(np.arange(96) * 6 - 60, 0, 255).astype(np.uint8)
    return np.broadcast_to(ramp, portrait.shape[:2]).copy()


@pytest.fixture(scope="session")
def profiles() -> Mapping[str, bytes]:
    """ICC profiles by name: sRGB, one with red and green exchanged, and a broken one."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return {"srgb": srgb, "swapped": exchanged(srgb), "broken": srgb[:100] + bytes(300)}


def exchanged(profile: bytes) -> bytes:
    """A profile whose red and green primaries changed places: no one can overlook it."""
    return profile.replace(b"rXYZ", b"....").replace(b"gXYZ", b"rXYZ").replace(b"....", b"gXYZ")


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def heic(picture: Image.Image, **options: object) -> bytes:
    file = pillow_heif.from_bytes(picture.mode, picture.size, picture.tobytes())
    out = io.BytesIO()
    file.save(out, quality=90, **options)
    return out.getvalue()


def deep(pixels: NDArray[np.uint8], extension: str) -> bytes:
    """A file of 16 bits a channel whose values are the 8-bit ones times 257."""
    bgr = pixels[..., ::-1] if pixels.ndim == 3 else pixels
    _, data = cv2.imencode(extension, bgr.astype(np.uint16) * 257)
    return data.tobytes()


def moving(picture: Image.Image, kind: str) -> bytes:
    turned = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return saved(picture, kind, save_all=True, append_images=[turned, picture], duration=80)


def stills(rgb: Image.Image, alpha: Image.Image) -> dict[str, bytes]:
    """Name -> file of a still picture."""
    clear, grey = rgb.copy(), rgb.convert("L")
    clear.putalpha(alpha)
    grey_clear = grey.copy()
    grey_clear.putalpha(alpha)
    indexed = rgb.quantize(64)
    return {
        "jpeg": saved(rgb, "JPEG", quality=90, subsampling="4:2:0"),
        "jpeg_444": saved(rgb, "JPEG", quality=95, subsampling="4:4:4"),
        "jpeg_progressive": saved(rgb, "JPEG", quality=90, progressive=True),
        "jpeg_coarse": saved(rgb, "JPEG", quality=40),
        "jpeg_grey": saved(grey, "JPEG", quality=90),
        "jpeg_cmyk": saved(rgb.convert("CMYK"), "JPEG", quality=95),
        "png": saved(rgb, "PNG"),
        "png_clear": saved(clear, "PNG"),
        "png_grey": saved(grey, "PNG"),
        "png_grey_clear": saved(grey_clear, "PNG"),
        "png_palette": saved(indexed, "PNG"),
        "png_palette_clear": saved(indexed, "PNG", transparency=3),
        "png_colour_key": saved(rgb, "PNG", transparency=rgb.getpixel((0, 0))),
        "png_1bit": saved(grey.convert("1"), "PNG"),
        "png_16bit": deep(np.asarray(rgb), ".png"),
        "png_16bit_grey": deep(np.asarray(grey), ".png"),
        "webp": saved(rgb, "WEBP", quality=90),
        "webp_clear": saved(clear, "WEBP", quality=90),
        "webp_lossless": saved(rgb, "WEBP", lossless=True),
        "webp_lossless_clear": saved(clear, "WEBP", lossless=True, exact=True),
        "bmp": saved(rgb, "BMP"),
        "bmp_grey": saved(grey, "BMP"),
        "bmp_palette": saved(indexed, "BMP"),
        "tiff": saved(rgb, "TIFF"),
        "tiff_lzw": saved(rgb, "TIFF", compression="tiff_lzw"),
        "tiff_deflate": saved(rgb, "TIFF", compression="tiff_adobe_deflate"),
        "tiff_packbits": saved(rgb, "TIFF", compression="packbits"),
        "tiff_jpeg": saved(rgb, "TIFF", compression="jpeg", quality=90),
        "tiff_big": saved(rgb, "TIFF", big_tiff=True),
        "tiff_clear": saved(clear, "TIFF"),
        "tiff_grey": saved(grey, "TIFF"),
        "tiff_cmyk": saved(rgb.convert("CMYK"), "TIFF"),
        "tiff_16bit": deep(np.asarray(rgb), ".tif"),
        "tiff_pages": saved(rgb, "TIFF", save_all=True, append_images=[grey]),
        "heic": heic(rgb),
        "heic_clear": heic(clear),
        "heic_grey": heic(grey),
        "avif": saved(rgb, "AVIF", quality=90, speed=9),
        "avif_clear": saved(clear, "AVIF", quality=90, speed=9),
        "gif": saved(indexed, "GIF"),
        "gif_clear": saved(indexed, "GIF", transparency=3),
        "gif_grey": saved(grey, "GIF"),
    }


def animations(rgb: Image.Image) -> dict[str, bytes]:
    return {
        "moving_gif": moving(rgb.quantize(64), "GIF"),
        "moving_png": moving(rgb, "PNG"),
        "moving_webp": moving(rgb, "WEBP"),
        "moving_avif": moving(rgb, "AVIF"),
    }


@pytest.fixture(scope="session")
def samples(portrait: NDArray[np.uint8], clear: NDArray[np.uint8]) -> Mapping[str, bytes]:
    """Name -> file; every still and animation format, 96 x 71 pixels."""
    rgb = Image.fromarray(portrait)
    return stills(rgb, Image.fromarray(clear)) | animations(rgb)


@pytest.fixture
def turned(portrait: NDArray[np.uint8]) -> Callable[[str, int], bytes]:
    """A file of a format (Pillow's name) with an orientation; its rows are the portrait's."""

    def make(kind: str, orientation: int) -> bytes:
        exif = Image.Exif()
        exif[0x0112] = orientation
        picture = Image.fromarray(portrait)
        if kind == "HEIF":
            return heic(picture, exif=exif.tobytes())
        if kind == "TIFF":
            return saved(picture, kind, tiffinfo={0x0112: orientation})
        return saved(picture, kind, exif=exif)

    return make
