"""How much a service takes: pictures over HTTP, and jobs that do nothing."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mien.bootstrap.service import Service, build_service
from mien.jobs.submit import NewJob
from mien.logs import set_up_logging
from mien.settings import Settings
from mien.testing import TinyFactory
from mien.testing.postgres import PostgresServer
from support.databases import fresh
from support.service import Caller, Running, running
from support.tables import Table, ms
from support.usage import usage_of

ROUNDS = 3
#: Callers of pictures, so that both workers always have one waiting.
CALLERS, PICTURES, STILLS_GOAL = 4, 200, 50
#: Blocked callers of jobs that do nothing, and how many jobs they have done in all.
CROWDS, JOBS = (1, 8, 64), 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Stills:
    """How a round of pictures went."""

    #: Pictures a second.
    rate: float
    #: How long each caller waited for each of its answers, milliseconds.
    waits_ms: Sequence[float]
    #: Milliseconds of a core that a picture took, in the process that speaks HTTP and in the workers.
    http_ms: float
    workers_ms: float

    def cells(self) -> list[str]:
        """The round as a part of a row."""
        p99 = float(np.percentile(self.waits_ms, 99))
        verdict = f"{STILLS_GOAL} {'met' if self.rate >= STILLS_GOAL else 'MISSED'}"
        times = (p99, max(self.waits_ms), self.http_ms, self.workers_ms)
        return [f"{self.rate:.1f}", verdict, *map(ms, times)]


def stills_table(kinds: Mapping[str, PostgresServer | None], form: Callable[[int], bytes]) -> Table:
    """Pictures a second through HTTP on all cores.

    Args:
        form: makes the body of a request; each number another source photo.
    """
    rows = []
    same, others = [form(0)] * PICTURES, [form(number) for number in range(1, PICTURES + 1)]
    for kind, server in kinds.items():
        for number in range(1, ROUNDS + 1):
            with fresh(server) as (folder, url), running(folder, database_url=url) as service:
                rounds = [stills(service, forms) for forms in (others, same)]
            for sources, one in zip(("each another", "one"), rounds, strict=True):
                rows.append([kind, sources, str(number), *one.cells()])
    return Table(
        title="Pictures a second through HTTP",
        note=f"{CALLERS} callers, {PICTURES} pictures of 1024 x 1024 a round, all cores. Each with another "
        "source photo, or all with one, whose face the workers know after the first. What a caller waited for "
        "an answer, and what a picture took of a core in the process that speaks HTTP and in the workers, "
        "milliseconds.",
        head=[
            "database",
            "source",
            "round",
            "pictures/s",
            "goal",
            "p99",
            "longest",
            "HTTP",
            "workers",
        ],
        rows=rows,
    )


def stills(service: Running, forms: Sequence[bytes]) -> Stills:
    """What the callers get done of ``forms``, after some uncounted calls."""
    callers = [service.caller() for _ in range(CALLERS)]

    def call(caller: Caller, bodies: Sequence[bytes]) -> list[float]:
        return [_timed_ms(caller, body) for body in bodies]

    with ThreadPoolExecutor(CALLERS) as threads:
        list(threads.map(call, callers, [forms[:5]] * CALLERS))
        before, start = usage_of(service.pid), time.perf_counter()
        waits = list(threads.map(call, callers, [forms[n::CALLERS] for n in range(CALLERS)]))
        took_s, used = time.perf_counter() - start, usage_of(service.pid).since(before)
    return Stills(
        rate=len(forms) / took_s,
        waits_ms=[wait for one in waits for wait in one],
        http_ms=used.http_s * 1000 / len(forms),
        workers_ms=used.workers_s * 1000 / len(forms),
    )


def _timed_ms(caller: Caller, body: bytes) -> float:
    start = time.perf_counter()
    caller.swap(body)
    return (time.perf_counter() - start) * 1000


@dataclass(frozen=True, kw_only=True)
class Client:
    """One who submits jobs that do nothing, below HTTP."""

    service: Service
    token: str

    def job(self, _: object = None) -> float:
        """Milliseconds from the submit of a job to its end."""
        service = self.service
        start = time.perf_counter()
        user = service.authenticate(self.token)
        job = service.submit(NewJob(user=user, channels=service.pick_channel(user), verb="nothing"))
        if not service.wait(job.id, timeout_s=60).done:
            raise SystemExit("a job that does nothing takes longer than a minute")
        return (time.perf_counter() - start) * 1000


@contextmanager
def idle_service(folder: Path, url: str) -> Iterator[Client]:
    """A service in this process whose workers know the tiny commands, warm."""
    set_up_logging("ERROR")
    settings = Settings.load(data_dir=folder, database_url=url, queue_depth=1000)
    service = build_service(settings, TinyFactory(settings=settings))
    if service.first_start is None:
        raise SystemExit("the database is not fresh")
    client = Client(service=service, token=service.first_start.token)
    service.start()
    try:
        for _ in range(50):
            client.job()
        yield client
    finally:
        service.stop()


def idle_table(kinds: Mapping[str, PostgresServer | None]) -> Table:
    """Jobs a second that do nothing, from submit to end."""
    rows = []
    for kind, server in kinds.items():
        with fresh(server) as (folder, url), idle_service(folder, url) as client:
            rows += [idle_row(kind, client.job, crowd) for crowd in CROWDS]
    return Table(
        title="Jobs that do nothing",
        note=f"Submitted and waited for below HTTP, two workers, {JOBS} jobs a row; milliseconds "
        "from submit to end.",
        head=["database", "callers", "jobs/s", "p50", "p99"],
        rows=rows,
    )


def idle_row(kind: str, call: Callable[[object], float], crowd: int) -> Sequence[str]:
    """One line of that table."""
    start = time.perf_counter()
    with ThreadPoolExecutor(crowd) as threads:
        times = list(threads.map(call, range(JOBS)))
    rate = JOBS / (time.perf_counter() - start)
    middle, last = np.percentile(times, [50, 99])
    return [kind, str(crowd), f"{rate:.0f}", ms(middle), ms(last)]
