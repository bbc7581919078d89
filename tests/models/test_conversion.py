"""The conversion makes the shipped files again, where its tools are installed."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "convert_models.py"


@pytest.mark.skipif(
    find_spec("tf2onnx") is None,
    reason="needs the packages of tools/requirements-convert.txt (TensorFlow)",
)
def test_conversion_gives_the_shipped_bytes():
    """From the three named packages to the same files, byte by byte."""
    done = subprocess.run(
        [sys.executable, str(TOOL), "--check"], capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "7 files as shipped" in done.stdout
