"""Writes ``ranges/facenet-128.json``: the range of every activation of FaceNet over licensed, augmented faces.

Run by hand, once. ``build.py`` reads the file, so that the bytes of the quantised model do not depend on the CPU that
measured the ranges. Usage: ``python calibrate.py --cache DIR [--each N] [--tail FRACTION]``.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx

from lintas_models import sources
from lintas_models.chips import standardise
from lintas_models.facenet import convert
from lintas_models.faces import FaceFinder, session
from lintas_models.fetch import read
from lintas_models.graph import serialise
from lintas_models.landmarker import detector, landmarks
from lintas_models.pictures import all_faces, augmented, group_photos, portraits

HERE = Path(__file__).resolve().parent


def crops(cache: Path, each: int) -> list[np.ndarray]:
    """``each`` augmented chips of every face found, from one seed."""
    random = np.random.default_rng(20261124)
    task = read(sources.LANDMARKER_TASK, cache)
    finder = FaceFinder(serialise(detector(task)), serialise(landmarks(task)))
    chips = []
    portrayed = {name: (picture, finder.find(picture)[:1]) for name, picture in portraits(cache).items()}
    grouped = {name: (picture, all_faces(finder, picture)) for name, picture in group_photos(cache).items()}
    for name, (picture, faces) in {**portrayed, **grouped}.items():
        print(f"{name}: {len(faces)} faces", flush=True)
        chips += [augmented(picture, face, random) for face in faces for _ in range(each)]
    return chips


def observe(model: onnx.ModelProto, chips: list[np.ndarray], tail: float) -> dict[str, list[float]]:
    """Per tensor, the lowest and highest value; with ``tail``, the mean over crops of each crop's tail quantiles."""
    names = [node.output[0] for node in model.graph.node if node.op_type not in ("ReduceL2", "Clip", "Div")]
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    del watched.graph.output[:]
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    run = session(serialise(watched))
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for chip in chips:
        for name, value in zip(names, run.run(names, {"input": standardise(chip)}), strict=True):
            seen[name].append(_bounds(value.ravel(), tail))
    return {name: _joined(np.array(pairs), tail) for name, pairs in seen.items()}


def _bounds(value: np.ndarray, tail: float) -> tuple[float, float]:
    if tail == 0:
        return float(value.min()), float(value.max())
    cut = max(1, round(value.size * tail))
    ordered = np.partition(value, (cut - 1, value.size - cut))
    return float(ordered[cut - 1]), float(ordered[value.size - cut])


def _joined(pairs: np.ndarray, tail: float) -> list[float]:
    low, high = (pairs[:, 0].min(), pairs[:, 1].max()) if tail == 0 else (pairs[:, 0].mean(), pairs[:, 1].mean())
    return [round(float(low), 5), round(float(high), 5)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cache", type=Path, required=True)
    options.add_argument("--each", type=int, default=12)
    options.add_argument("--tail", type=float, default=0.0)
    options.add_argument("--out", type=Path, default=HERE / "ranges" / "facenet-128.json")
    given = options.parse_args()
    chips = crops(given.cache, given.each)
    ranges = observe(convert(read(sources.FACENET_H5, given.cache)), chips, given.tail)
    made_from = "portraits and group photos named in sources.py, augmented (pictures.py), seed 20261124"
    document = {"model": "facenet-128", "madeFrom": made_from, "crops": len(chips), "tail": given.tail, "ranges": ranges}
    given.out.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
