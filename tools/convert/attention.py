"""The attention network for landmarks, written in plain ONNX.

It finds the coarse mesh and a feature map, then lips, eyes and irises in samples of that map. The arithmetic follows MediaPipe's sources (Apache-2.0): `landmarks_to_transform_matrix.cc`,
`transform_tensor_bilinear.cc` and `transform_landmarks.cc` in mediapipe/util/tflite/operations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from convert.branches import Joined, side_by_side
from convert.graph import Graph, attributes

FIND = "TFL_Landmarks2TransformMatrix"
SAMPLE = "TFL_TransformTensorBilinear"
MOVE = "TFL_TransformLandmarks"

#: The coarse landmarks; and those of lips, eyes and irises, pixels of the crop, as many rows for each of these
#: B branches as the largest has, `(B, M, 2)`.
LANDMARKS, FOUND = "output_mesh_identity", "output_regions"

#: A region whose two rotation landmarks coincide has no direction; this keeps it finite.
SHORTEST = 1e-6


@dataclass(frozen=True, kw_only=True)
class Region:
    """A part of the face (the lips, an eye) that the network looks at again."""

    #: The value that holds its matrix in the converted graph.
    matrix: str
    #: The two landmarks whose line shall be horizontal.
    ends: tuple[int, int]
    #: The landmarks that it bounds.
    members: tuple[int, ...]
    #: How much wider and higher than its bounding box it is.
    scale: tuple[float, float]
    #: Samples across and down.
    size: tuple[int, int]

    @classmethod
    def of(cls, node: onnx.NodeProto) -> "Region":
        """The region that a Landmarks2TransformMatrix node finds."""
        facts: dict[str, Any] = attributes(node)
        if facts["target_rotation_radians"] != 0:
            raise ValueError("regions are expected to be turned upright")
        return cls(
            matrix=node.output[0],
            ends=(facts["left_rotation_idx"], facts["right_rotation_idx"]),
            members=tuple(facts["subset_idxs"]),
            scale=(facts["scale_x"], facts["scale_y"]),
            size=(facts["output_width"], facts["output_height"]),
        )


def regions_of(graph: Graph) -> list[Region]:
    """The regions of the attention network: lips, left eye, right eye."""
    nodes = [node for node in graph.nodes if node.op_type == FIND]
    return sorted((Region.of(node) for node in nodes), key=lambda region: region.matrix)


@dataclass(frozen=True, kw_only=True)
class Branch:
    """What is looked for in a region: its lips, eye or iris."""

    #: The graph's output that it was; and what the branch found, `(1, 2 M, 1, 1)`, in samples of its region.
    output: str
    end: str
    #: Its number among the regions.
    region: int
    #: From pixels of the feature map to those of the crop.
    factor: NDArray[np.float32]


def expand_attention(graph: Graph) -> None:
    """Rewrite the attention mechanism: find regions, sample their features, move landmarks back.

    All regions are found and sampled in one go, and so are their landmarks: a call of a small operator
    costs more than what it computes.
    """
    regions = regions_of(graph)
    branches = _branches(graph, regions)
    samplers = {node.input[1]: node for node in graph.take(SAMPLE)}
    features = samplers[regions[0].matrix].input[0]
    shape = graph.shape(features)
    matrices = _find_regions(graph, regions, graph.take(FIND)[0].input[0])
    samples = _sample_regions(graph, regions, matrices, features)
    starts = [_planes(graph, samplers[region.matrix].output[0]) for region in regions]
    across, down = regions[0].size
    together = graph.ints([1, len(starts) * shape[-1], down, across])
    planes = graph.op("Reshape", graph.op("Transpose", samples, perm=[0, 2, 1]), together)
    ends = [branch.end for branch in branches]
    found = side_by_side(graph, starts, Joined(planes, shape[-1]), ends)
    _move_landmarks(graph, branches, matrices, found)
    most = graph.shape(found)[1] // (2 * len(branches))
    outputs = {branch.output for branch in branches}
    graph.replace_outputs(outputs, {FOUND: (len(branches), most, 2)})


def _branches(graph: Graph, regions: list[Region]) -> list[Branch]:
    """In the order of the graph's outputs."""
    numbers = {region.matrix: number for number, region in enumerate(regions)}
    moved = {node.output[0]: node for node in graph.take(MOVE)}
    makers = {output.name: graph.producer(output.name) for output in graph.outputs}
    return [
        _branch(graph, output, moved[maker.input[0]], numbers)
        for output, maker in makers.items()
        if maker is not None and maker.input[0] in moved
    ]


