"""Probing needs little memory and time whatever a file says: each in a process with a leash."""

import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from mien.errors import InputError
from mien.media.probe import probe

#: Address space and processor time that a probe may take; the interpreter alone needs 20 MB.
LEASH = """
import resource, sys
import mien.media.probe as media
from mien.media.limits import Limits
from mien.errors import MienError
assert not {"numpy", "PIL", "pillow_heif"} & set(sys.modules), "probe must not load decoders"
data = sys.stdin.buffer.read()
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 64_000_000, used + 64_000_000))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
try:
    Limits().require(media.probe(data, field="target"), field="target")
except MienError as error:
    print(type(error).__name__)
else:
    print("ok")
"""

HOSTILE = {
    "audio_only.mp4": "Unreadable",
    "bad_crc.png": "ok",
    "bomb_1bit_60000.png": "TooLarge",
    "bomb_rgb_20000.png": "TooLarge",
    "declared_2g.png": "TooLarge",
    "exif_gps.jpg": "ok",
    "exif_orientation_99.jpg": "ok",
    "fps_1000.mp4": "TooLarge",
    "gif_5000_frames.gif": "TooLarge",
    "gif_canvas_65535.gif": "TooLarge",
    "gif_frame_outside.gif": "ok",
    "gif_js_polyglot.gif": "ok",
    "header_only.jpg": "Unreadable",
    "html_named.png": "Unreadable",
    "iccp_bomb.png": "ok",
    "jpeg_declares_65000.jpg": "TooLarge",
    "jpeg_html_polyglot.jpg": "ok",
    "long_static_2h.mp4": "TooLarge",
    "mp4_named.gif": "ok",
    "no_moov.mp4": "Unreadable",
    "one_pixel.png": "ok",
    "png_named.jpg": "ok",
    "png_trailing_zip.png": "ok",
    "sliver.png": "ok",
    "svg_script.svg": "Unreadable",
    "svg_xxe.svg": "Unreadable",
    "text_named.mp4": "Unreadable",
    "truncated.gif": "ok",
    "truncated.jpg": "ok",
    "truncated.png": "ok",
    "truncated_faststart.mp4": "ok",
    "zero_bytes.jpg": "Unreadable",
    "zip_named.jpg": "Unreadable",
    "ztxt_bomb.png": "ok",
}

#: Twenty megabytes of the smallest parts that a format knows.
MANY = 20_000_000


def png_of_tiny_chunks() -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    start = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    )
    return start + b"\0\0\0\0tEXt\0\0\0\0" * (MANY // 12)


def tiff_of_many_pages() -> bytes:
    page = struct.Struct("<H12xI")
    pages = (page.pack(1, 8 + page.size * (index + 1)) for index in range(MANY // page.size))
    return b"II*\0\x08\0\0\0" + b"".join(pages)


MADE = {
    "jpeg fill bytes": b"\xff\xd8" + b"\xff" * MANY,
    "jpeg stuffed bytes": b"\xff\xd8" + b"\xff\x00" * (MANY // 2),
    "jpeg empty segments": b"\xff\xd8" + b"\xff\xe0\x00\x02" * (MANY // 4),
    "png tiny chunks": png_of_tiny_chunks(),
    "gif tiny blocks": b"GIF89a\x08\0\x08\0\0\0\0\x21\xfe" + b"\1 " * (MANY // 2),
    "webp tiny chunks": b"RIFF\0\0\0\0WEBP" + b"JUNK\0\0\0\0" * (MANY // 8),
    "tiff many pages": tiff_of_many_pages(),
    "mp4 tiny boxes": b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08free" * (MANY // 8),
    "mkv tiny elements": b"\x1a\x45\xdf\xa3\x80" + b"\xec\x80" * (MANY // 2),
    "markup without end": b"<" * MANY,
}  # fmt: skip


def leashed(data: bytes) -> str:
    run = subprocess.run(
        [sys.executable, "-c", LEASH], input=data, capture_output=True, check=False, timeout=60
    )
    assert (0, b"") == (run.returncode, run.stderr)
    return run.stdout.decode().strip()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_probed_on_a_leash(name: str, faces_dir: Path) -> None:
    """
    64 MB beyond the file itself and ten seconds are enough for each; none crashes.
    """
    data = (faces_dir / "hostile" / name).read_bytes()

    assert HOSTILE[name] == leashed(data)


def test_every_hostile_file_has_its_line(faces_dir: Path) -> None:
    """
    A new hostile file must be given an expectation.
    """
    present = {path.name for path in (faces_dir / "hostile").iterdir()}

    assert set(HOSTILE) == present


@pytest.mark.parametrize("name", MADE)
def test_files_of_countless_parts_are_refused_on_a_leash(name: str) -> None:
    """
    A walk over parts ends by number, not by the end of the file.
    """
    assert "Unreadable" == leashed(MADE[name])


def test_a_cut_never_breaks_the_probe(samples: Mapping[str, bytes]) -> None:
    """
    Every length of every sample either says what it is or is refused in words.
    """
    for data in samples.values():
        for length in {*range(0, min(len(data), 600), 7), len(data) // 2, len(data) - 1}:
            try:
                seen = probe(data[:length], field="target")
            except InputError:
                continue
            assert seen.frames >= 1
