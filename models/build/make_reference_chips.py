"""Writes ``test/fixtures/chips``: chips of a portrait cut by ``lintas_models/chips.py`` (NumPy) around committed landmarks.

    python make_reference_chips.py

What `packages/core` cuts around the same landmarks must be the same: the two were written apart.
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from lintas_models import chips

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "biden"


def main() -> None:
    faces = json.loads((ROOT / "test/conformance/landmark-parity/portraits.json").read_text())
    points = np.array(faces[f"{NAME}.jpg"][0]["landmarks"]).reshape(-1, 3)
    picture = np.asarray(Image.open(ROOT / f"test/fixtures/portraits/{NAME}.jpg").convert("RGB")).astype(float)
    target = ROOT / "test/fixtures/chips"
    target.mkdir(exist_ok=True)
    for kind, size, matrix in (
        ("five-point", 112, chips.five_point(points, 112)),
        ("upright-box", 160, chips.upright_box(points, 1.3, 160)),
    ):
        chips.to_bytes(chips.sample(picture, matrix, size, fill=0)).tofile(target / f"{NAME}-{kind}-{size}.bin")


if __name__ == "__main__":
    main()
