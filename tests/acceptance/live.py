"""A real server in its own process, on a real port, for tests that talk to it as clients do."""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from secrets import choice
from types import TracebackType
from typing import Any, Self

import numpy as np
import requests
from numpy.typing import NDArray
from PIL import Image

#: A JSON object.
Json = dict[str, Any]

#: Longest that a start, a stop or a job may take on a slow machine.
PATIENCE_S = 180
#: Between two looks at something that is waited for: the cores are for those who bring it about.
PAUSE_S = 0.01
#: Linux gives ports from 32768 on to those who ask for any, and to callers.
UNUSED_PORTS = range(20_000, 32_768)
READY = re.compile(r"mien is ready at (http\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """Encoded pictures: a source and a target with one face each, and one with none."""

    source: bytes
    target: bytes
    faceless: bytes


def encoded(pixels: NDArray[np.uint8], form: str) -> bytes:
    """``pixels`` as a file of that format."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, form)
    return buffer.getvalue()


class Server:
    """``mien serve`` on a free port over ``folder``; a context manager that stops it."""

    def __init__(self, folder: Path, *, port: int = 0, **settings: str) -> None:
        self.folder = folder
        #: Where it answers; what it says of itself is something else behind a proxy.
        self.url = ""
        self._port = port
        self.lines: list[str] = []
        self._token = ""
        self._settings = {f"MIEN_{name.upper()}": value for name, value in settings.items()}
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self.terminate()

    @property
    def token(self) -> str:
        """A token of the default user."""
        if not self._token:
            self._token = new_token(self.folder, "tests", settings=self._settings)
        return self._token

    @property
    def bearer(self) -> dict[str, str]:
        """The header that carries the token."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def pid(self) -> int:
        """The server's own process."""
        return self._running.pid

    def start(self) -> None:
        """Start the process, and return when it has printed where it listens."""
        with self._log_file.open("a") as log:
            self._process = subprocess.Popen(
                [*MIEN, "serve", "--port", str(self._port), "--data-dir", str(self.folder)],
                env=environment(self._settings),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        said = _announced(self._process, self.lines)
        self.url = f"http://127.0.0.1:{self._port}" if self._port else said

    def kill(self) -> None:
        """End the process as a power cut would."""
        self._running.send_signal(signal.SIGKILL)
        self._running.wait(PATIENCE_S)

    def terminate(self) -> int:
        """End the process politely; its exit code."""
        self._running.send_signal(signal.SIGTERM)
        return self._running.wait(PATIENCE_S)

    @property
    def log(self) -> str:
        """What the server has written to stderr over all its starts."""
        return self._log_file.read_text()

    def swap(self, source: bytes, target: bytes, **fields: str) -> requests.Response:
        """A picsi request as a client of the contract sends it."""
        files = {"source_image": source, "target_image_gif_or_video": target}
        return self.post(files=files, data=fields)

    def post(self, **request: Any) -> requests.Response:
        """A picsi request with the token, whatever it holds."""
        url = f"{self.url}/v1/faceswap/picsi"
        return requests.post(url, headers=self.bearer, timeout=PATIENCE_S, **request)

    def job(self, job_id: str) -> requests.Response:
        """A job, read with the token."""
        url = f"{self.url}/v1/faceswap/jobs/?jobid={job_id}"
        return requests.get(url, headers=self.bearer, timeout=PATIENCE_S)

    @property
    def _log_file(self) -> Path:
        return self.folder.with_suffix(".log")

    @property
    def _running(self) -> subprocess.Popen[str]:
        assert self._process is not None
        return self._process


MIEN = (sys.executable, "-m", "mien")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Our environment without the developer's own settings, and with ``settings``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIEN_")}  # noqa: TID251
    return kept | dict(settings)


def new_token(
    folder: Path, name: str, user: str | None = None, *, settings: Mapping[str, str] | None = None
) -> str:
    """A new token of ``user``, from the command line, in the environment ``settings``."""
    whose = [] if user is None else ["--user", user]
    made = subprocess.run(
        [*MIEN, "tokens", "create", name, *whose, "--data-dir", str(folder)],
        env=environment(settings or {}),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    return made.stdout.strip()


def until(holds: Callable[[], object], *, patience_s: float = PATIENCE_S) -> None:
    """Ask again and again until ``holds`` says yes, for as long as patience lasts."""
    end, pause = time.monotonic() + patience_s, threading.Event()
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        pause.wait(PAUSE_S)


def children(pid: int) -> list[int]:
    """Processes that ``pid`` has started; none when it is gone."""
    found: list[int] = []
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            found += map(int, (thread / "children").read_text().split())
    return found


def alive(pid: int) -> bool:
    """Whether a process runs, and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def files_below(folder: Path) -> list[Path]:
    """The files in ``folder`` and its folders, which others may remove meanwhile (`Path.glob` minds)."""
    return [Path(where, name) for where, _, names in os.walk(folder) for name in names]


def free_port() -> int:
    """A port that nobody listens on, and that nobody gets who asks the system for any."""
    while True:
        port = choice(UNUSED_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def _announced(process: subprocess.Popen[str], lines: list[str]) -> str:
    """The address that ``process`` prints; its lines go on being read into ``lines``."""
    assert process.stdout is not None
    found: Queue[str] = Queue()
    out = process.stdout

    def read() -> None:
        with out:
            for line in out:
                lines.append(line)
                match = READY.search(line)
                if match:
                    found.put(match.group(1))
        found.put("")

    threading.Thread(target=read, daemon=True).start()
    try:
        url = found.get(timeout=PATIENCE_S)
    except Empty:
        process.kill()
        url = ""
    if not url:
        raise AssertionError(f"the server did not start: {''.join(lines)}")
    return url
