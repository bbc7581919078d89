"""Helper processes for one job: each swaps segments of a video beside the process that has the job.

A helper is a fresh interpreter with one pipe. It ends when the pipe closes, so that nothing is left of it when
its parent is killed, and its parent kills it when the work is over or not wanted any more.
"""

import subprocess
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from typing import NoReturn

from mien.errors import MienError, WorkerLost

#: The module that a helper runs.
MODULE = "mien.worker.helper"
#: What a helper tells when a segment is done. Before it, it tells how many frames are done since it told last,
#: as a number. An error is told as itself.
DONE = "done"
#: Seconds between two looks at whether to go on.
PATIENCE_S = 0.2

#: What a task is: the segment's number, and the people of the first frame that shows any.
Task = tuple[int, tuple[int, ...]]


class Helper:
    """A helper process; used by one thread at a time."""

    def __init__(self, *setup: object) -> None:
        """Start it.

        Args:
            setup: what it is sent before its first task; picklable.
        """
        self._pipe, theirs = Pipe()
        command = [sys.executable, "-m", MODULE, str(theirs.fileno())]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        theirs.close()
        self._setup = setup
        self._begun = False

    def swap(self, number: int, row: tuple[int, ...], beat: Callable[[int], None]) -> None:
        """Have segment ``number`` swapped.

        Args:
            row: see `mien.commands.segments.Hand`.
            beat: see `mien.commands.segments.Beat`.

        Raises:
            WorkerLost: the helper died.
            MienError: as the work's.
        """
        try:
            if not self._begun:
                self._pipe.send(self._setup)
                self._begun = True
            self._pipe.send((number, row))
            follow(self._pipe, beat)
        except (EOFError, OSError) as error:
            self._lost(error)

    def close(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()
        self._pipe.close()

    def _lost(self, error: BaseException) -> NoReturn:
        raise WorkerLost("A process that helped with this video died.") from error


def follow(pipe: Connection, beat: Callable[[int], None]) -> None:
    """The parent's side: hear what a helper tells of one task, until it is done.

    Args:
        beat: called with the frames that the helper has done, and with 0 while it says nothing.

    Raises:
        EOFError, OSError: the helper died.
        MienError: as the work's.
    """
    while True:
        if not pipe.poll(PATIENCE_S):
            beat(0)
            continue
        told = pipe.recv()
        if told == DONE:
            return
        if isinstance(told, BaseException):
            raise told
        beat(told)


def attend(pipe: Connection, work: Callable[[Task, Callable[[int], None]], None]) -> None:
    """The helper's side: do tasks until the pipe closes.

    Args:
        work: does a task, and calls its second argument after every frame with how many are done by it.
    """

    def beat(frames: int) -> None:
        if pipe.poll():
            pipe.recv()  # nothing is sent meanwhile: the pipe is closed, and this raises
        pipe.send(frames)

    while True:
        task = pipe.recv()
        try:
            work(task, beat)
        except BrokenPipeError:
            raise
        except (MienError, OSError) as error:
            # A bug ends the helper; the process that has the job then meets and logs it itself.
            pipe.send(error)
        else:
            pipe.send(DONE)
