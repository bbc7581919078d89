"""Draw the figures of docs/benchmarks.md: ``make docs``.

They are drawn from the tables of the page itself, so they cannot say anything else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

DOCS = Path(__file__).resolve().parent.parent / "docs"
#: A row of the table of classes: its name, how many pairs, three distances, the share that passes.
ROW = re.compile(
    r"^(?P<name>[a-z][a-z0-9 -]*?) +\d+ +(?P<before>\d\.\d+) +(?P<source>\d\.\d+) +(?P<target>\d\.\d+)"
    r" +(?P<passes>\d+)%",
    re.MULTILINE,
)
FLICKER = re.compile(
    r"^\| (?P<clip>\w+) \| (?P<landmarks>[\d.]+) \| (?P<colour>[\d.]+) \|$", re.MULTILINE
)
#: Two pictures of one person are nearer to each other.
SAME_PERSON = 0.6
#: Jitter of the result over that of the target, at most.
FLICKER_GOAL = 1.15
#: Inches; a row of a bar chart.
WIDTH, ROW_HEIGHT, MARGIN = 7.5, 0.32, 1.0
#: Colours that the colour-blind tell apart (Okabe and Ito).
BLUE, ORANGE, GREY = "#0072b2", "#e69f00", "#999999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A class of pairs, as a table has it."""

    name: str
    #: Distances of dlib's recogniser: result to source, result to target.
    source: float
    target: float
    #: Percent of results that pass as the source.
    passes: float


def tables(page: str) -> list[list[Likeness]]:
    """The tables of classes, the newest first."""
    parts = page.split("```text\n")[1:]
    found = [[_likeness(row) for row in ROW.finditer(part.split("```")[0])] for part in parts]
    return [rows for rows in found if rows]


def flicker(page: str) -> Mapping[str, tuple[float, float]]:
    """Jitter of landmarks and of colour by clip, the result's over the target's own."""
    rows = FLICKER.finditer(page)
    return {row["clip"]: (float(row["landmarks"]), float(row["colour"])) for row in rows}


def draw(page: str, folder: Path) -> None:
    """Write every figure of ``page`` to ``folder``."""
    # Text stays text, and the same figures give the same file.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "mien", "font.size": 9})
    now, *earlier = tables(page)
    _save(_likeness_figure(now), folder / "likeness.svg")
    if earlier:
        _save(_progress_figure(now, earlier[-1]), folder / "progress.svg")
    _save(_flicker_figure(flicker(page)), folder / "flicker-ratio.svg")


def _likeness(row: re.Match[str]) -> Likeness:
    return Likeness(
        name=row["name"],
        source=float(row["source"]),
        target=float(row["target"]),
        passes=float(row["passes"]),
    )


def _likeness_figure(rows: Sequence[Likeness]) -> Figure:
    figure, axes = _bars([row.name for row in rows])
    places = range(len(rows))
    axes.hlines(places, [row.source for row in rows], [row.target for row in rows], color=GREY)
    axes.scatter([row.source for row in rows], places, color=BLUE, label="to the source", zorder=3)
    axes.scatter(
        [row.target for row in rows], places, color=ORANGE, label="to the target", zorder=3
    )
    axes.axvline(SAME_PERSON, color=GREY, linestyle="--")
    axes.set_xlabel(
        "distance of the result (dlib); left of the line is one person; left is better for blue"
    )
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure


def _progress_figure(now: Sequence[Likeness], before: Sequence[Likeness]) -> Figure:
    earlier = {row.name: row.passes for row in before}
    shown = [row for row in now if row.name in earlier]
    figure, axes = _bars([row.name for row in shown])
    for shift, values, colour, label in (
        (-0.2, [row.passes for row in shown], BLUE, "now"),
        (0.2, [earlier[row.name] for row in shown], GREY, "before the work on the picture"),
    ):
        places = [place + shift for place in range(len(shown))]
        axes.barh(places, values, height=0.36, color=colour, label=label)
    axes.set_xlim(0, 100)
    axes.set_xlabel("results that pass as the source, percent")
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure


def _flicker_figure(clips: Mapping[str, tuple[float, float]]) -> Figure:
    figure, axes = _bars([name.replace("_", " ") for name in clips])
    for shift, number, colour, label in ((-0.2, 0, BLUE, "landmarks"), (0.2, 1, ORANGE, "colour")):
        places = [place + shift for place in range(len(clips))]
        values = [pair[number] for pair in clips.values()]
        axes.barh(places, values, height=0.36, color=colour, label=label)
    axes.axvline(FLICKER_GOAL, color=GREY, linestyle="--")
    axes.set_xlabel("jitter of the result over that of the target; the goal is left of the line")
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure


def _bars(names: Sequence[str]) -> tuple[Figure, Axes]:
    """An empty chart with a row for each name, the first on top."""
    figure = Figure(figsize=(WIDTH, MARGIN + ROW_HEIGHT * len(names)), layout="constrained")
    axes = figure.add_subplot()
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    print(path.name)


if __name__ == "__main__":
    draw((DOCS / "benchmarks.md").read_text(encoding="utf-8"), DOCS / "gallery")
