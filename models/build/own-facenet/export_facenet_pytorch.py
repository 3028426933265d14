"""Exports facenet-pytorch's Inception-ResNet-v1 (512-d) to an ONNX file that LINTAS can load.

    pip install -r requirements.txt
    python export_facenet_pytorch.py --pretrained vggface2 --out facenet-512-vggface2.onnx
    python export_facenet_pytorch.py --state 20180402-114759-vggface2.pt --out facenet-512-vggface2.onnx
    python export_facenet_pytorch.py --random --out test.onnx      (untrained: proves the path, recognises nobody)

``--pretrained`` lets facenet-pytorch download its weights from its own release page; ``--state`` takes them from a file.
The graph takes NHWC float32 [1,160,160,3], ``(x − 127.5) / 128``, and gives an embedding of length 1.
"""

import argparse
import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from facenet_pytorch import InceptionResnetV1

SIZE = 160
DIMENSIONS = 512
# A chip cut as this net wants it: the shipped FaceNet's golden chip, RGB bytes, before its own known answer.
GOLDEN = Path(__file__).resolve().parents[2] / "known-answers" / "facenet-128.int8.bin"


class Nhwc(torch.nn.Module):
    """The net as it is, behind the layout a picture has."""

    def __init__(self, net: torch.nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        return self.net(picture.permute(0, 3, 1, 2))


def load(given: argparse.Namespace) -> torch.nn.Module:
    """The net with the weights asked for, ready to infer."""
    if given.pretrained:
        return Nhwc(InceptionResnetV1(pretrained=given.pretrained)).eval()
    torch.manual_seed(0)
    net = InceptionResnetV1(classify=False)
    if given.state:
        state = torch.load(given.state, map_location="cpu", weights_only=True)
        # The published files also hold the head of the training's classes, which no embedding passes through.
        net.load_state_dict({name: value for name, value in state.items() if not name.startswith("logits.")})
    return Nhwc(net).eval()


def export(net: torch.nn.Module, out: Path) -> None:
    """Writes the ONNX file, opset 17, batch of one."""
    torch.onnx.export(
        net, torch.zeros(1, SIZE, SIZE, 3), str(out), opset_version=17,
        input_names=["input"], output_names=["embedding"], do_constant_folding=True,
    )


def prove(net: torch.nn.Module, out: Path) -> float:
    """Smallest cosine between PyTorch and ONNX Runtime over ten random inputs."""
    run = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"])
    random = np.random.default_rng(0)
    cosines = []
    for _ in range(10):
        value = random.uniform(-1, 1, (1, SIZE, SIZE, 3)).astype(np.float32)
        with torch.no_grad():
            expected = net(torch.from_numpy(value)).numpy()[0].astype(np.float64)
        (found,) = run.run(["embedding"], {"input": value})
        length = np.linalg.norm(found[0].astype(np.float64)) * np.linalg.norm(expected)
        cosines.append(float(found[0].astype(np.float64) @ expected / length))
    return min(cosines)


def write_known_answer(out: Path, name: str) -> dict:
    """Golden chip and embedding beside the model, as ``<id>.bin``; its part of the manifest entry."""
    chip = np.frombuffer(GOLDEN.read_bytes()[: SIZE * SIZE * 3], np.uint8).reshape(1, SIZE, SIZE, 3)
    run = onnxruntime.InferenceSession(str(out), providers=["CPUExecutionProvider"])
    (found,) = run.run(["embedding"], {"input": ((chip.astype(np.float64) - 127.5) / 128).astype(np.float32)})
    data = chip.tobytes() + (found[0] / np.linalg.norm(found[0])).astype("<f4").tobytes()
    out.with_name(f"{name}.fp32.bin").write_bytes(data)
    return {"file": f"known-answers/{name}.fp32.bin", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def entry(out: Path, name: str) -> dict:
    """The manifest entry of the exported file; its author completes what is in angle brackets."""
    data = out.read_bytes()
    return {
        "id": f"{name}.fp32", "kind": "embedder", "file": f"weights/{out.name}", "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(), "licence": "<licence of the weights>",
        "card": f"cards/{name}.md",
        "origin": {
            "registry": "<where from>", "package": "facenet-pytorch", "version": version("facenet-pytorch"),
            "file": "<the .pt file>", "sha256": "<its sha256>", "conversion": "build/own-facenet/export_facenet_pytorch.py",
        },
        "trainingData": "<what they were trained on>", "precision": "fp32",
        "backends": ["wasm", "node", "webgpu"], "space": name,
        "input": {"name": "input", "dims": [1, SIZE, SIZE, 3], "type": "float32", "layout": "NHWC", "colour": "RGB"},
        "outputs": [{"name": "embedding", "dims": [1, DIMENSIONS], "meaning": "embedding, length 1"}],
        "preprocessing": {"kind": "affine", "mean": 127.5, "scale": 0.0078125},
        "crop": {"kind": "upright-box", "scale": 1.3, "size": SIZE},
        "knownAnswer": write_known_answer(out, name),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = options.add_mutually_exclusive_group(required=True)
    source.add_argument("--pretrained", choices=["vggface2", "casia-webface"])
    source.add_argument("--state", type=Path)
    source.add_argument("--random", action="store_true")
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--space", default="facenet-512-vggface2")
    given = options.parse_args()
    net = load(given)
    export(net, given.out)
    cosine = prove(net, given.out)
    if not cosine >= 0.9999:
        raise SystemExit(f"the export computes something else than PyTorch: cosine {cosine:.6f}")
    print(json.dumps(entry(given.out, given.space), indent=2))


if __name__ == "__main__":
    main()
