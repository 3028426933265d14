"""Faces in a picture through the converted landmark nets: 478 points each, as MediaPipe computes them for stills."""

import math
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort

from .chips import sample, similarity

_IOU = 0.3
_SCORE = 0.5


@dataclass(frozen=True)
class Face:
    """``points``: [478, 3], x and y in pixels of the picture; ``score`` of the detector and ``presence`` of the mesh: 0…1."""

    points: np.ndarray
    score: float
    presence: float


def session(model: bytes | str) -> ort.InferenceSession:
    """A CPU session on one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class FaceFinder:
    """The detector and the mesh, driven as for a still picture."""

    def __init__(self, detector: bytes, landmarks: bytes) -> None:
        self.detector = session(detector)
        self.landmarks = session(landmarks)
        self.anchors = _anchors()

    def find(self, picture: np.ndarray) -> list[Face]:
        """Faces in an RGB picture [height, width, 3], best first."""
        return [self._mesh(picture, box, keys, score) for box, keys, score in self._detect(picture)]

    def _detect(self, picture: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, float]]:
        height, width = picture.shape[:2]
        side = max(height, width)
        left, top = (side - width) / 2, (side - height) / 2
        step = side / 128
        chip = sample(picture, np.array([[step, 0, -left], [0, step, -top]]), 128, fill=0)
        boxes, logits = self.detector.run(["boxes", "logits"], {"input": (chip / 127.5 - 1)[None].astype(np.float32)})
        scores = 1 / (1 + np.exp(-np.clip(logits[0, :, 0].astype(np.float64), -100, 100)))
        raw = boxes[0].astype(np.float64) / 128
        raw[:, :2] += self.anchors
        raw[:, 4:] += np.tile(self.anchors, 6)
        keep = scores >= _SCORE
        found = []
        for values, score in _suppress(raw[keep], scores[keep]):
            centre, size = values[:2] * side - (left, top), values[2:4] * side
            keys = values[4:].reshape(6, 2) * side - (left, top)
            found.append((np.array([*centre, *size]), keys, score))
        return found

    def _mesh(self, picture: np.ndarray, box: np.ndarray, keys: np.ndarray, score: float) -> Face:
        right, left = keys[0], keys[1]
        angle = math.atan2(left[1] - right[1], left[0] - right[0])
        matrix = similarity(box[:2], max(box[2], box[3]) * 1.5, angle, 256)
        chip = sample(picture, matrix, 256)
        flat, presence = self.landmarks.run(["landmarks", "presence"], {"input": (chip / 255)[None].astype(np.float32)})
        points = flat.reshape(478, 3).astype(np.float64)
        points[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        return Face(points, score, float(1 / (1 + np.exp(-presence.ravel()[0]))))


def _anchors() -> np.ndarray:
    centres = []
    for cells, each in ((16, 2), (8, 6)):
        for y in range(cells):
            for x in range(cells):
                centres += [((x + 0.5) / cells, (y + 0.5) / cells)] * each
    return np.array(centres)


def _suppress(boxes: np.ndarray, scores: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Weighted non-maximum suppression: overlapping boxes are averaged by their scores."""
    left = list(np.argsort(-scores, kind="stable"))
    result = []
    while left:
        best = left[0]
        group = [i for i in left if i == best or _overlap(boxes[best], boxes[i]) > _IOU]
        left = [i for i in left if i not in group]
        result.append((np.average(boxes[group], axis=0, weights=scores[group]), float(scores[best])))
    return result


def _overlap(a: np.ndarray, b: np.ndarray) -> float:
    low = np.maximum(a[:2] - a[2:4] / 2, b[:2] - b[2:4] / 2)
    high = np.minimum(a[:2] + a[2:4] / 2, b[:2] + b[2:4] / 2)
    shared = float(np.prod(np.maximum(high - low, 0)))
    return shared / (float(a[2] * a[3] + b[2] * b[3]) - shared)
