"""Run the app with uvicorn: bound before anything is built, announced when ready, left politely."""

import asyncio
import math
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from mien.api.app import create_app
from mien.api.leaving import Leaving
from mien.bootstrap.service import Service

#: Idle seconds before a kept-alive connection is closed; longer than the 60 s of common
#: proxies, so that it is never we who close a connection that they are about to use.
KEEP_ALIVE_S: Final = 75
#: Connections that the system keeps for us until we accept them.
BACKLOG: Final = 1024
#: Seconds after the service has stopped in which the last answers are sent. Container managers
#: kill 10 s after the signal; grace and last words together stay below.
LAST_WORDS_S: Final = 1.5


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    Raises:
        OSError: the address is taken, not ours or not known; its ``strerror`` says which.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    # Connections inherit it. asyncio sets it only on sockets that were made with an explicit
    # protocol number; without it each answer waits 40 ms for the client's delayed ACK.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(listener: socket.socket) -> str:
    """Where ``listener`` is reached from this machine; a wildcard address becomes loopback."""
    host, port = listener.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def run(service: Service, listener: socket.socket, *, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then return once every caller has an answer.

    The service is started here, and stopped at the first signal: its running jobs have
    ``grace_s`` seconds, and whoever still waits after that is answered ``started``.

    Args:
        ready: called once, when requests are answered.
    """
    leaving = Leaving(service.stop)
    config = uvicorn.Config(
        create_app(service, leaving),
        log_config=None,  # logging belongs to whoever started us
        log_level="warning",  # our own lines say what happens; its are for developers
        access_log=False,  # the app logs requests itself, without signatures of links
        # Written in C: in Python they take more time than all of ours, at every request.
        loop="uvloop",
        http="httptools",
        lifespan="on",
        ws="none",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=math.ceil(service.settings.grace_s + LAST_WORDS_S),
    )
    _Server(config, leaving, ready).run([listener])


class _Server(uvicorn.Server):
    """uvicorn's server with our signals: it returns from a signal instead of dying by it."""

    def __init__(self, config: uvicorn.Config, leaving: Leaving, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._leaving = leaving
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._leave, number)
        yield

    def _leave(self, number: int) -> None:
        self._leaving.begin()
        self.handle_exit(number, None)
