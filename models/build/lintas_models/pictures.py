"""Faces with a licence: portraits of US officials and the group photos of a demo, and augmentation of them.

Nothing under ``../shared/data`` may shape what ships; it is not read here.
"""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from . import sources
from .chips import sample, to_bytes, upright_box
from .faces import Face, FaceFinder
from .fetch import member


def decode(data: bytes) -> np.ndarray:
    """RGB bytes [height, width, 3], upright."""
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))


def portraits(cache: Path) -> dict[str, np.ndarray]:
    """The portraits of US officials by file name."""
    folder = sources.PORTRAIT_FOLDER
    return {name: decode(member(sources.FACE_RECOGNITION, folder + name, cache)) for name in sources.PORTRAITS}


def group_photos(cache: Path) -> dict[str, np.ndarray]:
    """The demo photos by file name."""
    return {Path(name).name: decode(member(sources.FACE_API, name, cache)) for name in sources.GROUP_PHOTOS}


def all_faces(finder: FaceFinder, picture: np.ndarray) -> list[Face]:
    """Faces of the whole picture and of overlapping tiles of it, since the detector sees large faces only; no repeats."""
    found = [face for face in finder.find(picture) if face.presence > 0.5]
    height, width = picture.shape[:2]
    side = min(height, width) // 2
    for top in range(0, height - side + 1, side // 2):
        for left in range(0, width - side + 1, side // 2):
            for face in finder.find(picture[top:top + side, left:left + side]):
                face.points[:, :2] += (left, top)
                if face.presence > 0.5 and all(_apart(face, other) for other in found):
                    found.append(face)
    return found


def _apart(a: Face, b: Face) -> bool:
    reach = np.ptp(a.points[:, 0]) / 2
    return float(np.hypot(*(a.points[:, :2].mean(axis=0) - b.points[:, :2].mean(axis=0)))) > reach


def augmented(picture: np.ndarray, face: Face, random: np.random.Generator, size: int = 160) -> np.ndarray:
    """A FaceNet chip of bytes: jittered crop, mirrored or not, other light, colour, blur and noise."""
    matrix = upright_box(face.points, 1.3 * random.uniform(0.9, 1.12), size)
    centre = np.array([size / 2, size / 2])
    angle = np.deg2rad(random.uniform(-8, 8))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    move = random.uniform(-0.05, 0.05, 2) * size
    jitter = np.column_stack([turn, centre + move - turn @ centre])
    matrix = np.column_stack([matrix[:, :2] @ turn, matrix[:, :2] @ jitter[:, 2] + matrix[:, 2]])
    chip = sample(picture, matrix, size)
    if random.random() < 0.5:
        chip = chip[:, ::-1]
    return to_bytes(_relight(_soften(chip, random), random))


def _soften(chip: np.ndarray, random: np.random.Generator) -> np.ndarray:
    small = int(random.choice([0, 0, 96, 64, 48]))
    if small == 0:
        return chip
    picture = Image.fromarray(to_bytes(chip)).resize((small, small), Image.Resampling.BOX)
    return np.asarray(picture.resize(chip.shape[1::-1], Image.Resampling.BILINEAR), dtype=np.float64)


def _relight(chip: np.ndarray, random: np.random.Generator) -> np.ndarray:
    size = chip.shape[0]
    side = np.linspace(-1, 1, size)[None, :, None] * random.uniform(-0.3, 0.3) + 1
    tint = random.uniform(0.9, 1.1, 3)
    light = 255 * (np.clip(chip / 255, 0, 1) ** random.uniform(0.6, 1.7)) * random.uniform(0.6, 1.2) * side * tint
    return light + random.normal(0, random.uniform(0, 8), chip.shape)
