"""HTTP to addresses that users give: guarded, pinned, never redirected, with an end in sight.

The library is httpcore, which speaks HTTP over whatever connects; `_Dialer` is what connects. It
looks a name up once, has the guard judge every address, and connects to those addresses, so the
name cannot lead elsewhere a moment later. Host header and TLS certificate are still the name's.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

import httpcore
from httpcore import NetworkBackend, NetworkStream

from mien import __version__
from mien.errors import Unreachable
from mien.jobs.addresses import HttpAddress
from mien.jobs.ports import Answer
from mien.net.guard import Guard

#: Bytes of an answer that are read; callbacks are answered with a word.
MAX_ANSWER: Final = 65_536
USER_AGENT: Final = f"mien/{__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds that a call may take.

    Raises:
        ValueError: when a number is not above 0.
    """

    connect_s: float = 5.0
    #: Between two pieces of an answer.
    read_s: float = 10.0
    #: From connecting to the end of the answer, however it trickles. Looking the name up has the
    #: time limit of the system's resolver.
    total_s: float = 20.0

    def __post_init__(self) -> None:
        if min(self.connect_s, self.read_s, self.total_s) <= 0:
            raise ValueError(f"patience is above 0 seconds, got {self}")


def look_up(host: str, port: int) -> list[str]:
    """The addresses of ``host`` in the order in which the system would try them.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(place[0]) for *_, place in found]


def trusted() -> ssl.SSLContext:
    """TLS that trusts the public authorities and those of this machine."""
    context = httpcore.default_ssl_context()
    context.load_default_certs()
    return context


@dataclass(frozen=True, kw_only=True)
class HttpPost:
    """`mien.jobs.ports.Posts`: one POST, one connection."""

    guard: Guard
    patience: Patience = field(default_factory=Patience)
    tls: ssl.SSLContext = field(default_factory=trusted)
    clock: Callable[[], float] = monotonic

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send ``body`` to ``url``; any status is an answer, a redirection too.

        Raises:
            BadRequest: ``url`` cannot be called by its form.
            AddressRefused: it leads to an address that may not be called.
            Unreachable: no answer came; the sentence says how far it got.
        """
        address = HttpAddress.parse(url)
        request = httpcore.Request(
            "POST",
            _target(address),
            headers=_headers(address, body, headers),
            content=body,
            extensions={"timeout": self._timeouts()},
        )
        dialer = _Dialer(guard=self.guard, clock=self.clock, until=self._until())
        with httpcore.ConnectionPool(ssl_context=self.tls, network_backend=dialer) as pool:
            return _answer(pool, request, address)

    def _until(self) -> float:
        return self.clock() + self.patience.total_s

    def _timeouts(self) -> dict[str, float]:
        read_s = self.patience.read_s
        return {"connect": self.patience.connect_s, "read": read_s, "write": read_s}


def _target(address: HttpAddress) -> httpcore.URL:
    host = f"[{address.host}]" if ":" in address.host else address.host
    return httpcore.URL(scheme=address.scheme, host=host, port=address.port, target=address.path)


def _headers(
    address: HttpAddress, body: bytes, headers: Mapping[str, str]
) -> list[tuple[bytes | str, bytes | str]]:
    ours = {
        "Host": address.authority,
        "User-Agent": USER_AGENT,
        "Connection": "close",
        "Content-Length": str(len(body)),
    }
    return [*ours.items(), *headers.items()]


def _answer(
    pool: httpcore.ConnectionPool, request: httpcore.Request, address: HttpAddress
) -> Answer:
    try:
        response = pool.handle_request(request)
    except (httpcore.TimeoutException, TimeoutError):
        raise Unreachable(f"The host {address.host} took too long to answer.") from None
    except httpcore.ProtocolError:
        raise Unreachable(f"The host {address.host} closed early, or speaks no HTTP.") from None
    except (httpcore.NetworkError, OSError) as error:
        reason = "it has no address" if isinstance(error, socket.gaierror) else _reason(error)
        raise Unreachable(f"The host {address.host} cannot be reached: {reason}.") from error
    try:
        headers = {name.decode().lower(): text.decode("latin-1") for name, text in response.headers}
        _drain(response)
        return Answer(status=response.status, headers=headers)
    finally:
        response.close()


def _reason(error: Exception) -> str:
    cause = error.__context__  # not the cause: httpcore's pool raises again without it
    if isinstance(cause, ssl.SSLError):
        return "its certificate or TLS is not accepted"
    return (cause.strerror if isinstance(cause, OSError) else None) or "the connection broke"


def _drain(response: httpcore.Response) -> None:
    """Read a little of the body, so that the receiver does not see its answer cut off."""
    read = 0
    # The status is the answer. What happens behind it changes nothing.
    with suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        for piece in response.iter_stream():
            read += len(piece)
            if read > MAX_ANSWER:
                return


@dataclass(frozen=True, kw_only=True)
class _Dialer(NetworkBackend):
    """Connects to what the guard allows, and ends everything at the time ``until``."""

    guard: Guard
    clock: Callable[[], float]
    until: float
    _plain: NetworkBackend = field(default_factory=httpcore.SyncBackend)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        problem: Exception = Unreachable(f"The host {host} has no address.")
        for address in self.guard.addresses(host.strip("[]"), port):
            wait_s = _left(self, timeout)
            try:
                stream = self._plain.connect_tcp(
                    address, port, wait_s, local_address, socket_options
                )
            except httpcore.ConnectError as error:
                problem = error
            else:
                return _Timed(stream, self)
        raise problem


class _Timed(NetworkStream):
    """A stream whose every wait ends when the call's time is over."""

    def __init__(self, stream: NetworkStream, dialer: _Dialer) -> None:
        self._stream = stream
        self._dialer = dialer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._dialer, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._dialer, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        wait_s = _left(self._dialer, timeout)
        # httpcore hands on the host as the URL writes it; TLS knows no brackets.
        name = server_hostname.strip("[]") if server_hostname else None
        return _Timed(self._stream.start_tls(ssl_context, name, wait_s), self._dialer)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(dialer: _Dialer, timeout: float | None) -> float:
    """Seconds until ``timeout`` or the end of the call, whichever is first."""
    left = dialer.until - dialer.clock()
    if left <= 0:
        raise httpcore.ReadTimeout("the time of the call is over")
    return left if timeout is None else min(timeout, left)
