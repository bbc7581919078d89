"""An ONNX graph that can be rewritten node by node, and written as the same bytes every time."""

from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]
#: Names of values and their shapes.
Shapes = Mapping[str, Sequence[int]]

#: What the shipped files declare: opset 17 and IR 8 need ONNX Runtime 1.12 or newer.
OPSET = 17
IR_VERSION = 8
#: Weights from this size on are stored as half floats; below, the Cast would cost more than it saves.
HALF_FROM = 16
#: Names that we give begin so.
OURS = "mien/"
#: In a shape: a side of any length.
FREE = 0


class Graph:
    """Nodes, weights and the values at the borders, without order: saving sorts the nodes."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.nodes = list(model.graph.node)
        self.inputs = list(model.graph.input)
        self.outputs = list(model.graph.output)
        self.weights = {w.name: numpy_helper.to_array(w) for w in model.graph.initializer}
        self._shapes: dict[str, tuple[int, ...]] = {}
        names = [*self.weights, *(name for node in self.nodes for name in node.output)]
        numbers = (
            name.removeprefix(OURS).rpartition("/")[2] for name in names if name.startswith(OURS)
        )
        self._counter = max((int(number) for number in numbers if number.isdigit()), default=0)

    @classmethod
    def load(cls, path: Path) -> "Graph":
        """The graph of an ONNX file."""
        return cls(onnx.load(str(path)))

    def shape(self, value: str) -> tuple[int, ...]:
        """Shape of ``value``, as far as the operators before it are plain ONNX; unknown ranks are one free side."""
        if value not in self._shapes:
            inferred = onnx.shape_inference.infer_shapes(self.plain_model()).graph
            known = [*inferred.value_info, *inferred.input, *inferred.output]
            self._shapes = {each.name: _dimensions(each) for each in known}
        return self._shapes.get(value, (FREE,))

    def const(self, values: object, kind: type[np.generic] = np.float32) -> str:
        """A new constant; returns its name."""
        name = self._fresh("const")
        self.weights[name] = np.asarray(values, kind)
        return name

    def ints(self, values: object) -> str:
        """A new constant of integers: indices, shapes, axes."""
        return self.const(values, np.int64)

    def op(self, kind: str, *inputs: str, result: str | None = None, **attributes: Any) -> str:
        """Add a node with one output, called ``result`` or by a new name; returns that name."""
        name = self._fresh(kind) if result is None else result
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def take(self, kind: str) -> list[onnx.NodeProto]:
        """Remove all nodes of ``kind`` and return them."""
        taken = [node for node in self.nodes if node.op_type == kind]
        self.nodes = [node for node in self.nodes if node.op_type != kind]
        return taken

    def producer(self, value: str) -> onnx.NodeProto | None:
        """The node that makes ``value``; None for inputs and weights."""
        return next((node for node in self.nodes if value in node.output), None)

    def consumers(self, value: str) -> list[onnx.NodeProto]:
        """The nodes that read ``value``."""
        return [node for node in self.nodes if value in node.input]

    def rewire(self, old: str, new: str) -> None:
        """Let everyone who reads ``old`` read ``new``."""
        for node in self.nodes:
            for place, value in enumerate(node.input):
                if value == old:
                    node.input[place] = new

    def replace_outputs(self, old: Container[str], new: Shapes) -> None:
        """Give back ``new`` values, by name with their shapes, in the place of ``old``; drop what made those."""
        kept = [value for value in self.outputs if value.name not in old]
        self.outputs = kept + [_float_value(name, shape) for name, shape in new.items()]
        self.nodes = list(_sorted(self.nodes, [output.name for output in self.outputs]))

    @staticmethod
    def name_dimensions(value: onnx.ValueInfoProto, names: Mapping[int, str]) -> None:
        """Let some dimensions of ``value``, an input or an output, have any length: by name, for what has the same."""
        for axis, name in names.items():
            value.type.tensor_type.shape.dim[axis].dim_param = name

    def drop_idle_reshapes(self) -> None:
        """Remove every Reshape that changes nothing: tf2onnx leaves them where chance puts them."""
        for node in self.nodes:
            if node.op_type != "Reshape":
                continue
            source, result = node.input[0], node.output[0]
            if FREE not in self.shape(source) and self.shape(source) == self.shape(result):
                self.rewire(result, source)

    def save(self, path: Path) -> None:
        """Write the part of the graph that reaches the outputs, named and ordered canonically."""
        model = self._model(path.stem)
        onnx.checker.check_model(model, full_check=True)
        path.write_bytes(model.SerializeToString(deterministic=True))

    def _fresh(self, stem: str) -> str:
        self._counter += 1
        return f"{OURS}{stem}/{self._counter}"

    def plain_model(self) -> onnx.ModelProto:
        """The graph as it stands, for shape inference."""
        weights = [numpy_helper.from_array(value, name) for name, value in self.weights.items()]
        values = [value for node in self.nodes for value in node.output]
        nodes = list(_sorted(self.nodes, values))
        graph = helper.make_graph(nodes, "shapes", self.inputs, self.outputs, weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])

    def _model(self, name: str) -> onnx.ModelProto:
        nodes = list(_sorted(self.nodes, [output.name for output in self.outputs]))
        names = {value.name: value.name for value in [*self.inputs, *self.outputs]} | {"": ""}
        tensors: list[TensorProto] = []
        casts: list[onnx.NodeProto] = []
        for value in (value for node in nodes for value in node.input):
            if value in self.weights and value not in names:
                names[value] = f"w{len(tensors)}"
                tensors.append(_stored(self.weights[value], names[value], casts))
        for node in nodes:
            for value in node.output:
                names.setdefault(value, f"v{len(names)}")
        renamed = [_renamed(node, names) for node in nodes]
        graph = helper.make_graph([*casts, *renamed], name, self.inputs, self.outputs, tensors)
        opset = [helper.make_opsetid("", OPSET)]
        return helper.make_model(
            graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="mien"
        )


def attributes(node: onnx.NodeProto) -> dict[str, Any]:
    """The attributes of ``node`` as Python values."""
    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


def _float_value(name: str, shape: Sequence[int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _dimensions(value: onnx.ValueInfoProto) -> tuple[int, ...]:
    return tuple(each.dim_value for each in value.type.tensor_type.shape.dim)


def _sorted(nodes: list[onnx.NodeProto], outputs: list[str]) -> Iterator[onnx.NodeProto]:
    """The nodes that ``outputs`` need, each after those that it needs itself.

    The order depends on the graph alone, not on the order of ``nodes``.
    """
    makers = {value: node for node in nodes for value in node.output}
    done: set[str] = set()
    waiting = [(value, False) for value in reversed(outputs)]
    while waiting:
        value, ready = waiting.pop()
        node = makers.get(value)
        if node is None or value in done:
            continue
        if ready:
            done.update(node.output)
            yield node
        else:
            waiting.append((value, True))
            waiting.extend((needed, False) for needed in reversed(node.input))


def _stored(weight: Array, name: str, casts: list[onnx.NodeProto]) -> TensorProto:
    """``weight`` as a tensor; a half float behind a Cast where that loses nothing."""
    half = weight.astype(np.float16) if weight.dtype == np.float32 else weight
    if half is weight or weight.size < HALF_FROM or not np.array_equal(half, weight):
        return numpy_helper.from_array(weight, name)
    casts.append(helper.make_node("Cast", [f"{name}h"], [name], to=TensorProto.FLOAT))
    return numpy_helper.from_array(half, f"{name}h")


def _renamed(node: onnx.NodeProto, names: dict[str, str]) -> onnx.NodeProto:
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.name = ""
    copy.domain = ""
    copy.doc_string = ""
    del copy.input[:], copy.output[:]
    copy.input.extend(names[value] for value in node.input)
    copy.output.extend(names[value] for value in node.output)
    attributes_in_order = sorted(copy.attribute, key=lambda each: each.name)
    del copy.attribute[:]
    copy.attribute.extend(attributes_in_order)
    return copy
