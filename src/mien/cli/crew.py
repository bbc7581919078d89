"""The processes of ``mien batch``: a file that kills one of them fails alone."""

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import resource_tracker
from types import FrameType
from typing import Any

from pebble import ProcessExpired, ProcessPool

from mien.bootstrap.engine import build_engine, build_picsi
from mien.cli.errand import Errand, Told, carry_out
from mien.cli.film import Film
from mien.cli.pairs import Pair, Plan, as_error
from mien.commands.picsi import Picsi
from mien.errors import MienError, TimedOut, WorkerLost
from mien.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a row: what there is to tell about its result, or why there is none."""

    pair: Pair
    told: Told | None = None
    #: Code and sentence of the error; "" where there is none.
    code: str = ""
    sentence: str = ""

    def as_json(self) -> dict[str, Any]:
        """The row for programs."""
        pair = self.pair
        row = {"line": pair.line, "source": pair.source, "target": pair.target}
        error = {"code": self.code or None, "error": self.sentence or None}
        return {**row, "result": pair.result, **error} | {
            key: value for key, value in (self.told or {}).items() if key != "result"
        }


def work_through(plans: Sequence[Plan], *, settings: Settings, jobs: int) -> Iterator[Outcome]:
    """Carry the plans out, ``jobs`` at a time; outcomes come in the order in which they are done."""
    yield from (failed(plan.pair, plan.error) for plan in plans if plan.error)
    # Not fork: the parent may hold threads, and every platform works alike.
    context = multiprocessing.get_context("spawn")
    with ProcessPool(max_workers=jobs, context=context) as pool, ExitStack() as interrupted:
        interrupted.callback(pool.stop)
        with _interrupts_held():
            futures = _hand_out(pool, plans, settings)
        yield from _take_in(futures)
        interrupted.pop_all()


def _hand_out(
    pool: ProcessPool, plans: Sequence[Plan], settings: Settings
) -> "dict[Future[Outcome], Pair]":
    return {
        pool.schedule(
            run_errand, args=(plan.pair, plan.errand, settings), timeout=settings.job_timeout_s
        ): plan.pair
        for plan in plans
        if plan.errand
    }


def _take_in(futures: "dict[Future[Outcome], Pair]") -> Iterator[Outcome]:
    for future in as_completed(futures):
        error = future.exception()
        yield failed(futures[future], error) if error else future.result()


def run_errand(pair: Pair, errand: Errand, settings: Settings) -> Outcome:
    """The work of a process on one row. Errors become words here: they do not travel whole."""
    with _ends_tidily():
        try:
            return Outcome(pair=pair, told=_swapped(errand, settings))
        except (MienError, OSError, MemoryError) as error:
            return failed(pair, error)


def _swapped(errand: Errand, settings: Settings) -> Told:
    film = Film.wanted(errand, settings)
    picsi = _picsi(settings)
    if film:
        return film.carry_out(build_engine(settings), bar=False)
    return carry_out(errand, picsi)


@contextmanager
def _ends_tidily() -> Iterator[None]:
    """A process that the pool ends in here removes what it has half written first.

    The pool's own handler ends the process where it stands.
    """
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    except SystemExit:
        signal.signal(signal.SIGTERM, before)
        signal.raise_signal(signal.SIGTERM)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, _: FrameType | None) -> None:
    # A group hears SIGTERM from a person and from the pool: the second must not end the tidying.
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit


def failed(pair: Pair, error: BaseException) -> Outcome:
    """The outcome of a row that ended with ``error``."""
    known = _known(error)
    return Outcome(pair=pair, code=known.code, sentence=str(known))


def _known(error: BaseException) -> MienError:
    """``error`` in our words."""
    if isinstance(error, ProcessExpired):
        return WorkerLost("The process that worked on this pair died.")
    # TimeoutError is an OSError too, hence first.
    if isinstance(error, TimeoutError):
        return TimedOut("This pair took longer than MIEN_JOB_TIMEOUT_S allows.")
    return as_error(error)


@cache
def _picsi(settings: Settings) -> Picsi:
    """The process's own command, built at its first row and kept for the next."""
    return build_picsi(settings)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Threads and processes that are made inside never hear Ctrl-C.

    It reaches every process of the terminal; the parent alone decides what follows. The pool makes
    its threads when it is first used, and they hand the mask on to the processes they start.
    """
    # Started inside, it would take the mask off again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
