"""ONNX Runtime, the only inference runtime: this is the one file that imports it."""

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from mien.engine.types import Floats
from mien.errors import ModelBroken

#: Severity of ONNX Runtime's own log from which on it may write to stderr: errors.
LOG_ERRORS = 3

#: In a shape: a side that may have any length, as in the manifest.
FREE = 0

#: What ONNX Runtime raises for a file that it cannot execute.
_CANNOT_LOAD = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)


class OnnxNetwork:
    """A `mien.engine.protocols.Network` on the CPU. Threads may share it."""

    def __init__(self, model: bytes, *, name: str, threads: int) -> None:
        """Prepare ``model``.

        Args:
            model: an ONNX file with one input.
            name: for messages.
            threads: cores that one call may use.

        Raises:
            ModelBroken: when ONNX Runtime cannot execute it.
        """
        try:
            self._session = ort.InferenceSession(
                model, _options(threads), providers=["CPUExecutionProvider"]
            )
        except _CANNOT_LOAD as error:
            raise ModelBroken(
                f"ONNX Runtime {ort.__version__} cannot execute the network '{name}': {error}"
            ) from error
        tensor = self._session.get_inputs()[0]
        self._name = name
        self._input: str = tensor.name
        # Sides that may have any length have names in the place of numbers.
        self._shape = tuple(side if isinstance(side, int) else FREE for side in tensor.shape)
        self._outputs: list[str] = [output.name for output in self._session.get_outputs()]

    def __call__(self, tensor: Floats) -> dict[str, NDArray[np.float32]]:
        """Run on ``tensor``; see `mien.engine.protocols.Network`.

        Raises:
            ValueError: when ``tensor`` is not float32 of the network's input shape.
        """
        if not self._takes(tensor.shape) or tensor.dtype != np.float32:
            raise ValueError(
                f"'{self._name}' takes float32 {self._shape}, got {tensor.dtype} {tensor.shape}"
            )
        values = self._session.run(self._outputs, {self._input: tensor})
        return dict(zip(self._outputs, values, strict=True))

    def _takes(self, shape: tuple[int, ...]) -> bool:
        return len(shape) == len(self._shape) and all(
            own in (FREE, given) for own, given in zip(self._shape, shape, strict=True)
        )


def _options(threads: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = LOG_ERRORS
    # Idle threads sleep: spinning would burn a core beside the other workers of the machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
