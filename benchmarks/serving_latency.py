"""One prediction through the serving process over HTTP, beside the same network in eager PyTorch.

Both get the same JPEG bytes and answer with the same scores, on one thread; eager PyTorch is called in this process and
spared HTTP. Requests alternate between them, so that a busy machine slows both alike. The weights are random: latency
does not depend on them. Writes benchmarks/results/serving_latency.json.
"""

import http.client
import io
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image

from inference.contracts import Evaluation
from inference.image_classification.input import ImageInput, decode, to_input
from training_containers.image_classification.export import export_onnx
from training_containers.image_classification.mobilenet_v2 import MobileNetV2
from training_containers.packaging import PackageDraft, golden_request, make_baseline, write_package

CLASSES = ("Boots", "Chi", "Kappa", "Mu", "NoCat", "Tau", "Wolf")
CONTRACT = ImageInput(size=224)
PICTURE_SIZE = (640, 480)
WARM_UP, REQUESTS = 20, 300
START_LIMIT_S = 60
RESULT = Path(__file__).parent / "results" / "serving_latency.json"
Predict = Callable[[bytes], dict[str, float]]


def main() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = MobileNetV2(len(CLASSES)).eval()
    picture = jpeg()
    with tempfile.TemporaryDirectory() as base:
        write(Path(base) / "model", network, picture)
        with serving(Path(base)) as through_http:
            contenders = {"vigil_http": through_http, "pytorch_eager": eager(network)}
            check_same_answers(contenders, picture)
            milliseconds = measure(contenders, picture)
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


@contextmanager
def serving(base: Path) -> Iterator[Predict]:
    """The serving process on loopback, asked over one connection that stays open."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {
        "SAGEMAKER_BASE_DIR": str(base),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_BIND_TO_HOST": "127.0.0.1",
    }
    server = subprocess.Popen([sys.executable, "-m", "inference", "serve"], env={**os.environ, **variables})
    try:
        connection = connect(port)

        def predict(body: bytes) -> dict[str, float]:
            connection.request("POST", "/invocations", body, {"Content-Type": "image/jpeg"})
            return json.loads(connection.getresponse().read())["scores"]

        yield predict
    finally:
        server.terminate()
        server.wait()


def connect(port: int) -> http.client.HTTPConnection:
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", "/ping")
            connection.getresponse().read()
            return connection
        except ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


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


def measure(contenders: dict[str, Predict], picture: bytes) -> dict[str, list[float]]:
    milliseconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(WARM_UP + REQUESTS):
        for name, predict in contenders.items():
            start = time.perf_counter()
            predict(picture)
            if number >= WARM_UP:
                milliseconds[name].append(1000 * (time.perf_counter() - start))
    return milliseconds


def report(milliseconds: dict[str, list[float]], picture_bytes: int) -> None:
    quantiles = {
        name: {f"p{percent}_ms": round(float(np.percentile(times, percent)), 2) for percent in (50, 95, 99)}
        for name, times in milliseconds.items()
    }
    vigil, peer = quantiles["vigil_http"], quantiles["pytorch_eager"]
    result = {
        "network": f"MobileNetV2, {CONTRACT.size} pixels, float32, one thread",
        "picture": {"size": PICTURE_SIZE, "bytes": picture_bytes},
        "requests": REQUESTS,
        "load_average": round(os.getloadavg()[0], 1),
        **quantiles,
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
