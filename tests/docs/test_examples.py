"""The programs of examples/, started as their README says, against a real server."""

import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from PIL import Image

from acceptance.live import PATIENCE_S, Server, free_port, new_token, until
from docs.conftest import is_set
from mien.client import Client
from mien.net.webhooks import new_secret, signed

EXAMPLES = Path(__file__).parents[2] / "examples"
Run = Callable[..., "subprocess.CompletedProcess[str]"]
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
ONE_SWAP = [
    pytest.param("sh", "swap.sh", marks=needs_curl),
    pytest.param("node", "swap.mjs", marks=needs_node),
    (sys.executable, "swap.py"),
]


@pytest.fixture(scope="module")
def token(open_server: Server) -> str:
    """A token of a user of its own."""
    return new_token(open_server.folder, "examples", user="examples")


@pytest.fixture
def folder(tmp_path: Path, shown_files: dict[str, bytes]) -> Path:
    """A folder with pictures, one of them without a face."""
    for name in ("me.jpg", "portrait.jpg"):
        (tmp_path / name).write_bytes(shown_files[name])
    Image.new("RGB", (64, 64), "grey").save(tmp_path / "wall.jpg")
    return tmp_path


@pytest.fixture
def run(open_server: Server, token: str, folder: Path) -> Run:
    """Runs a program of examples/ in ``folder``."""

    def run(program: str, name: str, *words: str, **variables: str):
        given = {"MIEN_URL": open_server.url, "MIEN_TOKEN": token}
        return subprocess.run(
            [program, EXAMPLES / name, *words],
            cwd=folder,
            env={"PATH": is_set("PATH"), "NO_PROXY": "127.0.0.1", **given, **variables},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    return run


def is_picture(data: bytes) -> bool:
    """Whether a result is a picture of the target's size."""
    with Image.open(io.BytesIO(data)) as picture:
        return picture.size == (320, 320)


@pytest.mark.parametrize(("program", "name"), ONE_SWAP)
def test_one_swap_is_saved(run, folder, program, name):
    """
    The result is a picture, and its path the last line.
    """
    done = run(program, name, "me.jpg", "portrait.jpg", "result.jpg")

    assert 0 == done.returncode, done.stderr
    assert "result.jpg" == done.stdout.splitlines()[-1]
    assert is_picture((folder / "result.jpg").read_bytes())


@pytest.mark.parametrize(("program", "name"), ONE_SWAP)
def test_what_fails_is_said_and_nothing_is_saved(run, folder, program, name):
    """
    A picture without a face and a wrong token end the program with the service's sentence.
    """
    faceless = run(program, name, "wall.jpg", "portrait.jpg", "result.jpg")
    wrong = {"MIEN_TOKEN": "nobody"}
    refused = run(program, name, "me.jpg", "portrait.jpg", "result.jpg", **wrong)

    assert 0 not in {faceless.returncode, refused.returncode}
    assert "No face found in the source picture." in faceless.stderr
    assert "Unauthorized" in refused.stderr
    assert not (folder / "result.jpg").exists()


def test_a_folder_is_swapped_once(run, folder, open_server, token):
    """
    Each target has a result or a sentence; a second call makes only what is missing, of the same jobs.
    """
    targets = folder / "targets"
    targets.mkdir()
    for name in ("a.jpg", "b.jpg"):
        (targets / name).write_bytes((folder / "portrait.jpg").read_bytes() + name.encode())
    (folder / "wall.jpg").rename(targets / "wall.jpg")
    words = (sys.executable, "batch_folder.py", "me.jpg", "targets", "results")
    first = run(*words)
    (folder / "results" / "a.jpg").unlink()
    second = run(*words)
    with Client(open_server.url, token) as client:
        sizes = {(folder / "targets" / name).stat().st_size for name in ("a.jpg", "wall.jpg")}
        jobs = [
            job
            for job in client.jobs()
            if job["target_image_gif_or_video"]["size"] in sizes and "options" not in job
        ]

    assert (0, 0) == (first.returncode, second.returncode), first.stderr
    wall = "targets/wall.jpg: No face found in the target picture."
    assert ["results/a.jpg", "results/b.jpg", wall] == first.stdout.splitlines()
    assert ["results/a.jpg", "results/b.jpg: was there", wall] == second.stdout.splitlines()
    assert is_picture((folder / "results" / "a.jpg").read_bytes())
    assert 3 == len(jobs), "a.jpg and b.jpg have one size, and each was a job once; so was the wall"


@contextmanager
def receiving(folder: Path, secret: str) -> Iterator[str]:
    """The receiver of callbacks, and where it listens."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, EXAMPLES / "callback_receiver.py", "--port", str(port)],
        cwd=folder,
        env={"MIEN_WEBHOOK_SECRET": secret, "NO_PROXY": "127.0.0.1"},
    )
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(f"{url}/docs"))
        yield f"{url}/mien"
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def answers(url: str) -> bool:
    """Whether somebody listens there."""
    try:
        return requests.get(url, timeout=PATIENCE_S).ok
    except requests.ConnectionError:
        return False


def test_a_callback_is_believed_with_its_signature_only(open_server, token, folder, shown_files):
    """
    The result of a real job is saved; the same call with another secret or none is refused.
    """
    with Client(open_server.url, token) as client:
        secret = client.me()["webhookSecret"]
        with receiving(folder, secret) as url:
            job = client.picsi(
                shown_files["me.jpg"], shown_files["portrait.jpg"], reply_url=url, reply_ref="x"
            )
            saved = folder / "results" / f"{job['jobid']}.jpg"
            until(lambda: saved.exists() and is_picture(saved.read_bytes()))
            until(lambda: [one["state"] for one in client.deliveries()] == ["delivered"])
            forged = b'{"jobid": "f", "status": "completed"}'
            headers = signed(forged, secret=new_secret(), message_id="f", now=datetime.now(UTC))
            codes = [
                requests.post(url, data=forged, headers=sent, timeout=PATIENCE_S).status_code
                for sent in (headers, {})
            ]

    assert [401, 401] == codes
    assert [saved] == list((folder / "results").iterdir())


def test_every_example_is_in_the_list():
    """
    The README of the examples names each file, and no other.
    """
    text = (EXAMPLES / "README.md").read_text()
    files = {path.name for path in EXAMPLES.iterdir() if path.is_file()} - {"README.md"}

    assert files == set(re.findall(r"\]\((.+?)\)", text))
