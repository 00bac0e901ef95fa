"""The packaged model, served by the image's own entry point, answers what the trained network answers."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from inference.image_classification.input import ImageInput, decode, to_input
from sandbox.aws.processes import free_port
from training_containers.image_classification.mobilenet_v2 import MobileNetV2

Trained = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def port(trained: Trained) -> Iterator[int]:
    """A serving process on loopback, ended by SIGTERM as the platform ends it."""
    port = free_port()
    variables = {
        **os.environ,
        "SAGEMAKER_BASE_DIR": str(trained[0]),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_BIND_TO_HOST": "127.0.0.1",
    }
    server = subprocess.Popen([sys.executable, "-m", "inference", "serve"], env=variables)
    deadline = time.monotonic() + 180
    while not answers(port):
        assert server.poll() is None, "the server ended"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield port
    server.terminate()
    assert server.wait(60) in (0, -15)


def answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/ping")[0] == 200
    except OSError:
        return False


def ask(port: int, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, {"Content-Type": "image/jpeg"})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, content


def test_the_served_answers_are_the_trained_networks(port: int, trained: Trained) -> None:
    base = trained[0]
    network = MobileNetV2(3, width_multiplier=0.1)
    newest = max((base / "checkpoints").glob("*.pt"))
    network.load_state_dict(torch.load(newest, weights_only=True)["best"])
    network.eval()
    for picture in sorted((base / "input" / "data" / "images").glob("test-*")):
        status, content = ask(port, "POST", "/invocations", picture.read_bytes())
        assert status == 200
        pixels = torch.from_numpy(to_input(decode(picture.read_bytes(), 64), ImageInput(size=64)).copy())
        with torch.inference_mode():
            expected = network(pixels[None].permute(0, 3, 1, 2).float() / 255).softmax(dim=1)[0]
        answer = json.loads(content)
        assert list(answer["scores"].values()) == pytest.approx(expected.tolist(), abs=1e-4)
        assert answer["confidence"] == max(answer["scores"].values()) == answer["scores"][answer["label"]]


def test_a_truncated_picture_gets_a_sentence(port: int, trained: Trained) -> None:
    picture = next((trained[0] / "input" / "data" / "images").glob("test-*")).read_bytes()
    status, content = ask(port, "POST", "/invocations", picture[: len(picture) // 2])
    assert (status, json.loads(content)) == (
        400,
        {"error": "The picture is truncated: its end is missing; send it again in full."},
    )


def test_a_package_with_one_changed_byte_does_not_start(trained: Trained, tmp_path: Path) -> None:
    model = tmp_path / "model"
    subprocess.run(["cp", "-r", trained[0] / "model", model], check=True)
    graph = bytearray((model / "model.onnx").read_bytes())
    graph[len(graph) // 2] ^= 1
    (model / "model.onnx").write_bytes(graph)
    server = subprocess.run(
        [sys.executable, "-m", "inference", "serve"],
        env={**os.environ, "SAGEMAKER_BASE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert server.returncode == 1
    assert "'model.onnx' has another sha256" in server.stderr


def test_the_serving_process_imports_no_training_library() -> None:
    program = "import sys, inference.__main__, inference.image_classification.predictor; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "sklearn", "pandas", "mlflow", "training_containers"} & set(modules)
