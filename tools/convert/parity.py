"""How close a converted file is to the original, and how long it takes."""

import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from skimage import data
from skimage.transform import resize

Floats = NDArray[np.float32]
Pictures = NDArray[np.uint8]

WARM_UPS = 10
CALLS = 200
#: Name, in this folder, of the script that runs in an environment with MediaPipe.
MEDIAPIPE_SCRIPT = "run_mediapipe.py"


class Converted:
    """A converted network on one core."""

    def __init__(self, path: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        tensor = self._session.get_inputs()[0]
        self._input = tensor.name
        self.shape = tuple(tensor.shape)
        self.outputs = [output.name for output in self._session.get_outputs()]

    def __call__(self, tensor: Floats) -> dict[str, Floats]:
        """All outputs by name."""
        values = self._session.run(self.outputs, {self._input: tensor})
        return dict(zip(self.outputs, values, strict=True))

    def time_ms(self, tensor: Floats) -> float:
        """Time of the fastest of many calls: what others on the machine disturb least."""
        for _ in range(WARM_UPS):
            self(tensor)
        times = []
        for _ in range(CALLS):
            start = time.perf_counter()
            self(tensor)
            times.append(time.perf_counter() - start)
        return 1000 * min(times)


def pictures(size: tuple[int, int]) -> Pictures:
    """``(3, H, W, 3)`` of a network's size: a portrait, the same cut off by the border, noise."""
    height, width = size
    portrait = resize(data.astronaut()[:270, 80:380], (height, width), anti_aliasing=True)
    portrait = np.rint(255 * portrait).astype(np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, portrait.shape, np.uint8)
    return np.stack([portrait, np.roll(portrait, width // 3, axis=1), noise])


def run_tflite(model: bytes, tensors: Sequence[Floats]) -> list[list[Floats]]:
    """The outputs of the original for each tensor, flattened, in the file's order."""
    interpreter = Interpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    entrance = interpreter.get_input_details()[0]["index"]
    exits = [output["index"] for output in interpreter.get_output_details()]
    results = []
    for tensor in tensors:
        interpreter.set_tensor(entrance, tensor)
        interpreter.invoke()
        results.append([interpreter.get_tensor(each).ravel() for each in exits])
    return results


def run_mediapipe(python: Path, model: bytes, images: Pictures, outputs: int) -> list[list[Floats]]:
    """As `run_tflite`, by MediaPipe itself, which alone knows its custom operators.

    Args:
        python: an interpreter with the wheel installed.
    """
    script = Path(__file__).with_name(MEDIAPIPE_SCRIPT)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "model.tflite").write_bytes(model)
        np.savez(work / "pictures.npz", pictures=images)
        subprocess.run([str(python), str(script), folder, str(outputs)], check=True)
        with np.load(work / "outputs.npz") as arrays:
            flat = [arrays[name] for name in arrays.files]
    return [flat[first : first + outputs] for first in range(0, len(flat), outputs)]


def largest_differences(
    found: Sequence[dict[str, Floats]], expected: Sequence[Sequence[Floats]]
) -> dict[str, float]:
    """By output: the largest absolute difference to ``expected`` over all tensors."""
    worst = dict.fromkeys(found[0], 0.0)
    for outputs, originals in zip(found, expected, strict=True):
        for (name, value), original in zip(outputs.items(), originals, strict=True):
            difference = float(np.abs(value.ravel() - original.ravel()).max())
            worst[name] = max(worst[name], difference)
    return worst
