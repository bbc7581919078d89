"""The socket that the server listens on."""

import socket
from collections.abc import Iterator

import pytest

from mien.api.server import listen, url_of


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listener on a free port of this machine."""
    with listen("127.0.0.1", 0) as made:
        yield made


def test_answers_are_not_held_back_for_a_clients_acknowledgement(listener: socket.socket) -> None:
    """Connections are made with TCP_NODELAY: without it each answer takes 40 ms more."""
    with socket.create_connection(listener.getsockname()), listener.accept()[0] as connection:
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_address_names_the_port_that_was_free(listener: socket.socket) -> None:
    """Port 0 has become a real one."""
    port = listener.getsockname()[1]

    assert port > 0
    assert f"http://127.0.0.1:{port}" == url_of(listener)


def test_an_address_for_all_is_called_by_one_that_works() -> None:
    """0.0.0.0 is nothing that a client can call."""
    with listen("0.0.0.0", 0) as everywhere:  # noqa: S104 - closed at once
        assert url_of(everywhere).startswith("http://127.0.0.1:")


def test_a_port_that_is_taken_is_an_error_with_a_reason(listener: socket.socket) -> None:
    """Said before anything is built."""
    with pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", listener.getsockname()[1])
