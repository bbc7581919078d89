"""How long a revision takes against another: both work by turns, picture by picture.

    git worktree add ../before 52780d7 && make -C ../before setup
    python bench/turns.py ../before .

A machine that others use is now a half slower, now not; what two checkouts need for the same picture
within the same tenth of a second is comparable all the same. Printed are the medians of each, and the
median of the ratios to the first.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import cv2

#: Rounds, of which each measures every kind of picture in every checkout.
ROUNDS = 40
READY = "ready"
#: What is measured: the swap alone; from file to file with a source that is ready, with both files new, and with
#: both new and glasses in the source.
KINDS = ("swap", "prepared", "both new", "glasses")


def works() -> dict[str, Callable[[], object]]:
    """By kind what this checkout does; imports are those of the checkout in which the process runs."""
    from mien.commands.givers import People  # noqa: PLC0415
    from mien.commands.picsi import Picsi, PicsiRequest  # noqa: PLC0415
    from mien.engine.options import SwapOptions  # noqa: PLC0415
    from mien.media.limits import Limits  # noqa: PLC0415
    from support.engine import Engine  # noqa: PLC0415
    from support.samples import hopper, jpeg, target  # noqa: PLC0415

    engine = Engine.built(threads=1)
    source, picture = hopper(), target(engine)
    # Revisions before the network for parts have no closer look.
    look = getattr(engine.finder, "closely", engine.finder.find)
    ready, face = engine.swapper.prepare(source, look(source)[0]), look(picture)[0]
    file, glasses, bare = jpeg(picture), jpeg(source), jpeg(picture[::2, ::2].copy())
    picsi = Picsi(
        finder=engine.finder, swapper=engine.swapper, limits=Limits(), side=engine.finder.side
    )
    return {
        "swap": lambda: engine.swapper.swap(picture, face, ready, SwapOptions()),
        "prepared": lambda: picsi(PicsiRequest(source=People(people=(ready,)), target=file)),
        "both new": lambda: picsi(PicsiRequest(source=bare, target=file)),
        "glasses": lambda: picsi(PicsiRequest(source=glasses, target=file)),
    }


def as_a_worker() -> None:
    """Set the process up as workers are, as far as this revision does."""
    for module, function in (
        ("mien.memory", "keep_freed_memory"),
        ("mien.turns", "take_short_turns"),
    ):
        if find_spec(module):
            getattr(import_module(module), function)()
    cv2.setNumThreads(1)


def serve() -> None:
    """Do what is read, a kind a line, and print its milliseconds; once before, to be warm after the other's turn."""
    sys.path[0] = str(Path.cwd())  # that checkout's bench, not this one's
    as_a_worker()
    mine = works()
    for work in mine.values():
        work()
    print(READY, flush=True)
    for line in sys.stdin:
        work = mine[line.strip()]
        work()
        start = time.perf_counter()
        work()
        print((time.perf_counter() - start) * 1000, flush=True)


def opened(checkout: Path) -> "subprocess.Popen[str]":
    """A process that serves in ``checkout``, ready."""
    process = subprocess.Popen(
        [checkout / ".venv/bin/python", Path(__file__).resolve(), "--serve"],
        cwd=checkout / "bench",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    while ask(process) != READY:
        pass
    return process


def ask(process: "subprocess.Popen[str]", line: str = "") -> str:
    """What ``process`` says to ``line``, or of its own accord."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process has no pipes")
    if line:
        process.stdin.write(line + "\n")
        process.stdin.flush()
    said = process.stdout.readline()
    if not said:
        raise SystemExit("A checkout's process has ended; its message stands above.")
    return said.strip()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkouts", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve()
        return
    if len(given.checkouts) < 2:
        print("Nothing to compare: name two checkouts, each with its environment made.")
        return
    processes = [opened(each.resolve()) for each in given.checkouts]
    for kind in KINDS:
        rounds = [[float(ask(each, kind)) for each in processes] for _ in range(given.rounds)]
        print(kind)
        for index, checkout in enumerate(given.checkouts):
            middle = statistics.median(row[index] for row in rounds)
            ratio = statistics.median(row[index] / row[0] for row in rounds)
            print(f"    {checkout!s:<40}{middle:>8.1f} ms{ratio:>8.2f}")


if __name__ == "__main__":
    main()
