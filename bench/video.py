"""How fast, how lean and how steady videos are swapped, as tables and a plot.

    python bench/video.py                 speed, memory, sound, cancelling, flicker
    python bench/video.py --only speed    one of them; may be given more than once

Speed and memory are of `mien swap` itself, started as its users start it: decoder, encoder (x264 veryfast,
CRF 20), helpers and all. Run it alone: two cores are what the goals name. Flicker needs the test set beside
the checkout.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import matplotlib as mpl
from matplotlib import cbook
from PIL import Image

from mien.media.formats import Format
from support.clips import swaying
from support.engine import Engine
from support.flicker import Jitter, jitter_of
from support.samples import hopper, jpeg
from support.service import MIEN, form_of, running

FACES = Path(__file__).resolve().parents[2] / "shared" / "faces"
OUT = Path(__file__).resolve().parent.parent / "out" / "bench"
#: Size, face, frames, and the goal in frames a second.
SPEEDS = [
    ((640, 360), 200, 900, 90),
    ((1280, 720), 300, 600, 45),
    ((1920, 1080), 450, 300, 22),
]
#: The long clip may take this much more memory than the short one.
ROOM = 1.10
#: A film is cancelled after so many seconds, while it is followed and while it is swapped; a second later
#: nothing may work on it.
CANCELLED_AFTER_S, STOPPED_S = (0.2, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5), 1.0
#: The result may jitter this much more than its target.
STEADY = 1.15


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A `mien swap` that was watched."""

    told: dict[str, float]
    wall_s: float
    #: Highest sum of resident memory over its processes, MB.
    memory_mb: float


def watched(source: Path, target: Path, result: Path, folder: Path) -> Ran:
    """Run ``mien swap``, and read the memory of it and its helpers meanwhile."""
    files = [str(path) for path in (source, target, result, folder)]
    command = [MIEN, "swap", *files[:2], "-o", files[2], "--json", "--data-dir", files[3]]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        peak = [0.0]
        over = threading.Event()

        def watch() -> None:
            while not over.wait(0.1):
                peak[0] = max(peak[0], sum(map(resident_mb, family(process.pid))))

        watcher = threading.Thread(target=watch)
        watcher.start()
        out, _ = process.communicate()
        over.set()
        watcher.join()
    if process.returncode:
        raise SystemExit(f"mien swap ended with {process.returncode}")
    return Ran(told=json.loads(out), wall_s=time.perf_counter() - start, memory_mb=peak[0])


def family(pid: int) -> list[int]:
    """A process and its children."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(int(child) for one in lists for child in one.read_text().split())]


def resident_mb(pid: int) -> float:
    """Memory of a process, MB; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0.0


def portrait(folder: Path) -> Path:
    """The source: Grace Hopper, public domain, of matplotlib's sample data."""
    path = folder / "source.png"
    with Image.open(str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))) as picture:
        picture.save(path)
    return path


def speed(engine: Engine, folder: Path) -> None:
    """Frames a second, from the first packet to the joined file."""
    source = portrait(folder)
    print(f"{'clip':<32}{'fps':>8}{'with start':>12}{'goal':>7}{'MB':>7}")
    for size, face, frames, goal in SPEEDS:
        clip = swaying(folder / "clip.mp4", engine.finder, size, face, frames, sound=True)
        ran = watched(source, clip, folder / "result.mp4", folder / "data")
        work_s = sum(ran.told["ms"].values()) / 1000  # type: ignore[attr-defined]
        rate = frames / work_s
        verdict = "met" if rate >= goal else "MISSED"
        name = f"{size[0]} x {size[1]}, face {face} px"
        with_start = frames / ran.wall_s
        print(f"{name:<32}{rate:>8.1f}{with_start:>12.1f}{goal:>7}{ran.memory_mb:>7.0f}  {verdict}")


def memory(engine: Engine, folder: Path) -> None:
    """Memory of ten minutes against ten seconds, and how far the sound is off at the end."""
    source, rows = portrait(folder), []
    for seconds in (10, 600):
        clip = swaying(
            folder / "clip.mp4", engine.finder, (320, 180), 100, 30 * seconds, sound=True
        )
        ran = watched(source, clip, folder / "result.mp4", folder / "data")
        rows.append(ran.memory_mb)
        off = offset_ms(folder / "result.mp4") - offset_ms(clip)
        print(
            f"{seconds:>4} s: {ran.memory_mb:>6.0f} MB, {ran.told['frames']} frames, "
            f"sound off by {off:.2f} ms at the end, {ran.wall_s:.0f} s"
        )
    share = rows[1] / rows[0]
    print(f"ten minutes take {share:.2f} times the memory: {'met' if share <= ROOM else 'MISSED'}")


