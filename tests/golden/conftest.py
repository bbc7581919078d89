"""Golden pictures: what a swap looked like when somebody looked at it and found it good.

`make golden` writes them anew: look at the difference before you commit. A failing test leaves
expected | now | difference x 8 in `.golden/`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.engine.faces import FaceFinder
from mien.engine.parts import PartFinder
from mien.engine.swap import MeshSwapper
from mien.engine.types import Image as Pixels
from mien.models.store import ModelStore

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
OUT = HERE.parent.parent / ".golden"
#: Differences are shown this much brighter.
SHOWN_TIMES = 8


def pytest_addoption(parser):
    parser.addoption("--golden-update", action="store_true", help="write the golden pictures anew")


@dataclass(frozen=True)
class Golden:
    """Compares with the picture kept under the test's name."""

    name: str
    update: bool

    def check(self, picture: Pixels, *, max_mean: float, max_local: float) -> None:
        """Fail when ``picture`` strays: on average, or in any block of 8 x 8 pixels (levels)."""
        path = PICTURES / f"{self.name}.png"
        if self.update:
            Image.fromarray(picture).save(path, optimize=True)
        assert path.is_file(), f"no golden picture {path.name}; make golden writes it"
        with Image.open(path) as file:
            expected = np.asarray(file.convert("RGB"))
        assert expected.shape == picture.shape
        difference = np.abs(expected.astype(int) - picture)
        if difference.mean() > max_mean or blocks(difference).max() > max_local:
            self.show(expected, picture, difference)
            pytest.fail(
                f"{self.name} differs by {difference.mean():.2f} on average (at most {max_mean}), "
                f"{blocks(difference).max():.1f} in a block (at most {max_local}); "
                f"look at {OUT / self.name}.png"
            )

    def show(self, expected: Pixels, picture: Pixels, difference: np.ndarray) -> None:
        """Write the three side by side."""
        OUT.mkdir(exist_ok=True)
        bright = np.clip(difference * SHOWN_TIMES, 0, 255).astype(np.uint8)
        Image.fromarray(np.hstack([expected, picture, bright])).save(OUT / f"{self.name}.png")


def blocks(difference: np.ndarray) -> np.ndarray:
    """Means over blocks of 8 x 8 pixels and all colours."""
    height, width = (side // 8 * 8 for side in difference.shape[:2])
    part = difference[:height, :width]
    return part.reshape(height // 8, 8, width // 8, 8, -1).mean(axis=(1, 3, 4))


@pytest.fixture
def golden(request) -> Golden:
    name = request.node.name.removeprefix("test_").replace("[", "-").rstrip("]")
    return Golden(name=name, update=request.config.getoption("--golden-update"))


@pytest.fixture(scope="session")
def models() -> ModelStore:
    return ModelStore(threads=1)


@pytest.fixture(scope="session")
def parts(models) -> PartFinder:
    return PartFinder(network=models.network("parts"))


@pytest.fixture(scope="session")
def finder(models, parts) -> FaceFinder:
    return FaceFinder(
        full_range=models.network("face_full_range"),
        short_range=models.network("face_short_range"),
        mesh=models.network("face_mesh"),
        topology=models.topology(),
        parts=parts,
    )


@pytest.fixture(scope="session")
def swapper(models) -> MeshSwapper:
    return MeshSwapper(topology=models.topology())
