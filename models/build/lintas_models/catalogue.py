"""What the manifest says about each model, apart from what is computed from the files."""

from .sources import COMPACT_192, COMPACT_512, FACENET_H5, LANDMARKER_TASK, PAD_128, Source

VERSION = "2026-11-24"

_GOOGLE = "Apache-2.0"
_FACENET_DATA = (
    "MS-Celeb-1M (about 10 million pictures of 100,000 public figures, collected from the web without consent; "
    "withdrawn by its publisher in 2019)"
)
_UNDISCLOSED = "not disclosed by the package"
_GOOGLE_DATA = "Google's own, not published; see its model cards for BlazeFace, Face Mesh V2 and Blendshape V2"


def _origin(source: Source, conversion: str) -> dict:
    package = source.package
    return {
        "registry": package.registry, "package": package.name, "version": package.version,
        "file": source.member, "sha256": source.sha256, "conversion": conversion,
    }


def _tensor(name: str, dims: list[int], layout: str, colour: str = "RGB") -> dict:
    return {"name": name, "dims": dims, "type": "float32", "layout": layout, "colour": colour}


def _embedding(name: str, width: int, meaning: str) -> list[dict]:
    return [{"name": name, "dims": [1, width], "meaning": meaning}]


def _facenet(precision: str, backends: list[str]) -> dict:
    suffix = {"int8-static": "int8", "int8-weights": "int8-weights"}[precision]
    return {
        "id": f"facenet-128.{suffix}", "kind": "embedder", "file": f"weights/facenet-128.{suffix}.onnx",
        "licence": "MIT", "card": "cards/facenet-128.md",
        "origin": _origin(FACENET_H5, "build/lintas_models/facenet.py, build/lintas_models/quantise.py"),
        "trainingData": _FACENET_DATA, "precision": precision, "backends": backends, "space": "facenet-128",
        "input": _tensor("input", [1, 160, 160, 3], "NHWC"),
        "outputs": _embedding("embedding", 128, "embedding, length 1"),
        "preprocessing": {"kind": "standardise"},
        "crop": {"kind": "upright-box", "scale": 1.3, "size": 160},
    }


_COMPACT_512 = {
    "id": "compact-512", "kind": "embedder", "file": "weights/compact-512.onnx",
    "licence": "MIT", "card": "cards/compact-512.md",
    "origin": _origin(COMPACT_512, "build/lintas_models/weights.py (unchanged)"),
    "trainingData": _UNDISCLOSED, "precision": "fp32", "backends": ["wasm", "node", "webgpu"], "space": "compact-512",
    "input": _tensor("input", [1, 3, 112, 112], "NCHW"),
    "outputs": _embedding("output", 512, "embedding, not normalised"),
    "preprocessing": {"kind": "affine", "mean": 127.5, "scale": 0.0078125},
    "crop": {"kind": "five-point", "template": "arcface-112", "size": 112},
}

_COMPACT_192 = {
    "id": "compact-192", "kind": "embedder", "file": "weights/compact-192.onnx",
    "licence": "MIT", "card": "cards/compact-192.md",
    "origin": _origin(COMPACT_192, "build/lintas_models/tflite.py, build/lintas_models/compact.py"),
    "trainingData": _UNDISCLOSED, "precision": "fp32", "backends": ["wasm", "node", "webgpu"], "space": "compact-192",
    "input": _tensor("input", [1, 112, 112, 3], "NHWC"),
    "outputs": _embedding("embedding", 192, "embedding, not normalised"),
    "preprocessing": {"kind": "affine", "mean": 127.5, "scale": 0.0078125},
    "crop": {"kind": "five-point", "template": "arcface-112", "size": 112},
}


def _landmarker(ident: str, kind: str, outputs: list[dict], **more: object) -> dict:
    bundle = kind == "landmarker-bundle"
    conversion = "build/lintas_models/weights.py (unchanged)" if bundle else "build/lintas_models/landmarker.py"
    return {
        "id": ident, "kind": kind, "file": f"weights/{'face_landmarker.task' if bundle else ident + '.onnx'}",
        "licence": _GOOGLE, "card": "cards/face-landmarker.md", "origin": _origin(LANDMARKER_TASK, conversion),
        "trainingData": _GOOGLE_DATA, "precision": "bundle" if bundle else "fp16",
        "backends": ["wasm"] if bundle else ["wasm", "node"], **({"outputs": outputs} if outputs else {}), **more,
    }


_DETECTOR = _landmarker(
    "face-detector", "face-detector", [
        {"name": "boxes", "dims": [1, 896, 16], "meaning": "per anchor: centre, size, six key points; 1/128 of the input"},
        {"name": "logits", "dims": [1, 896, 1], "meaning": "log-odds of a face"},
    ],
    input=_tensor("input", [1, 128, 128, 3], "NHWC"),
    preprocessing={"kind": "affine", "mean": 127.5, "scale": 1 / 127.5},
    crop={"kind": "letterbox", "size": 128},
)
_LANDMARKS = _landmarker(
    "face-landmarks", "face-landmarks", [
        {"name": "landmarks", "dims": [1, 1, 1, 1434], "meaning": "478 × (x, y, z) in pixels of the input"},
        {"name": "presence", "dims": [1, 1, 1, 1], "meaning": "log-odds of a face in the input"},
        {"name": "tongueOut", "dims": [1, 1], "meaning": "probability of a tongue put out"},
    ],
    input=_tensor("input", [1, 256, 256, 3], "NHWC"),
    preprocessing={"kind": "affine", "mean": 0, "scale": 1 / 255},
    crop={"kind": "roi", "scale": 1.5, "size": 256},
)
_BLENDSHAPES = _landmarker(
    "face-blendshapes", "face-blendshapes",
    [{"name": "blendshapes", "dims": [52], "meaning": "coefficients 0…1 in MediaPipe's order"}],
    input={"name": "points", "dims": [1, 146, 2], "type": "float32", "layout": "NHWC", "colour": "none"},
)

_PAD = {
    "id": "pad-128", "kind": "pad", "file": "weights/pad-128.onnx", "licence": "MIT", "card": "cards/pad-128.md",
    "origin": _origin(PAD_128, "build/lintas_models/weights.py (unchanged)"),
    "trainingData": _UNDISCLOSED, "precision": "fp32", "backends": ["wasm", "node", "webgpu"],
    "input": _tensor("input", [1, 3, 128, 128], "NCHW"),
    "outputs": [{"name": "output", "dims": [1, 3], "meaning": "logits; softmax class 0: bona fide"}],
    "preprocessing": {"kind": "affine", "mean": 0, "scale": 1},
    "crop": {"kind": "box", "scale": 2.7, "size": 128},
}

# The order is the preference: of several entries fit for a backend the first is taken.
MODELS: list[dict] = [
    _facenet("int8-static", ["wasm", "node"]),
    _facenet("int8-weights", ["webgpu"]),
    _COMPACT_512,
    _COMPACT_192,
    _landmarker("face-landmarker", "landmarker-bundle", []),
    _DETECTOR,
    _LANDMARKS,
    _BLENDSHAPES,
    _PAD,
]
