"""``mien batch``: a list of pictures, on several processes."""

import json
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from mien.cli.common import (
    data_dir_option,
    faces_option,
    json_option,
    options_option,
    remote_options,
)
from mien.cli.failures import DONE, OTHER, one_line
from mien.cli.progress import Bar, bar

if TYPE_CHECKING:
    from mien.cli.crew import Outcome
    from mien.cli.pairs import Plan
    from mien.settings import Settings

#: More processes than that no machine has cores for.
MAX_JOBS = 256


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
@remote_options
@json_option
@data_dir_option
def batch(
    *,
    pairs: Path,
    output: Path,
    jobs: int,
    options: str,
    faces: str,
    remote: str | None,
    token: str | None,
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
      mien batch pairs.csv -o results --jobs 4 --remote http://127.0.0.1:8000
    """
    from mien.cli.pairs import Planner, read_pairs
    from mien.commands.choice import parse_choice
    from mien.commands.options import parse
    from mien.settings import Settings

    parse(options)
    parse_choice(faces)
    settings = Settings.load(data_dir=data_dir, token=token)
    if remote and faces != "all":
        raise click.UsageError("--faces is not for --remote: a service swaps all faces")
    rows = read_pairs(pairs)
    output.mkdir(parents=True, exist_ok=True)
    plans = Planner(base=pairs.parent, folder=output, options=options, faces=faces)(rows)
    start = perf_counter()
    outcomes = []
    with bar(len(plans), "pairs") as shown:
        for outcome in _outcomes(plans, settings, jobs=jobs, remote=remote):
            outcomes.append(outcome)
            _follow(outcome, shown)
    outcomes.sort(key=lambda outcome: outcome.pair.line)
    _sum_up(outcomes, took_ms=(perf_counter() - start) * 1000, as_json=as_json)
    return DONE if all(outcome.told for outcome in outcomes) else OTHER


def _outcomes(
    plans: "list[Plan]", settings: "Settings", *, jobs: int, remote: str | None
) -> "Iterator[Outcome]":
    """The pairs as they are done: by processes of this machine, or by a service."""
    if remote:
        from mien.cli.remote import work_through_remotely

        return work_through_remotely(plans, remote, settings, jobs=jobs)
    from mien.cli.crew import work_through

    return work_through(plans, settings=settings, jobs=jobs)


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
