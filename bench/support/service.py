"""A server of our own in its own process, for benches that measure it from outside."""

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

MIEN = str(Path(sys.executable).parent / "mien")
READY = re.compile(r"mien is ready at (http\S+)")
#: Longest wait for the workers, seconds.
PATIENCE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Running:
    """A server that answers."""

    url: str
    token: str
    folder: Path
    #: Seconds from the start of the process to the line that says it is ready.
    ready_s: float

    def engine_ms(self) -> list[float]:
        """What each finished job's own stages took, milliseconds, in the order they were made."""
        with sqlite3.connect(self.folder / "mien.db") as database:
            rows = database.execute(
                "select report from jobs where report is not null order by created"
            )
            return [sum(json.loads(report)["ms"].values()) for (report,) in rows]


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """``mien serve`` over ``folder`` on a free port, its workers warm."""
    token = subprocess.check_output(
        [MIEN, "tokens", "create", "bench", "--data-dir", str(folder)], text=True
    ).strip()
    start = time.perf_counter()
    command = [MIEN, "serve", "--port", "0", "--data-dir", str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            url = address(process)
            ready_s = time.perf_counter() - start
            wait_for_workers(url)
            yield Running(url=url, token=token, folder=folder, ready_s=ready_s)
        finally:
            process.terminate()


def address(process: "subprocess.Popen[str]") -> str:
    """Where the server answers, from the line that says so."""
    for line in process.stdout or ():
        if found := READY.search(line):
            return found[1].rstrip(")")
    raise SystemExit("mien serve ended before it was ready")


def wait_for_workers(url: str) -> None:
    """Return when every worker is alive."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        workers = httpx.get(f"{url}/health").json()["workers"]
        if workers["alive"] == workers["wanted"]:
            return
        time.sleep(0.05)
    raise SystemExit("the workers did not start")
