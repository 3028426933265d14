"""Cutting chips for the models. A matrix [2,3] maps a position on the chip to a position in the picture, in pixels."""

import math

import numpy as np

# The ArcFace template for 112 × 112: the subject's right eye, left eye, nose tip, right and left mouth corner.
ARCFACE_112 = np.array([
    [38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041],
])


def sample(picture: np.ndarray, matrix: np.ndarray, size: int, fill: float | None = None, average: bool = True) -> np.ndarray:
    """Chip [size, size, 3] as float64 0…255: bilinear, averaged over the area of a pixel when the picture shrinks.

    Outside the picture lies its border, or ``fill`` where one is given. ``average=False`` reads one point per pixel.
    """
    steps = 1 if not average else max(1, math.ceil(max(np.hypot(*matrix[:, 0]), np.hypot(*matrix[:, 1]))))
    grid = (np.arange(size * steps) + 0.5) / steps
    x, y = np.meshgrid(grid, grid)
    u = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2] - 0.5
    v = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2] - 0.5
    values = _bilinear(picture, u, v)
    if fill is not None:
        height, width = picture.shape[:2]
        values[(u < -0.5) | (u > width - 0.5) | (v < -0.5) | (v > height - 0.5)] = fill
    return values.reshape(size, steps, size, steps, 3).mean(axis=(1, 3))


def _bilinear(picture: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    u, v = np.clip(u, 0, width - 1), np.clip(v, 0, height - 1)
    left, top = np.floor(u).astype(int), np.floor(v).astype(int)
    right, bottom = np.minimum(left + 1, width - 1), np.minimum(top + 1, height - 1)
    s, t = (u - left)[..., None], (v - top)[..., None]
    upper = picture[top, left] * (1 - s) + picture[top, right] * s
    lower = picture[bottom, left] * (1 - s) + picture[bottom, right] * s
    return upper * (1 - t) + lower * t


def similarity(centre: np.ndarray, side: float, angle: float, size: int) -> np.ndarray:
    """A square of ``side`` around ``centre``, turned by ``angle`` (radians, clockwise on the screen)."""
    scale = side / size
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]) * scale
    return np.column_stack([turn, np.asarray(centre) - turn @ [size / 2, size / 2]])


def eyes(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centres of the subject's right and left eye, each between its corners."""
    return points[[33, 133], :2].mean(axis=0), points[[362, 263], :2].mean(axis=0)


def upright_box(points: np.ndarray, scale: float, size: int) -> np.ndarray:
    """Turned upright by the eyes, then the box of the turned landmarks, each axis × ``scale``."""
    right, left = eyes(points)
    angle = math.atan2(left[1] - right[1], left[0] - right[0])
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    upright = points[:, :2] @ turn
    low, high = upright.min(axis=0), upright.max(axis=0)
    extent = (high - low) * scale
    linear = turn * (extent / size)
    return np.column_stack([linear, turn @ ((low + high) / 2) - linear @ [size / 2, size / 2]])


def five_point(points: np.ndarray, size: int = 112) -> np.ndarray:
    """The least-squares similarity (Umeyama) that brings eyes, nose tip and mouth corners onto the ArcFace template."""
    target = np.array([*eyes(points), points[1, :2], points[61, :2], points[291, :2]])
    # The template's whole numbers are middles of pixels (OpenCV's convention); positions here count from a pixel's corner.
    source = (ARCFACE_112 + 0.5) * (size / 112)
    mean_s, mean_t = source.mean(axis=0), target.mean(axis=0)
    s, t = source - mean_s, target - mean_t
    # A similarity in the plane is a complex factor; its least-squares solution is a quotient. Fitted from the face to the template, where the
    # error is measured (InsightFace's way), and then turned round: fitted the other way it would come out up to 5 % larger.
    factor = np.vdot(_complex(t), _complex(t)) / np.vdot(_complex(t), _complex(s))
    linear = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.column_stack([linear, mean_t - linear @ mean_s])


def _complex(points: np.ndarray) -> np.ndarray:
    return points[:, 0] + 1j * points[:, 1]


def context_box(points: np.ndarray, scale: float, size: int, picture: np.ndarray) -> np.ndarray:
    """The landmarks' box, each axis × ``scale``, cut to the picture and stretched to the chip: what passive PAD looks at."""
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    rim = (high - low) * (scale - 1) / 2
    start, end = np.maximum(low - rim, 0), np.minimum(high + rim, picture.shape[1::-1])
    return np.column_stack([np.diag((end - start) / size), start])


def to_bytes(chip: np.ndarray) -> np.ndarray:
    """Rounded to u8, as a canvas or a file would hold it."""
    return np.clip(np.rint(chip), 0, 255).astype(np.uint8)


def standardise(chip: np.ndarray) -> np.ndarray:
    """FaceNet's input [1, size, size, 3] from a chip of bytes: (x − mean) / max(std, 1/√n)."""
    values = chip.astype(np.float64)
    spread = max(float(values.std()), 1 / math.sqrt(values.size))
    return ((values - values.mean()) / spread)[None].astype(np.float32)


def affine(chip: np.ndarray, mean: float, scale: float, layout: str) -> np.ndarray:
    """(x − mean) · scale as [1, size, size, 3] or [1, 3, size, size]."""
    values = ((chip.astype(np.float64) - mean) * scale)[None].astype(np.float32)
    return values.transpose(0, 3, 1, 2).copy() if layout == "NCHW" else values
