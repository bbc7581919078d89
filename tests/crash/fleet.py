"""Services in processes of their own, to be killed alone or with all that belongs to them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from acceptance.live import environment, until
from crash.served import READY, Book

#: The folder that `crash` is imported from.
TESTS = Path(__file__).resolve().parents[1]


@dataclass(kw_only=True)
class Service:
    """A service as the leader of a process group: the server, its workers, and what forks them."""

    book: Book
    settings: Mapping[str, str]
    log: Path
    url: str = ""
    _process: subprocess.Popen[str] | None = None
    #: Workers that were stopped and not let go on.
    _stalled: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Start it, and return when it answers."""
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [sys.executable, TESTS / "crash" / "served.py", self.book.folder],
                env=environment(self.settings) | {"PYTHONPATH": str(TESTS)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert process.stdout is not None
        self._process = process
        with process.stdout as said:
            line = said.readline()
        assert line.startswith(READY), self.log.read_text()
        self.url = line.removeprefix(READY).strip()

    def working(self) -> list[tuple[str, int]]:
        """Jobs that its workers are at, with the workers."""
        last = {note["pid"]: note for note in self.book.notes()}
        return [
            (note["job"], pid)
            for pid, note in last.items()
            if note["what"] == "begun" and self._owns(pid) and pid not in self._stalled
        ]

    def kill_worker(self, pid: int) -> None:
        """kill -9 one of its workers."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def stall_worker(self, pid: int) -> None:
        """SIGSTOP one of its workers; nobody lets it go on."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            self._stalled.append(pid)

    def kill_server(self) -> None:
        """kill -9 the server alone; what it has started notices by itself.

        Workers that stand still do not, and nobody is left who would kill them: they are killed here.
        """
        self._running.kill()
        for pid in self._stalled:
            if self._owns(pid):
                self.kill_worker(pid)
        self._running.wait()

    def kill(self) -> None:
        """kill -9 everything at once, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()

    def stop(self) -> None:
        """End it politely, and wait until nothing of it is left."""
        self._running.terminate()
        self._running.wait()
        until(lambda: not self._has_processes())

    @property
    def _running(self) -> subprocess.Popen[str]:
        assert self._process is not None
        return self._process

    def _owns(self, pid: int) -> bool:
        """Whether ``pid`` is a living process of this group."""
        try:
            return os.getpgid(pid) == self._running.pid
        except ProcessLookupError:
            return False

    def _has_processes(self) -> bool:
        try:
            os.killpg(self._running.pid, 0)
        except ProcessLookupError:
            return False
        return True


@contextmanager
def running(services: list[Service]) -> Iterator[list[Service]]:
    """The services, started; at the end nothing of them is left."""
    try:
        for service in services:
            service.start()
        yield services
    finally:
        for service in services:
            service.kill()
