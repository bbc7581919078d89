"""What jobs that wait elsewhere do to a new job: nothing, it is hoped."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from sqlalchemy import insert

from mien.jobs.ids import new_job_id
from mien.storage.database import Database
from mien.storage.tables import channels, jobs, users
from mien.testing.postgres import PostgresServer
from support.databases import fresh
from support.tables import Table, ms
from support.throughput import idle_service

#: Jobs that wait, in lanes whose only slot is taken.
LENGTHS = (0, 1_000, 10_000, 100_000)
#: Jobs that wait in one lane: all of them, or as many as a lane takes by default.
LAYOUTS = {"one lane": 100_000, "lanes of 100": 100}
#: New jobs, one after the other, and seconds in which nothing happens.
NEW, IDLE_S = 200, 5.0
NOW = datetime.now(UTC)
BATCH = 10_000


@dataclass(frozen=True, kw_only=True)
class Point:
    """A new job's time with so many waiting."""

    kind: str
    layout: str
    waiting: int
    times: Sequence[float]
    #: Share of a core that the service takes while nothing happens.
    idle: float


def queue_points(kinds: Mapping[str, PostgresServer | None]) -> list[Point]:
    """Every length of queue, in every layout, on every database."""
    return [
        point(kind, server, layout, length)
        for kind, server in kinds.items()
        for layout in LAYOUTS
        for length in LENGTHS
    ]


def point(kind: str, server: PostgresServer | None, layout: str, length: int) -> Point:
    """New jobs of one caller in a lane of its own."""
    with fresh(server) as (folder, url), idle_service(folder, url) as client:
        fill(folder, url, length, LAYOUTS[layout])
        for _ in range(20):
            client.job()
        times = [client.job() for _ in range(NEW)]
        return Point(kind=kind, layout=layout, waiting=length, times=times, idle=idle_share())


def idle_share() -> float:
    """Share of a core that this process takes while nobody calls."""
    before = getrusage(RUSAGE_SELF)
    time.sleep(IDLE_S)
    after = getrusage(RUSAGE_SELF)
    took = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    return took / IDLE_S


def fill(folder: Path, url: str, length: int, lane: int) -> None:
    """Have ``length`` jobs wait, ``lane`` in each lane, behind one that another service runs."""
    del folder
    database = Database(url)
    names = [f"9{number:09d}" for number in range(-(-length // lane))]
    with database.writing() as connection:
        for name in names:
            connection.execute(insert(users), _user(name))
            connection.execute(insert(channels), _channel(name))
            connection.execute(insert(jobs), _running(name))
    rows = [_waiting(names[number // lane]) for number in range(length)]
    for start in range(0, length, BATCH):
        with database.writing() as connection:
            connection.execute(insert(jobs), rows[start : start + BATCH])
    database.close()


def _user(name: str) -> dict[str, object]:
    return {"id": name, "name": name, "suspended": False, "created": NOW}


def _channel(name: str) -> dict[str, object]:
    return {
        "id": name,
        "user_id": name,
        "server": name,
        "discord": "x",
        "provider": "engine",
        "width": 1,
        "created": NOW,
    }


def _waiting(name: str) -> dict[str, object]:
    return {
        "id": new_job_id(),
        "user_id": name,
        "verb": "nothing",
        "status": "created",
        "params": {"options": "-m"},
        "uploads": {},
        "channel": name,
        "server": name,
        "discord": "x",
        "created": NOW,
        "updated": NOW,
        "code": 200,
        "attempts": 0,
        "fence": 0,
    }


def _running(name: str) -> dict[str, object]:
    lease = {"lease_owner": name, "lease_until": NOW + timedelta(days=1)}
    return _waiting(name) | lease | {"status": "started", "attempts": 1, "fence": 1, "slot": 0}


def queue_table(points: Sequence[Point]) -> Table:
    """The points as lines."""
    rows = []
    for one in points:
        middle, last = np.percentile(one.times, [50, 99])
        share = f"{one.idle:.1%}"
        rows.append([one.kind, one.layout, f"{one.waiting:,}", ms(middle), ms(last), share])
    return Table(
        title="A new job while others wait",
        note="One caller's jobs that do nothing, in a lane of its own, while so many jobs wait in "
        "lanes whose slot is taken: all in one lane, or a hundred in each. Milliseconds from submit "
        "to end; the share of a core that the service takes while nothing happens.",
        head=["database", "waiting in", "waiting", "p50", "p99", "idle"],
        rows=rows,
    )


def plot(points: Sequence[Point], path: Path) -> None:
    """The points as curves."""
    mpl.rcParams["svg.hashsalt"] = "mien"  # the same picture for the same figures
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for kind in dict.fromkeys(one.kind for one in points):
        for layout in LAYOUTS:
            mine = [one for one in points if (one.kind, one.layout) == (kind, layout)]
            lengths = [max(one.waiting, 100) for one in mine]
            for share, style in ((50, "-"), (99, ":")):
                times = [float(np.percentile(one.times, share)) for one in mine]
                label = f"{kind}, {layout}, p{share}"
                axes.plot(lengths, times, style, marker="o", markersize=3, label=label)
    axes.set(xscale="log", ylim=(0, None), xlabel="jobs that wait (the first point: none)")
    axes.set_ylabel("a new job from submit to end, ms")
    axes.legend(fontsize="small", ncols=2)
    figure.savefig(path, metadata={"Date": None})
