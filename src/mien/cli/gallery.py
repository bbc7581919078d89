"""``mien gallery``: a folder of pictures as one page."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.cli.common import data_dir_option, json_option
from mien.cli.failures import DONE, OTHER, one_line
from mien.cli.progress import bar

if TYPE_CHECKING:
    from mien.cli.page import Card
    from mien.media.limits import Limits

#: The page, when nobody names it.
USUAL_NAME = "gallery.html"
ENDINGS = {".html", ".htm"}


@click.command(short_help="Make a page that shows a folder of pictures.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PAGE",
    help=f"Where to write the page; {USUAL_NAME} in the folder by default.",
)
@click.option("--title", metavar="TEXT", help="What stands over it; the folder's name by default.")
@json_option
@data_dir_option
def gallery(
    *, folder: Path, output: Path | None, title: str | None, as_json: bool, data_dir: Path | None
) -> int:
    """Make an HTML page of all pictures and videos in DIR and the folders below it.

    The page holds small pictures of all of them and needs nothing else: it can be sent to somebody,
    and opens without a network. A click leads to the file, where that is still in its place. What
    says of itself that it was altered is marked. Files that cannot be read are named; the exit code is then 1.

    \b
    Examples:
      mien gallery results
      mien gallery results -o contact-sheet.html --title "First try"
    """
    from mien.cli.files import result_path, write_result
    from mien.cli.page import files_below, page
    from mien.settings import Settings

    page_file = output or folder / USUAL_NAME
    # A slip of the keyboard must not write a page over a photo.
    if page_file.suffix.lower() not in ENDINGS:
        raise click.UsageError(f"{page_file} is named like no page: call it .html")
    limits = Settings.load(data_dir=data_dir).limits
    found = files_below(folder)
    path = result_path(page_file)
    cards, faults = _cards(found, path.parent, folder, limits)
    heading = one_line(title or folder.absolute().name)
    write_result(path, page(cards, heading).encode("utf-8", "replace"))
    shown = str(page_file)
    if as_json:
        told = {"page": shown, "pictures": [card.as_json() for card in cards], "faults": faults}
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(one_line(f"{shown}: {len(cards)} of {len(found)} files."))
    return OTHER if faults else DONE


def _cards(
    found: list[Path], base: Path, folder: Path, limits: "Limits"
) -> "tuple[list[Card], list[str]]":
    """What the page shows, and a sentence for each file that cannot be shown."""
    from mien.cli.page import Card
    from mien.cli.pairs import as_error
    from mien.cli.views import view_of
    from mien.errors import MienError

    cards: list[Card] = []
    faults: list[str] = []
    with bar(len(found), "pictures") as shown:
        for path in found:
            try:
                name = path.relative_to(folder).as_posix()
                cards.append(Card.of(view_of(path, limits), name=name, base=base))
            except (MienError, OSError, MemoryError) as error:
                faults.append(one_line(f"{path}: {as_error(error)}"))
                shown.say(faults[-1])
            shown.advance()
    return cards, faults
