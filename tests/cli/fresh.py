"""The wheel in an environment of its own, with nothing of this one."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")


def ran(*command: str | Path, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run ``command`` in ``cwd`` with nothing of this environment."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        check=False,
    )


def must(*command: str | Path, cwd: Path) -> None:
    """Run ``command``; what it said when it fails."""
    run = ran(*command, cwd=cwd)

    assert 0 == run.returncode, run.stderr


def built(folder: Path) -> Path:
    """The wheel of this checkout, built in ``folder``."""
    must(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def installed(wheel: Path, folder: Path) -> Path:
    """`mien` of a new environment in ``folder`` that holds ``wheel`` and what it declares, nothing else."""
    if not UV.exists():
        pytest.skip("needs uv in the environment of the tests (make setup puts it there)")
    must(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv", cwd=folder)
    locked = ("--require-hashes", "--requirement", ROOT / "requirements" / "run.txt")
    install = (UV, "pip", "install", "--quiet", "--python", folder / "venv")
    # From what `make setup` left in the cache; else from the registry.
    for attempt in ((*install, "--offline", *locked), (*install, *locked)):
        if ran(*attempt, cwd=folder).returncode == 0:
            break
    else:
        pytest.skip("the packages of requirements/run.txt are not cached, and cannot be fetched")
    must(*install, "--offline", "--no-deps", wheel, cwd=folder)
    return folder / "venv" / "bin" / "mien"
