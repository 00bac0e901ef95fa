"""The ONNX graph of a trained network."""

import io
import warnings
from pathlib import Path
from typing import Any

import onnx
import torch

from training_containers.contract.checkpoints import write_whole
from training_containers.ensemble.models.graphs import IR_VERSION, OPSETS
from training_containers.ensemble.models.member import OUTPUT
from training_containers.ensemble.models.network import ZoneNetwork


def export(network: ZoneNetwork, path: Path) -> None:
    """Write the graph from `windows` (n, window_steps, nodes, channels) to `score` (n,)."""
    signals = network.signals
    # Two windows: the exporter takes a single one's axis for a constant. Its successor takes seconds for each network.
    example = torch.zeros(2, signals.window_steps, signals.nodes, len(signals.channels))
    axes = {"windows": {0: "n"}, OUTPUT: {0: "n"}}
    names: dict[str, Any] = {"input_names": ["windows"], "output_names": [OUTPUT], "dynamic_axes": axes}
    found = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of sizes that become constants, which all but the first are
        torch.onnx.export(network.cpu().eval(), (example,), found, opset_version=OPSETS[""], dynamo=False, **names)
    graph = onnx.load_from_string(found.getvalue())
    graph.ir_version = IR_VERSION
    onnx.checker.check_model(graph, full_check=True)
    write_whole(path, lambda file: file.write(graph.SerializeToString()))
