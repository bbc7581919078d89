"""``mien doctor``: what an installation has, what it lacks, and how to get it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.cli.common import data_dir_option, json_option
from mien.cli.failures import DONE, OTHER

if TYPE_CHECKING:
    from mien.cli.checks import Check

#: How a state is shown: text and colour.
MARKS = {"ok": ("ok", "green"), "warning": ("!", "yellow"), "missing": ("MISSING", "red")}


@click.command(short_help="Say what the installation has and lacks.")
@json_option
@data_dir_option
def doctor(*, as_json: bool, data_dir: Path | None) -> int:
    """Check versions, cores, models and the data folder; say what is missing and how to get it.

    The exit code is 1 when something essential is missing.

    \b
    Examples:
      mien doctor
      mien doctor --json
    """
    from mien.cli.checks import MISSING, examine
    from mien.settings import Settings

    checks = examine(Settings.load(data_dir=data_dir))
    healthy = all(check.state != MISSING for check in checks)
    if as_json:
        rows = [check.as_json() for check in checks]
        click.echo(json.dumps({"ok": healthy, "checks": rows}, indent=2))
    else:
        click.echo("\n".join(_line(check) for check in checks))
    return DONE if healthy else OTHER


def _line(check: "Check") -> str:
    mark, colour = MARKS[check.state]
    advice = f"\n{'':12}{check.advice}" if check.advice else ""
    return f"{click.style(f'{mark:<8}', fg=colour)}{check.name}: {check.found}{advice}"
