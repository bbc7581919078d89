"""Tiny commands for tests of the service: they do nothing, wait, fail, or die."""

import fcntl
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from types import MappingProxyType

from mien.bootstrap.worker import build_run_job
from mien.errors import NoFaceFound
from mien.jobs.run import Command, Outcome, ResultFile, Work
from mien.runners.process import Run
from mien.settings import Settings
from mien.testing.gate import visit


def nothing(work: Work) -> Outcome:
    """End at once, without a result."""
    del work
    return Outcome()


def echo(work: Work) -> Outcome:
    """Return the uploads as results, each of "1 x 2 pixels"."""
    files = tuple(
        ResultFile(
            data=work.files[name],
            media_type=upload.media_type,
            extension=f".{upload.key.rpartition('.')[2]}",
            width=1,
            height=2,
        )
        for name, upload in work.job.uploads.items()
    )
    return Outcome(files=files, message=work.job.params.get("message", ""), report={"echo": True})


def tell(work: Work) -> Outcome:
    """Say which process does it."""
    del work
    return Outcome(report={"pid": os.getpid()})


def refuse(work: Work) -> Outcome:
    """Find no face."""
    del work
    raise NoFaceFound("target")


def stumble(work: Work) -> Outcome:
    """Show a bug."""
    del work
    raise ZeroDivisionError


def die(work: Work) -> Outcome:
    """Kill the worker on each of the first ``times`` attempts; later ones succeed."""
    if work.job.attempts <= int(work.job.params["times"]):
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(message=f"attempt {work.job.attempts}")


def hold(work: Work) -> Outcome:
    """Stop at the `mien.testing.gate.Gate` at ``gate`` until it lets go."""
    visit(work.job.params["gate"])
    return Outcome(message=f"attempt {work.job.attempts}")


def linger(work: Work) -> Outcome:
    """Pass the `mien.testing.gate.Gate` at ``gate``, and go on until somebody says stop."""
    visit(work.job.params["gate"])
    while True:
        work.check()
        sleep(MOMENT_S)


def advance(work: Work) -> Outcome:
    """Report half of the way, and stand at the `mien.testing.gate.Gate` at ``gate``."""
    work.report("half", 0.5)
    visit(work.job.params["gate"])
    return Outcome()


def alone(work: Work) -> Outcome:
    """Make sure that the process ``pid`` is dead."""
    try:
        os.kill(int(work.job.params["pid"]), 0)
    except ProcessLookupError:
        return Outcome()
    raise RuntimeError("The process before lives.")


def crowd(work: Work) -> Outcome:
    """Hold the lock of one of the files ``places`` for a moment; fail when none is free.

    A lane of n places with n files: whoever finds all of them taken has proven that more than n
    jobs run, and the system drops a lock when its process dies, not before.
    """
    for place in work.job.params["places"].split(os.pathsep):
        with Path(place).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            sleep(MOMENT_S)
            return Outcome(report={"place": place})
    raise RuntimeError("More jobs of this lane run than it is wide.")


#: Long enough that jobs which may run together do.
MOMENT_S = 0.01

#: The tiny commands by verb.
TINY: Mapping[str, Command] = MappingProxyType(
    {
        "nothing": nothing,
        "echo": echo,
        "tell": tell,
        "refuse": refuse,
        "stumble": stumble,
        "die": die,
        "hold": hold,
        "linger": linger,
        "advance": advance,
        "alone": alone,
        "crowd": crowd,
    }
)


@dataclass(frozen=True, kw_only=True)
class TinyFactory:
    """Builds workers that know the tiny commands; for `mien.bootstrap.build_service`."""

    settings: Settings

    @property
    def preload(self) -> tuple[str, ...]:
        return (__name__,)

    def __call__(self) -> Run:
        return build_run_job(self.settings, TINY)


@dataclass(frozen=True, kw_only=True)
class BrokenFactory:
    """Builds workers that cannot even start."""

    @property
    def preload(self) -> tuple[str, ...]:
        return (__name__,)

    def __call__(self) -> Run:
        os._exit(3)
