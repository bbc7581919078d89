"""One swap from files to a file: what ``mien swap`` does once and ``mien batch`` for each pair."""

from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, Self, TypedDict

import click

from mien.cli.files import read_input, result_path, write_result
from mien.cli.progress import Tell, silent
from mien.commands.choice import LikePicture, parse_choice
from mien.commands.options import ParsedOptions, parse
from mien.commands.picsi import SOURCE, TARGET, Picsi, PicsiRequest, PicsiResult
from mien.engine.choose import FIELD, Choice
from mien.engine.pipeline import Finder
from mien.media.formats import Format
from mien.media.limits import Limits

#: Digits of a millisecond that mean something.
MS_DIGITS = 2


class Faces(TypedDict):
    """Faces of the target."""

    found: int
    swapped: int


class Told(TypedDict):
    """What is told about a result, in words of JSON."""

    #: Where it was written.
    result: str
    width: int
    height: int
    #: Not of a result that a service made: it tells no more than its job.
    faces: NotRequired[Faces]
    job: NotRequired[str]
    #: Of a video only: its frames and how long it plays.
    frames: NotRequired[int]
    duration_s: NotRequired[float]
    warnings: list[str]
    #: Milliseconds by stage, in the order in which they ran.
    ms: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Which files, and what to do with them. Picklable: batches hand errands to processes."""

    source: Path
    target: Path
    #: The result as the caller named it, and where that is.
    result: str
    path: Path
    #: None keeps the target's.
    format: Format | None
    options: ParsedOptions
    choice: Choice | LikePicture

    @classmethod
    def checked(
        cls, *, source: Path, target: Path, result: Path, options: str, faces: str = "all"
    ) -> Self:
        """An errand whose words make sense, before any file is read.

        Raises:
            BadOption: by the options or the faces.
            click.UsageError: by the result's place or extension.
        """
        return cls(
            source=source,
            target=target,
            result=str(result),
            path=result_path(result),
            format=format_of(result),
            options=parse(options),
            choice=parse_choice(faces),
        )


def carry_out(errand: Errand, picsi: Picsi, *, tell: Tell = silent) -> Told:
    """Swap, and write the result.

    Args:
        tell: told of what moves how far it is.

    Raises:
        MienError: with the sentence for whoever asked; nothing was written then.
        OSError: when the result cannot be written.
    """
    max_bytes = picsi.limits.max_bytes
    request = PicsiRequest(
        source=read_input(errand.source, field=SOURCE, max_bytes=max_bytes),
        target=read_input(errand.target, field=TARGET, max_bytes=max_bytes),
        options=errand.options,
        choice=chosen(errand.choice, picsi.finder, picsi.limits),
        format=errand.format,
    )
    result = picsi(request, tell=tell)
    write_result(errand.path, result.data)
    return told(result, errand.result)


def chosen(choice: Choice | LikePicture, finder: Finder, limits: Limits) -> Choice:
    """``choice``; where it names a picture, that is read and looked at.

    Raises:
        MienError: there is no such picture, or no face in it.
    """
    if not isinstance(choice, LikePicture):
        return choice
    data = read_input(Path(choice.name), field=FIELD, max_bytes=limits.max_bytes)
    return choice.looked_up(data, finder, limits)


def told(result: PicsiResult, name: str) -> Told:
    """What there is to tell about ``result``, written to the file called ``name``."""
    report = result.report
    return {
        "result": name,
        "width": result.width,
        "height": result.height,
        "faces": {"found": report.faces_found, "swapped": report.faces_swapped},
        "warnings": list(report.warnings),
        "ms": {stage: round(ms, MS_DIGITS) for stage, ms in report.ms.items()},
    }


def format_of(result: Path) -> Format | None:
    """The format that the extension of ``result`` asks for; None when it has none.

    Raises:
        click.UsageError: when mien writes no such files.
    """
    if not result.suffix:
        return None
    found = Format.of_extension(result.suffix)
    if found is None or found is Format.AVI:
        written = ", ".join(one.extension for one in Format if one is not Format.AVI)
        raise click.UsageError(
            f"The extension {result.suffix} of the result is nothing that mien writes: {written}"
        )
    return found
