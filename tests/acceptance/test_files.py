"""Files of every kind through HTTP: served, or refused with a sentence; the server lives on."""

import io
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image

from acceptance.live import PATIENCE_S, Pictures, Server, until
from media.clips import packets_of, times_of

#: Still files of `formats` and the type that their upload is seen as.
STILLS = {
    "alpha_f1.png": "image/png",
    "cmyk_m26.jpg": "image/jpeg",
    "gray16_m70.png": "image/png",
    "grey_m70.jpg": "image/jpeg",
    "greyalpha_m70.png": "image/png",
    "icc_p3_m26.jpg": "image/jpeg",
    "lossy_m26.webp": "image/webp",
    "lzw_f1.tif": "image/tiff",
    "palette_f1.png": "image/png",
    "photo_m26.avif": "image/avif",
    "photo_m26.heic": "image/heic",
    "plain_f1.bmp": "image/bmp",
    "portrét 名前 🙂 (1) m26.jpg": "image/jpeg",
    "progressive_m26.jpg": "image/jpeg",
    "rgb16_f1.png": "image/png",
    "still_f1.gif": "image/gif",
}

#: Animations, with the number of frames of each.
MOVING = {
    "formats/animated_m70.png": 8,
    "formats/animated_m70.webp": 16,
    "gifs/synthetic_roll_m7.gif": 16,
    "gifs/synthetic_talk_f36.gif": 24,
    "gifs/synthetic_transparent_m14.gif": 10,
    "gifs/synthetic_zoom_m26.gif": 20,
}

#: Videos: type, width and height of the result (upright).
VIDEOS = {
    "real_thumb_gesture.mp4": ("video/mp4", 960, 540),
    "synthetic_pan_group_4.mp4": ("video/mp4", 640, 480),
    "synthetic_rotated_matrix_f1.mp4": ("video/mp4", 480, 640),
    "synthetic_sway_vp9_m70.webm": ("video/webm", 480, 480),
    "synthetic_talk_audio_f45.mp4": ("video/mp4", 640, 640),
}
UNFINISHED = ("created", "started", "progress")

#: Known from the header: refused before a job exists, and what the answer must speak of.
REFUSED = {
    "audio_only.mp4": "",
    "bomb_1bit_60000.png": "limit",
    "bomb_rgb_20000.png": "limit",
    "declared_2g.png": "",
    "fps_1000.mp4": "limit 240",
    "gif_5000_frames.gif": "limit 1000",
    "gif_canvas_65535.gif": "",
    "header_only.jpg": "",
    "html_named.png": "",
    "jpeg_declares_65000.jpg": "limit",
    "long_static_2h.mp4": "limit 1200",
    "no_moov.mp4": "",
    "svg_script.svg": "",
    "svg_xxe.svg": "",
    "text_named.mp4": "",
    "zip_named.jpg": "",
}

#: The header is fine: a job that is done, or fails with a sentence.
DECODED = [
    "bad_crc.png",
    "exif_gps.jpg",
    "exif_orientation_99.jpg",
    "gif_frame_outside.gif",
    "gif_js_polyglot.gif",
    "../formats/stretched_f1.jpg",  # a face squashed to a third need not be found
    "iccp_bomb.png",
    "jpeg_html_polyglot.jpg",
    "mp4_named.gif",
    "one_pixel.png",
    "png_named.jpg",
    "png_trailing_zip.png",
    "sliver.png",
    "truncated.gif",
    "truncated.jpg",
    "truncated.png",
    "truncated_faststart.mp4",
    "ztxt_bomb.png",
]


@pytest.mark.parametrize("name", STILLS)
def test_a_still_of_each_format_is_swapped_in_its_own_format(
    server: Server, pictures: Pictures, faces_dir: Path, name: str
) -> None:
    """The result has the target's format, size and type, whatever name and type were declared."""
    target = (faces_dir / "formats" / name).read_bytes()
    job = server.post(
        files={
            "source_image": ("blob", pictures.source, "application/octet-stream"),
            "target_image_gif_or_video": (name, target, "text/plain"),
        }
    ).json()

    assert "completed" == job["status"], job
    assert STILLS[name] == job["target_image_gif_or_video"]["type"]
    (entry,) = job["attachments"]
    assert entry["content_type"].startswith("image/")
    fetched = requests.get(entry["url"], timeout=PATIENCE_S)
    assert (200, entry["size"]) == (fetched.status_code, len(fetched.content))
    if not name.endswith((".heic", ".avif")):  # Pillow alone does not open these everywhere
        assert (entry["width"], entry["height"]) == Image.open(io.BytesIO(fetched.content)).size


