"""How far the work is: shown on a terminal, and nowhere else."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

import click

#: Told the name of a stage, and how much of it is done, 0 to 1.
Tell = Callable[[str, float], None]


class Bar(Protocol):
    """Shows how many of several things are done."""

    def advance(self) -> None:
        """One more is done."""
        ...

    def say(self, line: str) -> None:
        """Show ``line`` without disturbing the bar."""
        ...


class Lines:
    """The `Bar` that is none."""

    def advance(self) -> None:
        """Show nothing."""

    def say(self, line: str) -> None:
        """Print ``line``."""
        click.echo(line, err=True)


def bar(total: int, what: str) -> AbstractContextManager[Bar]:
    """A bar for ``total`` things on a terminal; on anything else lines only."""
    if not sys.stderr.isatty():
        return nullcontext(Lines())
    # rich takes 50 ms to load.
    from mien.cli.bar import TerminalBar

    return TerminalBar(total, what)


def silent(stage: str, fraction: float) -> None:
    """Show nothing."""


@contextmanager
def working(what: str) -> Iterator[Tell]:
    """While ``what`` goes on: on a terminal its stage and the seconds, gone when it is over."""
    if not sys.stderr.isatty():
        yield silent
        return
    from mien.cli.bar import spinner

    with spinner(what) as tell:
        yield tell
