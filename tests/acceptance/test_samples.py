"""The samples of the contract run: filled in, one picture enabled a field, nothing else changed.

The page of headshot has lost its line ends. Its curl and JavaScript run as they stand, in one line; for
Python the line ends stand again where a statement begins.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from acceptance.live import PATIENCE_S, Pictures, Server
from acceptance.people import somebody

SAMPLES = Path(__file__).parent / "samples"
THEIR_API = "https://api.useapi.net"
THEIR_PICTURE = (
    "https://upload.wikimedia.org/wikipedia/commons/7/7d/Mona_Lisa_color_restoration.jpg"
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@pytest.fixture
def folder(tmp_path: Path, pictures: Pictures) -> Path:
    """A folder with the pictures that the samples send."""
    (tmp_path / "source photo.png").write_bytes(pictures.source)
    (tmp_path / "target_photo.png").write_bytes(pictures.target)
    return tmp_path


@pytest.fixture
def picture_url(folder: Path) -> Iterator[str]:
    """Where the samples' first example fetches the source."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    with serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}/source%20photo.png"
        serving.shutdown()


@pytest.fixture
def channel(server: Server, pictures: Pictures) -> str:
    """The channel of the default user."""
    return str(server.swap(pictures.faceless, pictures.faceless).json()["channel"])


def run(command: list[str], folder: Path) -> str:
    """What the sample prints."""
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},  # noqa: TID251 - requests and curl obey it
    )

    assert 0 == done.returncode, done.stderr
    return done.stdout


def filled(sample: str, values: dict[str, str]) -> str:
    """The text of a sample with ``values`` in place of its placeholders; each must be there."""
    text = (SAMPLES / sample).read_text()
    for placeholder, value in values.items():
        assert placeholder in text
        text = text.replace(placeholder, value)
    return text


def without_comment_marks(text: str, title: str, marks: tuple[str, str]) -> str:
    """``text`` with the block comment around the example called ``title`` opened."""
    before, _, rest = text.partition(title)
    begin = before.rindex(marks[0])
    example, _, after = rest.partition(marks[1])
    return before[:begin] + before[begin + len(marks[0]) :] + title + example + after


def without_hashes(text: str, title: str) -> str:
    """``text`` with the commented paragraph that begins with ``title`` made code."""
    paragraphs = text.split("\n\n")
    opened = [
        "\n".join(line.removeprefix("# ") for line in paragraph.split("\n"))
        if title in paragraph
        else paragraph
        for paragraph in paragraphs
    ]
    return "\n\n".join(opened)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_sample_runs(server: Server, folder: Path) -> None:
    """Only the blank after a backslash is taken away; the quoted paths may hold blanks."""
    command = filled(
        "picsi_curl.txt",
        {
            THEIR_API: server.url,
            "Bearer …": f"Bearer {server.token}",
            "<options>": "-m",
            "<Path to the source_image>": str(folder / "source photo.png"),
            "<Path to the target_image_gif_or_video>": str(folder / "target_photo.png"),
            "\\ \n": "\\\n",
        },
    )

    job = json.loads(run(["bash", "-c", command], folder))

    assert ("completed", 200, "-m") == (job["status"], job["code"], job["options"])


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_javascript_sample_runs(
    server: Server, folder: Path, channel: str, picture_url: str
) -> None:
    """A fetched Blob is the source, a Blob of bytes, called "blob", is the target."""
    text = filled(
        "picsi_javascript.txt",
        {
            THEIR_API: server.url,
            '"API token"': f'"{server.token}"',
            'options = "options"': 'options = "-m"',
            '"Discord channel"': f'"{channel}"',
            THEIR_PICTURE: picture_url,
        },
    )
    text = without_comment_marks(text, "// Example 1", ("/*", "*/"))
    text = without_comment_marks(text, "// Example 2", ("/* ", "*/"))
    (folder / "sample.js").write_text(text)

    printed = run(["node", "sample.js"], folder)

    assert "status: 200" in printed
    assert "status: 'completed'" in printed


def test_the_python_sample_runs(
    server: Server, folder: Path, channel: str, picture_url: str
) -> None:
    """Texts are tuples without a file name, files have one."""
    text = filled(
        "picsi_python.txt",
        {
            THEIR_API: server.url,
            '"API token"': f'"{server.token}"',
            'options = "options"': 'options = "-m"',
            '"Discord channel"': f'"{channel}"',
            THEIR_PICTURE: picture_url,
        },
    )
    text = without_hashes(without_hashes(text, "# Example 1"), "# Example 2")
    (folder / "sample.py").write_text(text)

    printed = run([sys.executable, "sample.py"], folder)

    assert printed.startswith("<Response [200]>")
    assert "'status': 'completed'" in printed


PROMPT = "me, a mad king with an evil smile. --no green --square"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_sample_of_headshot_runs(server: Server, folder: Path, channel: str) -> None:
    """The answer is a job that has started."""
    command = filled(
        "headshot_curl.txt",
        {
            THEIR_API: server.url,
            "Bearer …": f"Bearer {server.token}",
            "<Discord channel id>": channel,
            "<prompt>": PROMPT,
            "\\ ": "\\",
        },
    )

    job = json.loads(run(["bash", "-c", command], folder))

    assert ("started", 200, PROMPT) == (job["status"], job["code"], job["prompt"])


@pytest.mark.parametrize(
    ("sample", "program", "printed"),
    [
        pytest.param(
            "headshot_javascript.txt",
            "node",
            ("status: 200", "verb: 'faceswap-headshot'"),
            marks=pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
        ),
        (
            "headshot_python.txt",
            sys.executable,
            ("<Response [200]>", "'verb': 'faceswap-headshot'"),
        ),
    ],
)
def test_the_other_samples_of_headshot_run(
    server: Server, folder: Path, channel: str, sample: str, program: str, printed: tuple[str, str]
) -> None:
    """The call is taken, and answered with the job."""
    text = filled(
        sample,
        {
            THEIR_API: server.url,
            '"API token"': f'"{server.token}"',
            'prompt = "prompt"': f'prompt = "{PROMPT}"',
            '"Discord channel"': f'"{channel}"',
        },
    )
    (folder / "sample.js").write_text(text)
    out = run([program, "sample.js"], folder)

    for words in printed:
        assert words in out


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_lines_of_the_document_on_identities_run(
    server: Server, tmp_path: Path, pictures: Pictures
) -> None:
    """The block of docs/identities.md, with nothing changed but the address."""
    text = (Path(__file__).parents[2] / "docs" / "identities.md").read_text()
    block = text.partition("```sh\n")[2].partition("```")[0]
    lines = block.replace("http://127.0.0.1:8000", server.url)
    (tmp_path / "anna.jpg").write_bytes(pictures.source)
    (tmp_path / "party.jpg").write_bytes(pictures.target)
    token = f"TOKEN={somebody(server, 'documents').token}\n"

    printed = run(["bash", "-c", token + lines], tmp_path)

    assert 2 == printed.count('"status":"completed"')
    assert "faceswap-swapid" in printed
