"""``mien batch``: a list of pictures, on several processes."""

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

import click

from mien.cli.common import data_dir_option, faces_option, json_option, options_option
from mien.cli.failures import DONE, OTHER, one_line

if TYPE_CHECKING:
    from mien.cli.crew import Outcome

#: More processes than that no machine has cores for.
MAX_JOBS = 256


class Bar(Protocol):
    """Shows how far the work is."""

    def advance(self) -> None:
        """One more pair is done."""
        ...

    def say(self, line: str) -> None:
        """Show ``line`` without disturbing the bar."""
        ...


@click.command(short_help="Swap a list of pictures.")
@click.argument("pairs", type=click.Path(path_type=Path), metavar="PAIRS.csv")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Folder for the results; made where it does not exist.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, MAX_JOBS),
    default=1,
    metavar="N",
    show_default=True,
    help="Processes that work at the same time.",
)
@options_option
@faces_option
@json_option
@data_dir_option
def batch(
    *,
    pairs: Path,
    output: Path,
    jobs: int,
    options: str,
    faces: str,
    as_json: bool,
    data_dir: Path | None,
) -> int:
    """Swap every row of PAIRS.csv, a table with the columns source, target and result.

    Sources and targets are looked for beside the CSV, results go to the folder DIR. A pair that
    fails does not stop the others; the exit code is then 1.

    \b
    Examples:
      mien batch pairs.csv -o results
      mien batch pairs.csv -o results --jobs 2 --options "-m" --json
    """
    from mien.cli.crew import work_through
    from mien.cli.pairs import Planner, read_pairs
    from mien.commands.choice import parse_choice
    from mien.commands.options import parse
    from mien.settings import Settings

    parse(options)
    parse_choice(faces)
    settings = Settings.load(data_dir=data_dir)
    rows = read_pairs(pairs)
    output.mkdir(parents=True, exist_ok=True)
    plans = Planner(base=pairs.parent, folder=output, options=options, faces=faces)(rows)
    start = perf_counter()
    outcomes = []
    with _bar(len(plans)) as bar:
        for outcome in work_through(plans, settings=settings, jobs=jobs):
            outcomes.append(outcome)
            _follow(outcome, bar)
    outcomes.sort(key=lambda outcome: outcome.pair.line)
    _sum_up(outcomes, took_ms=(perf_counter() - start) * 1000, as_json=as_json)
    return DONE if all(outcome.told for outcome in outcomes) else OTHER


def _follow(outcome: "Outcome", bar: Bar) -> None:
    """Show that a pair is done, and what a person should know about it."""
    pair = outcome.pair
    lines = outcome.told["warnings"] if outcome.told else [outcome.sentence]
    for line in lines:
        bar.say(one_line(f"Line {pair.line}, {pair.result or 'no result'}: {line}"))
    bar.advance()


def _sum_up(outcomes: "list[Outcome]", *, took_ms: float, as_json: bool) -> None:
    swapped = sum(outcome.told is not None for outcome in outcomes)
    failed = len(outcomes) - swapped
    if as_json:
        rows = [outcome.as_json() for outcome in outcomes]
        answer = {"swapped": swapped, "failed": failed, "ms": round(took_ms), "pairs": rows}
        click.echo(json.dumps(answer, indent=2))
    else:
        click.echo(
            f"{swapped} of {len(outcomes)} pairs swapped, {failed} failed, in {took_ms / 1000:.1f} s."
        )


def _bar(total: int) -> AbstractContextManager[Bar]:
    """A bar on a terminal; on anything else lines only."""
    if not sys.stderr.isatty():
        return nullcontext(Lines())
    from mien.cli.bar import TerminalBar

    return TerminalBar(total)


class Lines:
    """The `Bar` that is none."""

    def advance(self) -> None:
        """Show nothing."""

    def say(self, line: str) -> None:
        """Print ``line``."""
        click.echo(line, err=True)
