"""``mien compare``: pictures side by side, each with its name."""

import json
from pathlib import Path

import click

from mien.cli.common import data_dir_option, json_option
from mien.cli.failures import one_line
from mien.cli.progress import working

#: Fewer are nothing to compare.
LEAST = 2
#: Pixels; no screen shows more.
LOWEST, HIGHEST = 64, 4000


@click.command(short_help="Put pictures side by side, with labels.")
@click.argument(
    "pictures", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="A B [C]..."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="OUT",
    help="Where to write the comparison; its extension chooses the format.",
)
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="TEXT",
    help="What stands under a picture, in their order; by default its file's name.",
)
@click.option(
    "--height",
    type=click.IntRange(LOWEST, HIGHEST),
    metavar="PIXELS",
    help="Height of the pictures; by default that of the highest, up to 1080.",
)
@json_option
@data_dir_option
def compare(
    *,
    pictures: tuple[Path, ...],
    output: Path,
    labels: tuple[str, ...],
    height: int | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Put two pictures or more side by side at one height, each with a label under it.

    Of what moves, the first frame is shown. Like everything that mien writes, the comparison says
    that it was altered.

    \b
    Examples:
      mien compare portrait.jpg result.jpg -o both.png
      mien compare me.jpg portrait.jpg result.jpg -o all.png --label source --label target --label result
    """
    if len(pictures) < LEAST:
        raise click.UsageError("There is nothing to compare: name two pictures or more")
    if len(labels) > len(pictures):
        raise click.UsageError("There are more labels than pictures")
    from mien.cli.errand import format_of
    from mien.cli.files import result_path, write_result
    from mien.cli.strip import side_by_side, strip_file
    from mien.cli.views import view_of
    from mien.settings import Settings

    limits = Settings.load(data_dir=data_dir).limits
    path, form = result_path(output), format_of(output)
    names = (*labels, *(picture.name for picture in pictures[len(labels) :]))
    with working("Comparing"):
        views = [view_of(picture, limits) for picture in pictures]
        strip = side_by_side(views, [one_line(name) for name in names], height, limits)
        write_result(path, strip_file(strip, form))
    told = {"comparison": str(output), "width": strip.shape[1], "height": strip.shape[0]}
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        done = f"{output}: {len(views)} pictures, {strip.shape[1]} x {strip.shape[0]} pixels."
        # Not on stdout where that is the picture.
        click.echo(one_line(done), err=not path.is_file())
