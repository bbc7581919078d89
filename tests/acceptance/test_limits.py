"""Requests that are too much: refused with field, value and limit, and nothing is kept of them."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from acceptance.live import PATIENCE_S, Json, Pictures, Server, files_below

MB = 1_000_000
BOUNDARY = "cut-here"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="source_image"; filename="a.png"\r\n\r\n'
).encode()


def uploads(server: Server) -> set[Path]:
    """Every upload that the server keeps; those of jobs before may still go."""
    return set(files_below(server.folder / "blobs" / "inputs"))


def send_stream(server: Server, body: Iterator[bytes]) -> requests.Response:
    """A request whose length is not known beforehand."""
    return requests.post(
        f"{server.url}/v1/faceswap/picsi",
        headers={**server.bearer, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
        data=body,
        timeout=PATIENCE_S,
    )


def test_a_file_over_the_limit_is_refused_and_not_kept(server: Server, pictures: Pictures) -> None:
    """51 MB of picture: the answer names the field and the limit; the disk is as before."""
    before = uploads(server)
    answer = server.swap(pictures.source, pictures.target + bytes(51 * MB))
    body = answer.json()

    assert (400, 400) == (answer.status_code, body["code"])
    assert "target_image_gif_or_video" in body["errorDetails"]
    assert "limit 50000000" in body["errorDetails"]
    assert "50 MB" in body["error"]
    assert uploads(server) <= before


def test_a_file_of_unknown_length_is_refused_at_the_limit(server: Server) -> None:
    """A chunked body that never says its size is counted as it comes."""

    def body() -> Iterator[bytes]:
        yield HEAD
        for _ in range(60):
            yield bytes(MB)

    answer = send_stream(server, body())

    assert 400 == answer.status_code
    assert answer.json()["errorDetails"].startswith("source_image: ")


def test_a_body_that_announces_too_much_is_refused_before_it_comes(server: Server) -> None:
    """A Content-Length of a gigabyte is answered at once; not one byte of it was sent."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    head = (
        f"POST /v1/faceswap/picsi HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000000\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Authorization: Bearer {server.token}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as wire:
        wire.sendall(head.encode())
        answer = wire.recv(10_000)

    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "request_of",
    [
        {"json": {"source_image": "x"}},
        {"data": b""},
        {"data": b"garbage", "type": "multipart/form-data; boundary=x"},
        {"data": b"garbage", "type": "multipart/form-data"},
        {"data": b"--x\r\n", "type": "multipart/form-data; boundary=x"},
        {"data": b"garbage", "type": "image/png"},
        {"data": {"source_image": "text", "options": "-m"}},
    ],
)
def test_a_body_that_is_no_form_is_the_callers_error(server: Server, request_of: Json) -> None:
    """Wrong content types and broken forms are 400 with a sentence, never 422 or 500."""
    headers = {**server.bearer}
    if "type" in request_of:
        headers["Content-Type"] = request_of["type"]
    sent = {name: request_of[name] for name in ("json", "data") if name in request_of}
    answer = requests.post(
        f"{server.url}/v1/faceswap/picsi", headers=headers, timeout=PATIENCE_S, **sent
    )

    assert 400 == answer.status_code
    assert {"error", "errorDetails", "code"} == set(answer.json())


def test_the_server_is_well_after_all_that(server: Server, pictures: Pictures) -> None:
    """Nothing of it was logged as a fault, and a swap still works."""
    assert "completed" == server.swap(pictures.source, pictures.target).json()["status"]
    assert "Traceback" not in server.log
