"""The table of what is shipped: one function per file, from the cache of packages to bytes."""

from collections.abc import Callable
from pathlib import Path

from . import compact, facenet, landmarker, quantise, sources
from .fetch import read
from .graph import serialise

RANGES = Path(__file__).resolve().parent.parent / "ranges" / "facenet-128.json"


def _landmarker_task(cache: Path) -> bytes:
    return read(sources.LANDMARKER_TASK, cache)


def _facenet_int8(cache: Path) -> bytes:
    model = facenet.convert(read(sources.FACENET_H5, cache))
    return serialise(quantise.static(model, quantise.read_ranges(RANGES)))


def _facenet_int8_weights(cache: Path) -> bytes:
    return serialise(quantise.float_weights(facenet.convert(read(sources.FACENET_H5, cache))))


def facenet_fp32(cache: Path) -> bytes:
    """91 MB, therefore not shipped: ``build.py --fp32 FILE`` writes it."""
    return serialise(facenet.convert(read(sources.FACENET_H5, cache)))


WEIGHTS: dict[str, Callable[[Path], bytes]] = {
    "face_landmarker.task": _landmarker_task,
    "face-detector.onnx": lambda cache: serialise(landmarker.detector(_landmarker_task(cache))),
    "face-landmarks.onnx": lambda cache: serialise(landmarker.landmarks(_landmarker_task(cache))),
    "face-blendshapes.onnx": lambda cache: serialise(landmarker.blendshapes(_landmarker_task(cache))),
    "facenet-128.int8.onnx": _facenet_int8,
    "facenet-128.int8-weights.onnx": _facenet_int8_weights,
    "compact-512.onnx": lambda cache: read(sources.COMPACT_512, cache),
    "compact-192.onnx": lambda cache: serialise(compact.compact_192(read(sources.COMPACT_192, cache))),
    "pad-128.onnx": lambda cache: read(sources.PAD_128, cache),
}
