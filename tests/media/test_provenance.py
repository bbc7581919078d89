"""Every result says that it was altered: read back by other means than those that wrote it."""

import io
import json
import shutil
import struct
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image

from mien import __version__
from mien.media import provenance
from mien.media.formats import Format
from mien.media.still import Still, decode, encode

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
MARKED = [one for one in Format if one.is_picture]


def jpeg_packet(data: bytes) -> bytes:
    at = 2
    while data[at + 1] != 0xDA:
        (length,) = struct.unpack_from(">H", data, at + 2)
        payload = data[at + 4 : at + 2 + length]
        if payload.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
            return payload[29:]
        at += 2 + length
    raise AssertionError("no packet")


def png_packet(data: bytes) -> bytes:
    at = 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        payload = data[at + 8 : at + 8 + length]
        if payload.startswith(b"XML:com.adobe.xmp\0\0\0\0\0"):
            assert b"iTXt" == data[at + 4 : at + 8]
            return payload[22:]
        at += 12 + length
    raise AssertionError("no packet")


def webp_packet(data: bytes) -> bytes:
    at = 12
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        if data[at : at + 4] == b"XMP ":
            return data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    raise AssertionError("no packet")


def tiff_packet(data: bytes) -> bytes:
    tag = Image.open(io.BytesIO(data)).tag_v2[700]  # type: ignore[attr-defined]
    return bytes(tag)


def avif_packet(data: bytes) -> bytes:
    return bytes(Image.open(io.BytesIO(data)).info["xmp"])


def heic_packet(data: bytes) -> bytes:
    packet = pillow_heif.open_heif(data).info["xmp"]
    assert isinstance(packet, bytes)
    return packet


def bmp_packet(data: bytes) -> bytes:
    """What stands behind the pixels; the header counts it in."""
    size, start = struct.unpack_from("<I4xI", data, 2)
    width, height, depth = struct.unpack_from("<iixxH", data, 18)
    assert size == len(data)
    return data[start + (width * depth + 31) // 32 * 4 * height :]


def gif_blocks(data: bytes) -> Iterator[tuple[int, int]]:
    """Label and position of every extension, walked by sub-blocks as a decoder does."""
    at = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    while data[at] != 0x3B:
        if data[at] == 0x21:
            yield data[at + 1], at
            at += 2
        else:
            assert 0x2C == data[at]
            at += 11 + (3 << ((data[at + 9] & 7) + 1) if data[at + 9] & 0x80 else 0)
        while data[at]:
            at += data[at] + 1
        at += 1


def gif_packet(data: bytes) -> bytes:
    starts = [at for label, at in gif_blocks(data) if label == 0xFF]
    at = next(at for at in starts if data[at : at + 14] == b"\x21\xff\x0bXMP DataXMP")
    return data[at + 14 : data.index(b"\x01\xff\xfe", at)]


PACKETS: dict[Format, Callable[[bytes], bytes]] = {
    Format.JPEG: jpeg_packet,
    Format.PNG: png_packet,
    Format.WEBP: webp_packet,
    Format.TIFF: tiff_packet,
    Format.AVIF: avif_packet,
    Format.HEIC: heic_packet,
    Format.GIF: gif_packet,
    Format.BMP: bmp_packet,
}


def described(packet: bytes) -> dict[str, str]:
    """The attributes of the packet's only description."""
    found = ET.fromstring(packet.rstrip(b"\0")).find(f"{RDF}RDF/{RDF}Description")  # noqa: S314
    assert found is not None
    return dict(found.attrib)


@pytest.mark.parametrize("kind", MARKED)
def test_every_format_carries_the_mark(kind: Format, portrait: NDArray[np.uint8]) -> None:
    """
    Source type and software stand in a packet where that format keeps it.
    """
    target = Still(pixels=portrait, format=kind)

    facts = described(PACKETS[kind](encode(target, portrait).data))

    assert SOURCE_TYPE == facts[f"{IPTC}DigitalSourceType"]
    assert f"mien {__version__}" == facts[f"{XMP}CreatorTool"]


@pytest.mark.parametrize("name", ["jpeg_grey", "jpeg_cmyk", "png_palette_clear", "gif_clear"])
def test_unusual_targets_carry_it_too(name: str, samples: Mapping[str, bytes]) -> None:
    """
    Grey, CMYK, palettes and transparency take other paths to the same mark.
    """
    target = decode(samples[name], field="target")

    packet = PACKETS[target.format](encode(target, target.pixels).data)

    assert SOURCE_TYPE == described(packet)[f"{IPTC}DigitalSourceType"]


def test_a_gif_with_a_packet_is_still_one_picture(portrait: NDArray[np.uint8]) -> None:
    """
    A decoder that walks sub-blocks comes out behind the packet, where the picture begins.
    """
    target = Still(pixels=portrait, format=Format.GIF)
    data = encode(target, portrait).data

    opened = Image.open(io.BytesIO(data))
    opened.load()

    assert (96, 71, 1) == (*opened.size, opened.n_frames)  # type: ignore[attr-defined]
    assert b"GIF89a" == data[:6]


def test_the_exif_block_names_the_software_and_nothing_else() -> None:
    """
    One tag, so that nothing else can slip in.
    """
    exif = Image.Exif()
    exif.load(provenance.mark("1.2.3").exif)

    assert {0x0131: "mien 1.2.3"} == dict(exif)


#: exiftool reads no metadata in BMP, which has no place for any.
READ_BY_EXIFTOOL = [one for one in MARKED if one is not Format.BMP]


@pytest.mark.parametrize("kind", READ_BY_EXIFTOOL)
def test_exiftool_reads_the_mark(kind: Format, portrait: NDArray[np.uint8], tmp_path: Path) -> None:
    """
    The program that archives and newsrooms use finds it, and finds nothing to complain about.
    """
    tool = shutil.which("exiftool")
    if tool is None:
        pytest.skip("needs exiftool (Debian: libimage-exiftool-perl)")
    path = tmp_path / f"result{kind.extension}"
    path.write_bytes(encode(Still(pixels=portrait, format=kind), portrait).data)

    run = subprocess.run([tool, "-json", path], capture_output=True, check=True, text=True)

    facts = json.loads(run.stdout)[0]
    assert SOURCE_TYPE == facts["DigitalSourceType"]
    assert f"mien {__version__}" == facts["CreatorTool"]
    assert "Warning" not in facts
