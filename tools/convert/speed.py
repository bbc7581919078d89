"""Rewrites that change no output: for ONNX Runtime's fast kernels, and for other sizes.

Its convolutions work on channels in blocks; every operator that it cannot run on blocks costs two
changes of layout. So operators that only get in the way are expressed by convolutions.
"""

import numpy as np
from onnx import helper

from convert.graph import Array, Graph, attributes


def expand_prelu(graph: Graph) -> None:
    """PRelu, which has no fast kernel, as convolutions that scale: a x + relu((1 - a) x).

    Where a channel is steeper below zero than above, a x + (1 - a) relu(x).
    """
    for node in graph.take("PRelu"):
        value, slope = node.input
        slopes = graph.weights[slope].reshape(-1, 1, 1, 1)
        rest = 1 - slopes
        if (rest >= 0).all():
            bent = graph.op("Relu", _scaled(graph, value, rest))
        else:
            bent = _scaled(graph, graph.op("Relu", value), rest)
        graph.op("Add", _scaled(graph, value, slopes), bent, result=node.output[0])


def _scaled(graph: Graph, value: str, factors: Array) -> str:
    return graph.op("Conv", value, graph.const(factors), group=len(factors))


def expand_channel_padding(graph: Graph) -> None:
    """Padding of the channels: a 1x1 convolution with the identity and rows of zeros."""
    for node in graph.take("Pad"):
        pads = graph.weights[node.input[1]].tolist()
        if not _only_adds_channels(pads):
            graph.nodes.append(node)
            continue
        channels = graph.shape(node.input[0])[1]
        identity = np.eye(channels + pads[5], channels)[:, :, np.newaxis, np.newaxis]
        graph.op("Conv", node.input[0], graph.const(identity), result=node.output[0])


def _only_adds_channels(pads: list[int]) -> bool:
    """Whether ``pads`` (starts, then ends, of N, C, H, W) adds channels at the end only."""
    return len(pads) == 8 and pads[5] > 0 and sum(pads) == pads[5]


def free_size(graph: Graph) -> None:
    """Let a convolutional network take pictures of any size: few pixels for a glance, more for a look.

    Its outputs are rows, one an anchor; how many there are follows from the size.
    """
    graph.drop_idle_reshapes()  # needs the size
    for node in [node for node in graph.nodes if node.op_type == "Reshape"]:
        batch, _, values = graph.weights[node.input[1]].tolist()
        node.input[1] = graph.ints([batch, -1, values])
    for value in graph.inputs:
        graph.name_dimensions(value, {1: "height", 2: "width"})
    for value in graph.outputs:
        graph.name_dimensions(value, {1: "anchors"})


def double_plainly(graph: Graph) -> None:
    """Doubling by repeating cells, said in a way that later versions of ONNX know, too."""
    for node in graph.nodes:
        modes = attributes(node) if node.op_type == "Resize" else {}
        if modes.get("mode") == b"nearest":
            del node.attribute[:]
            plain = {
                "mode": "nearest",
                "coordinate_transformation_mode": "asymmetric",
                "nearest_mode": "floor",
            }
            node.attribute.extend(helper.make_attribute(*each) for each in plain.items())
