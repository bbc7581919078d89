"""A gate that work in other processes stops at, so that tests need no clock."""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

#: A test that waits longer has failed.
DEADLINE_S = 180.0
HOST = "127.0.0.1"
OPEN = b"!"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Work that stands at the gate."""

    #: Of its process.
    pid: int
    connection: socket.socket

    def let_go(self) -> None:
        """Let the work go on."""
        self.connection.sendall(OPEN)
        self.connection.close()


class Gate:
    """A gate on the loopback interface; ``address`` is what `visit` needs.

    When it is opened, or the test is over, those who stand at it go on, and so do all who come.
    """

    def __init__(self) -> None:
        self._server = socket.create_server((HOST, 0))
        self._server.settimeout(DEADLINE_S)
        self._connections: list[socket.socket] = []
        self.address = f"{HOST}:{self._server.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.open()
        self._server.close()

    def open(self) -> None:
        """Hold nobody from now on: neither who stands here nor who comes, however often."""
        with suppress(OSError):  # it is open
            # Nobody is let in any more, and nobody else gets the port.
            self._server.shutdown(socket.SHUT_RDWR)
        for connection in self._connections:
            connection.close()

    def next(self) -> Visitor:
        """Wait for the next piece of work to arrive.

        Raises:
            TimeoutError: none has come before the deadline.
        """
        connection, _ = self._server.accept()
        connection.settimeout(DEADLINE_S)
        self._connections.append(connection)
        pid = int.from_bytes(_exactly(connection, 4), "big")
        return Visitor(pid=pid, connection=connection)


def visit(address: str) -> None:
    """Stand at the gate until it lets go; go on, too, when it is open or gone."""
    host, _, port = address.rpartition(":")
    with suppress(ConnectionError), socket.create_connection((host, int(port))) as connection:
        connection.sendall(os.getpid().to_bytes(4, "big"))
        connection.recv(len(OPEN))


def _exactly(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        chunk = connection.recv(size - len(received))
        if not chunk:
            raise ConnectionError("the visitor has left before it said who it is")
        received += chunk
    return received
