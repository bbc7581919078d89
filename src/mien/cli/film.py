"""A video at the terminal: swapped from file to file, with a bar, and taken up again after a crash."""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from mien.bootstrap.engine import build_video
from mien.cli.bar import frames_bar
from mien.cli.errand import MS_DIGITS, Errand, Told, chosen
from mien.cli.files import read_input, result_path, write_result
from mien.commands.givers import ReadPhoto
from mien.commands.inspection import inspect
from mien.commands.picsi import SOURCE, TARGET
from mien.commands.workshop import Workshop
from mien.errors import MienError
from mien.media.formats import Format, Kind
from mien.media.probe import Seen, probe
from mien.media.still import decode
from mien.media.video.head import head_of
from mien.memory import keep_freed_memory
from mien.settings import Settings
from mien.turns import take_short_turns

if TYPE_CHECKING:
    from mien.commands.video import SwapVideo, VideoReport
    from mien.engine.faces import FaceFinder
    from mien.engine.swap import MeshSwapper

#: Told the frames that are done, and all there are.
Show = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Which part of a video is swapped, seconds; None: to its end."""

    start_s: float = 0.0
    end_s: float | None = None

    @property
    def whole(self) -> bool:
        return not self.start_s and self.end_s is None


def video_at(path: Path) -> Seen | None:
    """What the header of the file at ``path`` says, if it is a video; None for anything else."""
    if not path.is_file():
        return None
    try:
        seen = probe(head_of(path), field=TARGET)
    except (MienError, OSError):
        return None  # whoever reads it as a picture says what is wrong
    return replace(seen, size=path.stat().st_size) if seen.kind is Kind.VIDEO else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """An errand whose target is a video."""

    errand: Errand
    seen: Seen
    settings: Settings
    cut: Cut = field(default_factory=Cut)
    #: Where a contact sheet goes, and which of the frames stand on it.
    preview: Path | None = None
    every: int | None = None

    @classmethod
    def wanted(
        cls,
        errand: Errand,
        settings: Settings,
        *,
        start: float | None = None,
        end: float | None = None,
        preview: Path | None = None,
        every: int | None = None,
    ) -> Self | None:
        """The film that ``errand`` means; None where its target is no video.

        Raises:
            click.UsageError: options that are for videos only, or make no sense.
        """
        seen = video_at(errand.target)
        if seen is None:
            if start is not None or end is not None or preview or every:
                raise click.UsageError("--start, --end, --preview and --every are for videos only")
            if errand.format is not None and not errand.format.is_picture:
                ending = errand.format.extension
                raise click.UsageError(f"{errand.target} is no video: its result is no {ending}")
            return None
        if end is not None and end <= (start or 0.0):
            raise click.UsageError("--end must come after --start")
        form = Format.of_extension(preview.suffix) if preview else None
        if preview and (form is None or not form.is_picture):
            raise click.UsageError(f"The preview {preview} is named like no picture")
        return cls(
            errand=errand,
            seen=seen,
            settings=settings,
            cut=Cut(start_s=start or 0.0, end_s=end),
            preview=result_path(preview) if preview else None,
            every=every,
        )

    def carry_out(self, engine: "tuple[FaceFinder, MeshSwapper]", *, bar: bool = True) -> Told:
        """Swap, and write result and preview.

        Raises:
            MienError, OSError: as `carry_out_film`.
        """
        import cv2

        keep_freed_memory()
        take_short_turns()
        # Helpers have the other cores.
        cv2.setNumThreads(self.settings.threads)
        swap = build_video(self.settings, *engine)
        workshop = Workshop(self.settings.data_dir / "work")
        with (
            workshop.bench(*_names(self.errand)) as bench,
            frames_bar() if bar and sys.stderr.isatty() else nullcontext(silent) as tell,
        ):
            told = carry_out_film(
                self.errand, self.seen, swap, work=bench / "segments", cut=self.cut, tell=tell
            )
        if self.preview:
            write_preview(self.errand.path, self.preview, self.every)
        return told


def silent(done: int, all_: int) -> None:
    """Show nothing."""


def carry_out_film(
    errand: Errand,
    seen: Seen,
    swap: "SwapVideo",
    *,
    work: Path,
    cut: Cut,
    tell: Show = silent,
) -> Told:
    """Swap the video of ``errand``, and write the result.

    Args:
        seen: what its header says.
        work: where work in progress lies; the same errand finds its own there.

    Raises:
        MienError: with the sentence for whoever asked; nothing was written then.
    """
    from mien.commands.video import VideoRequest

    result_format = _result_format(errand, seen)
    known = seen if cut.whole else replace(seen, duration_s=0.0)
    swap.limits.require(known, field=TARGET)
    source = read_input(errand.source, field=SOURCE, max_bytes=swap.limits.max_bytes)
    inspect(source, field=SOURCE, limits=swap.limits)
    still = decode(source, field=SOURCE)
    with _beside(errand.path) as part:
        report = swap(
            VideoRequest(
                target=errand.target,
                result=part,
                work=work,
                source_key=hashlib.sha256(source).hexdigest(),
                begin=ReadPhoto(still).onto,
                options=errand.options.swap,
                choice=chosen(errand.choice, swap.finder, swap.limits),
                format=seen.format,
                result_format=result_format,
                start_s=cut.start_s,
                end_s=cut.end_s,
            ),
            tell=tell,
        )
        _publish(part, errand.path)
    return _told(report, errand, still.warnings)


def _names(errand: Errand) -> tuple[bytes, bytes]:
    """What tells this errand apart from others: its files."""
    return os.fsencode(errand.target.absolute()), os.fsencode(errand.path)


def _result_format(errand: Errand, seen: Seen) -> Format | None:
    wanted = errand.format
    if wanted is None or wanted is seen.format:
        return None
    if wanted.is_picture or wanted is Format.AVI:
        name = "a picture" if wanted.is_picture else "AVI, which mien does not write"
        raise click.UsageError(
            f"The target is a video, and the result is named as {name}: call it .mp4, .mov, .mkv or .webm"
        )
    return wanted


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A name for an unfinished result, in the folder of the result; gone afterwards.

    A device or a pipe cannot be replaced: what is to go there is made in the folder for temporary files.
    """
    folder = None if is_special(path) else path.parent
    handle, name = tempfile.mkstemp(prefix=".mien-", suffix=".part", dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def is_special(path: Path) -> bool:
    """Whether it is a device or a pipe."""
    return path.exists() and not path.is_file()


def _publish(part: Path, path: Path) -> None:
    """Put the finished file in its place, with the permissions that a new file has there."""
    if is_special(path):
        with part.open("rb") as made, path.open("wb") as there:
            shutil.copyfileobj(made, there)
        return
    mask = os.umask(0)
    os.umask(mask)
    part.chmod(0o666 & ~mask)
    part.replace(path)


def write_preview(video: Path, sheet: Path, every: int | None) -> None:
    """Write a contact sheet of ``video`` to ``sheet``, whose extension says the format."""
    from mien.media.video.preview import contact_sheet, sheet_file

    seen = video_at(video)
    form = Format.of_extension(sheet.suffix)
    if seen is not None and form is not None:
        write_result(sheet, sheet_file(contact_sheet(video, seen.format, every), form))


def _told(report: "VideoReport", errand: Errand, warnings: tuple[str, ...]) -> Told:
    said = (*errand.options.warnings, *warnings, *report.warnings)
    return {
        "result": errand.result,
        "width": report.width,
        "height": report.height,
        "faces": {"found": report.found, "swapped": report.swapped},
        "frames": report.frames,
        "duration_s": round(report.duration_s, 3),
        "warnings": list(dict.fromkeys(said)),
        "ms": {stage: round(ms, MS_DIGITS) for stage, ms in report.ms.items()},
    }
