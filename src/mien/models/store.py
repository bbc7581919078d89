"""Where the engine's networks come from: package data, checked and loaded on first use."""

from dataclasses import fields
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO
from threading import Lock

import numpy as np

from mien.engine.mesh.topology import Topology
from mien.engine.protocols import Network
from mien.errors import ModelBroken
from mien.models.manifest import Card, read_checked, read_manifest
from mien.models.session import OnnxNetwork

#: The folder of package data: the manifest and the files that it names.
DATA = "data"


class ModelStore:
    """The shipped networks by name, each loaded at most once. Threads may share it."""

    def __init__(self, threads: int = 1, *, folder: Traversable | None = None) -> None:
        """Read the manifest; the files wait until somebody asks for them.

        Args:
            threads: cores that one call of a network may use.
            folder: where manifest and files lie; the package's own by default.

        Raises:
            ModelBroken: when the manifest is missing or malformed.
        """
        self._threads = threads
        self._folder = files("mien.models").joinpath(DATA) if folder is None else folder
        self._manifest = read_manifest(self._folder)
        self._lock = Lock()
        self._loaded: dict[str, Network] = {}

    @property
    def cards(self) -> tuple[Card, ...]:
        """What is shipped, in the manifest's order."""
        return tuple(self._manifest.networks.values())

    def network(self, name: str) -> Network:
        """The network that the manifest calls ``name``.

        Raises:
            ModelBroken: when it is unknown, missing, or not the file of the manifest.
        """
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = self._load(self._manifest.card(name))
            return self._loaded[name]

    def topology(self) -> Topology:
        """The facts of the mesh that `face_mesh` returns.

        Raises:
            ModelBroken: when the file is missing or not the one of the manifest.
        """
        packed = read_checked(self._folder, self._manifest.topology)
        with np.load(BytesIO(packed), allow_pickle=False) as arrays:
            return Topology(**{field.name: arrays[field.name] for field in fields(Topology)})

    def verify(self) -> list[str]:
        """One sentence for each shipped file that is missing or damaged; empty when all is well."""
        shipped = [*(card.data for card in self.cards), self._manifest.topology]
        problems = []
        for data in shipped:
            try:
                read_checked(self._folder, data)
            except ModelBroken as error:
                problems.append(str(error))
        return problems

    def _load(self, card: Card) -> Network:
        model = read_checked(self._folder, card.data)
        return OnnxNetwork(model, name=card.name, threads=self._threads)
