"""Pictures that many tests share: shipped by registry packages, or the test set beside the checkout."""

import os
from pathlib import Path

import numpy as np
import pytest
from matplotlib import cbook
from numpy.typing import NDArray
from PIL import Image
from skimage import data

HERE = Path(__file__).resolve().parent
BESIDE = HERE.parent.parent / "shared" / "faces"


@pytest.fixture(scope="session")
def faces_dir() -> Path:
    """The folder of 197 test faces; tests that need it are skipped where it does not exist."""
    folder = Path(os.environ.get("MIEN_TEST_FACES", BESIDE))  # noqa: TID251 - the tests' own switch
    if not (folder / "manifest.csv").is_file():
        pytest.skip(f"needs the face test set; not found at {folder} (MIEN_TEST_FACES names it)")
    return folder


@pytest.fixture(scope="session")
def astronaut() -> NDArray[np.uint8]:
    """``(512, 512, 3)`` RGB: Eileen Collins, NASA, public domain; one frontal face of about 110 px."""
    return np.ascontiguousarray(data.astronaut())


@pytest.fixture(scope="session")
def hopper() -> NDArray[np.uint8]:
    """``(600, 512, 3)`` RGB: Grace Hopper, US Navy, public domain; one face with glasses and cap."""
    path = str(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False))
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))
