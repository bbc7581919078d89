"""The engine as the product builds it, once for all tests of this folder."""

import pytest

from mien.engine.faces import FaceFinder
from mien.engine.hands import HandFinder
from mien.engine.parts import PartFinder
from mien.engine.swap import MeshSwapper
from mien.engine.types import Face, Image
from mien.models.store import ModelStore


@pytest.fixture(scope="session")
def models() -> ModelStore:
    return ModelStore(threads=1)


@pytest.fixture(scope="session")
def finder(models: ModelStore) -> FaceFinder:
    return FaceFinder(
        full_range=models.network("face_full_range"),
        short_range=models.network("face_short_range"),
        mesh=models.network("face_mesh"),
        topology=models.topology(),
        hands=HandFinder(palm=models.network("palm"), hand=models.network("hand")),
        parts=PartFinder(network=models.network("parts")),
    )


@pytest.fixture(scope="session")
def swapper(models: ModelStore) -> MeshSwapper:
    return MeshSwapper(topology=models.topology())


@pytest.fixture(scope="session")
def astronaut_face(finder: FaceFinder, astronaut: Image) -> Face:
    return finder.find(astronaut)[0]


@pytest.fixture(scope="session")
def hopper_face(finder: FaceFinder, hopper: Image) -> Face:
    return finder.find(hopper)[0]
