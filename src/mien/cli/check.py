"""``mien check``: how good a source a photo is."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mien.cli.common import data_dir_option, json_option
from mien.cli.failures import DONE, OTHER, one_line

if TYPE_CHECKING:
    from mien.commands.check import CheckResult, Seen

#: How a verdict is coloured.
COLOURS = {"good": "green", "usable": "yellow", "poor": "red"}
#: Digits of shares, and of milliseconds, that mean something.
DIGITS = 2


@click.command(short_help="Say how good a source a photo is.")
@click.argument("photo", type=click.Path(path_type=Path))
@json_option
@data_dir_option
def check(*, photo: Path, as_json: bool, data_dir: Path | None) -> int:
    """Say how good a source PHOTO is: good, usable or poor, and why.

    The verdict is that of the largest face, which a swap takes. The exit code is 0 for a good or
    usable one, 1 for a poor one, 3 when there is no face.

    \b
    Examples:
      mien check me.jpg
      mien check me.jpg --json
    """
    from mien import bootstrap
    from mien.cli.files import read_input
    from mien.commands.check import PHOTO, Check
    from mien.settings import Settings

    picsi = bootstrap.build_picsi(Settings.load(data_dir=data_dir))
    data = read_input(photo, field=PHOTO, max_bytes=picsi.limits.max_bytes)
    result = Check(finder=picsi.finder, limits=picsi.limits)(data)
    if as_json:
        click.echo(json.dumps(_as_json(str(photo), result), indent=2))
    else:
        _tell(str(photo), result)
    return OTHER if result.verdict == "poor" else DONE


def _tell(photo: str, result: "CheckResult") -> None:
    mark = click.style(result.verdict, fg=COLOURS[result.verdict])
    click.echo(f"{one_line(photo)}: {mark}")
    for number, seen in enumerate(result.faces):
        if number:
            click.echo(f"Another face at {_place(seen)}: {seen.verdict}")
        else:
            click.echo(f"Face at {_place(seen)}: {_numbers(seen)}")
        for reason in seen.reasons:
            click.echo(f"  {reason}")
    for warning in result.warnings:
        click.echo(one_line(f"Warning: {warning}"), err=True)


def _place(seen: "Seen") -> str:
    x0, y0, x1, y1 = (round(value) for value in seen.box)
    return f"{x0},{y0} to {x1},{y1}"


def _numbers(seen: "Seen") -> str:
    quality = seen.quality
    return (
        f"{quality.size:.0f} pixels, yaw {quality.yaw:.0f}, pitch {quality.pitch:.0f}, "
        f"roll {quality.roll:.0f} degrees, sharpness {1 - quality.blur:.2f}"
    )


def _as_json(photo: str, result: "CheckResult") -> dict[str, Any]:
    from mien.commands.check import facts

    return {
        "photo": photo,
        "width": result.width,
        "height": result.height,
        "verdict": result.verdict,
        "faces": [facts(seen) for seen in result.faces],
        "warnings": list(result.warnings),
        "ms": round(result.ms, DIGITS),
    }
