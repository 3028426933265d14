"""TFLite to ONNX through the pinned tf2onnx, with steady names and bytes."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from .graph import OPSET, finish


def to_onnx(tflite: bytes) -> onnx.ModelProto:
    """Runs tf2onnx (see ``steady_tf2onnx``) in a process of its own (hash seed fixed, one thread, no GPU)."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "model.tflite"), Path(folder, "model.onnx")
        source.write_bytes(tflite)
        command = [sys.executable, "-m", "lintas_models.steady_tf2onnx", "--tflite", str(source), "--output", str(target)]
        environment = {
            **os.environ, "PYTHONHASHSEED": "0", "CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3",
            "OMP_NUM_THREADS": "1", "TF_ENABLE_ONEDNN_OPTS": "0",
        }
        here = Path(__file__).resolve().parent.parent
        command += ["--opset", str(OPSET)]
        done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"tf2onnx failed:\n{done.stderr[-3000:]}")
        return onnx.load(str(target))


def steady(model: onnx.ModelProto, name: str, ports: dict[str, tuple[str, list[int | str]]]) -> onnx.ModelProto:
    """Renames inputs and outputs (``old: (new, dims)``), numbers everything else, so that no path or counter shows."""
    graph = model.graph
    names = {old: new for old, (new, _) in ports.items()}
    for index, tensor in enumerate(graph.initializer):
        names[tensor.name] = f"w{index}"
    for index, node in enumerate(graph.node):
        node.name = f"{node.op_type}{index}"
        for slot, output in enumerate(node.output):
            names.setdefault(output, f"t{index}" if slot == 0 else f"t{index}.{slot}")
    for tensor in graph.initializer:
        tensor.name = names[tensor.name]
    for node in graph.node:
        node.input[:] = [names.get(one, one) for one in node.input]
        node.output[:] = [names[one] for one in node.output]
    for port in (*graph.input, *graph.output):
        new, dims = ports[port.name]
        port.name = new
        del port.type.tensor_type.shape.dim[:]
        for size in dims:
            field = "dim_param" if isinstance(size, str) else "dim_value"
            setattr(port.type.tensor_type.shape.dim.add(), field, size)
    graph.name = name
    return finish(model)


def free_batch(model: onnx.ModelProto, batch: int) -> onnx.ModelProto:
    """Lets any number of pictures through a graph that was frozen for ``batch``: every Reshape keeps its first axis."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    shapes = {node.input[1] for node in model.graph.node if node.op_type == "Reshape"}
    for name in sorted(shapes):
        shape = numpy_helper.to_array(constants[name]).astype(np.int64)
        if shape[0] != batch or -1 in shape:
            raise SystemExit(f"a Reshape to {shape.tolist()} does not begin with the batch of {batch}")
        shape[0] = -1
        constants[name].CopyFrom(numpy_helper.from_array(shape, name))
    return model
