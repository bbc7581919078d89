"""Show the service at work, once: ``make demo``.

Starts `mien serve` on a free port with a data folder of its own, sends the curl sample of the
original API's documentation with two pictures, downloads the result, writes source, target and
result side by side to out/demo.png, and stops the service. The last line is the picture's path.
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from matplotlib import cbook
from PIL import Image
from skimage import data

OUT = Path(__file__).resolve().parent.parent / "out"
READY = "mien is ready at "
#: Keep the mouth of the target: the option that the documentation names first.
OPTIONS = "-m"
#: Seconds for one call of curl, and for the service to finish.
CALL_S = 120
STOP_S = 20

#: The documentation's words, but for the blank behind a backslash, which no shell takes.
SAMPLE = r"""
curl -H "Accept: application/json" \
     -H "Authorization: Bearer …" \
     -X POST https://api.useapi.net/v1/faceswap/picsi \
     -F "options=<options>" \
     -F 'source_image=@"<Path to the source_image>"' \
     -F 'target_image_gif_or_video=@"<Path to the target_image_gif_or_video>"'
"""


class DemoError(Exception):
    """Why there is nothing to show, in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service that answers."""

    url: str
    token: str


def main() -> int:
    """Run the demonstration; 0 when the picture was written."""
    try:
        _require_curl()
        with tempfile.TemporaryDirectory(prefix="mien-demo-") as folder:
            _show(Path(folder))
    except DemoError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _show(folder: Path) -> None:
    source, target = _pictures(folder)
    with service(folder / "data") as running:
        call = filled(running, source, target)
        print(f"$ {call}\n")
        start = perf_counter()
        job = _answer(call)
        took_s = perf_counter() - start
        result = _download(job, folder)
    path = _side_by_side([source, target, result])
    print(f"{job['content']} [{job['jobid']}]")
    print(f"{took_s:.2f} s from the call to its answer, the first of a service just started")
    print(path)


def _require_curl() -> None:
    if shutil.which("curl") is None:
        raise DemoError("The demonstration needs curl; on Debian: apt install curl")


def _pictures(folder: Path) -> tuple[Path, Path]:
    """Source and target: public domain, from packages of the development environment."""
    source, target = folder / "source.jpg", folder / "target.jpg"
    shutil.copyfile(str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)), target)
    Image.fromarray(data.astronaut()).save(source, quality=95)
    return source, target


@contextmanager
def service(data_dir: Path) -> Iterator[Running]:
    """A service of our own on a free port, gone at the end."""
    command = [sys.executable, "-m", "mien", "serve", "--port", "0", "--data-dir", str(data_dir)]
    with (data_dir.parent / "service.log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            yield _started(process, data_dir, log.name)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_S)
            finally:
                process.kill()


def _started(process: "subprocess.Popen[str]", data_dir: Path, log: str) -> Running:
    if process.stdout is None:
        raise DemoError("The service has no output.")
    for line in process.stdout:
        if line.startswith(READY):
            url = line.removeprefix(READY).split()[0]
            token = (data_dir / "first-token.txt").read_text(encoding="utf-8").strip()
            return Running(url=url, token=token)
    said = Path(log).read_text(encoding="utf-8").strip().splitlines() or ["it said nothing"]
    raise DemoError(f"The service did not start: {said[-1]}")


def filled(running: Running, source: Path, target: Path) -> str:
    """The sample with address, token, options and paths filled in."""
    values = {
        "https://api.useapi.net": running.url,
        "…": running.token,
        "<options>": OPTIONS,
        "<Path to the source_image>": str(source),
        "<Path to the target_image_gif_or_video>": str(target),
    }
    call = SAMPLE.strip()
    for word, value in values.items():
        call = call.replace(word, value)
    return call


def _answer(call: str) -> dict[str, Any]:
    """The finished job."""
    try:
        job: dict[str, Any] = json.loads(_output_of(["sh", "-c", call]))
    except json.JSONDecodeError as error:
        raise DemoError(f"The service did not answer with JSON: {error}") from error
    if job.get("status") != "completed":
        raise DemoError(f"The swap failed: {job.get('error', job)}")
    return job


def _download(job: dict[str, Any], folder: Path) -> Path:
    attachment = job["attachments"][0]
    path = folder / f"result{Path(attachment['filename']).suffix}"
    _output_of(["curl", "--fail", "--silent", "--show-error", "-o", str(path), attachment["url"]])
    return path


def _output_of(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=CALL_S, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise DemoError(f"curl failed: {said[-1]}")
    return done.stdout


def _side_by_side(paths: list[Path]) -> Path:
    """The pictures at one height, next to each other, in out/demo.png."""
    pictures = [Image.open(path).convert("RGB") for path in paths]
    height = max(picture.height for picture in pictures)
    row = [
        picture.resize((round(picture.width * height / picture.height), height))
        for picture in pictures
    ]
    OUT.mkdir(exist_ok=True)
    path = OUT / "demo.png"
    Image.fromarray(np.hstack([np.asarray(picture) for picture in row])).save(path)
    return path


if __name__ == "__main__":
    sys.exit(main())
