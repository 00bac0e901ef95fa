"""The edge export's environment: asked for before training, and its failures are told."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from training_containers.contract import ConfigurationFault, InternalFault
from training_containers.edge_export.request import EdgeRequest
from training_containers.image_classification.architectures import build
from training_containers.image_classification.edge.classifier import SERVED
from training_containers.image_classification.edge.environment import VARIABLE, edge_python, export

REQUEST = EdgeRequest(served=SERVED, architecture="mobilenet_v3_small", classes=2, width_multiplier=0.35, image_size=64)
PICTURES = np.zeros((2, 64, 64, 3), np.uint8)


def program(folder: Path, lines: str) -> str:
    """A Python that does something else than what it is asked for."""
    path = folder / "python"
    path.write_text(f"#!{sys.executable}\nimport os, sys, pathlib\nfolder = pathlib.Path(sys.argv[-1])\n{lines}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("path", [None, "", "/nowhere/bin/python", "."])
def test_an_environment_that_is_not_there_is_told_with_the_fix(path: str | None, monkeypatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if path is not None:
        monkeypatch.setenv(VARIABLE, path)
    with pytest.raises(ConfigurationFault, match="make setup-edge"):
        edge_python()


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("print('no such operator'); sys.exit(3)", "status 3 .*no such operator"),
        ("(folder / 'float32.tflite').touch()", "status 0 and without int8"),
    ],
)
def test_a_failed_export_tells_the_end_of_its_log(lines: str, told: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(VARIABLE, program(tmp_path, lines))
    with pytest.raises(InternalFault, match=told):
        export(build("mobilenet_v3_small", 2, 0.35), REQUEST, PICTURES, tmp_path)


def test_what_is_handed_over_needs_no_pickle_and_no_module_of_this_environment(tmp_path: Path, monkeypatch) -> None:
    lines = """
for name in ("float32.tflite", "int8.tflite"):
    (folder / name).touch()
(folder / "seen").write_text(" ".join(name for name in os.environ if name.startswith("PYTHON")))
"""
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv(VARIABLE, program(tmp_path, lines))
    network = build("mobilenet_v3_small", 2, 0.35)
    export(network, REQUEST, PICTURES, tmp_path)
    weights = torch.load(tmp_path / "weights.pt", weights_only=True)
    assert torch.equal(weights["features.0.0.weight"], network.state_dict()["features.0.0.weight"])
    assert np.load(tmp_path / "calibration.npy", allow_pickle=False).shape == (2, 64, 64, 3)
    assert EdgeRequest.read(tmp_path) == REQUEST
    assert json.loads((tmp_path / "request.json").read_text())["architecture"] == "mobilenet_v3_small"
    assert (tmp_path / "seen").read_text() == "PYTHONDONTWRITEBYTECODE"
