"""Branches of a network that are built alike, run as one.

A call of a small operator costs more than what it computes: five branches of seventy operators each
take as long as five times the arithmetic. Side by side in the channels of one value, with as many
groups as there are branches, each operator is called once.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import onnx

from convert.graph import Array, Graph, attributes

Values = tuple[str, ...]
Nodes = Sequence[onnx.NodeProto]


class Joined(NamedTuple):
    """Values of several branches, one after another in the channels of one value."""

    name: str
    #: Of each branch.
    channels: int


def side_by_side(graph: Graph, starts: Sequence[str], start: Joined, ends: Sequence[str]) -> str:
    """One value that holds ``ends`` one after another in its channels.

    Where an end has fewer channels than the widest, zeros follow.

    Args:
        starts: where the branches begin, values ``(1, C, H, W)``.
        start: these one after another.
        ends: one value for each branch; branches may share their first part.

    Raises:
        ValueError: when the branches are not built alike.
    """
    packed = Joined(_packed(graph, start.name, len(starts) * start.channels), start.channels)
    return _joined(graph, tuple(ends), {tuple(starts): packed}).name


def _packed(graph: Graph, value: str, channels: int) -> str:
    """``value`` as a convolution leaves it: in blocks, so that what is added to it later stays so too."""
    return graph.op("Conv", value, graph.const(np.ones((channels, 1, 1, 1))), group=channels)


def _joined(graph: Graph, values: Values, known: dict[Values, Joined]) -> Joined:
    if values not in known:
        different = tuple(dict.fromkeys(values))
        if different == values:
            known[values] = _operated(graph, values, known)
        else:
            known[values] = _repeated(graph, values, _joined(graph, different, known))
    return known[values]


def _repeated(graph: Graph, values: Values, one_each: Joined) -> Joined:
    """``one_each`` holds every value once; here those that occur twice are there twice."""
    places = list(dict.fromkeys(values))
    first = np.array([places.index(value) for value in values]) * one_each.channels
    of_each = first[:, None] + np.arange(one_each.channels)
    name = graph.op("Gather", one_each.name, graph.ints(of_each.ravel()), axis=1)
    return Joined(_packed(graph, name, of_each.size), one_each.channels)


def _operated(graph: Graph, values: Values, known: dict[Values, Joined]) -> Joined:
    """What the nodes that make ``values`` do, done once."""
    nodes = [_maker(graph, value) for value in values]
    (kind, *others) = {node.op_type for node in nodes}
    if others:
        raise ValueError(f"branches are not built alike: {kind}, {', '.join(others)}")
    flowing = [place for place, name in enumerate(nodes[0].input) if name not in graph.weights]
    first, *more = (
        _joined(graph, tuple(node.input[place] for node in nodes), known) for place in flowing
    )
    if kind == "Conv":
        return _convolved(graph, nodes, first)
    if kind == "Pad":
        return _widened(graph, nodes, first)
    constants = []
    if kind == "PRelu":
        slopes = np.concatenate([each.ravel() for each in _weights(graph, nodes, 1)])
        constants = [graph.const(slopes[:, np.newaxis, np.newaxis])]
    others = [each.name for each in more] + constants
    return Joined(graph.op(kind, first.name, *others, **attributes(nodes[0])), first.channels)


def _maker(graph: Graph, value: str) -> onnx.NodeProto:
    node = graph.producer(value)
    if node is None:
        raise ValueError(f"nothing makes {value}")
    return node


def _weights(graph: Graph, nodes: Nodes, place: int) -> list[Array]:
    return [graph.weights[node.input[place]] for node in nodes if len(node.input) > place]


def _convolved(graph: Graph, nodes: Nodes, value: Joined) -> Joined:
    weights, biases = (_weights(graph, nodes, place) for place in (1, 2))
    most = max(len(weight) for weight in weights)
    inputs = [
        graph.const(np.concatenate([_filled(each, most) for each in of_each]))
        for of_each in (weights, biases)
        if of_each
    ]
    facts = attributes(nodes[0])
    facts["group"] = len(nodes) * facts.get("group", 1)
    return Joined(graph.op("Conv", value.name, *inputs, **facts), most)


def _filled(weight: Array, most: int) -> Array:
    """``weight`` with zeros behind its rows, so that there are ``most``."""
    return np.pad(weight, [(0, most - len(weight)), *[(0, 0)] * (weight.ndim - 1)])


def _widened(graph: Graph, nodes: Nodes, value: Joined) -> Joined:
    """Zeros behind the channels of each branch: a convolution, as in `convert.speed`."""
    pads = graph.weights[nodes[0].input[1]]
    channels = value.channels + int(pads[5])
    identity = np.eye(channels, value.channels)[:, :, np.newaxis, np.newaxis]
    weights = graph.const(np.concatenate([identity] * len(nodes)))
    return Joined(graph.op("Conv", value.name, weights, group=len(nodes)), channels)
