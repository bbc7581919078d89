"""How long things take: the engine, stills, the command line and the service, as one table.

    python bench/speed.py

Medians of many runs in one process each, on pictures that packages ship. The goals are those of two
cores. A busy machine shows in the spread (p10 to p90): run it alone.
"""

import io
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import httpx
import numpy as np
from matplotlib import cbook
from PIL import Image
from skimage import data

from mien.engine.casting import Casting
from mien.engine.options import SwapOptions
from mien.engine.pipeline import Draft, run, swap_steps
from mien.engine.types import Image as Pixels
from mien.media.still import decode, encode
from mien.memory import keep_freed_memory
from support.engine import Engine
from support.service import MIEN, running

#: The target: 1024 x 1024 with one face of this many pixels.
SIDE, FACE = 1024, 450


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table, milliseconds."""

    name: str
    times: list[float]
    goal: float

    def __str__(self) -> str:
        low, middle, high = np.percentile(self.times, [10, 50, 90])
        verdict = "met" if middle <= self.goal else "MISSED"
        return f"{self.name:<46}{low:>8.1f}{middle:>8.1f}{high:>8.1f}{self.goal:>8.0f}  {verdict}"


def timed(work: Callable[[], object], runs: int, warm: int = 3) -> list[float]:
    """Milliseconds of each of ``runs`` calls after ``warm`` uncounted ones."""
    for _ in range(warm):
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return times


def hopper() -> Pixels:
    """The source: Grace Hopper, public domain, of matplotlib's sample data."""
    path = str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def target(engine: Engine) -> Pixels:
    """The astronaut of scikit-image, public domain, enlarged to the size that the goals name."""
    picture = np.ascontiguousarray(data.astronaut())
    (face,) = engine.finder.find(picture)
    x0, y0, x1, y1 = face.box
    scale = FACE / face.size
    shift = SIDE / 2 - scale * np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]], np.float32)
    large = cv2.warpAffine(picture, matrix, (SIDE, SIDE), flags=cv2.INTER_CUBIC)
    return np.asarray(large, np.uint8)


def jpeg(pixels: Pixels) -> bytes:
    """``pixels`` as a JPEG file of quality 92."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def engine_rows(engine: Engine, source: Pixels, picture: Pixels) -> list[Row]:
    """Arrays in, arrays out; then files."""
    prepared = engine.swapper.prepare(source, engine.finder.find(source)[0])
    (face,) = engine.finder.find(picture)
    options = SwapOptions()
    steps = swap_steps(engine.finder, engine.swapper, options, max_faces=20)
    file = jpeg(picture)

    def whole() -> None:
        still = decode(file, field="target")
        draft = Draft(target_image=still.pixels, casting=Casting(people=(prepared,)))
        result = run(steps, draft).result
        encode(still, still.pixels if result is None else result)

    return [
        Row(
            name="swap: landmarks in, pixels out",
            times=timed(lambda: engine.swapper.swap(picture, face, prepared, options), 60),
            goal=20,
        ),
        Row(name="find one face", times=timed(lambda: engine.finder.find(picture), 40), goal=20),
        Row(name="JPEG to JPEG, source prepared", times=timed(whole, 40), goal=40),
    ]


def command_rows() -> list[Row]:
    """Whole processes."""
    call = [MIEN, "--help"]
    return [
        Row(name="mien --help", times=timed(lambda: subprocess.check_output(call), 10), goal=250)
    ]


def service_rows(source: Pixels, picture: Pixels, posts: int = 40) -> list[Row]:
    """From outside, over HTTP on this machine."""
    files = {"source_image": jpeg(source), "target_image_gif_or_video": jpeg(picture)}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        headers = {"Authorization": f"Bearer {server.token}"}
        with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:

            def post() -> None:
                job = client.post("/v1/faceswap/picsi", files=files).raise_for_status().json()
                if job["status"] != "completed":
                    raise SystemExit(f"the service answered: {job}")

            times = timed(post, posts, warm=6)
        added = [wall - own for wall, own in zip(times, server.engine_ms()[-posts:], strict=True)]
        return [
            Row(name="server ready, from process start", times=[server.ready_s * 1000], goal=2000),
            Row(name="blocking POST, both files new", times=times, goal=100),
            Row(name="what the POST adds to the engine's own time", times=added, goal=20),
        ]


def main() -> None:
    """Print the table."""
    keep_freed_memory()  # as every worker does
    engine = Engine.built(threads=1)
    source, picture = hopper(), target(engine)
    rows = [*engine_rows(engine, source, picture), *command_rows(), *service_rows(source, picture)]
    head = f"{'milliseconds':<46}{'p10':>8}{'median':>8}{'p90':>8}{'goal':>8}"
    print(head, "-" * len(head), *rows, sep="\n")


if __name__ == "__main__":
    main()
