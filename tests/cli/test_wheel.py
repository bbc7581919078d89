"""The wheel, alone in an empty environment: what is not packed into it is not there."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

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


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    """`mien` of an environment that holds the wheel and what it declares, nothing else."""
    if not UV.exists():
        pytest.skip("needs uv in the environment of the tests (make setup puts it there)")
    folder = tmp_path_factory.mktemp("wheel")
    must(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
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


def test_the_wheel_is_complete(program, tmp_path):
    """
    The doctor of the installed wheel finds its packages and models.
    """
    run = ran(program, "doctor", "--data-dir", tmp_path / "data", cwd=tmp_path)

    assert 0 == run.returncode, run.stdout + run.stderr
    assert "all files as shipped" in run.stdout


def test_the_wheel_swaps(program, tmp_path, astronaut, hopper):
    """
    The installed wheel swaps two pictures and runs outside of the checkout.
    """
    Image.fromarray(astronaut).save(tmp_path / "source.png")
    Image.fromarray(hopper).save(tmp_path / "target.png")
    run = ran(program, "swap", "source.png", "target.png", "-o", "result.jpg", cwd=tmp_path)

    assert 0 == run.returncode, run.stderr
    assert (tmp_path / "result.jpg").is_file()


def test_the_wheel_starts_the_service_s_database(program, tmp_path):
    """
    The migrations are part of the wheel: a token can be made.
    """
    run = ran(program, "tokens", "create", "one", "--data-dir", tmp_path / "data", cwd=tmp_path)

    assert 0 == run.returncode, run.stderr
    assert 1 == len(run.stdout.split())


def test_the_wheel_holds_licence_notice_and_types(program):
    """
    Licence and notice travel with the networks that they speak of; py.typed with the types.
    """
    packages = next((program.parents[1] / "lib").glob("python*")) / "site-packages"
    (info,) = packages.glob("mien-*.dist-info")

    assert (packages / "mien" / "py.typed").is_file()
    assert {"LICENSE", "NOTICE"} == {path.name for path in (info / "licenses").iterdir()}
    assert shutil.which("mien", path=str(program.parent))
