"""Weights in fewer bytes, where the original has them as floats."""

import numpy as np
from onnx import TensorProto

from convert.graph import Graph

#: Kernels with fewer weights than this are not worth it.
NARROW_FROM = 1024
#: The largest value of a signed byte that its negative has, too.
FULL = 127


def narrow(graph: Graph) -> None:
    """Store the large kernels of convolutions as bytes, each output's with a scale of its own.

    ONNX Runtime makes floats of them as it loads. (It would not fold DequantizeLinear, and its fast kernels
    want constants.)
    """
    for node in graph.nodes:
        kernel = graph.weights.get(node.input[1]) if node.op_type == "Conv" else None
        if kernel is None or kernel.size < NARROW_FROM:
            continue
        scale = np.abs(kernel).max(axis=(1, 2, 3), keepdims=True) / FULL
        scale = np.where(scale > 0, scale, 1).astype(np.float32)
        small = graph.const(np.rint(kernel / scale), np.int8)
        wide = graph.op("Cast", small, to=TensorProto.FLOAT)
        node.input[1] = graph.op("Mul", wide, graph.const(scale))
