"""FaceNet in eight bits, twice: one form computes in integers (WASM, Node), the other in floats (WebGPU).

Written here and not by a tool that looks at the machine: the activations' ranges are read from a committed file, everything
else is arithmetic that IEEE 754 fixes. So the bytes are the same everywhere.
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .graph import finish

LIMIT = 127
# x86 CPUs without VNNI add two neighbouring products u8 · s8 in 16 bits: 255 · (a + b) must stay within ±32,767.
PAIR_LIMIT = 128
# Operators after which an activation gets a scale of its own in the integer form.
_QUANTISED = {"Conv", "Relu", "Add", "Concat", "MaxPool"}


def read_ranges(path: Path) -> dict[str, tuple[float, float]]:
    """``{tensor: [lowest, highest]}`` as ``calibrate.py`` wrote it."""
    return {name: (low, high) for name, (low, high) in json.loads(path.read_text())["ranges"].items()}


def per_channel(value: np.ndarray, *, pairs: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric int8 values and one float32 scale per output channel (axis 0).

    With ``pairs``, a channel's scale grows until no two neighbours of one sign exceed :data:`PAIR_LIMIT`: no CPU then
    saturates. It costs half a bit, where the usual cure, seven bits for all, costs one.
    """
    largest = np.maximum(np.abs(value.reshape(value.shape[0], -1)).max(axis=1), np.float32(1e-12))
    limit = np.full(value.shape[0], LIMIT, np.float32)
    while True:
        scale = (largest / limit).astype(np.float32)
        integers = np.rint(value / scale.reshape(-1, *[1] * (value.ndim - 1))).astype(np.int8)
        wide = _largest_pair(integers) > PAIR_LIMIT
        if not pairs or not wide.any():
            return integers, scale
        limit[wide] -= 1


def _largest_pair(kernel: np.ndarray) -> np.ndarray:
    """Per output channel, the largest sum of two neighbours of one sign, in the order of NCHW and of NHWC kernels."""
    widest = np.zeros(kernel.shape[0], np.int16)
    for order in (kernel, kernel.transpose(0, 2, 3, 1)) if kernel.ndim == 4 else (kernel,):
        flat = order.reshape(kernel.shape[0], -1).astype(np.int16)
        for part in (np.maximum(flat, 0), np.maximum(-flat, 0)):
            widest = np.maximum(widest, (part[:, 1:] + part[:, :-1]).max(axis=1))
    return widest


