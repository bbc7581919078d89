"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def data_dir_option(command: Command) -> Command:
    """``--data-dir``, on every command."""
    return click.option(
        "--data-dir",
        type=click.Path(path_type=Path),
        help="Folder where mien keeps its data; MIEN_DATA_DIR by default.",
    )(command)


def options_option(command: Command) -> Command:
    """``--options``: the text that the API calls options."""
    return click.option(
        "--options",
        default="",
        metavar="TEXT",
        help='Options as the API takes them: "-m" keeps the mouth of the target.',
    )(command)


def json_option(command: Command) -> Command:
    """``--json``: the answer for programs."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print the answer for programs on stdout."
    )(command)
