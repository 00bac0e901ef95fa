"""One prediction through the serving process over HTTP, beside the same network in eager PyTorch.

Both get the same JPEG bytes and answer with the same scores, on one thread; eager PyTorch is called in this process and
spared HTTP. Requests alternate between them, so that a busy machine slows both alike. The weights are random: latency
does not depend on them. Writes benchmarks/results/serving_latency.json.
"""

import io
import json
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image

from benchmarks.shared.latency import in_turns, quantiles
from benchmarks.shared.serving import serving
from inference.contracts import Evaluation
from inference.image_classification.input import ImageInput, decode, to_input
from training_containers.image_classification.export import export_onnx
from training_containers.image_classification.mobilenet_v2 import MobileNetV2
from training_containers.packaging import PackageDraft, golden_request, make_baseline, write_package

CLASSES = ("Boots", "Chi", "Kappa", "Mu", "NoCat", "Tau", "Wolf")
CONTRACT = ImageInput(size=224)
PICTURE_SIZE = (640, 480)
WARM_UP, REQUESTS = 20, 300
RESULT = Path(__file__).parent / "results" / "serving_latency.json"
Predict = Callable[[bytes], dict[str, float]]


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = MobileNetV2(len(CLASSES)).eval()
    picture = jpeg()
    with tempfile.TemporaryDirectory() as base:
        write(Path(base) / "model", network, picture)
        with serving(Path(base), "image/jpeg") as over_http:
            contenders = {"vigil_http": lambda body: over_http(body)["scores"], "pytorch_eager": eager(network)}
            check_same_answers(contenders, picture)
            milliseconds = in_turns(contenders, picture, WARM_UP, REQUESTS)
    report(milliseconds, len(picture))


def jpeg() -> bytes:
    """A picture with the detail of a photograph: smooth noise."""
    noise = np.random.default_rng(0).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).resize(PICTURE_SIZE, Image.Resampling.BICUBIC).save(stream, "JPEG", quality=90)
    return stream.getvalue()


def write(directory: Path, network: MobileNetV2, picture: bytes) -> None:
    """A package of the network; its evidence is empty, for nothing here reads it."""
    directory.mkdir()
    export_onnx(network, CONTRACT.size, directory / "model.onnx")
    draft = PackageDraft(
        domain="cats",
        task="image_classification",
        classes=CLASSES,
        input=CONTRACT.model_dump(),
        dataset_version="benchmark",
        libraries=(),
    )
    write_package(
        directory,
        draft,
        evaluation=Evaluation(task=draft.task, dataset_version="benchmark", test_items=0, metrics={}, dummy={}),
        baseline=make_baseline([CLASSES[0]], {CLASSES[0]: [1.0]}),
        golden=[golden_request(picture, "image/jpeg", {"label": CLASSES[0], "scores": {CLASSES[0]: 1.0}})],
    )


def eager(network: MobileNetV2) -> Predict:
    @torch.inference_mode()
    def predict(body: bytes) -> dict[str, float]:
        pixels = torch.from_numpy(to_input(decode(body, CONTRACT.size), CONTRACT).copy())
        scores = network(pixels[None].permute(0, 3, 1, 2).float() / 255).softmax(dim=1)
        return dict(zip(CLASSES, scores[0].tolist(), strict=True))

    return predict


def check_same_answers(contenders: dict[str, Predict], picture: bytes) -> None:
    answers = [list(predict(picture).values()) for predict in contenders.values()]
    if not np.allclose(answers[0], answers[1], atol=1e-4):
        raise SystemExit(f"the contenders disagree, so their times cannot be compared: {answers}")


def report(milliseconds: dict[str, list[float]], picture_bytes: int) -> None:
    told = {name: quantiles(times, digits=2) for name, times in milliseconds.items()}
    vigil, peer = told["vigil_http"], told["pytorch_eager"]
    result = {
        "network": f"MobileNetV2, {CONTRACT.size} pixels, float32, one thread",
        "picture": {"size": PICTURE_SIZE, "bytes": picture_bytes},
        "requests": REQUESTS,
        "load_average": round(os.getloadavg()[0], 1),
        **told,
        "times_faster_than_pytorch_eager": {name: round(peer[name] / vigil[name], 2) for name in vigil},
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "onnxruntime": onnxruntime.__version__,
        },
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
