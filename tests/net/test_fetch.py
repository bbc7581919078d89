"""Calls to addresses that users give, against real servers on the loopback address."""

import itertools
import socket
from contextlib import suppress

import pytest

from mien.errors import AddressRefused, BadRequest, Unreachable
from mien.net.fetch import MAX_ANSWER, HttpPost, Patience
from mien.net.guard import Guard
from net.receiver import Receiver, a_place, answer

HEADERS = {"Content-Type": "application/json"}


class Names:
    """A resolver that says something else at each question."""

    def __init__(self, *answers: list[str]) -> None:
        self.asked: list[str] = []
        self._answers = iter(answers)

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        return next(self._answers)


def poster(*answers: list[str], allow_private: bool = True, **others) -> HttpPost:
    """Calls hosts whose addresses are ``answers``, one look-up each."""
    resolve = Names(*(answers or (["127.0.0.1"],)))
    return HttpPost(guard=Guard(resolve=resolve, allow_private=allow_private), **others)


SLOW = [Patience(read_s=0.05), Patience(read_s=1000, total_s=0.05)]


@pytest.fixture
def receiver():
    with Receiver() as one:
        yield one


def test_a_post_arrives_as_it_was_sent(receiver):
    """
    Method, path with query, Host of the name, headers and body arrive; the status comes back.
    """
    told = poster()(receiver.url("hooks.example"), b"{}", HEADERS)

    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert (200, b"{}") == (told.status, body)
    assert "POST /hook?x=1 HTTP/1.1" == lines[0]
    assert {f"Host: hooks.example:{receiver.port}", "Content-Type: application/json"} <= set(lines)


def test_the_name_is_looked_up_once(receiver):
    """
    A name that leads to a private address a moment later (DNS rebinding) is not asked again.
    """
    names = Names(["127.0.0.1"], ["169.254.169.254"])
    post = HttpPost(guard=Guard(resolve=names, allow_private=True))

    post(receiver.url("rebinding.example"), b"{}", HEADERS)

    assert ["rebinding.example"] == names.asked


def test_a_refused_address_is_never_connected_to(receiver):
    """
    Without the operator's leave, nothing arrives on the loopback address.
    """
    with pytest.raises(AddressRefused):
        poster(allow_private=False)(receiver.url("inside.example"), b"{}", HEADERS)

    assert [] == receiver.requests


def test_an_address_in_the_url_is_judged_too(receiver):
    """
    An IP address instead of a name goes through the same guard.
    """
    post = HttpPost(guard=Guard(resolve=lambda host, _port: [host]))

    with pytest.raises(AddressRefused):
        post(receiver.url(), b"{}", HEADERS)


def test_the_next_address_is_tried_when_one_is_down(receiver):
    """
    A host with two addresses is reached when the first refuses connections.
    """
    told = poster(["127.0.0.2", "127.0.0.1"])(receiver.url("two.example"), b"{}", HEADERS)

    assert 200 == told.status


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirections_are_answers(receiver, status):
    """
    A redirection is returned and not followed.
    """
    receiver.reply_with(answer(status, f"Location: {receiver.url()}"))

    told = poster()(receiver.url("moved.example"), b"{}", HEADERS)

    assert (status, 1) == (told.status, len(receiver.requests))


def test_headers_of_answers_are_known_in_lower_case(receiver):
    """
    Retry-After is found, however it is written.
    """
    receiver.reply_with(answer(429, "RETRY-after: 7"))

    assert "7" == poster()(receiver.url("busy.example"), b"{}", HEADERS).headers["retry-after"]


def test_a_huge_answer_is_not_read(receiver):
    """
    An answer without end counts by its status; the connection is closed behind a few bytes.
    """
    sent = 0

    def pour(connection: socket.socket) -> None:
        nonlocal sent
        with suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while sent < 1000 * MAX_ANSWER:
                sent += connection.send(bytes(MAX_ANSWER))

    receiver.reply_with(pour)
    told = poster()(receiver.url("huge.example"), b"{}", HEADERS)
    receiver.__exit__(None, None, None)

    assert 200 == told.status
    assert sent < 1000 * MAX_ANSWER


@pytest.mark.parametrize("patience", SLOW)
def test_a_silent_receiver_is_given_up(receiver, patience):
    """
    Who takes the request and says nothing is given up after the read time, or the whole time.
    """
    receiver.reply_with(receiver.silent)

    with pytest.raises(Unreachable, match="too long"):
        poster(patience=patience)(receiver.url("slow.example"), b"{}", HEADERS)


def test_a_trickling_receiver_is_given_up(receiver):
    """
    A receiver that sends a header without end, always in time, does not hold a call for ever.
    """

    def trickle(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            for _ in range(1000):
                connection.sendall(b"x")
            receiver.silent(connection)

    receiver.reply_with(trickle)
    seconds = itertools.count()
    patience = Patience(total_s=8, read_s=1000)
    post = poster(patience=patience, clock=lambda: next(seconds))

    with pytest.raises(Unreachable, match="too long"):
        post(receiver.url("trickle.example"), b"{}", HEADERS)


@pytest.mark.parametrize("reply", [b"", b"HTTP/1.1 2", b"SSH-2.0-OpenSSH_9\r\n\r\n"])
def test_a_receiver_that_closes_early_is_unreachable(receiver, reply):
    """
    No answer, half an answer and another protocol are told as one sentence.
    """
    receiver.reply_with(reply)

    with pytest.raises(Unreachable, match=r"early\.example"):
        poster()(receiver.url("early.example"), b"{}", HEADERS)


def test_a_body_that_breaks_off_changes_nothing(receiver):
    """
    The status is the answer, even if the connection dies behind it.
    """
    receiver.reply_with(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    assert 200 == poster()(receiver.url("half.example"), b"{}", HEADERS).status


def test_a_closed_port_is_unreachable():
    """
    Nobody listens: the sentence names the host and the reason.
    """
    with (
        a_place() as place,
        pytest.raises(Unreachable, match=r"down\.example cannot be reached: .*refused"),
    ):
        poster()(f"http://down.example:{place.getsockname()[1]}/", b"{}", HEADERS)


def test_plain_http_behind_https_is_unreachable(receiver):
    """
    TLS to a server without it fails with a sentence.
    """
    url = receiver.url("plain.example").replace("http:", "https:")

    with pytest.raises(Unreachable, match=r"plain\.example"):
        poster(patience=Patience(connect_s=0.1))(url, b"{}", HEADERS)


def test_an_unknown_host_is_unreachable():
    """
    A name without addresses is told as such.
    """

    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(Unreachable, match="has no address"):
        HttpPost(guard=Guard(resolve=nowhere))("http://nowhere.example/", b"{}", HEADERS)


def test_what_is_no_address_is_not_called():
    """
    The form of the address is checked before anything else.
    """
    with pytest.raises(BadRequest):
        poster()("ftp://example.org/", b"{}", HEADERS)
