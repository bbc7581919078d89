"""``make demo`` without make: the service, curl and two pictures."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]


def demo(**variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the demonstration."""
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "demo.py"],
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_demonstration_ends_with_its_picture():
    """
    The last line is the path of a PNG with three pictures side by side, the time stands before it.
    """
    run = demo()
    lines = run.stdout.splitlines()

    assert (0, "") == (run.returncode, run.stderr)
    assert re.match(r"\d+\.\d\d s from the call to its answer, ", lines[-2])
    with Image.open(lines[-1]) as picture:
        width, height = picture.size
        assert "PNG" == picture.format
        # Each of the three is about as wide as it is high.
        assert 2.4 * height < width < 3.6 * height


def test_without_curl_it_says_how_to_get_it():
    """
    A machine without curl is told what to install, in one sentence.
    """
    run = demo(PATH="/nowhere")

    assert 1 == run.returncode
    assert ["The demonstration needs curl; on Debian: apt install curl"] == run.stderr.splitlines()
