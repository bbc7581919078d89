"""Options that several commands share."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

#: Hours, minutes, seconds.
MOMENT = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,6})?)")

Command = TypeVar("Command", bound=Callable[..., Any])


class Moment(click.ParamType[float]):
    """A time in a video: seconds, or minutes and seconds, or with hours before."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Seconds."""
        found = MOMENT.fullmatch(str(value).strip())
        if found is None:
            self.fail(f'"{value}" is no time; say seconds, or 1:23.5', param, ctx)
        hours, minutes, seconds = found.groups()
        return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds)


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
        help='Options as the API takes them, for example "-m -f -o 300": -m keeps the mouth of the target, '
        "-f brings out skin detail, -s sharpens, -o N and --younger N change the age.",
    )(command)


def faces_option(command: Command) -> Command:
    """``--faces``: which faces of a target are meant."""
    return click.option(
        "--faces",
        default="all",
        metavar="WHICH",
        show_default=True,
        help="Which faces of the target: all, largest, 1,3 (counted from left to right), "
        "box:X0,Y0,X1,Y1 or at:X,Y (pixels), or like:PICTURE, those that look like the largest face of a "
        "picture of the same occasion.",
    )(command)


def remote_options(command: Command) -> Command:
    """``--remote`` and ``--token``: a service does the work."""
    url = click.option(
        "--remote",
        metavar="URL",
        help="Have a running service do it, for example http://127.0.0.1:8000.",
    )
    token = click.option(
        "--token",
        metavar="TOKEN",
        help="The token for --remote; MIEN_TOKEN by default, which other users of the machine "
        "do not see in the list of processes.",
    )
    return url(token(command))


def json_option(command: Command) -> Command:
    """``--json``: the answer for programs."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print the answer for programs on stdout."
    )(command)
