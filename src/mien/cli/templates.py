"""``mien templates``: the gallery that headshots can be made from."""

import json
from pathlib import Path

import click

from mien.cli.common import data_dir_option, json_option
from mien.cli.failures import one_line


@click.group(short_help="Keep pictures that headshots are made from.")
def templates() -> None:
    """Keep pictures that headshots are made from: the one whose tags fit a prompt best gets the identity.

    They lie in the folder `templates` of the data folder (MIEN_TEMPLATES_DIR names another), beside a
    templates.csv with the columns file and tags, which you may write yourself.

    \b
    Examples:
      mien templates add knight.jpg --tags "knight armor castle medieval"
      mien templates list
    """


@templates.command(short_help="Add a picture with its tags.")
@click.argument("picture", type=click.Path(path_type=Path))
@click.option("--tags", required=True, metavar="WORDS", help="What it shows, in words.")
@click.option(
    "--name", default="", metavar="FILE", help="Its name in the gallery; else that of its file."
)
@json_option
@data_dir_option
def add(*, picture: Path, tags: str, name: str, as_json: bool, data_dir: Path | None) -> None:
    """Add PICTURE to the gallery. It must show one face, which looks into the camera.

    \b
    Examples:
      mien templates add knight.jpg --tags "knight armor castle medieval"
    """
    from mien.bootstrap.engine import build_engine
    from mien.bootstrap.portraits import open_templates
    from mien.cli.files import read_input
    from mien.commands.inspection import inspect
    from mien.engine.pipeline import require_facing
    from mien.errors import NoFaceFound
    from mien.media.identity import srgb
    from mien.media.still import decode
    from mien.settings import Settings

    settings = Settings.load(data_dir=data_dir)
    data = read_input(picture, field="template", max_bytes=settings.limits.max_bytes)
    inspect(data, field="template", limits=settings.limits)
    finder, _ = build_engine(settings)
    faces = finder.find(srgb(decode(data, field="template")))
    if not faces:
        raise NoFaceFound("template")
    require_facing(faces[:1], "template")
    open_templates(settings).add(name or picture.name, data, tags)
    if len(faces) > 1:
        several = f"Warning: it shows {len(faces)} faces; the largest gets the identity."
        click.echo(several, err=True)
    tell({"name": name or picture.name, "tags": tags}, "added", as_json=as_json)


@templates.command("list", short_help="List the pictures and their tags.")
@json_option
@data_dir_option
def list_(*, as_json: bool, data_dir: Path | None) -> None:
    """List the pictures of the gallery and their tags.

    \b
    Examples:
      mien templates list
      mien templates list --json
    """
    from mien.bootstrap.portraits import open_templates
    from mien.settings import Settings

    found = open_templates(Settings.load(data_dir=data_dir)).all()
    if as_json:
        rows = [{"name": one.name, "tags": one.tags} for one in found]
        click.echo(json.dumps({"templates": rows}))
        return
    for one in found:
        click.echo(one_line(f"{one.name}: {one.tags}"))


@templates.command(short_help="Remove a picture.")
@click.argument("name")
@json_option
@data_dir_option
def remove(*, name: str, as_json: bool, data_dir: Path | None) -> None:
    """Remove the picture NAME from the gallery, its file too.

    \b
    Examples:
      mien templates remove knight.jpg
    """
    from mien.bootstrap.portraits import open_templates
    from mien.settings import Settings

    open_templates(Settings.load(data_dir=data_dir)).remove(name)
    tell({"name": name}, "removed", as_json=as_json)


def tell(facts: dict[str, str], done: str, *, as_json: bool) -> None:
    """Say what was done to the picture that ``facts`` name."""
    click.echo(json.dumps(facts) if as_json else one_line(f"{facts['name']}: {done}."))
