"""The program as its users start it, and files to give it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

Run = subprocess.CompletedProcess[str]
Mien = Callable[..., Run]

#: Seconds after which a command hangs.
HANGS_S = 180


def one_sentence(run: Run) -> str:
    """What the command said on stderr, which must be one line and no traceback."""
    lines = run.stderr.splitlines()

    assert 1 == len(lines), run.stderr
    assert "Traceback" not in run.stderr

    return lines[0]


@pytest.fixture
def sentence() -> Callable[[Run], str]:
    """The one sentence of a command that failed."""
    return one_sentence


@pytest.fixture
def mien(tmp_path: Path) -> Mien:
    """Runs `mien` with arguments in a process of its own, in a folder of its own."""
    here = tmp_path / "cwd"
    here.mkdir()

    def run(*arguments: str | bytes | Path, **variables: str) -> Run:
        environment = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "MIEN_DATA_DIR": str(tmp_path / "data"),
            **variables,
        }
        return subprocess.run(
            [sys.executable, "-m", "mien", *arguments],
            cwd=here,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=HANGS_S,
            check=False,
        )

    return run


@pytest.fixture
def here(tmp_path: Path, mien: Mien) -> Path:
    """The folder that `mien` runs in."""
    del mien
    return tmp_path / "cwd"


@pytest.fixture
def woman(here: Path, astronaut) -> Path:
    """A JPEG with one face."""
    path = here / "woman.jpg"
    Image.fromarray(astronaut[:300, 60:420]).save(path, quality=90)
    return path


@pytest.fixture
def officer(here: Path, hopper) -> Path:
    """A PNG with one face, another one."""
    path = here / "officer.png"
    Image.fromarray(hopper[:400]).save(path)
    return path


@pytest.fixture
def wall(here: Path) -> Path:
    """A picture without a face."""
    path = here / "wall.png"
    Image.new("RGB", (160, 120), (120, 130, 140)).save(path)
    return path
