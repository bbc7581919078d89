"""Make the model files that mien ships from the packages of their publisher.

    python3.11 -m venv .venv-convert
    .venv-convert/bin/pip install -r tools/requirements-convert.txt
    .venv-convert/bin/python tools/convert_models.py            # writes src/mien/models/data
    .venv-convert/bin/python tools/convert_models.py --check    # only compares with them

`docs/models.md` says what the files are and what the conversion does.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import tomlkit

from convert import attention, parity, patches, quantise, speed, weights
from convert.graph import Graph
from convert.mesh_facts import write_mesh_facts
from convert.sources import Sources, fetch
from convert.tflite import densify, to_onnx

DATA = Path(__file__).resolve().parent.parent / "src" / "mien" / "models" / "data"
MANIFEST = "manifest.toml"
TOPOLOGY = "face_mesh.npz"
MESH = "face_mesh"
#: The mesh, lips, two eyes, two irises and the face flag.
MESH_OUTPUTS = 7
#: How many landmarks each row of `attention.FOUND` has, and what the original calls them.
FOUND_PARTS = {"lips": 80, "left_eye": 71, "right_eye": 71, "left_iris": 5, "right_iris": 5}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one file is made."""

    name: str
    #: The TFLite file, below the wheel's folder of modules.
    path: str
    #: What 0 and 255 of a picture become.
    span: tuple[float, float]
    #: Rewrites of the graph, in order.
    steps: Sequence[Callable[[Graph], None]] = ()
    #: What has to happen to the TFLite file before.
    prepare: Callable[[bytes], bytes] = bytes
    #: Height and width of the original's input, where the converted network takes any.
    size: tuple[int, int] | None = None
    #: Convolutions that reckon with bytes, by parts of their outputs' names; the other large ones are stored so.
    in_bytes: tuple[str, ...] = ()

    def tensor(self, picture: parity.Pictures) -> parity.Floats:
        """``(1, H, W, 3)``: the input for one ``(H, W, 3)`` picture."""
        low, high = self.span
        scaled = picture.astype(np.float32) * np.float32((high - low) / 255) + np.float32(low)
        return scaled[np.newaxis]


RECIPES = (
    Recipe(
        name="face_full_range",
        path="face_detection/face_detection_full_range_sparse.tflite",
        span=(-1, 1),
        prepare=densify,
    ),
    Recipe(
        name="face_short_range",
        path="face_detection/face_detection_short_range.tflite",
        span=(-1, 1),
    ),
    Recipe(
        name=MESH,
        path="face_landmark/face_landmark_with_attention.tflite",
        span=(0, 1),
        steps=(attention.expand_attention, speed.expand_channel_padding, speed.expand_prelu),
    ),
    Recipe(
        name="parts",
        path="package/mediapipe/models/selfie_multiclass_256x256.tflite",
        span=(-1, 1),
        steps=(patches.free_patches, speed.double_plainly),
        in_bytes=(
            "inverted_bottleneck",
            *(f"conv2d_{number}/" for number in (85, 86, 88, 90, 92, 93, 95, 97, 99)),
        ),
        size=(256, 256),
    ),
    Recipe(
        name="palm",
        path="palm_detection/palm_detection_lite.tflite",
        span=(0, 1),
        steps=(speed.expand_channel_padding, speed.expand_prelu, speed.free_size),
        size=(192, 192),
    ),
    Recipe(
        name="hand",
        path="hand_landmark/hand_landmark_lite.tflite",
        span=(0, 1),
    ),
)


def convert(recipe: Recipe, sources: Sources, out: Path, work: Path) -> None:
    """Write the ONNX file of ``recipe`` to ``out``; the mesh comes with its facts."""
    original = recipe.prepare(sources.model(recipe.path))
    graph = Graph(to_onnx(original, work, recipe.name))
    if recipe.name == MESH:
        regions = attention.regions_of(graph)
        write_mesh_facts(sources.geometry(), regions, out / TOPOLOGY)
    for step in recipe.steps:
        step(graph)
    if recipe.in_bytes:
        graph = quantise.quantised(graph, recipe.in_bytes, work)
        weights.narrow(graph)
    graph.drop_idle_reshapes()
    graph.save(out / f"{recipe.name}.onnx")


