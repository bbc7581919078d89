"""``mien batch``, started as its users start it."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

HEAD = ("source", "target", "result")
#: What is said of the photos: the woman has a fringe, the officer wears glasses.
PHOTOS = ("forehead is covered by a fringe.", "a photo without them gives more likeness.")


def write_pairs(path: Path, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> Path:
    """A list of pairs."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def files(folder: Path) -> set[str]:
    """Every file under ``folder``."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_list_is_swapped_into_a_folder(mien, here, woman, officer):
    """
    Each row becomes a file under the folder, in the format of its extension or of its target.
    """
    write_pairs(
        here / "pairs.csv",
        ("woman.jpg", "officer.png", "one.jpg"),
        ("officer.png", "woman.jpg", "deep/er/two"),
    )
    run = mien("batch", "pairs.csv", "-o", "out")

    assert 0 == run.returncode, run.stderr
    assert all(line.endswith(PHOTOS) for line in run.stderr.splitlines()), run.stderr
    assert run.stdout.startswith("2 of 2 pairs swapped, 0 failed, in ")
    assert {"one.jpg", "deep/er/two"} == files(here / "out")
    for name in files(here / "out"):
        with Image.open(here / "out" / name) as picture:
            assert "JPEG" == picture.format


def test_a_pair_that_fails_does_not_stop_the_others(mien, here, woman, officer, wall):
    """
    Each failure has a line on stderr and a code for programs; the exit code is 1.
    """
    (here / "text.jpg").write_text("no picture")
    write_pairs(
        here / "pairs.csv",
        ("woman.jpg", "wall.png", "a.jpg"),
        ("text.jpg", "woman.jpg", "b.jpg"),
        ("missing.jpg", "woman.jpg", "c.jpg"),
        ("woman.jpg",),
        ("woman.jpg", "officer.png", "e.xyz"),
        ("woman.jpg", "officer.png", "f.png"),
    )
    run = mien("batch", "pairs.csv", "-o", "out", "--json")
    answer = json.loads(run.stdout)
    rows = answer["pairs"]

    assert 1 == run.returncode
    assert (1, 5) == (answer["swapped"], answer["failed"])
    assert [2, 3, 4, 5, 6, 7] == [row["line"] for row in rows]
    assert ["no_face_found", "unreadable", "unreadable", "bad_request", "bad_request", None] == [
        row["code"] for row in rows
    ]
    assert "No face found in the target picture." == rows[0]["error"]
    assert {"found": 1, "swapped": 1} == rows[-1]["faces"]
    assert 6 == len(run.stderr.splitlines())
    assert {"f.png"} == files(here / "out")


def test_two_processes_give_what_one_gives(mien, here, woman, officer):
    """
    The number of processes changes nothing in the results.
    """
    rows = [("woman.jpg", "officer.png", "a.png"), ("officer.png", "woman.jpg", "b.png")]
    write_pairs(here / "pairs.csv", *rows)
    runs = [mien("batch", "pairs.csv", "-o", f"out{jobs}", "--jobs", jobs) for jobs in "12"]

    assert [0, 0] == [run.returncode for run in runs]
    for name in ("a.png", "b.png"):
        assert (here / "out1" / name).read_bytes() == (here / "out2" / name).read_bytes()


@pytest.mark.parametrize(
    "result", ["../r.png", "sub/../../r.png", "{absolute}/r.png", "link/r.png"]
)
def test_nothing_is_written_outside_the_folder(mien, here, woman, officer, result):
    """
    An absolute result, one with "..", and one behind a link that leads out are refused.
    """
    (here / "out").mkdir()
    (here / "elsewhere").mkdir()
    (here / "out" / "link").symlink_to("../elsewhere")
    before = files(here.parent)
    name = result.format(absolute=here / "elsewhere")
    write_pairs(here.parent / "pairs.csv", ("cwd/woman.jpg", "cwd/officer.png", name))
    run = mien("batch", "../pairs.csv", "-o", "out")

    assert 1 == run.returncode
    assert "lies outside the folder of the results" in run.stderr
    assert before | {"pairs.csv"} == files(here.parent)


def test_two_pairs_cannot_share_a_result(mien, here, woman, officer):
    """
    The second pair of the same result fails, and so does one that would replace an input.
    """
    write_pairs(
        here / "pairs.csv",
        ("woman.jpg", "officer.png", "r.png"),
        ("officer.png", "woman.jpg", "./r.png"),
        ("officer.png", "woman.jpg", "woman.jpg"),
    )
    before = woman.read_bytes()
    run = mien("batch", "pairs.csv", "-o", ".")

    assert 1 == run.returncode
    assert "is that of line 2 too" in run.stderr
    assert "would replace a picture of the list" in run.stderr
    assert before == woman.read_bytes()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"source,result\na,b\n", "no column target"),
        (b"", "no column source"),
        (b"source,target,result\n\xff\xfe,b,c\n", "no CSV in UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_list_that_is_none_is_exit_code_4(mien, sentence, here, content, said):
    """
    A list without its columns, in another encoding, or missing is refused as a whole.
    """
    if content is not None:
        (here / "pairs.csv").write_bytes(content)
    run = mien("batch", "pairs.csv", "-o", "out")

    assert 4 == run.returncode
    assert said in sentence(run)
    assert not (here / "out").exists()


def test_a_list_of_a_spreadsheet_is_read(mien, here, woman, officer):
    """
    A byte order mark, further columns, blank lines and Windows line ends do no harm.
    """
    text = "\ufeffnote,result,target,source\r\n\r\nx,r.png,officer.png,woman.jpg\r\n"
    (here / "pairs.csv").write_bytes(text.encode())
    run = mien("batch", "pairs.csv", "-o", "out")

    assert 0 == run.returncode, run.stderr
    assert {"r.png"} == files(here / "out")


def test_an_empty_list_is_done_at_once(mien, here):
    """
    Nothing to do is no failure.
    """
    write_pairs(here / "pairs.csv")
    run = mien("batch", "pairs.csv", "-o", "out")

    assert 0 == run.returncode
    assert run.stdout.startswith("0 of 0 pairs swapped")


@pytest.mark.parametrize("arguments", [["--options", "-x"], ["--jobs", "0"], ["--jobs", "many"]])
def test_wrong_usage_is_exit_code_2(mien, sentence, here, woman, officer, arguments):
    """
    Options are read before any pair.
    """
    write_pairs(here / "pairs.csv", ("woman.jpg", "officer.png", "r.png"))
    run = mien("batch", "pairs.csv", "-o", "out", *arguments)

    assert 2 == run.returncode
    assert arguments[0] in sentence(run) or arguments[1] in sentence(run)
    assert not (here / "out").exists()


def test_a_pair_that_takes_too_long_fails_alone(mien, here, woman, officer):
    """
    A pair is stopped after the time that a job may take, and the batch ends.
    """
    write_pairs(here / "pairs.csv", ("woman.jpg", "officer.png", "r.png"))
    run = mien("batch", "pairs.csv", "-o", "out", "--json", MIEN_JOB_TIMEOUT_S="0.001")
    answer = json.loads(run.stdout)

    assert 1 == run.returncode
    assert ["timed_out"] == [row["code"] for row in answer["pairs"]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_batch_that_is_interrupted_says_one_word(here, woman, officer, number):
    """
    Ctrl-C and SIGTERM end all processes, without tracebacks and without half a file.
    """
    rows = [("woman.jpg", "officer.png", f"{count}.png") for count in range(200)]
    write_pairs(here / "pairs.csv", ("missing.jpg", "woman.jpg", "r.png"), *rows)
    process = subprocess.Popen(
        [sys.executable, "-m", "mien", "batch", "pairs.csv", "-o", "out", "--jobs", "2"],
        cwd=here,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # A terminal signals all processes of its group at once.
        start_new_session=True,
    )
    with process:
        assert process.stderr is not None
        # The first process has begun to work, others are still starting.
        first = process.stderr.readline()
        os.killpg(process.pid, number)
        rest = process.stderr.read().split()

    assert "There is no source file" in first
    assert ["Interrupted."] == rest
    assert 1 == process.returncode
    assert [] == [name for name in files(here) if name.endswith(".part")]


#: A process of a batch that is told to end while a result lies half written beside its place.
ENDED = """
import os, signal, sys
from pathlib import Path
from mien.cli.crew import run_errand
from mien.cli.errand import Errand
from mien.cli.pairs import Pair
from mien.settings import Settings

def end(handle):
    print([name for name in os.listdir() if name.endswith(".part")], flush=True)
    signal.raise_signal(signal.SIGTERM)

os.fsync = end
signal.signal(signal.SIGTERM, lambda *_: os._exit(15))
names = {"source": "woman.jpg", "target": "officer.png", "result": "r.png"}
errand = Errand.checked(**{field: Path(name) for field, name in names.items()}, options="")
run_errand(Pair(line=1, **names), errand, Settings.load())
"""


def test_a_process_that_is_ended_while_it_writes_leaves_no_half_file(here, woman, officer):
    """
    The process goes as its pool wants it to go, after it has removed its unfinished result.
    """
    process = subprocess.run(
        [sys.executable, "-c", ENDED], cwd=here, capture_output=True, text=True, check=False
    )

    assert process.stdout.startswith("['.mien-"), process.stderr
    assert 15 == process.returncode, process.stderr
    assert {"officer.png", "woman.jpg"} == files(here)
