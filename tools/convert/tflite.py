"""From TFLite to ONNX, as far as tf2onnx goes, and what has to happen to a file before."""

from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
import onnx
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray
from tf2onnx import convert

from convert.graph import OPSET

#: What marks a flat buffer as a TFLite model.
IDENTIFIER = b"TFL3"
#: Element types of the sparse tensors that occur.
ELEMENTS = {schema.TensorType.FLOAT32: np.float32, schema.TensorType.FLOAT16: np.float16}


def to_onnx(model: bytes, work: Path, name: str) -> onnx.ModelProto:
    """The ONNX graph that tf2onnx makes of ``model``; operators unknown to it keep their names."""
    path = work / f"{name}.tflite"
    path.write_bytes(model)
    converted: onnx.ModelProto
    converted, _ = convert.from_tflite(str(path), opset=OPSET)
    return converted


def densify(model: bytes) -> bytes:
    """``model`` with its sparse weights written out and its DENSIFY operators dropped."""
    content = schema.ModelT.InitFromPackedBuf(model, 0)
    graph = content.subgraphs[0]
    for tensor in graph.tensors:
        if tensor.sparsity is not None:
            _write_out(content, tensor)
    _drop_densify(content, graph)
    builder = flatbuffers.Builder(len(model))
    builder.Finish(content.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def _write_out(content: Any, tensor: Any) -> None:
    values = np.frombuffer(content.buffers[tensor.buffer].data, ELEMENTS[tensor.type])
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(_dense(tensor, values).tobytes(), np.uint8)
    content.buffers.append(buffer)
    tensor.buffer = len(content.buffers) - 1
    tensor.sparsity = None


def _dense(tensor: Any, values: NDArray[Any]) -> NDArray[Any]:
    """All elements of a sparse tensor.

    Its dimensions are stored in a given order as a tree; each level is either dense or a list of
    the indices that occur (as in compressed sparse rows). Blocks, which TFLite allows as further
    levels, do not occur in these models.
    """
    sparsity = tensor.sparsity
    if sparsity.blockMap is not None and len(sparsity.blockMap):
        raise ValueError("block-sparse weights are not expected here")
    position = np.zeros(1, np.int64)
    indices: list[NDArray[np.int64]] = []
    for level in sparsity.dimMetadata:
        position, index, repeats = _descend(level, position)
        indices = [np.repeat(each, repeats) for each in indices] + [index]
    out = np.zeros(tuple(tensor.shape), values.dtype)
    place: list[NDArray[np.int64]] = [np.empty(0, np.int64)] * len(indices)
    for dimension, index in zip(sparsity.traversalOrder, indices, strict=True):
        place[dimension] = index
    out[tuple(place)] = values[position]
    return out


def _descend(
    level: Any, position: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """One level down the tree: the children's positions and indices, and how many each node has."""
    if level.format == schema.DimensionType.DENSE:
        size = level.denseSize
        index = np.tile(np.arange(size), len(position))
        repeats = np.full(len(position), size)
        return np.repeat(position, size) * size + index, index, repeats
    starts = np.asarray(level.arraySegments.values, np.int64)
    repeats = starts[position + 1] - starts[position]
    first = np.repeat(starts[position] - np.cumsum(repeats) + repeats, repeats)
    children = first + np.arange(repeats.sum())
    return children, np.asarray(level.arrayIndices.values, np.int64)[children], repeats


def _drop_densify(content: Any, graph: Any) -> None:
    dense_of = {}
    kept = []
    for operator in graph.operators:
        code = content.operatorCodes[operator.opcodeIndex]
        # Old files hold the operator in the deprecated field, new ones in both.
        if max(code.builtinCode, code.deprecatedBuiltinCode) == schema.BuiltinOperator.DENSIFY:
            dense_of[operator.outputs[0]] = operator.inputs[0]
        else:
            kept.append(operator)
    for operator in kept:
        inputs = [dense_of.get(each, each) for each in operator.inputs]
        operator.inputs = np.array(inputs, np.int32)
    graph.operators = kept
