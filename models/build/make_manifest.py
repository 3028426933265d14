"""Writes ``../known-answers`` and ``../manifest.json`` from the weights in ``../weights``.

    python make_manifest.py --cache DIR

Run by hand after the weights have changed. A known answer is the golden chip (RGB bytes) followed by what native ONNX
Runtime computes for it from that very file (float32, little-endian): an embedding at length 1, or PAD's probabilities.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from lintas_models import chips
from lintas_models.catalogue import MODELS, VERSION
from lintas_models.faces import FaceFinder, session
from lintas_models.fetch import sha256
from lintas_models.pictures import portraits

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = "obama.jpg"


def chip_for(crop: dict, picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The chip of bytes that a manifest's crop asks for."""
    kind, size = crop["kind"], crop["size"]
    if kind == "upright-box":
        return chips.to_bytes(chips.sample(picture, chips.upright_box(points, crop["scale"], size), size, fill=0))
    if kind == "five-point":
        return chips.to_bytes(chips.sample(picture, chips.five_point(points, size), size, fill=0))
    matrix = chips.context_box(points, crop["scale"], size, picture)
    return chips.to_bytes(chips.sample(picture, matrix, size, average=False))


def tensor_for(entry: dict, chip: np.ndarray) -> np.ndarray:
    """A chip as the tensor that a manifest's preprocessing asks for."""
    how = entry["preprocessing"]
    if how["kind"] == "standardise":
        return chips.standardise(chip)
    return chips.affine(chip, how["mean"], how["scale"], entry["input"]["layout"])


def answer_of(entry: dict, chip: np.ndarray) -> np.ndarray:
    """The right output: an embedding at length 1, or softmax probabilities."""
    run = session(str(ROOT / entry["file"]))
    (raw,) = run.run([entry["outputs"][0]["name"]], {entry["input"]["name"]: tensor_for(entry, chip)})
    values = raw[0].astype(np.float64)
    if entry["kind"] == "pad":
        powers = np.exp(values - values.max())
        return (powers / powers.sum()).astype("<f4")
    return (values / np.linalg.norm(values)).astype("<f4")


def described(path: str) -> dict:
    """``file``, ``bytes`` and ``sha256`` of a file under the package's root."""
    data = (ROOT / path).read_bytes()
    return {"file": path, "bytes": len(data), "sha256": sha256(data)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cache", type=Path, required=True)
    cache = options.parse_args().cache
    finder = FaceFinder(str(ROOT / "weights/face-detector.onnx"), str(ROOT / "weights/face-landmarks.onnx"))
    picture = portraits(cache)[GOLDEN]
    points = finder.find(picture)[0].points
    (ROOT / "known-answers").mkdir(exist_ok=True)
    models = []
    for entry in MODELS:
        entry = {"id": entry["id"], "kind": entry["kind"], **described(entry["file"]), **entry}
        if entry["kind"] in ("embedder", "pad"):
            chip = chip_for(entry["crop"], picture, points)
            path = f"known-answers/{entry['id']}.bin"
            (ROOT / path).write_bytes(chip.tobytes() + answer_of(entry, chip).tobytes())
            entry["knownAnswer"] = described(path)
        models.append(entry)
    document = {"schema": "lintas-models/1", "version": VERSION, "models": models}
    (ROOT / "manifest.json").write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