def float_weights(model: onnx.ModelProto, names: set[str] | None = None) -> onnx.ModelProto:
    """int8 weights, Cast and Mul back to float: operators that every backend has, folded away when the model loads."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    graph, added = copy.graph, []
    for tensor in list(graph.initializer):
        if tensor.name.endswith("/kernel") and (names is None or tensor.name in names):
            added += _cast_back(tensor, graph)
    nodes = [*added, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return finish(copy)


def _cast_back(tensor: onnx.TensorProto, graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    name, value = tensor.name, numpy_helper.to_array(tensor)
    integers, scale = per_channel(value)
    tensor.CopyFrom(numpy_helper.from_array(integers, f"{name}/int8"))
    column = scale.reshape(-1, *[1] * (value.ndim - 1))
    graph.initializer.append(numpy_helper.from_array(column, f"{name}/scale"))
    return [
        helper.make_node("Cast", [f"{name}/int8"], [f"{name}/float"], name=f"{name}/cast", to=onnx.TensorProto.FLOAT),
        helper.make_node("Mul", [f"{name}/float", f"{name}/scale"], [name], name=f"{name}/mul"),
    ]


def static(model: onnx.ModelProto, ranges: dict[str, tuple[float, float]]) -> onnx.ModelProto:
    """QDQ: u8 activations, s8 weights per channel that saturate nowhere, int32 biases. Pooling, bottleneck and normalisation stay in float."""
    return _Static(model, ranges).run()


class _Static:
    def __init__(self, model: onnx.ModelProto, ranges: dict[str, tuple[float, float]]) -> None:
        self.model = onnx.ModelProto()
        self.model.CopyFrom(model)
        self.ranges = dict(ranges)
        self.weights = {tensor.name: tensor for tensor in self.model.graph.initializer}
        self.added: list[onnx.TensorProto] = []
        self.nodes: list[onnx.NodeProto] = []
        self.scale: dict[str, np.float32] = {}
        self.source: list[onnx.NodeProto] = []
        for node in model.graph.node:
            self.source.append(onnx.NodeProto())
            self.source[-1].CopyFrom(node)
        self.users: dict[str, list[onnx.NodeProto]] = {}
        for node in self.source:
            for name in node.input:
                self.users.setdefault(name, []).append(node)
        self._share_ranges()

    def _share_ranges(self) -> None:
        """One grid for what is only joined, and else for what a pooling passes on: nothing is then rounded twice."""
        for node in self.source:
            if node.op_type == "Concat":
                for name in node.input:
                    if len(self.users[name]) == 1:
                        self.ranges[name] = self.ranges[node.output[0]]
            if node.op_type == "MaxPool":
                self.ranges[node.output[0]] = self.ranges[node.input[0]]

    def run(self) -> onnx.ModelProto:
        graph = self.model.graph
        for node in self.source:
            self._convert(node)
        del graph.node[:]
        graph.node.extend(self.nodes)
        used = {name for node in self.nodes for name in node.input}
        kept = [*(tensor for tensor in graph.initializer if tensor.name in used), *self.added]
        del graph.initializer[:]
        graph.initializer.extend(kept)
        dense = {node.input[1] for node in graph.node if node.op_type == "Gemm"}
        return float_weights(self.model, dense)

    def _convert(self, node: onnx.NodeProto) -> None:
        if node.op_type == "Conv":
            self._conv(node)
        self.nodes.append(node)
        name = node.output[0]
        alone = self.users.get(name, [])
        fused = len(alone) == 1 and alone[0].op_type == "Relu"
        if node.op_type == "Transpose" or (node.op_type in _QUANTISED and not fused):
            self._round_trip(name)

    def _round_trip(self, name: str) -> None:
        """Quantises and dequantises a tensor; whoever read ``name`` now reads the result."""
        scale, zero = affine(*self.ranges[name])
        self.scale[f"{name}/dq"] = scale
        self.added.append(numpy_helper.from_array(np.array(scale, np.float32), f"{name}/scale"))
        self.added.append(numpy_helper.from_array(np.array(zero, np.uint8), f"{name}/zero"))
        grid = [f"{name}/scale", f"{name}/zero"]
        self.nodes.append(helper.make_node("QuantizeLinear", [name, *grid], [f"{name}/q"], name=f"{name}/q"))
        self.nodes.append(helper.make_node("DequantizeLinear", [f"{name}/q", *grid], [f"{name}/dq"], name=f"{name}/dq"))
        for user in self.users.get(name, []):
            user.input[:] = [f"{name}/dq" if one == name else one for one in user.input]

    def _conv(self, node: onnx.NodeProto) -> None:
        source, kernel, bias = node.input
        value, scale = per_channel(numpy_helper.to_array(self.weights[kernel]), pairs=True)
        bias_scale = (scale * self.scale[source]).astype(np.float32)
        floats = numpy_helper.to_array(self.weights[bias]).astype(np.float64)
        rounded = np.clip(np.rint(floats / bias_scale), -(2**31), 2**31 - 1).astype(np.int32)
        node.input[1] = self._dequantised(kernel, value, scale)
        node.input[2] = self._dequantised(bias, rounded, bias_scale)

    def _dequantised(self, name: str, value: np.ndarray, scale: np.ndarray) -> str:
        parts = {"int": value, "scale": scale, "zero": np.zeros(scale.shape, value.dtype)}
        self.added += [numpy_helper.from_array(part, f"{name}/{suffix}") for suffix, part in parts.items()]
        inputs = [f"{name}/{suffix}" for suffix in parts]
        self.nodes.append(helper.make_node("DequantizeLinear", inputs, [f"{name}/dq"], name=f"{name}/dq", axis=0))
        return f"{name}/dq"


def affine(low: float, high: float) -> tuple[np.float32, int]:
    """Scale and zero point of a u8 grid that covers ``low…high`` and holds 0 exactly."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = np.float32(max(high - low, 1e-8) / 255)
    return scale, int(np.clip(np.rint(-low / float(scale)), 0, 255))
