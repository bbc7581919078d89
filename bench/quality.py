"""How good the picture is: fixed pairs by class, judged by a recogniser that the engine lacks.

    python bench/quality.py [--only CLASS] [--every N] [--jobs N] [--out FOLDER] [--compare FOLDER]

The tables are explained in docs/benchmarks.md. Contact sheets (source, target, result; the worst
first) and figures go to a folder outside the repository, because the test set's pictures are not
ours to ship. ``--compare`` puts the results of an earlier run's folder beside the new ones.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from pathlib import Path

from support.cases import CLASSES, Case, Photo, cases, chosen, photos
from support.faces import manifest
from support.report import Run, goals, occlusion_lines, parts, table
from support.sheets import saved, sheets
from support.studio import Judged, judged_all

#: Small pictures of a run's results.
RESULTS = "results"


def arguments() -> argparse.Namespace:
    """The command line's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "mien-quality")
    parser.add_argument("--every", type=int, default=1, help="every n-th pair of each class only")
    parser.add_argument("--only", action="append", default=[], choices=CLASSES, metavar="CLASS")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--compare", type=Path, help="the folder of an earlier run")
    parser.add_argument("--list", action="store_true", help="print the class of each picture")
    given = parser.parse_args()
    if given.compare is not None and given.compare.resolve() == given.out.resolve():
        parser.error("--compare names the folder of --out, which this run writes anew")
    return given


def listed(people: list[Photo]) -> str:
    """The pictures of each class."""
    rows = ((kind, [p.file for p in people if p.kind == kind]) for kind in CLASSES)
    return "\n".join(f"{kind} ({len(files)}): {' '.join(files)}" for kind, files in rows if files)


def judged(batches: list[list[Case]], jobs: int) -> Iterator[Judged]:
    """Every case, in ``jobs`` processes; each target is looked at by one of them."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        yield from chain.from_iterable(pool.map(judged_all, batches))


def write(results: list[Judged], out: Path, earlier: Path | None) -> None:
    """Contact sheets and small results of every class."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    for kind in CLASSES:
        outcomes = [o for r in results if r.case.kind == kind for o in r.outcomes]
        sheets(outcomes, out / kind.replace(" ", "-"), earlier and earlier / RESULTS)
        saved(outcomes, out / RESULTS)


def main() -> None:
    """Print the tables, write the sheets."""
    given = arguments()
    people = photos(manifest())
    if given.list:
        print(listed(people))
        return
    earlier = Run.read(given.compare) if given.compare else None
    start = time.perf_counter()
    results = list(judged(chosen(given.every, given.only, cases(people)), given.jobs))
    run = Run.of(results)
    for title, one in (("before", earlier), ("now", run)):
        if one is not None:
            print(f"{title}\n{table(one)}\n\n{parts(one)}\n\ngoals\n{goals(one)}\n")
    print(f"occluder pixels kept, by picture\n{occlusion_lines(run)}\n")
    refused = Counter(result.case.kind for result in results if result.refused)
    print("left alone, in profile:", ", ".join(f"{k} {n}" for k, n in refused.items()) or "none")
    for result in results:
        if result.missing:
            print(
                f"{result.missing} of {result.case.faces} faces not found or under 24 px: {result.case.target}"
            )
    write(results, given.out, given.compare)
    run.write(given.out)
    print(f"{time.perf_counter() - start:.0f} s; contact sheets: {given.out}")


if __name__ == "__main__":
    main()
