"""``mien swap`` and ``mien batch`` on videos, with the real engine."""

import csv
import json
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from acceptance.live import PATIENCE_S, alive, children, until
from media.clips import clip, packets_of, pixels_of, times_of

#: What is said of the photos: the woman has a fringe, the officer wears glasses.
PHOTOS = ("forehead is covered by a fringe.", "a photo without them gives more likeness.")

SIZE = (320, 240)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, astronaut) -> Path:
    """160 frames with sound; the astronaut sways before the camera."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"

    def draw(number: int):
        turn = cv2.getRotationMatrix2D((225, 140), 6 * np.sin(number / 9), 1.15)
        turn[:, 2] += (-70 + 12 * np.sin(number / 14), -20)
        return cv2.warpAffine(astronaut, turn, SIZE, borderMode=cv2.BORDER_REFLECT)

    return clip(path, 160, draw=draw, size=SIZE, sound="aac", options={"crf": "20", "g": "60"})


def test_a_video_becomes_a_video(mien, here, film, officer):
    """
    Another face in every frame; times, sound and size of the target; a sentence and nothing else.
    """
    run = mien("swap", officer, film, "-o", "r.mp4", "--preview", "sheet.png", "--every", "40")
    before, after = pixels_of(film), pixels_of(here / "r.mp4")

    assert 0 == run.returncode, run.stderr
    assert all(line.endswith(PHOTOS) for line in run.stderr.splitlines()), run.stderr
    assert run.stdout.startswith("r.mp4: 1 of 1 faces swapped in 160 frames, ")
    assert times_of(film) == times_of(here / "r.mp4")
    assert packets_of(film) == packets_of(here / "r.mp4")
    for one, other in zip(before, after, strict=True):
        assert 60 < np.abs(one.astype(int) - other).max()
        assert 4 > np.abs(one[:, :60].astype(int) - other[:, :60]).mean(), "far from the face"
    with Image.open(here / "sheet.png") as sheet:
        assert (4 * 320, 240) == sheet.size
    assert [] == list((here.parent / "data" / "work").iterdir())


def test_a_part_of_a_video_as_json(mien, here, film, officer):
    """
    From 0:01 to 3 s; the report says frames, seconds and what took how long.
    """
    run = mien("swap", officer, film, "-o", "r.mkv", "--start", "0:01", "--end", "3", "--json")
    told = json.loads(run.stdout)

    assert 0 == run.returncode, run.stderr
    assert (50, 2.0, {"found": 1, "swapped": 1}) == (
        told["frames"],
        told["duration_s"],
        told["faces"],
    )
    assert {"scan", "swap", "join"} <= set(told["ms"])
    assert [Fraction(n, 25) for n in range(50)] == times_of(here / "r.mkv")


def test_a_killed_swap_goes_on_where_it_was_and_gives_the_same_file(here, film, officer, mien):
    """
    kill -9 in mid-clip, no helper is left behind; the same command again does the rest only, and the
    file is that of a run that was never stopped, byte by byte.
    """
    mien("swap", officer, film, "-o", "whole.mp4")
    work = here.parent / "data" / "work"
    command = [sys.executable, "-m", "mien", "swap", officer, film, "-o", "r.mp4"]
    environment = {**os.environ, "MIEN_DATA_DIR": str(work.parent)}  # noqa: TID251 - a test's own
    process = subprocess.Popen(command, cwd=here, env=environment, stderr=subprocess.PIPE)
    until(lambda: list(work.glob("*/segments/part-*.packets")))
    helpers = children(process.pid)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE_S)
    until(lambda: not any(alive(pid) for pid in helpers))
    kept = {path.name: path.stat().st_mtime_ns for path in work.glob("*/segments/part-*.packets")}
    again = mien("swap", officer, film, "-o", "r.mp4")

    assert -signal.SIGKILL == process.returncode
    assert kept
    assert 0 == again.returncode, again.stderr
    assert (here / "whole.mp4").read_bytes() == (here / "r.mp4").read_bytes()
    assert [] == list(work.iterdir())


@pytest.mark.parametrize("closely", ["0", "1"])
def test_helpers_look_at_faces_as_the_process_that_they_help(mien, here, film, officer, closely):
    """
    Whether a network tells what covers a face or not, one process and two make the same file, byte by byte.
    """
    for processes in ("1", "2"):
        variables = {"MIEN_VIDEO_PROCESSES": processes, "MIEN_LOOK_CLOSELY": closely}
        run = mien("swap", officer, film, "-o", f"{processes}.mp4", **variables)
        assert 0 == run.returncode, run.stderr

    assert (here / "1.mp4").read_bytes() == (here / "2.mp4").read_bytes()


def test_a_video_without_a_face_is_exit_code_3(mien, sentence, here, officer):
    """
    As with a still; nothing is written, and nothing is kept.
    """
    clip(here / "empty.mp4", 20)
    run = mien("swap", officer, "empty.mp4", "-o", "r.mp4")

    assert 3 == run.returncode
    assert "No face found" in sentence(run)
    assert not (here / "r.mp4").exists()
    assert [] == list((here.parent / "data" / "work").iterdir())


def test_a_video_over_a_limit_is_refused_at_once(mien, sentence, film, officer):
    """
    From its header: the sentence names the value and the limit.
    """
    run = mien("swap", officer, film, "-o", "r.mp4", MIEN_MAX_VIDEO_MINUTES="0.05")

    assert 4 == run.returncode
    assert "The target video plays for 6.4 s; the limit is 3 s." == sentence(run)


@pytest.mark.parametrize(
    "arguments",
    [
        ("-o", "r.png"),
        ("-o", "r.avi"),
        ("-o", "r.mp4", "--start", "soon"),
        ("-o", "r.mp4", "--start", "5", "--end", "4"),
        ("-o", "r.mp4", "--preview", "sheet.mp4"),
        ("-o", "r.mp4", "--faces", "2"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(mien, sentence, here, film, officer, arguments):
    """
    Exit code 2 and one sentence, before (or as soon as) anything is done.
    """
    run = mien("swap", officer, film, *arguments)

    assert 2 == run.returncode
    assert sentence(run)
    assert not (here / "r.mp4").exists()


def test_options_for_videos_are_not_for_pictures(mien, sentence, woman, officer):
    """
    A picture has no beginning and no end.
    """
    run = mien("swap", officer, woman, "-o", "r.png", "--start", "1")

    assert 2 == run.returncode
    assert "for videos only" in sentence(run)


def test_a_batch_takes_videos_too(mien, here, film, officer, woman):
    """
    A video beside a picture; each row says what became of it.
    """
    with (here / "pairs.csv").open("w", newline="", encoding="utf-8") as file:
        rows = [(officer, film, "one.mp4"), (officer, woman, "two.png")]
        csv.writer(file).writerows([("source", "target", "result"), *rows])
    run = mien("batch", "pairs.csv", "-o", "out", "--json")
    pairs = json.loads(run.stdout)["pairs"]

    assert 0 == run.returncode, run.stderr
    assert [160, None] == [pair.get("frames") for pair in pairs]
    assert times_of(film) == times_of(here / "out" / "one.mp4")


def test_a_video_may_go_down_a_pipe(here, film, officer, mien):
    """
    A device is written to, not replaced.
    """
    run = mien("swap", officer, film, "-o", "/dev/null", "--end", "1")

    assert 0 == run.returncode, run.stderr
    assert not Path("/dev/null").is_file()
