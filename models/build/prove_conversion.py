"""Compares the shipped files with the originals run by other implementations; writes figures and a fixture.

    python prove_conversion.py --cache DIR [--data ../shared/data]

FaceNet: TensorFlow's layers on the HDF5 file (``keras_reference.py``). TFLite nets: TensorFlow's interpreter.
Writes ``docs/evaluation/conversion.json`` and ``test/fixtures/reference-embeddings.{json,bin}``.
"""

import argparse
import json
import random
from datetime import date
from pathlib import Path

import keras
import numpy as np
import onnxruntime as ort
import tensorflow as tf

from lintas_models import chips, sources
from lintas_models.facenet import convert
from lintas_models.faces import FaceFinder, session
from lintas_models.fetch import read, sha256
from lintas_models.graph import serialise
from lintas_models.keras_reference import load
from lintas_models.landmarker import inside
from lintas_models.pictures import all_faces, augmented, decode, group_photos, portraits

HERE = Path(__file__).resolve().parent
WEIGHTS = HERE.parent / "weights"
ROOT = HERE.parent.parent
SEED = 10
LFW = "identity/lfw-deepfunneled"


def licensed_chips(cache: Path, finder: FaceFinder, count: int) -> list[np.ndarray]:
    """Augmented chips of officials' portraits and demo photos; another seed than the calibration's."""
    draw = np.random.default_rng(SEED)
    faces = [(picture, finder.find(picture)[0]) for picture in portraits(cache).values()]
    faces += [(picture, face) for picture in group_photos(cache).values() for face in all_faces(finder, picture)]
    return [augmented(*faces[index % len(faces)], draw) for index in range(count)]


def lfw_chips(data: Path, finder: FaceFinder, count: int) -> list[np.ndarray]:
    """Chips of LFW pictures, read in place; none where the data is absent."""
    files = sorted((data / LFW).rglob("*.jpg"))
    random.Random(SEED).shuffle(files)
    result = []
    for file in files:
        if len(result) == count:
            break
        picture = decode(file.read_bytes())
        for face in finder.find(picture)[:1]:
            result.append(chips.to_bytes(chips.sample(picture, chips.upright_box(face.points, 1.3, 160), 160)))
    return result


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows at length 1, in float64."""
    rows = np.asarray(rows, np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def embed(model: bytes | str, inputs: list[np.ndarray]) -> np.ndarray:
    """Embeddings of standardised chips by ONNX Runtime."""
    run = session(model)
    return unit(np.concatenate([run.run(["embedding"], {"input": one})[0] for one in inputs]))


def agreement(a: np.ndarray, b: np.ndarray) -> dict:
    """Cosines of row pairs."""
    cosines = (a * b).sum(axis=1)
    return {"n": len(cosines), "minCosine": round(float(cosines.min()), 7), "meanCosine": round(float(cosines.mean()), 7)}


def facenet_figures(original: keras.Model, fp32: bytes, pictures: list[np.ndarray]) -> dict:
    """FaceNet's three forms on one set of chips."""
    inputs = [chips.standardise(chip) for chip in pictures]
    truth = unit(np.concatenate([original(one, training=False).numpy() for one in inputs]))
    full = embed(fp32, inputs)
    static = embed(str(WEIGHTS / "facenet-128.int8.onnx"), inputs)
    weights = embed(str(WEIGHTS / "facenet-128.int8-weights.onnx"), inputs)
    return {
        "fp32AgainstOriginal": agreement(full, truth),
        "int8StaticAgainstFp32": agreement(static, full),
        "int8WeightsAgainstFp32": agreement(weights, full),
        "int8StaticAgainstInt8Weights": agreement(static, weights),
    }


def interpreted(model: bytes, value: np.ndarray) -> list[np.ndarray]:
    """Outputs of TensorFlow's TFLite interpreter with its plain kernels."""
    kind = tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    run = tf.lite.Interpreter(model_content=model, experimental_op_resolver_type=kind)
    slot = run.get_input_details()[0]
    run.resize_tensor_input(slot["index"], value.shape)
    run.allocate_tensors()
    run.set_tensor(slot["index"], value)
    run.invoke()
    return [run.get_tensor(output["index"]) for output in run.get_output_details()]


