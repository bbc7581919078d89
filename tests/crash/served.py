"""A service that is made to be killed: `mien serve` with a command that takes notes.

    python tests/crash/served.py FOLDER

FOLDER holds what `Book` keeps. The HTTP server, the dispatcher, the database and the worker processes
are the product's; the settings come from the environment.
"""

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from mien.api import server
from mien.bootstrap.service import build_service
from mien.bootstrap.worker import build_run_job
from mien.contract import OPERATIONS
from mien.jobs import courier
from mien.jobs.run import Outcome, ResultFile, Work
from mien.logs import set_up_logging
from mien.runners.process import Run
from mien.settings import Settings

PICSI = OPERATIONS["picsi"].verb
#: What it says when it answers.
READY = "ready at "
#: A callback that was cut off is sent again after this time; in earnest after two minutes.
CALLBACK_LEASE_S = 5.0
#: A job takes so many steps, and each so long; there is time to be killed between any two.
STEPS = 4
STEP_S = 0.03
#: One job in so many takes ten times as long, so that some are seen at work.
SLOW_ONE_IN = 8
#: What the caller's reference of a job begins with that stays at work until it is disturbed, or long.
SLOW = "slow"
SLOW_S = 30.0


@dataclass(frozen=True)
class Book:
    """What the command writes down, in files that outlive every process."""

    folder: Path

    def widen(self, channel: str, width: int) -> None:
        """Say how many jobs may run in a channel: it has so many places."""
        places = self.folder / channel
        places.mkdir(parents=True)
        for number in range(width):
            (places / str(number)).touch()

    @contextmanager
    def place(self, channel: str) -> Iterator[None]:
        """One of the channel's places, held by a lock that the system drops when its process dies."""
        for path in sorted((self.folder / channel).iterdir()):
            with path.open("w") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        raise RuntimeError(f"More jobs of the lane {channel} run than it is wide.")

    def note(self, work: Work, what: str) -> None:
        """Write a line; lines of several processes do not mix."""
        facts = {"job": work.job.id, "attempt": work.job.attempts, "pid": os.getpid()}
        line = json.dumps(facts | {"what": what, "at": time.monotonic()})
        handle = os.open(self._notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
        finally:
            os.close(handle)

    def notes(self) -> list[dict[str, Any]]:
        """All lines, oldest first."""
        if not self._notes.exists():
            return []
        return [json.loads(line) for line in self._notes.read_text().splitlines()]

    @property
    def _notes(self) -> Path:
        return self.folder / "notes"


@dataclass(frozen=True)
class Toil:
    """The command: holds a place of its lane, works in steps, and never makes the same result twice."""

    book: Book

    def __call__(self, work: Work) -> Outcome:
        with self.book.place(work.job.channel):
            self.book.note(work, "begun")
            try:
                self._toil(work)
            finally:
                self.book.note(work, "left")
        data = f"{work.job.id} {uuid4().hex}".encode()
        file = ResultFile(data=data, media_type="image/png", extension=".png", width=1, height=2)
        return Outcome(files=(file,), message=f"attempt {work.job.attempts}")

    @staticmethod
    def _toil(work: Work) -> None:
        if work.job.attempts == 1 and (work.job.reply_ref or "").startswith(SLOW):
            time.sleep(SLOW_S)
        chance = Random(f"{work.job.id} {work.job.attempts}")
        slow = 1 if chance.randrange(SLOW_ONE_IN) else 10
        for step in range(STEPS):
            work.check()
            work.report("toil", step / STEPS)
            time.sleep(slow * chance.uniform(0, STEP_S))


@dataclass(frozen=True, kw_only=True)
class ToilFactory:
    """Builds workers that know this command under the name of the product's."""

    settings: Settings
    folder: Path

    @property
    def preload(self) -> tuple[str, ...]:
        return (__name__,)

    def __call__(self) -> Run:
        return build_run_job(self.settings, {PICSI: Toil(Book(self.folder))})


def main(folder: Path) -> None:
    """Serve on a free port until a signal comes."""
    # The factory of the module that workers import, not of this script.
    from crash.served import ToilFactory  # noqa: PLC0415

    settings = Settings.load()
    set_up_logging(settings.log_level)
    vars(courier)["LEASE_S"] = CALLBACK_LEASE_S
    with server.listen(settings.host, 0) as listener:
        url = server.url_of(listener)
        service = build_service(settings, ToilFactory(settings=settings, folder=folder), url=url)
        server.run(service, listener, ready=lambda: print(READY + url, flush=True))  # noqa: T201 - a program


if __name__ == "__main__":
    main(Path(sys.argv[1]))
