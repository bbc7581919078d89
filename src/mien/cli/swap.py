"""``mien swap``: one picture."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.cli.common import (
    Moment,
    data_dir_option,
    faces_option,
    json_option,
    options_option,
    remote_options,
)
from mien.cli.failures import one_line
from mien.cli.progress import working

if TYPE_CHECKING:
    from mien.cli.errand import Errand, Told
    from mien.settings import Settings


@click.command(short_help="Put the face of one picture on the faces of another.")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="RESULT",
    help="Where to write the result; its extension chooses the format, else the target's is kept.",
)
@options_option
@faces_option
@click.option(
    "--start", type=Moment(), metavar="TIME", help="Video: begin here; seconds, or 1:23.5."
)
@click.option("--end", type=Moment(), metavar="TIME", help="Video: end here.")
@click.option(
    "--preview",
    type=click.Path(path_type=Path),
    metavar="SHEET",
    help="Video: write a contact sheet of the result, a picture.",
)
@click.option(
    "--every",
    type=click.IntRange(min=1),
    metavar="N",
    help="Show every N-th frame on the contact sheet; by default 16 in all.",
)
@remote_options
@json_option
@data_dir_option
def swap(
    *,
    source: Path,
    target: Path,
    output: Path,
    options: str,
    faces: str,
    start: float | None,
    end: float | None,
    preview: Path | None,
    every: int | None,
    remote: str | None,
    token: str | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Put the largest face of SOURCE on every face of TARGET, or on those that --faces names.

    \b
    Examples:
      mien swap me.jpg portrait.jpg -o result.jpg
      mien swap me.jpg portrait.jpg -o result.png --options "-m" --json
      mien swap me.jpg party.jpg -o result.jpg --faces 1,3
      mien swap me.jpg clip.mp4 -o result.mp4 --start 0:05 --end 0:15 --preview sheet.png
      mien swap me.jpg portrait.jpg -o result.jpg --remote http://127.0.0.1:8000 --token "$TOKEN"
    """
    from mien.bootstrap.engine import build_engine, build_picsi
    from mien.cli.errand import Errand, carry_out
    from mien.cli.film import Film
    from mien.settings import Settings

    errand = Errand.checked(
        source=source, target=target, result=output, options=options, faces=faces
    )
    settings = Settings.load(data_dir=data_dir, token=token)
    if remote:
        if faces != "all":
            raise click.UsageError("--faces is not for --remote: a service swaps all faces")
        if start is not None or end is not None or preview:
            raise click.UsageError("--start, --end and --preview are not for --remote.")
        _remotely(errand, remote, settings, as_json=as_json)
        return
    film = Film.wanted(errand, settings, start=start, end=end, preview=preview, every=every)
    if film:
        told = film.carry_out(build_engine(settings))
    else:
        with working("Swapping") as tell:
            told = carry_out(errand, build_picsi(settings), tell=tell)
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        _tell(told)


def _remotely(errand: "Errand", url: str, settings: "Settings", *, as_json: bool) -> None:
    from mien.cli.remote import carry_out_remotely, client_of, say_done

    with client_of(url, settings) as client, working(f"At {url}") as tell:
        job = carry_out_remotely(errand, client, settings.limits, tell=tell)
    say_done(errand.result, url, job, as_json=as_json)


def _tell(told: "Told") -> None:
    for warning in told["warnings"]:
        click.echo(one_line(f"Warning: {warning}"), err=True)
    faces = told["faces"]
    found, swapped = faces["found"], faces["swapped"]
    took_ms = sum(told["ms"].values())
    done = f"{swapped} of {found} faces swapped"
    if "frames" in told:
        rate = told["frames"] / max(took_ms / 1000, 1e-3)
        done = f"{done} in {told['frames']} frames, {rate:.0f} a second,"
    click.echo(
        one_line(f"{told['result']}: {done} in {took_ms:.0f} ms."),
        # Not on stdout where that is the result.
        err=not Path(told["result"]).is_file(),
    )
