"""Clips for the bench, made of a picture that a package ships: a head that sways before a noisy camera."""

from pathlib import Path

import av
import cv2
import numpy as np
from skimage import data

from mien.engine.faces import FaceFinder

RATE = 30
#: Standard deviation of the camera's noise, levels.
NOISE = 2.0


def swaying(
    path: Path, finder: FaceFinder, size: tuple[int, int], face: float, frames: int, *, sound: bool
) -> Path:
    """Write ``frames`` frames of ``size`` with a face of ``face`` pixels, and a tone beside them."""
    picture = np.ascontiguousarray(data.astronaut())
    (found,) = finder.find(picture)
    centre, scale = found.landmarks[:, :2].mean(axis=0), face / found.size
    width, height = size
    rng = np.random.default_rng(1)
    grain = rng.normal(0, NOISE, (height + 64, width + 64, 3)).astype(np.int16)
    with av.open(str(path), "w") as out:
        film = out.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "18"})
        if not isinstance(film, av.VideoStream):
            raise TypeError("no film")
        film.width, film.height, film.pix_fmt = width, height, "yuv420p"
        heard = out.add_stream("aac", rate=48_000, layout="mono") if sound else None
        for number in range(frames):
            x, y = rng.integers(0, 64, 2)
            moved = cv2.warpAffine(
                picture,
                sway(number / RATE, centre, scale, size),
                size,
                flags=cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_REFLECT,
            )
            noisy = moved.astype(np.int16) + grain[y : y + height, x : x + width]
            pixels = np.clip(noisy, 0, 255).astype(np.uint8)
            out.mux(film.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(film.encode(None))
        if isinstance(heard, av.AudioStream):
            _tone(out, heard, frames / RATE)
    return path


def sway(
    second: float,
    centre: "np.ndarray[tuple[int], np.dtype[np.float32]]",
    scale: float,
    size: tuple[int, int],
) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    """How the picture lies before the camera: turned, nearer and farther, to and fro."""
    turn, zoom = 0.06 * np.sin(2 * second), scale * (1 + 0.03 * np.sin(1.3 * second))
    cos, sin = np.cos(turn) * zoom, np.sin(turn) * zoom
    linear = np.array([[cos, -sin], [sin, cos]])
    at = np.array(
        [
            size[0] * (0.5 + 0.05 * np.sin(1.7 * second)),
            size[1] * (0.5 + 0.03 * np.sin(2.3 * second)),
        ]
    )
    return np.hstack([linear, (at - linear @ centre)[:, None]])


def _tone(out: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    total, at = round(seconds * 48_000), 0
    while at < total:
        count = min(48_000, total - at)
        wave = (np.sin((np.arange(count) + at) * 880 * np.pi / 48_000) * 0.3).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(wave[None], "fltp", "mono")
        frame.sample_rate, frame.pts = 48_000, at
        out.mux(stream.encode(frame))
        at += count
    out.mux(stream.encode(None))
