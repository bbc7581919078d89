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

from mien.commands.picsi import Picsi, PicsiRequest
from mien.engine.casting import Casting
from mien.engine.options import SwapOptions
from mien.engine.pipeline import Draft, run, swap_steps
from mien.engine.types import Image as Pixels
from mien.media.limits import Limits
from mien.media.still import decode, encode
from mien.memory import keep_freed_memory
from support.engine import Engine
from support.service import MIEN, running

#: The target: 1024 x 1024 with one face of this many pixels.
SIDE, FACE = 1024, 450
#: The picture of several people: width, height, and how many.
GROUP, FACES = (2560, 1772), 5


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table, milliseconds."""

    name: str
    times: list[float]
    #: None: measured to see where the time goes.
    goal: float | None = None

    def __str__(self) -> str:
        low, middle, high = np.percentile(self.times, [10, 50, 90])
        line = f"{self.name:<46}{low:>8.1f}{middle:>8.1f}{high:>8.1f}"
        if self.goal is None:
            return line
        return f"{line}{self.goal:>8.0f}  {'met' if middle <= self.goal else 'MISSED'}"


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


def group(head: Pixels) -> Pixels:
    """2560 x 1772 with ``head`` (one face) five times in a row."""
    picture = np.full((GROUP[1], GROUP[0], 3), 128, np.uint8)
    side = GROUP[0] // FACES
    small = cv2.resize(head, (side, side), interpolation=cv2.INTER_AREA)
    for index in range(FACES):
        picture[GROUP[1] - side :, index * side : (index + 1) * side] = small
    return picture


def engine_rows(engine: Engine, source: Pixels, picture: Pixels) -> list[Row]:
    """Arrays in, arrays out."""
    swapper, options = engine.swapper, SwapOptions()
    prepared = swapper.prepare(source, engine.finder.find(source)[0])
    (face,) = engine.finder.find(picture)
    wide = np.ascontiguousarray(np.pad(picture, ((0, 3 * SIDE), (0, 3 * SIDE), (0, 0))))
    many = group(picture)
    faces = engine.finder.find(many)
    if len(faces) != FACES:
        raise SystemExit(f"{len(faces)} of {FACES} faces found")

    def each() -> None:
        result = many.copy()
        for one in faces:
            swapper.paint(result, one, prepared, options)

    return [
        Row(
            name="swap: landmarks in, pixels out",
            times=timed(lambda: swapper.swap(picture, face, prepared, options), 60),
            goal=12,
        ),
        Row(
            name="the same face in a picture 16 times as large",
            times=timed(lambda: swapper.paint(wide, face, prepared, options), 40),
            goal=12,
        ),
        Row(name="swap: five faces in 2560 x 1772", times=timed(each, 30), goal=60),
        Row(name="find one face", times=timed(lambda: engine.finder.find(picture), 40)),
        Row(
            name="prepare a source",
            times=timed(lambda: swapper.prepare(picture, face), 30),
        ),
    ]


def file_rows(engine: Engine, source: Pixels, picture: Pixels) -> list[Row]:
    """Files in, files out, and where the time goes."""
    prepared = engine.swapper.prepare(source, engine.finder.find(source)[0])
    steps = swap_steps(engine.finder, engine.swapper, SwapOptions(), max_faces=20)
    portrait, file = jpeg(source), jpeg(picture)
    picsi = Picsi(finder=engine.finder, swapper=engine.swapper, limits=Limits())
    stages: dict[str, list[float]] = {}

    def with_prepared() -> None:
        still = decode(file, field="target")
        draft = Draft(target_image=still.pixels, casting=Casting(people=(prepared,)))
        result = run(steps, draft).result
        encode(still, still.pixels if result is None else result)

    def both_new() -> None:
        for stage, ms in picsi(PicsiRequest(source=portrait, target=file)).report.ms.items():
            stages.setdefault(stage, []).append(ms)

    return [
        Row(name="JPEG to JPEG, source prepared", times=timed(with_prepared, 40), goal=28),
        Row(name="JPEG to JPEG, both files new", times=timed(both_new, 40), goal=38),
        *(Row(name=f"    of that: {stage}", times=times) for stage, times in stages.items()),
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
    rows = [
        *engine_rows(engine, source, picture),
        *file_rows(engine, source, picture),
        *command_rows(),
        *service_rows(source, picture),
    ]
    head = f"{'milliseconds':<46}{'p10':>8}{'median':>8}{'p90':>8}{'goal':>8}"
    print(head, "-" * len(head), *rows, sep="\n")


if __name__ == "__main__":
    main()
