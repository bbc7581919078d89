"""Convolutions that reckon with bytes: on processors of the last years twice as fast as with floats.

ONNX Runtime's own quantisation inserts scales and zero points for what goes into chosen convolutions and comes
out of them. They follow from what a network makes of a few pictures: one portrait, near and far, turned, mirrored
and in other light. Weights keep to seven bits: with eight, processors without instructions for it would overflow.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from skimage import data
from skimage.transform import SimilarityTransform, warp

from convert.graph import Graph

#: So many looks at the portrait, of so many pixels a side.
LOOKS, SIDE = 48, 128
#: Where its face is: the middle and the size, pixels.
MIDDLE, FACE = (224, 115), 105
#: Looks show so many faces, are shifted by so much of one and turned by so many radians (sigmas), and their
#: light has such exponents and gains.
FACES, SHIFT, TURN, GAMMA, GAIN = (1.2, 2.6), 0.08, 0.3, (0.5, 2.0), (0.7, 1.2)
#: Of what a convolution gives in the looks so many percent are within its bytes.
WITHIN = 99.995


class Looks:
    """The portrait as networks see it, -1..1."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._looks = looks()

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next look by the input's name; None when there is none left."""
        look = next(self._looks, None)
        return None if look is None else {self._name: look[np.newaxis]}


def looks() -> Iterator[NDArray[np.float32]]:
    """``(SIDE, SIDE, 3)`` each, the same on every run."""
    random = np.random.default_rng(0)
    portrait = data.astronaut() / np.float32(255)
    for index in range(LOOKS):
        scale = FACE * random.uniform(*FACES) / SIDE
        middle = np.array(MIDDLE) + random.normal(0, SHIFT * FACE, 2)
        turn = SimilarityTransform(rotation=random.normal(0, TURN), scale=scale)
        to_middle = SimilarityTransform(translation=-np.full(2, (SIDE - 1) / 2))
        seen = warp(
            portrait,
            to_middle + turn + SimilarityTransform(translation=middle),
            output_shape=(SIDE, SIDE),
        )
        lit = np.clip(seen ** random.uniform(*GAMMA) * random.uniform(*GAIN, 3), 0, 1)
        yield np.ascontiguousarray(lit[:, :: 1 - 2 * (index % 2)] * 2 - 1, np.float32)


def quantised(graph: Graph, chosen: Sequence[str], work: Path) -> Graph:
    """``graph`` with those convolutions in bytes whose outputs' names hold one of ``chosen``."""
    model = graph.plain_model()
    for node in model.graph.node:
        node.name = node.output[0]
    names = [
        node.name
        for node in model.graph.node
        if node.op_type == "Conv" and any(each in node.name.partition(";")[0] for each in chosen)
    ]
    floats, bytes_ = work / "floats.onnx", work / "bytes.onnx"
    onnx.save(model, floats)
    quantize_static(
        floats,
        bytes_,
        Looks(graph.inputs[0].name),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        reduce_range=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        calibrate_method=CalibrationMethod.Percentile,
        op_types_to_quantize=["Conv"],
        nodes_to_quantize=names,
        extra_options={"CalibPercentile": WITHIN},
    )
    graph = Graph.load(bytes_)
    rounded_once(graph)
    return graph


def rounded_once(graph: Graph) -> None:
    """Round what a convolution gives to the bytes of the next one at once, and not to its own ones first.

    A Relu between the two is what bytes without a sign do anyway.
    """
    for node in [node for node in graph.nodes if node.op_type == "QuantizeLinear"]:
        before = graph.producer(node.input[0])
        if (
            before is not None
            and before.op_type == "Relu"
            and not graph.weights[node.input[2]].any()
        ):
            before = graph.producer(before.input[0])
        if before is None or before.op_type != "DequantizeLinear":
            continue
        rounded = graph.producer(before.input[0])
        if rounded is not None and rounded.op_type == "QuantizeLinear":
            node.input[0] = rounded.input[0]
