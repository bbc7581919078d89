"""What a helper process of `mien.runners.helpers` does: swap segments of one video."""

import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

import cv2

from mien.bootstrap.engine import build_painter
from mien.commands.segments import OwnHand, Scene
from mien.memory import keep_freed_memory
from mien.runners.helpers import Task, attend
from mien.turns import take_short_turns


def main(pipe: Connection) -> None:
    """Take the scene, and whether faces are looked at closely; then segment after segment."""
    scene, closely = pipe.recv()
    if not isinstance(scene, Scene):
        raise TypeError(f"a helper needs a scene, got {type(scene).__name__}")
    hand = OwnHand(scene, *build_painter(closely=closely))

    def work(task: Task, beat: Callable[[int], None]) -> None:
        number, row = task
        hand.swap(number, row, beat)

    attend(pipe, work)


if __name__ == "__main__":
    # The parent decides when this ends; it closes the pipe, or kills.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    keep_freed_memory()
    take_short_turns()
    # The process that it helps, and its other helpers, have the other cores.
    cv2.setNumThreads(1)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        main(Connection(int(sys.argv[1])))
