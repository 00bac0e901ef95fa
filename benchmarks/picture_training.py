"""What a training job on pictures takes, in seconds of CPU, beside the same steps by PyTorch alone.

A whole job on 840 drawn pictures with the domain's default options at 160 pixels, from the start of Python to the
package; the features of 64 pictures; the graph of the served network. One thread. CPU seconds depend less than the
clock on what else runs. Writes benchmarks/results/picture_training.json.
"""

import hashlib
import io
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import torch
from torch import Tensor, nn

from inference.contracts import DatasetSummary, Evaluation, Item, Split
from sandbox.simulators import cats
from training_containers.image_classification.efficientnet_lite0 import EfficientNetLite0
from training_containers.image_classification.export import export_onnx
from training_containers.image_classification.frozen_features import frozen_features
from training_containers.image_classification.pretrained import load_start

PICTURES, SEED, SIZE = 840, 7, 160
BATCH = 16
RESULT = Path(__file__).parent / "results" / "picture_training.json"


def main() -> None:
    torch.set_num_threads(1)
    network = EfficientNetLite0(len(cats.CLASSES)).eval()
    load_start(network, None)
    pictures = torch.randint(0, 256, (64, SIZE, SIZE, 3), dtype=torch.uint8)
    with tempfile.TemporaryDirectory() as folder:
        seconds, evaluation = whole_job(Path(folder))
        vigil_graph = cpu(lambda: export_onnx(network, SIZE, Path(folder) / "model.onnx"))
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            torch_graph = cpu(lambda: torch_export(network, Path(folder) / "torch.onnx"))
    result = {
        "network": f"EfficientNet-Lite0, {SIZE} pixels, float32, one thread",
        "load_average": round(os.getloadavg()[0], 1),
        "whole_job": {
            "pictures": PICTURES,
            "cpu_s": round(seconds, 1),
            "macro_f1": round(evaluation.metrics["macro_f1"], 3),
            "macro_f1_interval": [round(end, 3) for end in evaluation.intervals["macro_f1"].model_dump().values()],
            "test_pictures": evaluation.test_items,
        },
        "features_ms_a_picture": {
            "vigil": round(1000 * cpu(lambda: frozen_features(network, pictures)) / len(pictures), 1),
            "pytorch": round(1000 * cpu(lambda: torch_features(network, pictures)) / len(pictures), 1),
        },
        "graph_cpu_s": {"vigil": round(vigil_graph, 2), "torch.onnx.export": round(torch_graph, 2)},
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


def cpu(step: Callable[[], object]) -> float:
    start = time.process_time()
    step()
    return time.process_time() - start


def whole_job(folder: Path) -> tuple[float, Evaluation]:
    """The training image's own entry point on drawn pictures: CPU seconds, and what it measured."""
    lay_out(folder, cats.write(folder / "drawn", PICTURES, SEED))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    variables = {**os.environ, "SAGEMAKER_BASE_DIR": str(folder), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "training_containers.image_classification", "train"]
    subprocess.run(command, env=variables, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, Evaluation.model_validate_json((folder / "model" / "evaluation.json").read_bytes())


def lay_out(folder: Path, drawn: Path) -> None:
    """A dataset version of the drawn pictures: 70 % to train, 15 % to validate, 15 % to test, by content."""
    items = []
    for entry in json.loads((drawn / "labels.json").read_text()):
        name = entry["imageName"]
        share = hashlib.sha256((drawn / "images" / name).read_bytes()).digest()[0] / 256
        split = Split.TRAIN if share < 0.7 else Split.VALIDATION if share < 0.85 else Split.TEST
        items.append(Item(path=name, label=entry["label"], split=split, group=name))
    channels = folder / "input" / "data"
    (channels / "dataset").mkdir(parents=True)
    (channels / "images").symlink_to(drawn / "images")
    summary = DatasetSummary(domain="cats", version="benchmark", classes=cats.CLASSES, counts={}, duplicates=0)
    (channels / "dataset" / "dataset.json").write_text(summary.model_dump_json())
    (channels / "dataset" / "manifest.jsonl").write_text("\n".join(item.model_dump_json() for item in items))
    (folder / "input" / "config").mkdir()
    (folder / "input" / "config" / "hyperparameters.json").write_text(json.dumps({"image_size": str(SIZE)}))


@torch.inference_mode()
def torch_features(network: EfficientNetLite0, pictures: Tensor) -> Tensor:
    batches = pictures.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last).split(BATCH)
    return torch.cat([network.features((batch.float() - 127) / 128).mean(dim=(2, 3)) for batch in batches])


class Served(nn.Module):
    def __init__(self, network: EfficientNetLite0) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor) -> Tensor:
        return self.network(picture.permute(0, 3, 1, 2).float() / 255).softmax(dim=1)


def torch_export(network: EfficientNetLite0, path: Path) -> None:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    example = (torch.zeros(2, SIZE, SIZE, 3, dtype=torch.uint8),)
    shapes = {"picture": {0: torch.export.Dim("batch")}}
    torch.onnx.export(Served(network).eval(), example, path, dynamic_shapes=shapes, dynamo=True, verbose=False)


if __name__ == "__main__":
    main()
