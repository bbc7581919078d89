"""``mien serve`` as people start it: what it says on a pipe or a terminal."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest

MIEN = (sys.executable, "-m", "mien")
READY = "mien is ready at "
#: Seconds after which a service hangs.
HANGS_S = 180


class Service:
    """A service in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", output: TextIO) -> None:
        self.process = process
        self.output = output
        self.said = ""

    def until_ready(self) -> str:
        """Read what it says, to the line with its address; the address."""
        for line in self.output:
            self.said += line
            if line.startswith(READY):
                return line.removeprefix(READY).split()[0]
        pytest.fail(f"the service ended before it was ready: {self.said}")

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(HANGS_S)


@contextmanager
def serving(
    data: Path, *words: str, terminal: bool = False, program: Sequence[str] = MIEN
) -> Iterator[Service]:
    """A service on a free port, with ``data`` as its folder, its stdout a pipe or a terminal."""
    reading, writing = pty.openpty() if terminal else os.pipe()
    command = [*program, "serve", "--port", "0", "--data-dir", str(data), *words]
    environment = {"PATH": "/usr/bin:/bin", "MIEN_WORKERS": "1", "MIEN_LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(command, stdout=writing, env=environment, text=True)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8", newline=None) as output:
        try:
            yield Service(process, output)
        finally:
            process.kill()
            process.wait(HANGS_S)
