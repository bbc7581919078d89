"""Tables and goals from figures."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from support.cases import CLASSES, SMALLEST
from support.faces import SAME_PERSON
from support.studio import PARTS, Figures, Judged

#: Below this dlib's recogniser and landmarks say nothing about a face, pixels.
READABLE = 60.0
#: The file that keeps a run's figures.
KEPT_FILE = "figures.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The figures of a run, and the faces of each class that were not found."""

    figures: list[Figures]
    missing: dict[str, int]

    @staticmethod
    def of(judged: Iterable[Judged]) -> "Run":
        """From what was judged."""
        judged = list(judged)
        missing = {kind: sum(j.missing for j in judged if j.case.kind == kind) for kind in CLASSES}
        return Run(figures=[o.figures for j in judged for o in j.outcomes], missing=missing)

    @staticmethod
    def read(folder: Path) -> "Run":
        """An earlier run's; ends the bench with a sentence where there is none."""
        path = folder / KEPT_FILE
        if not path.is_file():
            raise SystemExit(f"There is no earlier run in {folder}.")
        kept = json.loads(path.read_text(encoding="utf-8"))
        try:
            figures = [Figures(**row) for row in kept["figures"]]
        except TypeError:
            raise SystemExit(f"The run in {folder} measured other things than this one.") from None
        return Run(figures=figures, missing=kept["missing"])

    def write(self, folder: Path) -> None:
        """For a later run to compare itself with."""
        rows = [asdict(row) for row in self.figures]
        text = json.dumps({"figures": rows, "missing": self.missing}, indent=1)
        (folder / KEPT_FILE).write_text(text, encoding="utf-8")

    def of_kind(self, *kinds: str) -> list[Figures]:
        """The figures of some classes, faces that the judge can read only."""
        return [f for f in self.figures if f.kind in kinds and f.size >= READABLE]


def mean(values: Iterable[float]) -> float:
    """The mean; not a number when there are no values."""
    listed = list(values)
    return float(np.mean(listed)) if listed else float("nan")


def to_source(rows: list[Figures]) -> float:
    """Mean distance of result and source."""
    return mean(r.to_source for r in rows)


def same(rows: list[Figures]) -> float:
    """Share that the recogniser takes for the source, percent."""
    return 100 * mean(r.to_source < SAME_PERSON for r in rows)


def moved(rows: list[Figures]) -> float:
    """Movement of the landmarks beyond the control's, percent of the eye distance."""
    return mean(r.moved - r.control for r in rows)


def kept(rows: list[Figures]) -> float:
    """Occluder pixels that stayed, percent: the mean over results where one was drawn."""
    return 100 * mean(r.kept for r in rows if r.kept is not None)


def swapped(run: Run, kind: str) -> tuple[int, int]:
    """How many faces of a class were swapped, and how many should be.

    A face that was not found counts as large enough.
    """
    rows = [f for f in run.figures if f.kind == kind and f.size >= SMALLEST]
    return sum(f.swapped for f in rows), len(rows) + run.missing[kind]


#: Columns of the table: heading, width, what stands there.
COLUMNS: tuple[tuple[str, int, Callable[[list[Figures]], str]], ...] = (
    ("pairs", 6, lambda rows: str(len(rows))),
    ("before", 8, lambda rows: f"{mean(r.before for r in rows):.3f}"),
    ("source", 8, lambda rows: f"{to_source(rows):.3f}"),
    ("target", 8, lambda rows: f"{mean(r.to_target for r in rows):.3f}"),
    ("<0.6", 7, lambda rows: f"{same(rows):.0f}%"),
    ("closer", 8, lambda rows: f"{100 * mean(r.to_source < r.to_target for r in rows):.0f}%"),
    ("moved", 7, lambda rows: f"{mean(r.moved for r in rows):.2f}"),
    ("control", 9, lambda rows: f"{mean(r.control for r in rows):.2f}"),
    ("beyond it", 11, lambda rows: f"{moved(rows):+.2f}"),
    ("kept", 7, lambda rows: f"{kept(rows):.1f}%"),
)