def _branch(graph: Graph, output: str, node: onnx.NodeProto, numbers: dict[str, int]) -> Branch:
    flat, scaled = (graph.producer(name) for name in node.input)
    if flat is None or flat.op_type != "Reshape":
        raise ValueError("landmarks of a region are expected in a flat value")
    if scaled is None or scaled.op_type != "Mul":
        raise ValueError("the matrix of a region is expected to be scaled to the crop")
    matrix, factors = scaled.input
    rows_and_columns = np.ix_([0, 1], [0, 1, 3])
    return Branch(
        output=output,
        end=flat.input[0],
        region=numbers[matrix],
        factor=graph.weights[factors][0][rows_and_columns],
    )


def _planes(graph: Graph, sampled: str) -> str:
    """The samples of a region as convolutions read them."""
    (node,) = graph.consumers(sampled)
    if node.op_type != "Transpose":
        raise ValueError("samples are expected to be read as planes")
    plane: str = node.output[0]
    return plane


def _find_regions(graph: Graph, regions: list[Region], landmarks: str) -> str:
    """``(R, 2, 3)``: for each region the matrix from its samples to the feature map.

    A region is the bounding box of its landmarks after turning them so that the line between its
    ends is horizontal, scaled about its centre, and turned back.
    """
    rows = graph.op("Reshape", landmarks, graph.ints([-1, 3]))
    points = graph.op("Slice", rows, graph.ints([0]), graph.ints([2]), graph.ints([1]))
    turn = _turns(graph, regions, points)
    members = graph.op("Gather", points, graph.ints(_padded_members(regions)), axis=0)
    upright = graph.op("MatMul", members, turn)
    high = graph.op("ReduceMax", upright, axes=[1])
    low = graph.op("ReduceMin", upright, axes=[1])
    middle = graph.op("Mul", graph.op("Add", high, low), graph.const(0.5))
    steps = [[np.divide(region.scale, region.size)] for region in regions]
    step = graph.op("Mul", graph.op("Sub", high, low), graph.const(steps))
    linear = graph.op("Mul", turn, step)
    centre = graph.op("MatMul", turn, graph.op("Transpose", middle, perm=[0, 2, 1]))
    half = [[[side / 2] for side in region.size] for region in regions]
    origin = graph.op("Sub", centre, graph.op("MatMul", linear, graph.const(half)))
    return graph.op("Concat", linear, origin, axis=2)


def _turns(graph: Graph, regions: list[Region], points: str) -> str:
    """``(R, 2, 2)``: a row of coordinates times this stands upright; times a column turns back."""
    left, right = (
        graph.op("Gather", points, graph.ints([region.ends[side] for region in regions]), axis=0)
        for side in (0, 1)
    )
    line = graph.op("Sub", right, left)
    length = graph.op("Max", graph.op("ReduceL2", line, axes=[1]), graph.const(SHORTEST))
    cosine_sine = graph.op("Div", line, length)
    spread = graph.const([[1, 0, 0, 1], [0, -1, 1, 0]])  # cos, -sin, sin, cos
    return graph.op(
        "Reshape", graph.op("MatMul", cosine_sine, spread), graph.ints([len(regions), 2, 2])
    )


def _padded_members(regions: list[Region]) -> NDArray[np.int64]:
    """``(R, M)``: members, the shorter lists filled up with a member: the box stays the same."""
    longest = max(len(region.members) for region in regions)
    return np.array(
        [
            region.members + region.members[:1] * (longest - len(region.members))
            for region in regions
        ]
    )


