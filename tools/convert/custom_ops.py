"""MediaPipe's own operators, written in plain ONNX; those of the attention network in `convert.attention`.

The arithmetic follows MediaPipe's sources (Apache-2.0): `transpose_conv_bias.cc` in
mediapipe/util/tflite/operations.
"""

import numpy as np

from convert.graph import Graph

TRANSPOSED = "TFL_Convolution2DTransposeBias"


def expand_transposed_convolution(graph: Graph) -> None:
    """Rewrite Convolution2DTransposeBias, kernel and stride 2: NHWC in and out, weights OHWI."""
    for node in graph.take(TRANSPOSED):
        weights, bias = (graph.weights[name] for name in node.input[1:3])
        planes = graph.op("Transpose", node.input[0], perm=[0, 3, 1, 2])
        kernel = graph.const(np.ascontiguousarray(weights.transpose(3, 0, 1, 2)))
        wide = graph.op(
            "ConvTranspose",
            planes,
            kernel,
            graph.const(bias),
            kernel_shape=[2, 2],
            strides=[2, 2],
        )
        graph.op("Transpose", wide, result=node.output[0], perm=[0, 2, 3, 1])
