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
    """Let all blocks of ``graph`` take maps of any size: what they are shown is whole patches."""
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
    own = graph.op("Shape", strips.input[0])
    before = _resized(graph, strips.input[0], _in_patches(graph, own))
    rows = graph.op("Reshape", before, graph.ints([0, 0, -1, ROW * channels]))
    strips.input[0], strips.input[1] = rows, graph.ints([-1, ROW, 0, ROW * channels])
    patches.input[1] = graph.ints([1, -1, CELLS, channels])
    unpatched.input[1] = graph.op("Shape", patches.input[0])
    whole.input[1] = graph.op("Shape", before)
    after = whole.output[0]
    read = graph.consumers(after)
    back = _resized(graph, after, own)
    for node in read:
        node.input[:] = [back if value == after else value for value in node.input]


def _in_patches(graph: Graph, shape: str) -> str:
    """``shape`` ``(1, h, w, c)`` with sides of whole patches, the next larger ones."""
    patch = graph.ints([1, ROW, ROW, 1])
    more = graph.op("Add", shape, graph.ints([0, ROW - 1, ROW - 1, 0]))
    return graph.op("Mul", graph.op("Div", more, patch), patch)


def _resized(graph: Graph, value: str, shape: str) -> str:
    """``value`` ``(1, h, w, c)`` as large as ``shape`` says; the same where it is so already."""
    return graph.op("Resize", value, "", "", shape, mode="linear")
