"""The progress bar of a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class TerminalBar:
    """A bar on stderr with what is done and the time left."""

    def __init__(self, total: int, what: str) -> None:
        """A bar that is full after ``total`` of ``what``."""
        console = Console(file=sys.stderr, highlight=False)
        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console)
        self._task = self._progress.add_task(what, total=total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def advance(self) -> None:
        """One more is done."""
        self._progress.advance(self._task)

    def say(self, line: str) -> None:
        """Print ``line`` above the bar; names in it are no markup."""
        self._progress.console.print(line, markup=False, soft_wrap=True)


class RateColumn(ProgressColumn):
    """Frames a second."""

    def render(self, task: Task) -> Text:
        """As in "23 fps"; nothing before the first frame."""
        return Text(f"{task.speed:.0f} fps" if task.speed else "")


@contextmanager
def frames_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that is told the frames done and all there are: frames, fps, time left."""
    console = Console(file=sys.stderr, highlight=False)
    columns = (BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("frames", total=None)
        yield lambda done, all_: progress.update(task, completed=done, total=all_)


@contextmanager
def spinner(what: str) -> Iterator[Callable[[str, float], None]]:
    """A line on stderr with ``what``, its stage, the share that is done, and the seconds."""
    console = Console(file=sys.stderr, highlight=False)
    words = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), words, TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda stage, share: progress.update(
            task, description=f"{what}: {stage}" + (f" {share:.0%}" if share else "")
        )
