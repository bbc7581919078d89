"""What the commands about tokens, users, channels and callbacks share: the operator's desk, and how it answers."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mien.bootstrap.desk import Desk


def open_desk(data_dir: Path | None) -> "Desk":
    """The installation's desk; makes the data folder where there is none."""
    from mien.bootstrap.desk import open_desk
    from mien.settings import Settings

    return open_desk(Settings.load(data_dir=data_dir))


def say(sentence: str, row: Mapping[str, object], *, as_json: bool) -> None:
    """Tell what was done: people on stderr, programs on stdout."""
    if as_json:
        click.echo(json.dumps(row, indent=2))
    else:
        click.echo(sentence, err=True)


def show(rows: Sequence[Mapping[str, object]], headings: tuple[str, ...], *, as_json: bool) -> None:
    """Print a list, for people or for programs.

    Args:
        headings: the columns for people; keys of each row. What is none is blank there.
    """
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        cells = [tuple(str(row[name] or "") for name in headings) for row in rows]
        click.echo(table([headings, *cells]))


def table(rows: list[tuple[str, ...]]) -> str:
    """``rows`` in columns, padded with blanks."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
