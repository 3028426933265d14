"""FaceNet (Inception-ResNet-v1, Keras 2.1 HDF5) to ONNX, layer by layer, from the architecture JSON and the weights.

Nothing is unpickled: the Lambda layers' marshalled code is never read. They compute ``x + scale * branch`` and the
scale stands in the layer's ``arguments``. Batch normalisation and that scale are folded into the convolution before them.
"""

import io
import json

import h5py
import numpy as np
import onnx

from .graph import GraphWriter

INPUT = "input"
OUTPUT = "embedding"
SIZE = 160
DIMENSIONS = 128


def convert(h5: bytes) -> onnx.ModelProto:
    """The fp32 model: NHWC float32 [1,160,160,3], standardised, to an L2-normalised embedding [1,128]."""
    with h5py.File(io.BytesIO(h5), "r") as file:
        layers = json.loads(file.attrs["model_config"])["config"]["layers"]
        return _Converter(layers, file["model_weights"]).run()


class _Converter:
    def __init__(self, layers: list[dict], weights: h5py.Group) -> None:
        self.layers = layers
        self.file = weights
        self.writer = GraphWriter("facenet-128")
        self.tensor: dict[str, str] = {}
        self.users: dict[str, list[dict]] = {}
        for layer in layers:
            for source in self._inputs(layer):
                self.users.setdefault(source, []).append(layer)

    @staticmethod
    def _inputs(layer: dict) -> list[str]:
        return [entry[0] for entry in layer["inbound_nodes"][0]] if layer["inbound_nodes"] else []

    def _read(self, layer: str, name: str) -> np.ndarray:
        return np.asarray(self.file[layer][layer][f"{name}:0"], dtype=np.float64)

    def _only_user(self, layer: dict, kind: str) -> dict | None:
        users = self.users.get(layer["name"], [])
        return users[0] if len(users) == 1 and users[0]["class_name"] == kind else None

    def run(self) -> onnx.ModelProto:
        for layer in self.layers:
            handler = getattr(self, f"_{layer['class_name'].lower()}", None)
            if handler is None:
                raise SystemExit(f"layer {layer['name']}: no conversion for {layer['class_name']}")
            handler(layer, [self.tensor[name] for name in self._inputs(layer)])
        last = self.tensor[self.layers[-1]["name"]]
        # Not LpNormalization: the WebGPU backend has no kernel for it.
        length = self.writer.node("ReduceL2", [last], "length", axes=[1], keepdims=1)
        floor = self.writer.weight("length/floor", np.array(1e-12, dtype=np.float32))
        length = self.writer.node("Clip", [length, floor], "length/floored")
        self.writer.node("Div", [last, length], OUTPUT)
        return self.writer.model(INPUT, [1, SIZE, SIZE, 3], OUTPUT, [1, DIMENSIONS])

    def _inputlayer(self, layer: dict, _: list[str]) -> None:
        self.tensor[layer["name"]] = self.writer.node("Transpose", [INPUT], "nchw", perm=[0, 3, 1, 2])

    def _conv2d(self, layer: dict, inputs: list[str]) -> None:
        config, name = layer["config"], layer["name"]
        if config["dilation_rate"] != [1, 1] or config["activation"] != "linear":
            raise SystemExit(f"layer {name}: dilation or activation inside a convolution is not converted")
        kernel = self._read(name, "kernel").transpose(3, 2, 0, 1)
        bias = self._read(name, "bias") if config["use_bias"] else np.zeros(kernel.shape[0])
        scale, shift = self._folded(layer)
        kernel, bias = kernel * scale[:, None, None, None], bias * scale + shift
        weights = [
            self.writer.weight(f"{name}/kernel", kernel.astype(np.float32)),
            self.writer.weight(f"{name}/bias", bias.astype(np.float32)),
        ]
        self.tensor[name] = self.writer.node(
            "Conv", [*inputs, *weights], name,
            kernel_shape=config["kernel_size"], strides=config["strides"], pads=self._pads(config),
        )

    @staticmethod
    def _pads(config: dict) -> list[int]:
        if config["padding"] == "valid":
            return [0, 0, 0, 0]
        if config["strides"] != [1, 1] or any(side % 2 == 0 for side in config["kernel_size"]):
            raise SystemExit(f"layer {config['name']}: 'same' padding would be lopsided here")
        top, left = (side // 2 for side in config["kernel_size"])
        return [top, left, top, left]

    def _folded(self, layer: dict) -> tuple[np.ndarray, np.ndarray]:
        """Factor and summand per output channel that a following BatchNormalization or residual Lambda applies."""
        norm = self._only_user(layer, "BatchNormalization")
        if norm is not None:
            return self._norm(norm)
        residual = self._only_user(layer, "Lambda")
        units = layer["config"].get("filters") or layer["config"]["units"]
        factor = residual["config"]["arguments"]["scale"] if residual is not None else 1.0
        return np.full(units, factor), np.zeros(units)

    def _norm(self, layer: dict) -> tuple[np.ndarray, np.ndarray]:
        config, name = layer["config"], layer["name"]
        if config["scale"] or not config["center"]:
            raise SystemExit(f"layer {name}: expected a BatchNormalization with beta and without gamma")
        factor = 1.0 / np.sqrt(self._read(name, "moving_variance") + config["epsilon"])
        return factor, self._read(name, "beta") - self._read(name, "moving_mean") * factor

    def _batchnormalization(self, layer: dict, inputs: list[str]) -> None:
        self.tensor[layer["name"]] = inputs[0]

    def _dropout(self, layer: dict, inputs: list[str]) -> None:
        self.tensor[layer["name"]] = inputs[0]

    def _activation(self, layer: dict, inputs: list[str]) -> None:
        if layer["config"]["activation"] != "relu":
            raise SystemExit(f"layer {layer['name']}: only relu is converted")
        self.tensor[layer["name"]] = self.writer.node("Relu", inputs, layer["name"])

    def _maxpooling2d(self, layer: dict, inputs: list[str]) -> None:
        config = layer["config"]
        self.tensor[layer["name"]] = self.writer.node(
            "MaxPool", inputs, layer["name"],
            kernel_shape=config["pool_size"], strides=config["strides"], pads=self._pads(config),
        )

    def _concatenate(self, layer: dict, inputs: list[str]) -> None:
        self.tensor[layer["name"]] = self.writer.node("Concat", inputs, layer["name"], axis=1)

    def _lambda(self, layer: dict, inputs: list[str]) -> None:
        # The second input is the branch; its convolution already carries the scale (see _folded).
        self.tensor[layer["name"]] = self.writer.node("Add", inputs, layer["name"])

    def _globalaveragepooling2d(self, layer: dict, inputs: list[str]) -> None:
        pooled = self.writer.node("GlobalAveragePool", inputs, layer["name"])
        self.tensor[layer["name"]] = self.writer.node("Flatten", [pooled], f"{layer['name']}/flat", axis=1)

    def _dense(self, layer: dict, inputs: list[str]) -> None:
        name = layer["name"]
        scale, shift = self._folded(layer)
        kernel = (self._read(name, "kernel") * scale).T
        weights = [
            self.writer.weight(f"{name}/kernel", kernel.astype(np.float32)),
            self.writer.weight(f"{name}/bias", shift.astype(np.float32)),
        ]
        self.tensor[name] = self.writer.node("Gemm", [*inputs, *weights], name, transB=1)
