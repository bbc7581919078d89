"""How long things take: the engine, stills, the command line and the service, as one table.

    python bench/speed.py

Medians of many runs in one process each, on pictures that packages ship. The goals are those of two
cores. A busy machine shows in the spread (p10 to p90): run it alone.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from mien.commands.picsi import Picsi, PicsiRequest
from mien.engine.casting import Casting
from mien.engine.options import SwapOptions
from mien.engine.pipeline import Draft, Steps, judge, run, swap_steps
from mien.engine.types import Image as Pixels
from mien.media.limits import Limits
from mien.media.still import decode, encode
from mien.memory import keep_freed_memory
from mien.turns import take_short_turns
from support.engine import Engine
from support.samples import FACES, SIDE, group, hopper, jpeg, target
from support.service import MIEN, form_of, running


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


def engine_rows(engine: Engine, source: Pixels, picture: Pixels) -> list[Row]:
    """Arrays in, arrays out."""
    swapper, options = engine.swapper, SwapOptions()
    prepared = swapper.prepare(source, engine.finder.closely(source)[0])
    (face,) = engine.finder.closely(picture)
    wide = np.ascontiguousarray(np.pad(picture, ((0, 3 * SIDE), (0, 3 * SIDE), (0, 0))))
    many = group(picture)
    faces = engine.finder.closely(many)
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
        Row(name="... and what covers it", times=timed(lambda: closely(engine, picture), 40)),
        Row(
            name="prepare a source",
            times=timed(lambda: swapper.prepare(picture, face), 30),
        ),
    ]


def closely(engine: Engine, picture: Pixels) -> None:
    """Find the faces of ``picture`` and wait for what covers them."""
    for face in engine.finder.closely(picture):
        if face.parts:
            face.parts.answer()


def file_rows(engine: Engine, source: Pixels, picture: Pixels) -> list[Row]:
    """Files in, files out, and where the time goes."""
    prepared = engine.swapper.prepare(source, engine.finder.closely(source)[0])
    steps = swap_steps(engine.finder, engine.swapper, SwapOptions(), max_faces=20)
    portrait, file = jpeg(source), jpeg(picture)
    bare = jpeg(np.ascontiguousarray(picture[::2, ::2]))
    picsi = Picsi(
        finder=engine.finder, swapper=engine.swapper, limits=Limits(), side=engine.finder.side
    )
    stages: dict[str, list[float]] = {}

    def with_prepared(steps: Steps) -> None:
        still = decode(file, field="target")
        draft = Draft(target_image=still.pixels, casting=Casting(people=(prepared,)))
        side = engine.finder.side
        done = run(steps, draft, side=side)
        result = still.pixels if done.result is None else done.result
        side.both(lambda: judge(done), lambda: encode(still, result))

    def both_new() -> None:
        for stage, ms in picsi(PicsiRequest(source=portrait, target=file)).report.ms.items():
            stages.setdefault(stage, []).append(ms)

    def bare_new(picsi: Picsi) -> None:
        picsi(PicsiRequest(source=bare, target=file))

    plain = replace(picsi, finder=replace(engine.finder, parts=None))
    hasty = swap_steps(plain.finder, engine.swapper, SwapOptions(), max_faces=20)

    return [
        Row(
            name="JPEG to JPEG, source prepared",
            times=timed(partial(with_prepared, steps), 40),
            goal=28,
        ),
        Row(name="... by colours alone", times=timed(partial(with_prepared, hasty), 40), goal=28),
        Row(
            name="JPEG to JPEG, both files new", times=timed(partial(bare_new, picsi), 40), goal=38
        ),
        Row(name="... by colours alone", times=timed(partial(bare_new, plain), 40), goal=38),
        Row(name="... and the source wears glasses", times=timed(both_new, 40), goal=38),
        *(Row(name=f"    of that: {stage}", times=times) for stage, times in stages.items()),
    ]


def command_rows() -> list[Row]:
    """Whole processes."""
    call = [MIEN, "--help"]
    return [
        Row(name="mien --help", times=timed(lambda: subprocess.check_output(call), 10), goal=250)
    ]


def service_rows(source: Pixels, picture: Pixels, posts: int = 40) -> list[Row]:
    """From outside, over HTTP on this machine; `bench/service.py` says more."""
    form = form_of({"source_image": jpeg(source), "target_image_gif_or_video": jpeg(picture)})
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as server:
        caller = server.caller()
        times = timed(lambda: caller.swap(form), posts, warm=6)
    return [
        Row(name="server ready, from process start", times=[server.ready_s * 1000], goal=2000),
        Row(name="blocking POST, both files new", times=times, goal=100),
    ]


def main() -> None:
    """Print the table."""
    keep_freed_memory()  # as every worker does
    take_short_turns()
    cv2.setNumThreads(1)
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