def table(run: Run) -> str:
    """One row a class, and all together."""
    head = f"{'class':<14}" + "".join(f"{name:>{width}}" for name, width, _ in COLUMNS)
    lines = [head + f"{'swapped':>10}", "-" * (len(head) + 10)]
    for kind in (*CLASSES, None):
        rows = run.of_kind(*([kind] if kind else CLASSES))
        if rows:
            cells = "".join(f"{says(rows):>{width}}" for _, width, says in COLUMNS)
            done = [swapped(run, k) for k in ([kind] if kind else CLASSES)]
            count = f"{sum(d for d, _ in done)}/{sum(a for _, a in done)}"
            lines.append(f"{kind or 'all':<14}{cells.replace('nan%', '   -')}{count:>10}")
    return "\n".join(lines)


def parts(run: Run) -> str:
    """Landmarks beyond the control by part of the face, one row a class."""
    lines = [f"{'beyond it, by part':<20}" + "".join(f"{name:>8}" for name in PARTS)]
    for kind in CLASSES:
        if rows := run.of_kind(kind):
            means = np.mean([r.parts for r in rows], axis=0)
            lines.append(f"  {kind:<18}" + "".join(f"{value:>+8.2f}" for value in means))
    return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A figure that is asked for."""

    what: str
    of: Callable[[Run], float]
    asked: float
    #: Whether more is better.
    more: bool

    def line(self, run: Run) -> str:
        """What it is, what is asked, whether that is met."""
        figure = self.of(run)
        if np.isnan(figure):
            return f"  {self.what:<50} not measured"
        met = figure >= self.asked if self.more else figure <= self.asked
        sign = ">=" if self.more else "<="
        return (
            f"  {self.what:<50}{figure:>8.3f}  {sign} {self.asked:<6g} {'met' if met else 'MISSED'}"
        )


def share_swapped(run: Run) -> float:
    """Faces of groups that were swapped, percent."""
    done, asked = swapped(run, "group")
    return 100 * done / asked if asked else float("nan")


GOALS = (
    Goal(what="frontal: mean distance to the source", of=lambda run: to_source(run.of_kind("frontal")), asked=0.48, more=False),
    Goal(what="frontal: under 0.6, %", of=lambda run: same(run.of_kind("frontal")), asked=95, more=True),
    Goal(what="yaw 15-45: mean distance to the source", of=lambda run: to_source(run.of_kind("yaw 15-45")), asked=0.54, more=False),
    Goal(what="yaw 15-45: under 0.6, %", of=lambda run: same(run.of_kind("yaw 15-45")), asked=85, more=True),
    Goal(what="frontal: landmarks beyond the control, points", of=lambda run: moved(run.of_kind("frontal")), asked=1.5, more=False),
    Goal(what="all classes: landmarks beyond the control, points", of=lambda run: moved(run.of_kind(*CLASSES)), asked=1.5, more=False),
    Goal(what="occlusion: occluder pixels kept, %", of=lambda run: kept(run.of_kind("occlusion")), asked=95, more=True),
    Goal(what=f"groups: faces >= {SMALLEST:g} px swapped, %", of=share_swapped, asked=100, more=True),
)  # fmt: skip


def goals(run: Run) -> str:
    """Every goal with its figure, and whether it is met."""
    return "\n".join(goal.line(run) for goal in GOALS)


def occlusion_lines(run: Run) -> str:
    """Occluder pixels kept, one line a picture."""
    rows = [r for r in run.figures if r.kept is not None and r.kind == "occlusion"]
    files = sorted({r.target for r in rows})
    return "\n".join(
        f"  {file:<50}{kept([r for r in rows if r.target == file]):>8.1f}%" for file in files
    )
