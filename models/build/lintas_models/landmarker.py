"""The three nets inside MediaPipe's ``face_landmarker.task`` as ONNX.

The bundle stores float16 weights, so storing them as float16 + Cast loses nothing and halves the download.
"""

import io
import zipfile

import onnx

from .graph import halve_exact_weights
from .tflite import steady, to_onnx


def inside(task: bytes, name: str) -> bytes:
    """One file of the bundle, which is an uncompressed zip."""
    with zipfile.ZipFile(io.BytesIO(task)) as bundle:
        return bundle.read(name)


def detector(task: bytes) -> onnx.ModelProto:
    """BlazeFace short range: NHWC [1,128,128,3] in -1…1 to 896 boxes with six key points, and their logits."""
    model = to_onnx(inside(task, "face_detector.tflite"))
    return halve_exact_weights(steady(model, "face-detector", {
        "input": ("input", [1, 128, 128, 3]),
        "regressors": ("boxes", [1, 896, 16]),
        "classificators": ("logits", [1, 896, 1]),
    }))


def landmarks(task: bytes) -> onnx.ModelProto:
    """Attention mesh: NHWC [1,256,256,3] in 0…1 to 478 points in pixels of the crop, and the face's logit."""
    model = to_onnx(inside(task, "face_landmarks_detector.tflite"))
    return halve_exact_weights(steady(model, "face-landmarks", {
        "input_12": ("input", [1, 256, 256, 3]),
        "Identity": ("landmarks", [1, 1, 1, 1434]),
        "Identity_1": ("presence", [1, 1, 1, 1]),
        "Identity_2": ("tongueOut", [1, 1]),
    }))


def blendshapes(task: bytes) -> onnx.ModelProto:
    """146 of the landmarks, in pixels of the image, to 52 blendshape coefficients in 0…1."""
    model = to_onnx(inside(task, "face_blendshapes.tflite"))
    return halve_exact_weights(steady(model, "face-blendshapes", {
        "serving_default_input_points:0": ("points", [1, 146, 2]),
        "StatefulPartitionedCall:0": ("blendshapes", [52]),
    }))
