"""Writing ONNX graphs so that equal input gives equal bytes."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8
PRODUCER = "lintas-models"


class GraphWriter:
    """Collects nodes and weights in the order in which they are added."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, value: np.ndarray) -> str:
        """Adds an initialiser and returns its name."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: list[str], output: str, **attributes: object) -> str:
        """Adds a node named after its output and returns the output's name."""
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
        return output

    def model(self, input_name: str, input_dims: list[int], output_name: str, output_dims: list[int]) -> onnx.ModelProto:
        """The finished model, checked."""
        graph = helper.make_graph(
            self.nodes,
            self.name,
            [helper.make_tensor_value_info(input_name, TensorProto.FLOAT, input_dims)],
            [helper.make_tensor_value_info(output_name, TensorProto.FLOAT, output_dims)],
            self.weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        return finish(model)


def finish(model: onnx.ModelProto) -> onnx.ModelProto:
    """Strips whatever names a tool or its version, fixes the IR version and checks the model."""
    model.ir_version = IR_VERSION
    model.producer_name = PRODUCER
    model.producer_version = ""
    model.doc_string = ""
    model.domain = ""
    del model.metadata_props[:]
    model.graph.doc_string = ""
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.doc_string = ""
    onnx.checker.check_model(model)
    return model


def serialise(model: onnx.ModelProto) -> bytes:
    """Deterministic protobuf bytes."""
    return model.SerializeToString(deterministic=True)


def halve_exact_weights(model: onnx.ModelProto, smallest: int = 64) -> onnx.ModelProto:
    """Stores as float16 + Cast every float32 weight whose values float16 holds exactly (lossless; half the download)."""
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        value = numpy_helper.to_array(tensor)
        if value.dtype != np.float32 or value.size < smallest:
            continue
        half = value.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), value):
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(half, f"{name}/half"))
        casts.append(helper.make_node("Cast", [f"{name}/half"], [name], name=f"{name}/cast", to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return model
