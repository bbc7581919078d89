"""The list that ``mien batch`` works through: a CSV of sources, targets and results."""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from mien.cli.errand import Errand
from mien.cli.failures import os_sentence
from mien.errors import BadRequest, MienError, Unreadable

COLUMNS = ("source", "target", "result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A row of the list, as written."""

    #: Line of the file where the row ends.
    line: int
    source: str
    target: str
    result: str


def read_pairs(path: Path) -> list[Pair]:
    """The rows of the list at ``path``; blank lines do not count.

    Raises:
        Unreadable: when it is no UTF-8 text with the three columns.
    """
    try:
        # utf-8-sig: spreadsheets like to write a byte order mark.
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_rows(csv.DictReader(file), path))
    except OSError as error:
        raise Unreadable(f"The list cannot be read: {os_sentence(error)}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"The list {path} is no CSV in UTF-8: {error}.") from error


def _rows(reader: "csv.DictReader[str]", path: Path) -> Iterator[Pair]:
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        names = ",".join(COLUMNS)
        raise Unreadable(
            f"The list {path} has no column {missing[0]}; its first line must name {names}."
        )
    for row in reader:
        # A short row leaves the rest None.
        cells = {name: (row[name] or "").strip() for name in COLUMNS}
        yield Pair(line=reader.line_num, **cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A row and what to do about it: an errand, or the error that makes it impossible."""

    pair: Pair
    errand: Errand | None = None
    error: MienError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Turns rows into errands; refuses whatever would write where it must not."""

    #: Folder that relative sources and targets start from.
    base: Path
    #: Folder that results go to.
    folder: Path
    options: str
    faces: str = "all"

    def __call__(self, pairs: Sequence[Pair]) -> list[Plan]:
        """A plan for each pair, in order. Makes the folders that results need."""
        inputs = {_real(self.base / name) for pair in pairs for name in (pair.source, pair.target)}
        taken: dict[Path, int] = {}
        return [self._plan(pair, inputs, taken) for pair in pairs]

    def _plan(self, pair: Pair, inputs: set[Path], taken: dict[Path, int]) -> Plan:
        try:
            errand = self._errand(pair)
            _require_free(errand.path, pair, inputs, taken)
        except (MienError, click.UsageError, OSError, ValueError) as error:
            return Plan(pair=pair, error=as_error(error))
        return Plan(pair=pair, errand=errand)

    def _errand(self, pair: Pair) -> Errand:
        for name in COLUMNS:
            if not getattr(pair, name):
                raise BadRequest(f"The column {name} is empty.", field=name)
        return Errand.checked(
            source=self.base / pair.source,
            target=self.base / pair.target,
            result=self._inside(pair.result),
            options=self.options,
            faces=self.faces,
        )

    def _inside(self, name: str) -> Path:
        """The path of a result called ``name``, which must stay in the folder."""
        path = Path(name)
        if path.is_absolute() or ".." in path.parts:
            raise _outside(name)
        wanted = self.folder / path
        # Links may lead out of the folder without any "..".
        if not _real(wanted).is_relative_to(_real(self.folder)):
            raise _outside(name)
        wanted.parent.mkdir(parents=True, exist_ok=True)
        return wanted


def as_error(error: BaseException) -> MienError:
    """``error`` with a code and a sentence."""
    if isinstance(error, MienError):
        return error
    if isinstance(error, click.UsageError):
        return BadRequest(f"{error.format_message()}.")
    if isinstance(error, OSError):
        return MienError(os_sentence(error))
    if isinstance(error, MemoryError):
        return MienError("There is not enough memory for this pair.")
    return MienError(f"{type(error).__name__}: {error}.")


def _require_free(path: Path, pair: Pair, inputs: set[Path], taken: dict[Path, int]) -> None:
    if path in inputs:
        raise BadRequest(f"The result {pair.result} would replace a picture of the list.")
    if path in taken:
        raise BadRequest(f"The result {pair.result} is that of line {taken[path]} too.")
    taken[path] = pair.line


def _outside(name: str) -> BadRequest:
    return BadRequest(f"The result {name} lies outside the folder of the results.", field="result")


def _real(path: Path) -> Path:
    """``path`` without links; as it is where it cannot be one (a NUL in it), which fails later."""
    try:
        return Path(os.path.realpath(path))
    except ValueError:
        return path
