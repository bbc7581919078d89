"""What callers were told of their jobs, by answers, by reads and by callbacks."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

#: What a job shows when it has ended.
ENDS = frozenset({"completed", "failed", "moderated", "cancelled"})
#: Links are signed anew at each read.
LINKS = ("url", "proxy_url")


class Ledger:
    """Every end that was told, by job; several threads write."""

    def __init__(self) -> None:
        #: The different ends of a job that were told, in a form that can be compared.
        self.ends: defaultdict[str, set[str]] = defaultdict(set)
        #: Bodies of callbacks with their headers, in the order in which they came.
        self.callbacks: list[tuple[bytes, dict[str, str]]] = []
        self._lock = Lock()

    def saw(self, job: dict[str, Any]) -> None:
        """Note what ``job`` shows, when it has ended."""
        if job["status"] in ENDS:
            with self._lock:
                self.ends[job["jobid"]].add(unlinked(job))

    def heard(self, body: bytes, headers: dict[str, str]) -> None:
        """Note a callback."""
        self.saw(json.loads(body))
        with self._lock:
            self.callbacks.append((body, headers))

    def told(self) -> set[str]:
        """Jobs that a callback has come for."""
        with self._lock:
            return {json.loads(body)["jobid"] for body, _ in self.callbacks}


def unlinked(job: dict[str, Any]) -> str:
    """``job`` without its links and without what our own API adds."""
    entries = [
        {name: value for name, value in entry.items() if name not in LINKS}
        for entry in job.get("attachments", [])
    ]
    facts = {name: value for name, value in job.items() if name not in {"price", "charged"}}
    return json.dumps(facts | {"attachments": entries}, sort_keys=True)


@contextmanager
def receiver(ledger: Ledger) -> Iterator[str]:
    """The address of a receiver of callbacks that writes into ``ledger``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            ledger.heard(body, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