def difference(tflite: bytes, file: str, values: list[np.ndarray], pair: bool = False) -> dict:
    """Largest absolute difference over all outputs of like size, and the largest output it stands beside."""
    run, worst, largest = session(str(WEIGHTS / file)), 0.0, 0.0
    for value in values:
        expected = {out.size: out for out in interpreted(tflite, np.concatenate([value, value]) if pair else value)}
        for out in run.run(None, {run.get_inputs()[0].name: value}):
            other = expected[out.size * (2 if pair else 1)].reshape(-1)[: out.size]
            if out.size == 1:
                continue
            worst = max(worst, float(np.abs(out.ravel() - other).max()))
            largest = max(largest, float(np.abs(other).max()))
    return {"n": len(values), "maxAbsoluteDifference": worst, "largestOutput": round(largest, 3)}


def landmarker_figures(cache: Path, pictures: list[np.ndarray]) -> dict:
    """The TFLite nets and their ONNX forms on equal input."""
    task = read(sources.LANDMARKER_TASK, cache)
    resized = {size: [tf.image.resize(chip, (size, size)).numpy()[None] for chip in pictures] for size in (112, 128, 256)}
    faces = [one / 255 for one in resized[256]]
    run = session(str(WEIGHTS / "face-landmarks.onnx"))
    points = [run.run(["landmarks"], {"input": one})[0].reshape(478, 3)[:146, :2][None].copy() for one in faces]
    return {
        "face-detector": difference(inside(task, "face_detector.tflite"), "face-detector.onnx",
                                    [one / 127.5 - 1 for one in resized[128]]),
        "face-landmarks": difference(inside(task, "face_landmarks_detector.tflite"), "face-landmarks.onnx", faces),
        "face-blendshapes": difference(inside(task, "face_blendshapes.tflite"), "face-blendshapes.onnx", points),
        "compact-192": difference(read(sources.COMPACT_192, cache), "compact-192.onnx",
                                  [(one - 127.5) / 128 for one in resized[112]], pair=True),
    }


def write_fixture(original: keras.Model, cache: Path, finder: FaceFinder) -> None:
    """Chips of officials' portraits with the original weights' embeddings, for a test of the shipped file."""
    blob, entries = b"", []
    for name, picture in portraits(cache).items():
        face = finder.find(picture)[0]
        chip = chips.to_bytes(chips.sample(picture, chips.upright_box(face.points, 1.3, 160), 160))
        variants = {"": chip, " mirrored": chip[:, ::-1]} if name in ("obama.jpg", "biden.jpg") else {"": chip}
        for suffix, variant in variants.items():
            vector = unit(original(chips.standardise(variant), training=False).numpy())[0]
            entries.append({"name": name + suffix, "offset": len(blob), "embedding": [round(float(x), 7) for x in vector]})
            blob += variant.tobytes()
    document = {
        "what": "Chips (160 × 160, RGB bytes, row by row, at `offset` in the .bin) and the L2-normalised embeddings of the "
                "original fp32 weights, computed by TensorFlow",
        "space": "facenet-128", "source": sources.FACENET_H5.member, "sourceSha256": sources.FACENET_H5.sha256,
        "tensorflow": tf.__version__, "size": 160, "file": "reference-embeddings.bin", "sha256": sha256(blob),
        "chips": entries,
    }
    folder = ROOT / "test" / "fixtures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reference-embeddings.bin").write_bytes(blob)
    (folder / "reference-embeddings.json").write_text(json.dumps(document, ensure_ascii=False) + "\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cache", type=Path, required=True)
    options.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    given = options.parse_args()
    finder = FaceFinder(str(WEIGHTS / "face-detector.onnx"), str(WEIGHTS / "face-landmarks.onnx"))
    h5 = read(sources.FACENET_H5, given.cache)
    original, fp32 = load(h5), serialise(convert(h5))
    sets = {"licensed, augmented": licensed_chips(given.cache, finder, 50), "lfw": lfw_chips(given.data, finder, 50)}
    write_fixture(original, given.cache, finder)
    document = {
        "what": "Shipped ONNX files against the original weights run by TensorFlow",
        "script": "models/build/prove_conversion.py", "date": date.today().isoformat(), "seed": SEED,
        "versions": {"tensorflow": tf.__version__, "onnxruntime": ort.__version__},
        "original": {"file": sources.FACENET_H5.member, "sha256": sources.FACENET_H5.sha256},
        "files": {name: sha256((WEIGHTS / name).read_bytes()) for name in sorted(p.name for p in WEIGHTS.iterdir())},
        "fp32Sha256": sha256(fp32),
        "facenet-128": {name: facenet_figures(original, fp32, some) for name, some in sets.items() if some},
        "againstTfliteInterpreter": landmarker_figures(given.cache, sets["licensed, augmented"]),
    }
    target = ROOT / "docs" / "evaluation" / "conversion.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps(document, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
