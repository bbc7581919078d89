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
            model: an ONNX file.
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
        self._name = name
        # Sides that may have any length have names in the place of numbers.
        self._inputs: dict[str, tuple[int, ...]] = {
            tensor.name: tuple(side if isinstance(side, int) else FREE for side in tensor.shape)
            for tensor in self._session.get_inputs()
        }
        self._outputs: list[str] = [output.name for output in self._session.get_outputs()]

    def __call__(self, *tensors: Floats) -> dict[str, NDArray[np.float32]]:
        """Run on ``tensors``; see `mien.engine.protocols.Network`.

        Raises:
            ValueError: when they are not float32 of the network's input shapes.
        """
        shapes = list(self._inputs.values())
        if len(tensors) != len(shapes) or not all(map(_fits, tensors, shapes)):
            wanted = " and ".join(f"float32 {shape}" for shape in shapes)
            given = " and ".join(f"{tensor.dtype} {tensor.shape}" for tensor in tensors)
            raise ValueError(f"'{self._name}' takes {wanted}, got {given or 'nothing'}")
        values = self._session.run(self._outputs, dict(zip(self._inputs, tensors, strict=True)))
        return dict(zip(self._outputs, values, strict=True))


def _fits(tensor: Floats, shape: tuple[int, ...]) -> bool:
    return (
        tensor.dtype == np.float32
        and len(tensor.shape) == len(shape)
        and all(own in (FREE, side) for own, side in zip(shape, tensor.shape, strict=True))
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
