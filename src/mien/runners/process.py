"""What runs inside a worker process of `mien.runners.local`."""

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Protocol

from mien.jobs.model import Job

#: Runs one job: (job id, ticket); returns it at its end, None where the store knows more.
Run = Callable[[str, str], Job | None]


class Factory(Protocol):
    """Builds a worker's objects in its own process; picklable."""

    @property
    def preload(self) -> Sequence[str]:
        """Modules that every worker needs: imported once, and shared by all."""
        ...

    def __call__(self) -> Run:
        """What runs jobs in this process."""
        ...


#: What a worker tells: it is built; it has begun a job. And then what its `Run` returns.
READY = "ready"
BEGUN = "begun"

log = logging.getLogger(__name__)

#: The parent is gone and nobody reads an exit code; any but 0.
ORPHANED = 1


def serve(factory: Factory, pipe: Connection) -> None:
    """Build what runs jobs, then run those that come through ``pipe`` until it closes."""
    # A terminal's Ctrl-C and a service manager's stop reach all processes of the service; it is
    # the parent who decides when workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _leave_with_parent()
    run = factory()
    try:
        pipe.send(READY)
        while True:
            job_id, ticket = pipe.recv()
            pipe.send(BEGUN)
            pipe.send(run(job_id, ticket))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        # The parent has closed its end: the service stops.
        return


def _leave_with_parent() -> None:
    """End this process at once when its parent dies, even in the middle of a job.

    The job's lease runs out, and whoever starts the service again runs it.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        wait([sentinel])
        os._exit(ORPHANED)

    Thread(target=watch, name="parent-watch", daemon=True).start()
