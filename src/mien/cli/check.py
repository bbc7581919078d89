"""``mien check``: how good a source a photo is."""

import json
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, TypedDict, cast

import click

from mien.cli.common import data_dir_option, json_option, remote_options
from mien.cli.failures import DONE, OTHER, one_line
from mien.cli.progress import working

if TYPE_CHECKING:
    from mien.contract.answers import FaceWire
    from mien.settings import Settings

#: How a verdict is coloured.
COLOURS = {"good": "green", "usable": "yellow", "poor": "red"}
#: Digits of shares, and of milliseconds, that mean something.
DIGITS = 2


class Verdict(TypedDict):
    """What is told about a photo, in words of JSON; the largest face is the first."""

    photo: str
    width: int
    height: int
    verdict: str
    faces: "list[FaceWire]"
    warnings: list[str]
    ms: float


@click.command(short_help="Say how good a source a photo is.")
@click.argument("photo", type=click.Path(path_type=Path))
@remote_options
@json_option
@data_dir_option
def check(
    *, photo: Path, remote: str | None, token: str | None, as_json: bool, data_dir: Path | None
) -> int:
    """Say how good a source PHOTO is: good, usable or poor, and why.

    The verdict is that of the largest face, which a swap takes. The exit code is 0 for a good or
    usable one, 1 for a poor one, 3 when there is no face.

    \b
    Examples:
      mien check me.jpg
      mien check me.jpg --json
      mien check me.jpg --remote http://127.0.0.1:8000
    """
    from mien.settings import Settings

    settings = Settings.load(data_dir=data_dir, token=token)
    with working("Looking"):
        seen = _looked_at_by(remote, photo, settings) if remote else _looked_at(photo, settings)
    if as_json:
        click.echo(json.dumps(seen, indent=2))
    else:
        _tell(seen)
    return OTHER if seen["verdict"] == "poor" else DONE


def _looked_at(photo: Path, settings: "Settings") -> Verdict:
    from mien.bootstrap.engine import build_picsi
    from mien.cli.files import read_input
    from mien.commands.check import PHOTO, Check, facts

    picsi = build_picsi(settings)
    data = read_input(photo, field=PHOTO, max_bytes=picsi.limits.max_bytes)
    result = Check(finder=picsi.finder, limits=picsi.limits)(data)
    return Verdict(
        photo=str(photo),
        width=result.width,
        height=result.height,
        verdict=result.verdict,
        faces=[cast("FaceWire", facts(seen)) for seen in result.faces],
        warnings=list(result.warnings),
        ms=round(result.ms, DIGITS),
    )


def _looked_at_by(url: str, photo: Path, settings: "Settings") -> Verdict:
    """As the service at ``url`` sees it.

    Raises:
        NoFaceFound: as without a service.
    """
    from mien.cli.files import read_input
    from mien.cli.remote import client_of
    from mien.commands.check import PHOTO
    from mien.errors import NoFaceFound

    data = read_input(photo, field=PHOTO, max_bytes=settings.limits.max_bytes)
    start = perf_counter()
    with client_of(url, settings) as client:
        answer = client.faces(data)
    if not answer["faces"]:
        raise NoFaceFound(PHOTO)
    faces = sorted(answer["faces"], key=lambda face: face["size"], reverse=True)
    return Verdict(
        photo=str(photo),
        width=answer["width"],
        height=answer["height"],
        verdict=faces[0]["verdict"],
        faces=faces,
        warnings=answer["warnings"],
        ms=round((perf_counter() - start) * 1000, DIGITS),
    )


def _tell(seen: Verdict) -> None:
    mark = click.style(seen["verdict"], fg=COLOURS[seen["verdict"]])
    click.echo(f"{one_line(seen['photo'])}: {mark}")
    for number, face in enumerate(seen["faces"]):
        if number:
            click.echo(f"Another face at {_place(face)}: {face['verdict']}")
        else:
            click.echo(f"Face at {_place(face)}: {_numbers(face)}")
        for reason in face["reasons"].values():
            click.echo(f"  {one_line(reason)}")
    for warning in seen["warnings"]:
        click.echo(one_line(f"Warning: {warning}"), err=True)


def _place(face: "FaceWire") -> str:
    x0, y0, x1, y1 = face["box"]
    return f"{x0},{y0} to {x1},{y1}"


def _numbers(face: "FaceWire") -> str:
    return (
        f"{face['size']} pixels, yaw {face['yaw']}, pitch {face['pitch']}, "
        f"roll {face['roll']} degrees, sharpness {face['sharpness']:.2f}"
    )
