"""What is known about each shipped file: `manifest.toml` as values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import Any

from mien.errors import ModelBroken

MANIFEST = "manifest.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """One file of the package and where it comes from."""

    #: File name beside the manifest.
    file: str
    #: SHA-256 of its bytes, hexadecimal.
    sha256: str
    #: Its length, bytes.
    size: int
    #: SPDX identifier.
    licence: str
    #: Package and path that it was made from.
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A network and how to feed it."""

    name: str
    data: DataFile
    #: What it does, one sentence.
    task: str
    #: Shape of the input tensor, NHWC; 0 for a side that may have any length.
    shape: tuple[int, ...]
    #: Order of the channels; "rgb" for all of today's networks.
    colour: str
    #: The values that 0 and 255 of a picture become.
    span: tuple[float, float]
    #: Shape of each output by name; 0 for a side that follows from the input's.
    outputs: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All shipped files."""

    networks: Mapping[str, Card]
    #: The arrays of `mien.engine.mesh.topology.Topology`, as npz.
    topology: DataFile

    def card(self, name: str) -> Card:
        """The card of one network.

        Raises:
            ModelBroken: when the manifest does not name it.
        """
        if name not in self.networks:
            known = ", ".join(sorted(self.networks))
            raise ModelBroken(f"There is no network called '{name}'; there are {known}.")
        return self.networks[name]


def read_manifest(folder: Traversable) -> Manifest:
    """The manifest in ``folder``.

    Raises:
        ModelBroken: when it is missing or malformed.
    """
    try:
        table = tomllib.loads(folder.joinpath(MANIFEST).read_text(encoding="utf-8"))
        networks = {name: _card(name, entry) for name, entry in table["networks"].items()}
        return Manifest(networks=networks, topology=_data_file(table["topology"]))
    except OSError as error:
        raise ModelBroken(
            f"The list of models, {MANIFEST}, is missing; install mien again."
        ) from error
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ModelBroken(
            f"The list of models, {MANIFEST}, is damaged; install mien again."
        ) from error


def read_checked(folder: Traversable, data: DataFile) -> bytes:
    """The bytes of ``data.file`` in ``folder``.

    Raises:
        ModelBroken: when the file is missing or not the one that the manifest names.
    """
    try:
        found = folder.joinpath(data.file).read_bytes()
    except OSError as error:
        raise ModelBroken(f"The model file {data.file} is missing; install mien again.") from error
    if sha256(found).hexdigest() != data.sha256:
        raise ModelBroken(
            f"The model file {data.file} is damaged or was replaced: its SHA-256 is not the one "
            "that mien was shipped with; install mien again.",
            details={"file": data.file, "expected": data.sha256, "size": len(found)},
        )
    return found


def _card(name: str, entry: Mapping[str, Any]) -> Card:
    low, high = entry["span"]
    return Card(
        name=name,
        data=_data_file(entry),
        task=entry["task"],
        shape=tuple(entry["shape"]),
        colour=entry["colour"],
        span=(float(low), float(high)),
        outputs={output: tuple(shape) for output, shape in entry["outputs"].items()},
    )


def _data_file(entry: Mapping[str, Any]) -> DataFile:
    return DataFile(
        file=entry["file"],
        sha256=entry["sha256"],
        size=entry["bytes"],
        licence=entry["licence"],
        source=entry["source"],
    )
