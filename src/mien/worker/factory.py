"""A worker process: builds its own objects from the settings, and runs jobs one by one.

The entry point gives a `WorkerFactory` to `mien.bootstrap.service.build_service`; it is sent to each
worker process and called there. Nothing is shared with the service but settings, database and
files, so a worker can die at any moment.
"""

from dataclasses import dataclass

from mien.bootstrap.worker import build_run_job
from mien.logs import set_up_logging
from mien.memory import keep_freed_memory
from mien.runners.process import Run
from mien.settings import Settings
from mien.turns import take_short_turns


@dataclass(frozen=True, kw_only=True)
class WorkerFactory:
    """Builds a worker's objects, in its process. Picklable: settings, and nothing else."""

    settings: Settings

    @property
    def preload(self) -> tuple[str, ...]:
        """Modules that every worker needs."""
        return ("mien.worker.commands", "mien.models.store")

    def __call__(self) -> Run:
        # Networks and array libraries take a third of a second, and the service that sends this
        # factory to its workers never needs them.
        import cv2  # noqa: PLC0415

        from mien.worker.commands import served  # noqa: PLC0415

        set_up_logging(self.settings.log_level)
        keep_freed_memory()
        take_short_turns()
        cv2.setNumThreads(self.settings.threads)
        return build_run_job(self.settings, served(self.settings))