def _sample_regions(graph: Graph, regions: list[Region], matrices: str, features: str) -> str:
    """``(R, S, C)``: bilinear samples of the feature map in each region; 0 for those outside of it."""
    _, height, width, channels = graph.shape(features)
    (across, down), *_ = {region.size for region in regions}
    positions, weights = _neighbours(
        graph, _sample_points(graph, matrices, across, down), width, height
    )
    pixels = graph.op("Reshape", features, graph.ints([-1, channels]))
    near = graph.op("Gather", pixels, positions, axis=0)
    weighted = graph.op("Mul", near, graph.op("Unsqueeze", weights, graph.ints([3])))
    return graph.op("ReduceSum", weighted, graph.ints([1]), keepdims=0)


def _sample_points(graph: Graph, matrices: str, across: int, down: int) -> str:
    """``(R, 2, S)``: where on the feature map each sample lies, pixel centres at integers."""
    x, y = np.meshgrid(np.arange(across) + 0.5, np.arange(down) + 0.5)
    grid = graph.const([x.ravel(), y.ravel(), np.ones(x.size)])
    return graph.op("Sub", graph.op("MatMul", matrices, grid), graph.const(0.5))


def _neighbours(graph: Graph, at: str, width: int, height: int) -> tuple[str, str]:
    """``(R, 4, S)`` twice: row of the four pixels around each point, and how much each counts."""
    corner = _upper_left(graph, at, width, height)
    second = graph.op("Sub", at, corner)
    first = graph.op("Sub", graph.const(1), second)
    shares = graph.op("Concat", first, second, axis=1)
    by_x = graph.op("Gather", shares, graph.ints([0, 2, 0, 2]), axis=1)
    by_y = graph.op("Gather", shares, graph.ints([1, 1, 3, 3]), axis=1)
    weights = graph.op("Mul", graph.op("Mul", by_x, by_y), _inside(graph, at, width, height))
    row = graph.op("MatMul", graph.const([[1, width]]), corner)
    rows = graph.op("Add", row, graph.const([[0], [1], [width], [width + 1]]))
    return graph.op("Cast", rows, to=onnx.TensorProto.INT64), weights


def _upper_left(graph: Graph, at: str, width: int, height: int) -> str:
    """``(R, 2, S)``: the whole-numbered neighbour before each point, so that the next one exists."""
    most = graph.const([[width - 2], [height - 2]])
    return graph.op("Max", graph.op("Min", graph.op("Floor", at), most), graph.const(0))


def _inside(graph: Graph, at: str, width: int, height: int) -> str:
    """``(R, 1, S)``: 1 for points on the map, its border included, else 0."""
    last = graph.const([[width - 1], [height - 1]])
    not_before = graph.op("GreaterOrEqual", at, graph.const(0))
    inside = graph.op("And", not_before, graph.op("LessOrEqual", at, last))
    return graph.op("ReduceMin", graph.op("Cast", inside, to=onnx.TensorProto.FLOAT), axes=[1])


def _move_landmarks(graph: Graph, branches: Sequence[Branch], matrices: str, found: str) -> None:
    """Put the landmarks found in each region back into the crop: `points @ linear.T + offset`."""
    factors = np.stack([branch.factor for branch in branches])
    of_each = graph.ints([branch.region for branch in branches])
    own = graph.op("Mul", graph.op("Gather", matrices, of_each, axis=0), graph.const(factors))
    columns = graph.op("Transpose", own, perm=[0, 2, 1])
    parts, axis = [graph.ints([end]) for end in (0, 2, 3)], graph.ints([1])
    linear = graph.op("Slice", columns, parts[0], parts[1], axis)
    offset = graph.op("Slice", columns, parts[1], parts[2], axis)
    points = graph.op("Reshape", found, graph.ints([len(branches), -1, 2]))
    graph.op("Add", graph.op("MatMul", points, linear), offset, result=FOUND)