def timing(data: bytes) -> list[object]:
    """Delay of each frame, and the number of rounds."""
    picture = Image.open(io.BytesIO(data))
    facts: list[object] = [picture.info.get("loop")]
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        picture.load()
        facts.append(picture.info["duration"])
    return facts


@pytest.mark.parametrize("name", MOVING)
def test_an_animation_is_swapped_frame_by_frame(
    server: Server, pictures: Pictures, faces_dir: Path, name: str
) -> None:
    """Type, size, frames, delays and rounds are the target's; every face is another."""
    target = (faces_dir / name).read_bytes()
    job = server.swap(pictures.source, target).json()

    assert "completed" == job["status"], job
    (entry,) = job["attachments"]
    fetched = requests.get(entry["url"], timeout=PATIENCE_S).content
    before, after = (Image.open(io.BytesIO(data)) for data in (target, fetched))
    assert (before.format, before.size) == (after.format, after.size)
    assert MOVING[name] == len(timing(fetched)) - 1
    assert timing(target) == timing(fetched)
    for number in range(MOVING[name]):
        before.seek(number)
        after.seek(number)
        pair = [np.asarray(one.convert("RGB"), int) for one in (before, after)]
        assert 20 < np.abs(pair[0] - pair[1]).max(), number
    assert len(fetched) < 1.35 * len(target)


@pytest.mark.parametrize("name", MOVING)
def test_an_animation_gives_no_face(
    server: Server, pictures: Pictures, faces_dir: Path, name: str
) -> None:
    """A source is a still picture; the refusal names the field, and no frame is taken for it."""
    answer = server.swap((faces_dir / name).read_bytes(), pictures.target)

    assert 400 == answer.status_code
    assert "source_image" in answer.json()["errorDetails"]


@pytest.mark.parametrize("name", VIDEOS)
def test_a_video_is_swapped_with_its_sound(
    server: Server, pictures: Pictures, faces_dir: Path, tmp_path: Path, name: str
) -> None:
    """Frames, times and sound are the target's; the attachment says how long it plays."""
    target = faces_dir / "videos" / name
    answer = server.swap(pictures.source, target.read_bytes())
    job = answer.json()
    until(lambda: server.job(job["jobid"]).json()["status"] not in UNFINISHED)
    job = server.job(job["jobid"]).json()

    assert "completed" == job["status"], job
    (entry,) = job["attachments"]
    assert VIDEOS[name] == (entry["content_type"], entry["width"], entry["height"])
    fetched = requests.get(entry["url"], timeout=PATIENCE_S).content
    result = tmp_path / "result"
    result.write_bytes(fetched)
    assert entry["size"] == len(fetched)
    assert times_of(target) == times_of(result)
    assert 0.05 > abs(entry["duration"] - float(times_of(target)[-1]) - 0.04)
    if "audio" in name or "real" in name:
        assert packets_of(target) == packets_of(result)


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_header_is_refused_before_a_job_exists(
    server: Server, pictures: Pictures, faces_dir: Path, name: str
) -> None:
    """400 that names the field; limits with value and limit."""
    target = (faces_dir / "hostile" / name).read_bytes()
    answer = server.swap(pictures.source, target)
    body = answer.json()

    assert 400 == answer.status_code
    assert body["errorDetails"].startswith("target_image_gif_or_video")
    assert REFUSED[name] in body["errorDetails"]
    assert "jobid" not in body


@pytest.mark.parametrize("name", DECODED)
def test_a_hostile_body_ends_in_a_result_or_a_sentence(
    server: Server, pictures: Pictures, faces_dir: Path, name: str
) -> None:
    """HTTP 200 with a finished job, or 400; never a 5xx, never a dead worker."""
    target = (faces_dir / "hostile" / name).read_bytes()
    answer = server.swap(pictures.source, target)
    body = answer.json()

    assert answer.status_code in (200, 400)
    assert body.get("status") == "completed" or body["error"].endswith(".")
    assert body["code"] == answer.status_code
    assert "worker" not in body.get("error", "")


def test_an_empty_file_counts_as_missing(server: Server, pictures: Pictures) -> None:
    """Zero bytes are no picture and no field."""
    answer = server.swap(pictures.source, b"")

    assert "is missing or empty" in answer.json()["error"]


def test_memory_stays_small_over_all_of_it(server: Server) -> None:
    """The server's own process never held more than a few uploads at a time."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    peak_kb = int(status.partition("VmHWM:")[2].split()[0])

    assert peak_kb < 800_000
