"""Attention over patches of a feature map (MobileViT's), made free of the map's size.

A block cuts its map ``(1, h, w, c)`` into patches of 4 x 4 cells, so that attention runs over all patches, one
cell of each at a time, and puts them together again. The original has the sizes of one input in its reshapes.
"""

import onnx

from convert.graph import Graph

#: Cells of a patch, in a row and in all.
ROW, CELLS = 4, 16
#: What a block does with shapes, in order: into strips and patches, and back.
RESHAPES = 4


def free_patches(graph: Graph) -> None:
    """Let all blocks of ``graph`` take maps whose sides are any multiples of four cells."""
    reshapes = [node for node in graph.nodes if node.op_type == "Reshape"]
    weights = [node for node in reshapes if 1 in graph.shape(node.output[0])[1:]]
    for node in weights:
        _free_weights(graph, node)
    rest = [node for node in reshapes if node not in weights]
    for first in range(0, len(rest), RESHAPES):
        _free_block(graph, *rest[first : first + RESHAPES])
    for value in (*graph.inputs, *graph.outputs):
        graph.name_dimensions(value, {1: "height", 2: "width"})


def _free_weights(graph: Graph, node: onnx.NodeProto) -> None:
    """Attention's weights are one row or one column: as long as there are patches."""
    shape = graph.shape(node.output[0])
    node.input[1] = graph.ints([1, CELLS, *(1 if side == 1 else -1 for side in shape[2:])])


def _free_block(
    graph: Graph,
    strips: onnx.NodeProto,
    patches: onnx.NodeProto,
    unpatched: onnx.NodeProto,
    whole: onnx.NodeProto,
) -> None:
    channels = graph.shape(strips.input[0])[-1]
    rows = graph.op("Reshape", strips.input[0], graph.ints([0, 0, -1, ROW * channels]))
    before = strips.input[0]
    strips.input[0], strips.input[1] = rows, graph.ints([-1, ROW, 0, ROW * channels])
    patches.input[1] = graph.ints([1, -1, CELLS, channels])
    unpatched.input[1] = graph.op("Shape", patches.input[0])
    whole.input[1] = graph.op("Shape", before)
