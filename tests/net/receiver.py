"""A web server of one answer, on the loopback address, written out byte by byte."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Self

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#: Longest wait for a test that went wrong.
PATIENCE_S = 180


def answer(status: int, *headers: str, body: bytes = b"") -> bytes:
    """The bytes of an answer."""
    lines = [f"HTTP/1.1 {status} X", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def a_place() -> socket.socket:
    """A port that is taken, so that nobody else gets it, and that refuses calls: nobody listens."""
    place = socket.socket()
    place.bind(("127.0.0.1", 0))
    return place


class Receiver:
    """Takes connections one after the other; each is read to its end, and then `reply`'d."""

    def __init__(
        self,
        reply: Callable[[socket.socket], None] | bytes = OK,
        *,
        place: socket.socket | None = None,
    ) -> None:
        """Listen from now on.

        Args:
            place: that it takes over; None finds one.
        """
        self.requests: list[bytes] = []
        #: What `silent` waits for; set when the test is over.
        self.over = Event()
        self._reply = reply
        self._listener = place or a_place()
        self._listener.listen()
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def url(self, host: str = "127.0.0.1") -> str:
        """Its address, under the name ``host``."""
        return f"http://{host}:{self.port}/hook?x=1"

    def reply_with(self, reply: Callable[[socket.socket], None] | bytes) -> None:
        """Answer the next connections like this."""
        self._reply = reply

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(PATIENCE_S)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection, suppress(OSError):
                    connection.settimeout(PATIENCE_S)
                    self.requests.append(_read(connection))
                    self._say(connection)

    def _say(self, connection: socket.socket) -> None:
        if isinstance(self._reply, bytes):
            connection.sendall(self._reply)
        else:
            self._reply(connection)

    def silent(self, connection: socket.socket) -> None:
        """A reply that never comes."""
        del connection
        self.over.wait(PATIENCE_S)


def _read(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if b"length:" in line]
    while len(body) < int(lengths[0]):
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body
