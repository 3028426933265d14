"""MediaPipe's face geometry: the canonical points and weights of its Procrustes fit, out of the landmarker's bundle.

The protobuf is read by hand (four wire types, three messages): MediaPipe itself is not needed for it.
"""

import struct
from collections.abc import Iterator

from .landmarker import inside

_FLOATS_PER_VERTEX = 5  # x, y, z in centimetres; u, v of a texture


def extract(task: bytes) -> dict:
    """Basis landmarks with weight and canonical position, and the camera that MediaPipe assumes."""
    vertices: list[float] = []
    basis = []
    for field, value in _fields(inside(task, "geometry_pipeline_metadata_landmarks.binarypb")):
        if field == 1 and isinstance(value, bytes):
            vertices = [number for part, number in _fields(value) if part == 3 and isinstance(number, float)]
        if field == 2 and isinstance(value, bytes):
            entry = dict(_fields(value))
            basis.append({"landmark": entry.get(1, 0), "weight": entry[2]})
    for entry in basis:
        start = entry["landmark"] * _FLOATS_PER_VERTEX
        entry["canonicalCm"] = vertices[start:start + 3]
    return {
        "source": "face_landmarker.task: geometry_pipeline_metadata_landmarks.binarypb (Apache-2.0, Google)",
        "canonicalVertices": len(vertices) // _FLOATS_PER_VERTEX,
        # MediaPipe's face_geometry environment, as its face landmarker graph sets it.
        "camera": {"verticalFovDegrees": 63, "nearCm": 1, "farCm": 10000, "originPoint": "top-left"},
        "basis": basis,
    }


def _fields(data: bytes) -> Iterator[tuple[int, int | float | bytes]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        field, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield field, value
        elif wire == 5:
            yield field, struct.unpack_from("<f", data, at)[0]
            at += 4
        elif wire == 2:
            size, at = _varint(data, at)
            yield field, data[at:at + size]
            at += size
        else:
            raise ValueError(f"wire type {wire} does not occur in face geometry metadata")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
