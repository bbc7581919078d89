"""The engine as the product builds it."""

from dataclasses import dataclass

from mien.cores import SpareCore
from mien.engine.beside import Beside
from mien.engine.faces import FaceFinder
from mien.engine.hands import HandFinder
from mien.engine.parts import PartFinder
from mien.engine.swap import MeshSwapper
from mien.models.store import ModelStore
from mien.settings import available_cores


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Finder and swapper on the shipped models."""

    finder: FaceFinder
    swapper: MeshSwapper

    @staticmethod
    def built(threads: int) -> "Engine":
        """The engine with ``threads`` for each network."""
        store, side = ModelStore(threads=threads), Beside(spare=SpareCore(available_cores()))
        return Engine(
            finder=FaceFinder(
                full_range=store.network("face_full_range"),
                short_range=store.network("face_short_range"),
                mesh=store.network("face_mesh"),
                topology=store.topology(),
                hands=HandFinder(palm=store.network("palm"), hand=store.network("hand"), side=side),
                parts=PartFinder(network=store.network("parts"), side=side),
                side=side,
            ),
            swapper=MeshSwapper(topology=store.topology(), side=side),
        )
