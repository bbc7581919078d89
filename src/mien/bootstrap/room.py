"""The moving parts of a service: what carries jobs, tells callers, and cleans up."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mien.bootstrap.store import Store, bury_of, tidy_of
from mien.errors import MienError
from mien.jobs.courier import Courier
from mien.jobs.dispatch import SWEEP_S, SWEEPS_A_LEASE, Dispatcher
from mien.jobs.housekeeping import Chore, Housekeeper
from mien.jobs.recover import Persistence
from mien.jobs.retention import Retention
from mien.jobs.wait import Waiters
from mien.runners.local import LocalRunner
from mien.runners.process import Factory
from mien.settings import Settings
from mien.storage.database import Database

if TYPE_CHECKING:
    from mien.storage.bell import PostgresBell


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the service is."""

    #: Whether it can take jobs: the database answers, jobs are handed out, a worker lives.
    ok: bool
    #: "" or one sentence about what is wrong.
    problem: str
    #: Worker processes alive, and wanted.
    workers: int
    workers_wanted: int
    #: Jobs in hand: running in a worker, and waiting for one.
    running: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class EngineRoom:
    """The moving parts of a service, and the order in which they start and stop."""

    store: Store
    runner: LocalRunner
    dispatcher: Dispatcher
    courier: Courier
    #: None where services do not tell each other, and look once a second.
    bell: "PostgresBell | None"
    housekeeper: Housekeeper
    grace_s: float

    def start(self) -> None:
        """Start them; returns before the workers are warm."""
        self.runner.start()
        self.dispatcher.start()
        if self.bell is not None:
            self.bell.start(self.dispatcher.hear)
        self.courier.start()
        self.housekeeper.start()

    def stop(self) -> None:
        """Stop them: running jobs get ``grace_s`` seconds, then they are handed back to the queue."""
        until = time.monotonic() + self.grace_s
        self.housekeeper.stop()
        self.dispatcher.stop(self.grace_s)
        self.courier.stop(max(0.0, until - time.monotonic()))
        # Only dead workers lose their jobs safely, so they go before the jobs are handed back.
        self.runner.stop()
        self.dispatcher.hand_back()
        if self.bell is not None:
            self.bell.stop()
        self.store.database.close()

    def health(self) -> Health:
        """How they are, now."""
        load = self.dispatcher.load()
        workers = self.runner.alive
        problem = self._problem(workers, dispatching=load.alive)
        return Health(
            ok=not problem,
            problem=problem,
            workers=workers,
            workers_wanted=self.runner.capacity,
            running=load.running,
            waiting=load.waiting,
        )

    def _problem(self, workers: int, *, dispatching: bool) -> str:
        try:
            self.store.directory.has_users()
        except MienError as error:
            return str(error)
        if not dispatching:
            return "No jobs are handed out: the service is stopped, or broken."
        return "" if workers else "No worker process is alive."


def build_engine_room(
    settings: Settings, store: Store, factory: Factory, courier: Courier
) -> EngineRoom:
    """The moving parts, at rest."""
    runner = LocalRunner(
        factory=factory, workers=settings.workers, timeout_s=settings.job_timeout_s
    )
    tidy = tidy_of(settings, store)
    bell = _bell(store.database)
    dispatcher = Dispatcher(
        store=store.jobs,
        runner=runner,
        waiters=Waiters(),
        persistence=Persistence(max_attempts=settings.max_attempts),
        tidy=tidy,
        report=courier.wake,
        lease_s=settings.lease_s,
        ring=(lambda _: None) if bell is None else bell.ring,
        sweep_s=min(SWEEP_S, settings.lease_s / SWEEPS_A_LEASE),
    )
    return EngineRoom(
        store=store,
        runner=runner,
        dispatcher=dispatcher,
        courier=courier,
        bell=bell,
        housekeeper=Housekeeper(chores=_chores(settings, store)),
        grace_s=settings.grace_s,
    )


def _bell(database: Database) -> "PostgresBell | None":
    if database.engine.dialect.name != "postgresql":
        return None
    from mien.storage.bell import PostgresBell  # noqa: PLC0415 - needs PostgreSQL's driver

    return PostgresBell(database)


def _chores(settings: Settings, store: Store) -> list[Chore]:
    tidy, bury = tidy_of(settings, store), bury_of(store)
    retention = Retention(store=store.jobs, blobs=store.blobs, keep=settings.retention)
    return [lambda: _nothing_left(tidy.leftovers()), lambda: _nothing_left(bury.sweep()), retention]


def _nothing_left(removed: int) -> bool:
    """The answer of a chore that does all of its work at once."""
    del removed
    return False
