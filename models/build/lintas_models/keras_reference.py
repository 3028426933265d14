"""FaceNet by TensorFlow's own layers, straight from the HDF5 file: the independent implementation that the proof needs.

It shares no code with ``facenet.py``: nothing is folded, each Keras layer of the file becomes the Keras layer of that
name with its own weights. Only the Lambda layers, whose code would have to be unmarshalled, are written out here.
"""

import io
import json

import h5py
import keras
import numpy as np


def load(h5: bytes) -> keras.Model:
    """NHWC float32 [n,160,160,3] to the bottleneck [n,128], not normalised."""
    with h5py.File(io.BytesIO(h5), "r") as file:
        layers = json.loads(file.attrs["model_config"])["config"]["layers"]
        groups = file["model_weights"]
        values: dict[str, keras.KerasTensor] = {}
        first = last = None
        for description in layers:
            name = description["name"]
            if description["class_name"] == "InputLayer":
                first = last = values[name] = keras.Input(description["config"]["batch_input_shape"][1:], name=name)
                continue
            sources = [values[node[0]] for node in description["inbound_nodes"][0]]
            layer = _layer(description)
            last = values[name] = layer(sources if len(sources) > 1 else sources[0])
            stored = [np.asarray(groups[name][path]) for path in groups[name].attrs["weight_names"]]
            if stored:
                _give(layer, description["config"], stored)
        return keras.Model(first, last)


def _give(layer: keras.layers.Layer, config: dict, stored: list[np.ndarray]) -> None:
    if isinstance(layer, keras.layers.BatchNormalization):
        assert config["center"] and not config["scale"], "weights are stored as beta, mean, variance"
    layer.set_weights(stored)


class _ScaledSum(keras.layers.Layer):
    """``inputs[0] + inputs[1] * scale``, as the residual blocks of Inception-ResNet define it."""

    def __init__(self, scale: float, **rest: object) -> None:
        super().__init__(**rest)
        self.scale = scale

    def call(self, inputs: list) -> object:
        return inputs[0] + inputs[1] * self.scale


def _layer(description: dict) -> keras.layers.Layer:
    config, name, kind = description["config"], description["name"], description["class_name"]
    if kind == "Lambda":
        return _ScaledSum(config["arguments"]["scale"], name=name)
    kept = {
        "Conv2D": ("filters", "kernel_size", "strides", "padding", "use_bias"),
        "BatchNormalization": ("axis", "momentum", "epsilon", "center", "scale"),
        "Activation": ("activation",),
        "MaxPooling2D": ("pool_size", "strides", "padding"),
        "Concatenate": ("axis",),
        "GlobalAveragePooling2D": (),
        "Dropout": ("rate",),
        "Dense": ("units", "use_bias"),
    }[kind]
    return getattr(keras.layers, kind)(name=name, **{key: config[key] for key in kept})
