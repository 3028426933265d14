"""The two compact embedders: one is shipped as published, one is converted from TFLite."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .tflite import free_batch, steady, to_onnx


def compact_192(tflite: bytes) -> onnx.ModelProto:
    """MobileFaceNet, NHWC [n,112,112,3] to [n,192], not normalised.

    The published graph is frozen for two pictures. Nothing in it joins the two, so the batch is freed: one picture costs
    half. TensorFlow's spelling of PReLU (five nodes) becomes the one operator it stands for.
    """
    model = free_batch(_join_prelu(to_onnx(tflite)), batch=2)
    return steady(model, "compact-192", {
        "input": ("input", ["n", 112, 112, 3]),
        "embeddings": ("embedding", ["n", 192]),
    })


def _join_prelu(model: onnx.ModelProto) -> onnx.ModelProto:
    """Replaces relu(x) + slope · (x − |x|) · ½ by PRelu(x, slope)."""
    graph = model.graph
    makers = {output: node for node in graph.node for output in node.output}
    joined: dict[str, onnx.NodeProto] = {}
    for node in graph.node:
        if node.op_type == "Add":
            new = _as_prelu(node, makers, graph)
            if new is not None:
                joined[node.output[0]] = new
    nodes = [joined.get(node.output[0], node) for node in graph.node]
    del graph.node[:]
    graph.node.extend(_used(nodes, {port.name for port in graph.output}))
    return _drop_unused(model)


def _as_prelu(add: onnx.NodeProto, makers: dict, graph: onnx.GraphProto) -> onnx.NodeProto | None:
    parts = {makers[name].op_type: makers[name] for name in add.input if name in makers}
    if set(parts) != {"Relu", "Mul"}:
        return None
    x = parts["Relu"].input[0]
    factors, constants = [parts["Mul"]], []
    while factors:
        for name in factors.pop().input:
            maker = makers.get(name)
            if maker is None:
                constants.append(name)
            elif maker.op_type == "Mul":
                factors.append(maker)
            elif maker.op_type != "Sub" or maker.input[0] != x or makers[maker.input[1]].op_type != "Abs":
                return None
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    slope = np.asarray(np.prod([np.float64(1)]) * _product([weights[name] for name in constants]) * 2, np.float32)
    name = f"{add.output[0]}/slope"
    graph.initializer.append(numpy_helper.from_array(slope.reshape(-1, 1, 1), name))
    return helper.make_node("PRelu", [x, name], [add.output[0]])


def _product(values: list[np.ndarray]) -> np.ndarray:
    result = np.float64(1)
    for value in values:
        result = result * value.astype(np.float64).reshape(-1)
    return np.asarray(result)


def _used(nodes: list[onnx.NodeProto], wanted: set[str]) -> list[onnx.NodeProto]:
    kept = []
    for node in reversed(nodes):
        if wanted & set(node.output):
            kept.append(node)
            wanted |= set(node.input)
    return kept[::-1]


def _drop_unused(model: onnx.ModelProto) -> onnx.ModelProto:
    used = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    return model
