"""The wheel, alone in an empty environment: what is not packed into it is not there."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from cli.fresh import built, installed, ran


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    """`mien` of an environment that holds the wheel and what it declares, nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    return installed(built(folder), folder)


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
