"""``mien changebg``: another background behind the people of a picture."""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.cli.common import data_dir_option, json_option, remote_options
from mien.cli.progress import working

if TYPE_CHECKING:
    from mien.settings import Settings


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
@remote_options
@json_option
@data_dir_option
def changebg(
    *,
    photo: Path,
    description: str,
    output: Path,
    seed: int | None,
    remote: str | None,
    token: str | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Put what DESCRIPTION says behind the people of PHOTO.

    \b
    Examples:
      mien changebg me.jpg "a library at night" -o result.jpg
      mien changebg team.jpg "blue studio paper --no shadows" -o result.png --seed 3
      mien changebg me.jpg "a library at night" -o result.jpg --remote http://127.0.0.1:8000
    """
    from mien.bootstrap.engine import build_engine
    from mien.bootstrap.portraits import build_changebg
    from mien.cli.errand import format_of
    from mien.cli.files import read_input, result_path
    from mien.cli.headshot import finish
    from mien.commands.changebg import PHOTO, ChangebgRequest
    from mien.commands.prompt import parse_description
    from mien.settings import Settings

    asked = parse_description(description, called="description")
    result_path(output)
    kind = format_of(output)
    settings = Settings.load(data_dir=data_dir, token=token)
    if remote:
        words = description if seed is None else f"{description} --seed {seed}"
        _remotely(photo, words, output, remote, settings, as_json=as_json)
        return
    data = read_input(photo, field=PHOTO, max_bytes=settings.limits.max_bytes)
    finder, _ = build_engine(settings)
    request = ChangebgRequest(
        photo=data,
        # One file has room for one picture.
        prompt=replace(asked, count=1, seed=asked.seed if seed is None else seed),
        seed=secrets.randbelow(2**32),
        format=kind,
    )
    with working("Changing the background"):
        result = build_changebg(settings, finder)(request)
    finish([str(output)], result.pictures, result.account, as_json=as_json)


def _remotely(
    photo: Path, words: str, output: Path, url: str, settings: "Settings", *, as_json: bool
) -> None:
    from mien.cli.remote import change_remotely, client_of, say_done

    with client_of(url, settings) as client, working(f"At {url}") as tell:
        job = change_remotely(photo, words, output, client, settings.limits, tell=tell)
    say_done(str(output), url, job, as_json=as_json)
