"""An ensemble of the default sizes, trained on a simulated building and packaged; its evidence is empty."""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from inference.contracts import Evaluation
from inference.contracts.package import MANIFEST
from inference.contracts.zones import ZoneSignals
from inference.sensor_zones.features import feature_names
from inference.sensor_zones.package_input import EnsembleInput
from sandbox.simulators.fire import CampaignOptions, simulate_campaign
from sandbox.simulators.fire.sensors import CHANNELS
from training_containers.ensemble.calibration import calibrate, calibrated
from training_containers.ensemble.choice import input_of
from training_containers.ensemble.combine import fit_combiners
from training_containers.ensemble.config import EnsembleHyperparameters
from training_containers.ensemble.graph import merge
from training_containers.ensemble.members import Trained
from training_containers.ensemble.models import members
from training_containers.ensemble.models.member import Fit
from training_containers.ensemble.panels import Panel, read_panel
from training_containers.ensemble.scoring import OnnxMember
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.store import write_shard
from training_containers.packaging import PackageDraft, golden_request, make_baseline, write_package

SIGNALS = ZoneSignals(channels=CHANNELS)
SETTINGS = EnsembleHyperparameters(most_rows=50_000, most_windows=2000, epochs=1)
"""Models have the default sizes; what networks have learned costs no time."""
CALIBRATED_ON = 4000


@dataclass(frozen=True)
class Site:
    """One simulated building on one day."""

    panel: Panel
    adjacent: dict[str, list[str]]
    source: ShardSource


def simulated(work: Path) -> Site:
    raw, table = work / "raw", work / "table.parquet"
    if not table.is_file():
        (part,) = simulate_campaign(CampaignOptions(sites=1, days=1, fires=40.0), raw)
        found = pq.read_table(part.path)
        pq.write_table(
            found.rename_columns(["hazard" if name == "fire" else name for name in found.column_names]), table
        )
    adjacent = json.loads((raw / "schema.json").read_text())["adjacent"]
    read = partial(read_panel, table, SIGNALS)
    shard = write_shard(work / "shard", read, "site", "day", adjacent, SIGNALS)
    return Site(read(), adjacent, ShardSource((shard,), SIGNALS))


def packaged(work: Path, source: ShardSource) -> Path:
    """The folder of the package; what an earlier call has trained is not trained again."""
    directory = work / "package"
    if (directory / MANIFEST).is_file():
        return directory
    trained = []
    for member in members("all"):
        resume = work / member.name
        resume.mkdir(exist_ok=True)
        path = resume / "member.onnx"
        if not path.is_file():
            print(f"training {member.name}", flush=True)
            member.train(source, Fit(SIGNALS, SETTINGS, 0, resume, path, lambda share, rows: None))
        trained.append(Trained(member, path))
    directory.mkdir(exist_ok=True)
    merge(trained, directory / "model.onnx")
    write_package(
        directory,
        _draft(trained, source),
        evaluation=Evaluation(task="sensor_zones", dataset_version="benchmark", test_items=0, metrics={}, dummy={}),
        baseline=make_baseline([SIGNALS.calm], {SIGNALS.calm: [1.0]}),
        golden=[golden_request(b"{}", "application/json", {"predictions": []})],
    )
    return directory


def _draft(trained: list[Trained], source: ShardSource) -> PackageDraft:
    """Calibrated on what it was trained on, for its probabilities mean nothing here; stacking combines."""
    batches = {reads: source.sample(reads, CALIBRATED_ON, 1) for reads in ("features", "windows")}
    hazard, weight = batches["features"].hazard, batches["features"].weight
    scores = np.stack(
        [OnnxMember(one.onnx, one.member.reads).scores(batches[one.member.reads].inputs) for one in trained], axis=1
    )
    each = tuple(calibrate(column, hazard, weight) for column in scores.T)
    stacking, *_ = fit_combiners(calibrated(scores, each), hazard, weight, np.arange(len(hazard)) % 8, 0)
    contract = EnsembleInput(
        signals=SIGNALS,
        features=feature_names(SIGNALS),
        members=tuple(input_of(one, calibration, 0.5) for one, calibration in zip(trained, each, strict=True)),
        combiner=stacking,
    )
    return PackageDraft(
        domain="fire",
        task="sensor_zones",
        classes=(SIGNALS.calm, SIGNALS.hazard),
        input=contract.model_dump(mode="json"),
        dataset_version="benchmark",
        libraries=(),
        thresholds={SIGNALS.hazard: 0.5},
    )
