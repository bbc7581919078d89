"""What a blocking POST takes beyond the work itself, and where that goes."""

import sys
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mien.testing.postgres import PostgresServer
from support.databases import SQLITE, fresh
from support.service import Caller, running
from support.tables import Table, ms

#: Milliseconds that a POST may add: median and 99th percentile.
GOALS = {SQLITE: (10.0, 35.0)}
OTHER_GOAL = (15.0, 45.0)
ROUNDS, POSTS, WARM = 3, 300, 20
#: The way of a request: each place is reached from the one before it.
WAY = (
    "sent",
    "request seen",
    "caller known",
    "form read",
    "uploads written",
    "job accepted",
    "job handed to a worker",
    "job claimed",
    "uploads read",
    "work done",
    "result written",
    "job ended",
    "uploads removed",
    "answer made",
    "received",
)
WORK = "work done"


@dataclass(kw_only=True)
class Trace:
    """Milliseconds of every POST, in all and by part."""

    added: list[float] = field(default_factory=list)
    parts: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def note(self, places: dict[str, float]) -> None:
        """One POST, by when each place of its way was reached, seconds."""
        reached = places["sent"]
        for place in WAY[1:]:
            # A sweep may tell of the job's end before its worker does.
            moment = min(max(reached, places.get(place, reached)), places["received"])
            self.parts[place].append((moment - reached) * 1000)
            reached = moment
        whole = (places["received"] - places["sent"]) * 1000
        self.added.append(whole - self.parts[WORK][-1])


def added_tables(kinds: Mapping[str, PostgresServer | None], form: bytes) -> list[Table]:
    """A row a round for each kind of database, then the median of each part."""
    rounds = {
        kind: [measured(server, form) for _ in range(ROUNDS)] for kind, server in kinds.items()
    }
    return [_sums(rounds), _parts(rounds)]


def measured(server: PostgresServer | None, form: bytes) -> Trace:
    """One round: a fresh database, warm workers, one caller."""
    with fresh(server) as (folder, url):
        path = folder / "stamps"
        program = [sys.executable, "-m", "support.traced", str(path)]
        with running(folder, program=program, database_url=url) as service:
            calls = posted(service.caller(), form)
        return traced(calls[WARM:], path)


def posted(caller: Caller, form: bytes) -> list[tuple[float, float]]:
    """When each POST was sent and answered."""
    calls = []
    for _ in range(WARM + POSTS):
        sent = time.monotonic()
        caller.swap(form)
        calls.append((sent, time.monotonic()))
    return calls


def traced(calls: Sequence[tuple[float, float]], path: Path) -> Trace:
    """The trace of POSTs that were made one after the other."""
    lines = (line.rpartition(" ") for line in path.read_text().splitlines())
    stamps = sorted((float(moment), name) for name, _, moment in lines)
    moments = [moment for moment, _ in stamps]
    trace = Trace()
    for sent, received in calls:
        # Of several with one name, two uploads say, the last one counts.
        within = stamps[bisect_left(moments, sent) : bisect_left(moments, received)]
        places = {name: moment for moment, name in within}
        trace.note(places | {"sent": sent, "received": received})
    return trace


def _sums(rounds: Mapping[str, Sequence[Trace]]) -> Table:
    rows = []
    for kind, traces in rounds.items():
        goals = GOALS.get(kind, OTHER_GOAL)
        for number, trace in enumerate(traces, start=1):
            middle, last = np.percentile(trace.added, [50, 99])
            met = "met" if middle <= goals[0] and last <= goals[1] else "MISSED"
            goal = f"{goals[0]:.0f} / {goals[1]:.0f} {met}"
            rows.append([kind, str(number), ms(middle), ms(last), ms(max(trace.added)), goal])
    return Table(
        title="What a blocking POST adds to the swap's own time",
        note=f"One caller, {POSTS} pictures of 1024 x 1024 a round, milliseconds. Own time is what "
        "the command takes in the worker: decoding, the swap, encoding.",
        head=["database", "round", "p50", "p99", "worst", "goal"],
        rows=rows,
    )


def _parts(rounds: Mapping[str, Sequence[Trace]]) -> Table:
    rows = []
    for place in WAY[1:]:
        cells = []
        for traces in rounds.values():
            times = [time for trace in traces for time in trace.parts[place]]
            middle, last = np.percentile(times, [50, 99])
            cells += [ms(middle), ms(last)]
        rows.append([f"{place} (own time)" if place == WORK else place, *cells])
    head = [f"{kind} {share}" for kind in rounds for share in ("p50", "p99")]
    return Table(
        title="Where it goes",
        note="Milliseconds from the place before, all rounds together.",
        head=["until", *head],
        rows=rows,
    )
