"""Videos through the service: what happens to them when workers die and when jobs are cancelled."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import requests
from numpy.typing import NDArray

from acceptance.live import PATIENCE_S, Json, Pictures, Server, until
from media.clips import clip

UNFINISHED = ("created", "started", "progress")
SIZE = (320, 240)


Film = Callable[[int], bytes]


@pytest.fixture(scope="module")
def film_of(tmp_path_factory: pytest.TempPathFactory, astronaut: NDArray[np.uint8]) -> Film:
    """Makes a film of so many frames of a face that sways."""

    def draw(number: int) -> NDArray[np.uint8]:
        turn = cv2.getRotationMatrix2D((225, 140), 5 * np.sin(number / 11), 1.15)
        turn[:, 2] += (-70 + 10 * np.sin(number / 17), -20)
        moved = cv2.warpAffine(astronaut, turn, SIZE, borderMode=cv2.BORDER_REFLECT)
        return np.asarray(moved, np.uint8)

    def make(frames: int) -> bytes:
        path = tmp_path_factory.mktemp("film") / "film.mp4"
        made = clip(path, frames, draw=draw, size=SIZE, sound="aac", options={"g": "60"})
        return made.read_bytes()

    return make


def until_done(server: Server, job_id: str) -> Json:
    """The job when it is done."""
    until(lambda: server.job(job_id).json()["status"] not in UNFINISHED)
    job: Json = server.job(job_id).json()
    return job


def parts(server: Server) -> list[Path]:
    """Segments that are done."""
    return list(server.folder.glob("work/*/segments/part-*.packets"))


def fetched(job: Json) -> bytes:
    return requests.get(job["attachments"][0]["url"], timeout=PATIENCE_S).content


def who_works(server: Server) -> int:
    """The process that has a segment's file or its film open: the worker with the job."""
    for pid in (int(path.name) for path in Path("/proc").glob("[0-9]*")):
        try:
            held = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
            words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        except OSError:
            continue
        locks = [name for name in held if name.startswith(str(server.folder / "work"))]
        if any(name.endswith("/lock") for name in locks) and "mien.worker.helper" not in words:
            return pid
    raise AssertionError("nobody works")


def test_a_worker_killed_in_mid_clip_loses_little_and_the_result_is_the_same(
    tmp_path: Path, pictures: Pictures, film_of: Film
) -> None:
    """kill -9: the next worker goes on with the segments that are there, byte by byte."""
    film = film_of(240)
    with Server(tmp_path / "data", wait_s="0", workers="1") as server:
        whole = fetched(until_done(server, server.swap(pictures.source, film).json()["jobid"]))
        job_id = server.swap(pictures.source, film).json()["jobid"]
        until(lambda: parts(server))
        os.kill(who_works(server), signal.SIGKILL)
        kept = {path: path.stat().st_mtime_ns for path in parts(server)}
        job = until_done(server, job_id)
        again = fetched(job)

    assert kept
    assert "completed" == job["status"]
    assert whole == again
    assert [] == list((tmp_path / "data" / "work").iterdir())


def test_a_cancelled_video_stops_and_says_how_far_it_was(
    tmp_path: Path, pictures: Pictures, film_of: Film
) -> None:
    """Progress is told in frames while it runs; a cancel ends worker and helpers."""
    film = film_of(600)  # so that it runs far longer than it takes to cancel it
    with Server(tmp_path / "data", wait_s="0", workers="1") as server:
        job_id = server.swap(pictures.source, film).json()["jobid"]
        own = f"{server.url}/v1/mien/jobs/{job_id}"

        def progress() -> Json | None:
            shown: Json = requests.get(own, headers=server.bearer, timeout=PATIENCE_S).json()
            told = shown.get("progress")
            return told if told and told["fraction"] > 0 else None

        until(progress)
        told = progress()
        requests.delete(own, headers=server.bearer, timeout=PATIENCE_S)
        job = until_done(server, job_id)
        follower = until_done(server, server.swap(pictures.source, pictures.target).json()["jobid"])

    assert told is None or "frames" == told["stage"]
    assert "cancelled" == job["status"]
    assert "completed" == follower["status"]
