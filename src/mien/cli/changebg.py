"""``mien changebg``: another background behind the people of a picture."""

import secrets
from dataclasses import replace
from pathlib import Path

import click

from mien.cli.common import data_dir_option, json_option
from mien.cli.progress import working


@click.command(short_help="Put another background behind the people of a picture.")
@click.argument("photo", type=click.Path(path_type=Path))
@click.argument("description")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="RESULT",
    help="Where to write the result; its extension chooses the format, else the photo's is kept.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="The same seed, the same picture.")
@json_option
@data_dir_option
def changebg(
    *,
    photo: Path,
    description: str,
    output: Path,
    seed: int | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Put what DESCRIPTION says behind the people of PHOTO.

    \b
    Examples:
      mien changebg me.jpg "a library at night" -o result.jpg
      mien changebg team.jpg "blue studio paper --no shadows" -o result.png --seed 3
    """
    from mien import bootstrap
    from mien.cli.errand import format_of
    from mien.cli.files import read_input, result_path
    from mien.cli.headshot import finish
    from mien.commands.changebg import PHOTO, ChangebgRequest
    from mien.commands.prompt import parse_description
    from mien.settings import Settings

    asked = parse_description(description, called="description")
    result_path(output)
    kind = format_of(output)
    settings = Settings.load(data_dir=data_dir)
    data = read_input(photo, field=PHOTO, max_bytes=settings.limits.max_bytes)
    finder, _ = bootstrap.build_engine(settings)
    request = ChangebgRequest(
        photo=data,
        # One file has room for one picture.
        prompt=replace(asked, count=1, seed=asked.seed if seed is None else seed),
        seed=secrets.randbelow(2**32),
        format=kind,
    )
    with working("Changing the background"):
        result = bootstrap.build_changebg(settings, finder)(request)
    finish([str(output)], result.pictures, result.account, as_json=as_json)
