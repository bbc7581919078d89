"""What outlives a server: jobs, links and manners."""

import io
import os
import signal
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
import requests
from numpy.typing import NDArray
from PIL import Image

from acceptance.live import (
    PATIENCE_S,
    Json,
    Pictures,
    Server,
    children,
    encoded,
    free_port,
    until,
)


@pytest.fixture(scope="module")
def slow_target(astronaut: NDArray[np.uint8]) -> bytes:
    """A target of 36 megapixels: a second of work or more, within the limits."""
    return encoded(np.asarray(Image.fromarray(astronaut).resize((6000, 6000)), np.uint8), "JPEG")


UNFINISHED = ("created", "started", "progress")


def until_done(server: Server, job_id: str) -> Json:
    """The job when it is done."""
    until(lambda: server.job(job_id).json()["status"] not in UNFINISHED)
    job: Json = server.job(job_id).json()
    return job


def until_working(server: Server, job_id: str) -> None:
    """Return when a worker has begun the job."""
    until(lambda: server.job(job_id).json()["status"] != "created")


def until_running(server: Server, number: int) -> None:
    """Return when so many jobs are in workers' hands."""
    health = f"{server.url}/health"
    until(lambda: requests.get(health, timeout=PATIENCE_S).json()["running"] == number)


def worker_of(server: Server) -> int:
    """The only worker: a process of the one that makes them for the server."""
    (worker,) = [pid for child in children(server.pid) for pid in children(child)]
    return worker


def test_a_call_that_takes_too_long_answers_started(
    tmp_path: Path, pictures: Pictures, slow_target: bytes
) -> None:
    """After the waiting time the job is `started`; it is read until it is done."""
    with Server(tmp_path / "data", wait_s="0") as server:
        answer = server.swap(pictures.source, slow_target)
        job = answer.json()
        done = until_done(server, job["jobid"])

    assert (200, "started", 200) == (answer.status_code, job["status"], job["code"])
    assert not {"attachments", "timestamp", "messageId", "error"} & set(job)
    assert "completed" == done["status"]


def test_a_server_killed_in_the_middle_of_a_job_finishes_it_after_its_restart(
    tmp_path: Path, pictures: Pictures, slow_target: bytes
) -> None:
    """kill -9 while a worker works: the next start of the server carries the job to its end."""
    with Server(tmp_path / "data", wait_s="0") as server:
        job_id = server.swap(pictures.source, slow_target).json()["jobid"]
        until_working(server, job_id)
        server.kill()
        server.start()
        job = until_done(server, job_id)
        picture = requests.get(job["attachments"][0]["url"], timeout=PATIENCE_S).content

    assert "completed" == job["status"]
    assert (6000, 6000) == Image.open(io.BytesIO(picture)).size


def test_a_job_that_was_done_is_there_after_a_kill_and_so_is_its_link(
    tmp_path: Path, pictures: Pictures
) -> None:
    """A finished job reads the same after kill -9 and restart, and an old link still works."""
    with Server(tmp_path / "data") as server:
        before = server.swap(pictures.source, pictures.target).json()
        old = urlsplit(before["attachments"][0]["url"])
        server.kill()
        server.start()
        after = server.job(before["jobid"]).json()
        link = f"{server.url}{old.path}?{old.query}"
        fetched = requests.get(link, timeout=PATIENCE_S)

    assert 200 == fetched.status_code
    for job in (before, after):
        for name in ("url", "proxy_url"):
            job["attachments"][0].pop(name)
    assert before == after


def test_a_terminated_server_leaves_politely(
    tmp_path: Path, pictures: Pictures, slow_target: bytes
) -> None:
    """SIGTERM: it exits with 0 and without a traceback, and the job is done or done later."""
    with Server(tmp_path / "data", wait_s="0") as server:
        job_id = server.swap(pictures.source, slow_target).json()["jobid"]
        until_working(server, job_id)

        assert 0 == server.terminate()
        assert "Traceback" not in server.log

        server.start()

        assert "completed" == until_done(server, job_id)["status"]


def test_a_caller_who_waits_is_answered_when_the_server_leaves(
    tmp_path: Path, pictures: Pictures
) -> None:
    """SIGTERM without grace: the caller is told `started`, and the next start finishes the job."""
    answers: list[requests.Response] = []
    with Server(tmp_path / "data", grace_s="0", workers="1", lease_s="60") as server:
        server.swap(pictures.faceless, pictures.faceless)  # so that a worker is there
        until_running(server, 0)
        os.kill(worker_of(server), signal.SIGSTOP)  # so that the job does not end before the signal
        caller = threading.Thread(
            target=lambda: answers.append(server.swap(pictures.source, pictures.target))
        )
        caller.start()
        until_running(server, 1)

        assert 0 == server.terminate()

        caller.join(PATIENCE_S)
        job = answers[0].json()

        assert (200, "started") == (answers[0].status_code, job["status"])

        server.start()

        assert "completed" == until_done(server, job["jobid"])["status"]


def test_a_caller_who_still_sends_does_not_hold_up_a_server_that_leaves(tmp_path: Path) -> None:
    """Half a body, then SIGTERM: a JSON answer, exit code 0, no traceback."""
    with Server(tmp_path / "data", grace_s="0") as server:
        address = urlsplit(server.url)
        head = (
            f"POST /v1/faceswap/picsi HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n"
            f"Authorization: Bearer {server.token}\r\n\r\n"
        )
        with socket.create_connection((address.hostname, address.port)) as wire:
            wire.sendall(head.encode() + b"--x\r\n")
            requests.get(f"{server.url}/health", timeout=PATIENCE_S)  # so that it was begun

            assert 0 == server.terminate()

            answer = wire.recv(10_000)

    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b'"code":503' in answer
    assert "Traceback" not in server.log


def link_of(job: Json) -> str:
    """The address of the only result."""
    (entry,) = job["attachments"]
    return str(entry["url"])


def fetched(link: str) -> requests.Response:
    """What is there."""
    return requests.get(link, timeout=PATIENCE_S)


def test_a_link_expires_and_reading_the_job_gives_a_fresh_one(
    tmp_path: Path, pictures: Pictures
) -> None:
    """With links of a second's life, an old one ends in 404 and a fresh one works."""
    with Server(tmp_path / "data", url_ttl_h=str(1 / 3600)) as server:
        job = server.swap(pictures.source, pictures.target).json()
        old = link_of(job)
        until(lambda: fetched(old).status_code != 200)
        expired = fetched(old)

        assert 404 == expired.status_code
        assert "expired" in expired.json()["error"]

        # Again and again, because a second is short on a busy machine.
        until(lambda: fetched(link_of(server.job(job["jobid"]).json())).status_code == 200)


def test_the_public_address_is_used_in_links(tmp_path: Path, pictures: Pictures) -> None:
    """Behind a proxy links begin with what MIEN_PUBLIC_URL says."""
    public = "https://faces.example/mien/"
    with Server(tmp_path / "data", port=free_port(), public_url=public) as server:
        job = server.swap(pictures.source, pictures.target).json()

    assert job["attachments"][0]["url"].startswith("https://faces.example/mien/files/")
