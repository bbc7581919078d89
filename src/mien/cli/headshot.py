"""``mien headshot``: portraits of a person from a prompt."""

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mien.cli.common import data_dir_option, json_option, remote_options
from mien.cli.failures import one_line
from mien.cli.progress import working

if TYPE_CHECKING:
    from mien.commands.headshot import Account
    from mien.media.pictures import Encoded
    from mien.settings import Settings

#: Digits of a millisecond that mean something.
MS_DIGITS = 2


@click.command(short_help="Make portraits of a person from a prompt.")
@click.argument("prompt")
@click.option(
    "--identity",
    "photos",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="PHOTO",
    help="A photo of the person; repeat it for more photos of the same person. Not with --remote.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="Folder for 1.png, 2.png and so on; made when it is not there.",
)
@click.option("--n", "count", type=click.IntRange(1, 4), help="How many portraits; 4 by default.")
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), help="The same seed, the same portraits."
)
@remote_options
@json_option
@data_dir_option
def headshot(
    *,
    prompt: str,
    photos: tuple[Path, ...],
    output: Path,
    count: int | None,
    seed: int | None,
    remote: str | None,
    token: str | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Make portraits of the person in PHOTO, as PROMPT describes them.

    A single name before the first comma is a label for the person. The prompt may end in --square, --ar W:H and
    --no WORD; docs/portraits.md lists the scenes, colours and films that the built-in studio knows.

    With --remote the person is an identity that is saved at the service: its name before the first comma, or the default.

    \b
    Examples:
      mien headshot "in a library, warm light" --identity me.jpg -o portraits
      mien headshot "me, city at night, black and white --square" --identity me.jpg -o out --seed 7
      mien headshot "anna, in a library" -o portraits --remote http://127.0.0.1:8000
    """
    from mien.settings import Settings

    _require_one_person(photos, remote)
    settings = Settings.load(data_dir=data_dir, token=token)
    if remote:
        switches = {"--n": count, "--seed": seed}
        said = [f"{name} {value}" for name, value in switches.items() if value is not None]
        _remotely(" ".join((prompt, *said)), output, remote, settings, as_json=as_json)
    else:
        _here(prompt, photos, output, (count, seed), settings, as_json=as_json)


def _require_one_person(photos: tuple[Path, ...], remote: str | None) -> None:
    if remote and photos:
        raise click.UsageError(
            "--identity is not for --remote: save the photo there with saveid, and name the person in the prompt"
        )
    if not remote and not photos:
        raise click.UsageError("Missing option '--identity': whose portraits?")


def _remotely(words: str, output: Path, url: str, settings: "Settings", *, as_json: bool) -> None:
    from mien.cli.remote import client_of, portraits_remotely, say_done

    with client_of(url, settings) as client, working(f"At {url}") as tell:
        names, job = portraits_remotely(words, _folder(output), client, tell=tell)
    say_done(", ".join(names), url, job, as_json=as_json)


def _here(
    prompt: str,
    photos: tuple[Path, ...],
    output: Path,
    wishes: tuple[int | None, int | None],
    settings: "Settings",
    *,
    as_json: bool,
) -> None:
    from dataclasses import replace

    from mien.bootstrap.engine import build_engine
    from mien.bootstrap.portraits import build_headshot
    from mien.cli.files import read_input
    from mien.commands.headshot import PHOTO, Headshot, HeadshotRequest
    from mien.commands.prompt import parse_prompt
    from mien.commands.saveid import Saveid
    from mien.media.formats import Format

    asked = parse_prompt(prompt, Labels())
    count, seed = wishes
    asked = replace(
        asked,
        count=asked.count if count is None else count,
        seed=asked.seed if seed is None else seed,
    )
    folder = _folder(output)
    files = [read_input(path, field=PHOTO, max_bytes=settings.limits.max_bytes) for path in photos]
    finder, swapper = build_engine(settings)
    saveid = Saveid(finder=finder, maker=swapper, limits=settings.limits, keep_photo=True)
    make: Headshot = build_headshot(settings, finder, swapper)
    with working("Making portraits"):
        face = saveid(files)
        request = HeadshotRequest(
            people=(face.source,),
            photos=face.photos,
            prompt=replace(asked, warnings=(*face.warnings, *asked.warnings)),
            seed=secrets.randbelow(2**32),
            format=Format.PNG,
        )
        result = make(request)
    names = [str(folder / f"{number}.png") for number in range(1, len(result.pictures) + 1)]
    finish(names, result.pictures, result.account, as_json=as_json)


class Labels:
    """What may stand before the comma when the person comes with the command: any one name.

    A word that the studio knows is no name: ``forest, at night`` has no label.
    """

    def __contains__(self, name: object) -> bool:
        from mien.commands.looks import knows
        from mien.commands.wanted import is_name

        return isinstance(name, str) and is_name(name) and not knows(name)


def _folder(output: Path) -> Path:
    if output.exists() and not output.is_dir():
        raise click.UsageError(f"{output} is no folder")
    output.mkdir(parents=True, exist_ok=True)
    return output


def finish(
    names: list[str], pictures: "tuple[Encoded, ...]", account: "Account", *, as_json: bool
) -> None:
    """Write ``pictures`` to files, and tell about them."""
    from mien.cli.files import result_path, write_result

    for name, picture in zip(names, pictures, strict=True):
        write_result(result_path(Path(name)), picture.data)
    if as_json:
        click.echo(json.dumps(_told(names, pictures, account), indent=2))
        return
    for sentence in account.sentences:
        click.echo(one_line(f"Warning: {sentence}"), err=True)
    took = f"{sum(account.ms.values()):.0f} ms"
    done = f"{', '.join(names)}: made by {account.generator}, seed {account.seed}, in {took}."
    # Not on stdout where that is the result.
    click.echo(one_line(done), err=not all(Path(name).is_file() for name in names))


def _told(
    names: list[str], pictures: "tuple[Encoded, ...]", account: "Account"
) -> dict[str, object]:
    return {
        "results": [
            {"result": name, "width": picture.width, "height": picture.height}
            for name, picture in zip(names, pictures, strict=True)
        ],
        "generator": account.generator,
        "seed": account.seed,
        "unheard": list(account.unheard),
        "warnings": list(account.warnings),
        "ms": {stage: round(ms, MS_DIGITS) for stage, ms in account.ms.items()},
    }
