"""Tables that read well on a terminal and in a document: the same text for both."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of texts under a head; the first column is the row's name."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    #: What to know when reading it.
    note: str = ""

    def __str__(self) -> str:
        """As Markdown, with columns that line up."""
        lines = [self.head, *self.rows]
        widths = [max(len(line[n]) for line in lines) for n in range(len(self.head))]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        drawn = [_line(line, widths) for line in (self.head, rule, *self.rows)]
        return "\n".join([f"## {self.title}", "", *([self.note, ""] if self.note else []), *drawn])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(width) if n == 0 else cell.rjust(width)
        for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join([first, *others])} |"


def ms(value: float) -> str:
    """Milliseconds, to a tenth."""
    return f"{value:.1f}"
