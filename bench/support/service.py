"""A server of our own in its own process, for benches that measure it from outside."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

MIEN = str(Path(sys.executable).parent / "mien")
READY = re.compile(r"mien is ready at (http\S+)")
#: Longest wait for the workers, seconds.
PATIENCE_S = 60.0
BOUNDARY = "bench"


@dataclass(frozen=True, kw_only=True)
class Running:
    """A server that answers."""

    url: str
    token: str
    #: Seconds from the start of the process to the line that says it is ready.
    ready_s: float
    pid: int

    def caller(self) -> "Caller":
        """One who calls it."""
        return Caller(url=self.url, token=self.token)


@dataclass(kw_only=True)
class Caller:
    """A client with one connection that stays open, and next to no work of its own."""

    url: str
    token: str
    _wire: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._wire = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE_S)

    def call(
        self, method: str, path: str, body: bytes | None = None, **more: str
    ) -> dict[str, Any]:
        """The JSON object that the server answers with, whatever its status.

        Args:
            more: further headers.
        """
        headers = {"Authorization": f"Bearer {self.token}", **more}
        if body is not None:
            headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
        self._wire.request(method, path, body, headers)
        found: dict[str, Any] = json.loads(self._wire.getresponse().read())
        return found

    def swap(self, form: bytes) -> dict[str, Any]:
        """The job of a picsi request, which must have been done."""
        job = self.call("POST", "/v1/faceswap/picsi", form)
        if job.get("status") != "completed":
            raise SystemExit(f"the service answered: {job}")
        return job


def form_of(files: Mapping[str, bytes]) -> bytes:
    """A multipart body, made once for many requests."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="x"\r\n\r\n'.encode()
        + data
        + b"\r\n"
        for name, data in files.items()
    ]
    return b"".join([*parts, f"--{BOUNDARY}--\r\n".encode()])


@contextmanager
def running(
    folder: Path, *, program: Sequence[str] = (MIEN, "serve", "--port", "0"), **settings: str
) -> Iterator[Running]:
    """``mien serve`` over ``folder`` on a free port, its workers warm.

    Args:
        program: what is started instead.
        settings: by name, e.g. ``database_url``.
    """
    variables = {f"MIEN_{name.upper()}": value for name, value in settings.items()}
    here = {"MIEN_DATA_DIR": str(folder), "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    environment = os.environ | here | variables  # noqa: TID251
    create = [MIEN, "tokens", "create", f"bench-{time.time_ns()}"]
    token = subprocess.check_output(create, text=True, env=environment).strip()
    start = time.perf_counter()
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        try:
            url = address(process)
            ready_s = time.perf_counter() - start
            wait_for_workers(url)
            yield Running(url=url, token=token, ready_s=ready_s, pid=process.pid)
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
    watcher = Caller(url=url, token="")
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        workers = watcher.call("GET", "/health")["workers"]
        if workers["alive"] == workers["wanted"]:
            return
        time.sleep(0.05)
    raise SystemExit("the workers did not start")