def row(recipe: Recipe, sources: Sources, mediapipe_python: Path | None) -> str:
    """One row of the table: size, time, and the largest difference to the original."""
    path = DATA / f"{recipe.name}.onnx"
    network = parity.Converted(path)
    images = parity.pictures(recipe.size or network.shape[1:3])
    tensors = [recipe.tensor(image) for image in images]
    runtime, expected = originals(recipe, sources, images, mediapipe_python)
    found = [as_original(network(tensor)) for tensor in tensors]
    worst = parity.largest_differences(found, expected) if expected else {}
    differences = ", ".join(f"{name} {value:.1e}" for name, value in worst.items())
    size, time_ms = path.stat().st_size, network.time_ms(tensors[0])
    return f"| {recipe.name} | {size / 1e6:.2f} | {time_ms:.1f} | {runtime} | {differences} |"


def as_original(found: dict[str, parity.Floats]) -> dict[str, parity.Floats]:
    """The outputs in the original's order: lips, eyes and irises are apart there."""
    if attention.FOUND not in found:
        return found
    parts = {
        f"output_{name}": rows[:count]
        for (name, count), rows in zip(FOUND_PARTS.items(), found[attention.FOUND], strict=True)
    }
    mesh, flag = (found[name] for name in (attention.LANDMARKS, "conv_faceflag"))
    return {attention.LANDMARKS: mesh, **parts, "conv_faceflag": flag}


def originals(
    recipe: Recipe, sources: Sources, images: parity.Pictures, mediapipe_python: Path | None
) -> tuple[str, list[list[parity.Floats]]]:
    """The runtime that ran the original file, and its outputs for each picture."""
    model = sources.model(recipe.path)
    if recipe.name != MESH:
        outputs = parity.run_tflite(model, [recipe.tensor(image) for image in images])
        return "TFLite", outputs
    if mediapipe_python is None:
        return "nothing: needs --mediapipe-python", []
    return "MediaPipe", parity.run_mediapipe(mediapipe_python, model, images, MESH_OUTPUTS)


def update_manifest() -> None:
    """Put length and SHA-256 of the shipped files into their manifest."""
    path = DATA / MANIFEST
    manifest = tomlkit.parse(path.read_text(encoding="utf-8"))
    for entry in [*manifest["networks"].values(), manifest["topology"]]:
        content = (DATA / entry["file"]).read_bytes()
        entry["sha256"] = sha256(content).hexdigest()
        entry["bytes"] = len(content)
    path.write_text(tomlkit.dumps(manifest), encoding="utf-8")


def check(out: Path) -> int:
    """Compare the files in ``out`` with the shipped ones; the exit code."""
    made = sorted(path.name for path in out.iterdir())
    changed = [name for name in made if (out / name).read_bytes() != (DATA / name).read_bytes()]
    print(f"different: {', '.join(changed)}" if changed else f"{len(made)} files as shipped")
    return 1 if changed else 0


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--packages",
        type=Path,
        default=Path(tempfile.gettempdir()) / "mien-model-packages",
        help="where the two packages are, or are downloaded to",
    )
    parser.add_argument(
        "--mediapipe-python",
        type=Path,
        help="an interpreter with mediapipe 0.10.21, to compare the mesh with the original",
    )
    parser.add_argument("--check", action="store_true", help="compare with what is shipped")
    return parser.parse_args()


def main() -> int:
    """Convert, compare, and write or check."""
    wanted = arguments()
    sources = fetch(wanted.packages)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()
        for recipe in RECIPES:
            convert(recipe, sources, out, Path(folder))
        if wanted.check:
            return check(out)
        shutil.copytree(out, DATA, dirs_exist_ok=True)
    update_manifest()
    print("| network | MB | ms, one thread | compared with | largest difference |")
    print("|---|---|---|---|---|")
    for recipe in RECIPES:
        print(row(recipe, sources, wanted.mediapipe_python))
    return 0


if __name__ == "__main__":
    sys.exit(main())