def offset_ms(path: Path) -> float:
    """End of the sound after the end of the film, milliseconds."""
    ends: dict[str, float] = {}
    with av.open(str(path)) as file:
        for packet in file.demux():
            if packet.size and packet.pts is not None and packet.time_base:
                end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                kind = packet.stream.type
                ends[kind] = max(ends.get(kind, 0.0), end)
    return 1000 * (ends["audio"] - ends["video"])


def cancel(engine: Engine, folder: Path) -> None:
    """From the call that cancels a film's job to its answer, and until the service works on nothing any more."""
    size, face, frames, _ = SPEEDS[1]
    clip = swaying(folder / "clip.mp4", engine.finder, size, face, frames, sound=True)
    source = hopper().copy()
    answered, stopped = [], []
    with running(folder / "data") as server:
        caller = server.caller()
        for number, seconds in enumerate(CANCELLED_AFTER_S):
            # Another source, or the work of the one before would be taken up.
            source[number] = 0
            files = {"source_image": jpeg(source), "target_image_gif_or_video": clip.read_bytes()}
            job = caller.call("POST", "/v1/faceswap/picsi", form_of(files), Prefer="wait=0")[
                "jobid"
            ]
            until(lambda: caller.call("GET", "/health")["running"] == 1)
            time.sleep(seconds)
            start = time.perf_counter()
            if (
                caller.call("GET", f"/v1/faceswap/jobs/cancel/?jobid={job}")["status"]
                != "cancelled"
            ):
                raise SystemExit("the film was done before it was cancelled")
            answered.append(time.perf_counter() - start)
            until(lambda: caller.call("GET", "/health")["running"] == 0)
            stopped.append(time.perf_counter() - start)
    verdict = "met" if max(stopped) <= STOPPED_S else "MISSED"
    print(f"answered after {1000 * max(answered):.0f} ms at most, of {len(answered)}")
    print(f"nothing works on it after {1000 * max(stopped):.0f} ms at most: {verdict}")


def until(so: Callable[[], bool]) -> None:
    """Return as soon as it is ``so``."""
    while not so():
        time.sleep(0.005)


def flicker(engine: Engine, folder: Path) -> None:
    """Jitter of landmarks and of colours: the swapped face's over the target's own."""
    if not FACES.is_dir():
        print(f"skipped: needs the test set at {FACES}")
        return
    source = FACES / "portraits" / "faker_f1.jpg"
    rows = []
    print(f"{'clip':<36}{'landmarks':>11}{'colour':>9}   (times the target's own; goal {STEADY})")
    for clip in sorted((FACES / "videos").iterdir()):
        result = folder / f"result{clip.suffix}"
        watched(source, clip, result, folder / "data")
        before, after = (
            jitter_of(engine, path, Format.of_extension(clip.suffix)) for path in (clip, result)
        )
        rows.append((clip.stem, before, after))
        marks, colour = after.landmarks / before.landmarks, after.colour / before.colour
        verdict = "met" if max(marks, colour) <= STEADY else "MISSED"
        print(f"{clip.stem:<36}{marks:>11.2f}{colour:>9.2f}   {verdict}")
    plot(rows, OUT / "flicker.png")


def plot(rows: Sequence[tuple[str, Jitter, Jitter]], path: Path) -> None:
    """Frame by frame: how far landmarks and colours jump, target and result."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the choice of its backend

    figure, axes = plt.subplots(len(rows), 2, figsize=(12, 2.2 * len(rows)), squeeze=False)
    for (name, before, after), (left, right) in zip(rows, axes, strict=True):
        for axis, field, unit in (
            (left, "marks_by_frame", "landmarks, % of the face"),
            (right, "colour_by_frame", "colour, levels"),
        ):
            axis.plot(getattr(before, field), color="0.6", label="target")
            axis.plot(getattr(after, field), color="tab:red", linewidth=0.9, label="result")
            axis.set_title(f"{name}: {unit}", fontsize=8)
            axis.tick_params(labelsize=7)
    axes[0][0].legend(fontsize=7)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=90)
    print(f"plot: {path}")


TABLES: dict[str, Callable[[Engine, Path], None]] = {
    "speed": speed,
    "memory": memory,
    "cancel": cancel,
    "flicker": flicker,
}


def main(arguments: Sequence[str]) -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=TABLES)
    wanted = parser.parse_args(arguments).only or list(TABLES)
    engine = Engine.built(threads=1)
    for name in wanted:
        print(f"-- {name}")
        with tempfile.TemporaryDirectory() as folder:
            TABLES[name](engine, Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
