"""A finished job leaves a package that serving accepts, with evidence that is true."""

import base64
import json
import re
import subprocess
from pathlib import Path

import mlflow
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from inference.contracts import Baseline, Evaluation, GoldenRequest
from inference.package import load_manifest
from training_containers.contract.metric_definitions import metric_definitions
from training_containers.image_classification import train as program
from training_containers.image_classification.efficientnet_lite0 import EfficientNetLite0
from training_containers.image_classification.mobilenet_v2 import MobileNetV2
from training_containers.image_classification.network import PictureNetwork
from training_containers.image_classification.pretrained import load_start

FROM_WEIGHTS = {"architecture": "efficientnet_lite0", "width_multiplier": "1"}
Trained = tuple[Path, subprocess.CompletedProcess[str]]


def test_it_learned_what_three_colours_can_teach(trained: Trained) -> None:
    evaluation = Evaluation.model_validate_json((trained[0] / "model" / "evaluation.json").read_bytes())
    assert evaluation.test_items == 9
    assert evaluation.metrics["macro_f1"] > 0.8
    assert evaluation.dummy["macro_f1"] == pytest.approx(1 / 6)
    assert 0 < evaluation.metrics["p50_ms"] <= evaluation.metrics["p95_ms"] <= evaluation.metrics["p99_ms"]
    assert evaluation.metrics["size_mb"] == pytest.approx((trained[0] / "model" / "model.onnx").stat().st_size / 1e6)
    assert sum(map(sum, evaluation.confusion)) == 9
    for name in ("accuracy", "macro_f1", "min_recall"):
        assert evaluation.intervals[name].low <= evaluation.metrics[name] <= evaluation.intervals[name].high
    assert evaluation.metrics["reviewed_macro_f1"] > 0.5  # four pictures of two classes, so one may be wrong
    assert evaluation.intervals["reviewed_accuracy"].low < evaluation.metrics["reviewed_accuracy"]
    assert evaluation.intervals["min_recall"].low < 0.3  # three pictures a class show little
    assert evaluation.skipped == ()


def test_the_baseline_covers_every_score_of_the_held_out_pictures(trained: Trained) -> None:
    baseline = Baseline.model_validate_json((trained[0] / "model" / "baseline.json").read_bytes())
    assert baseline.items == 18
    assert set(baseline.scores) == {"Chi", "Mu", "NoCat"}
    assert sum(baseline.labels.values()) == pytest.approx(1)
    assert all(sum(bins.fractions) == pytest.approx(1) for bins in baseline.scores.values())


def test_golden_requests_come_from_every_class(trained: Trained) -> None:
    lines = (trained[0] / "model" / "golden.jsonl").read_text().splitlines()
    requests = [GoldenRequest.model_validate_json(line) for line in lines]
    bodies = [base64.b64decode(request.body_base64) for request in requests]
    labels = [request.answer["label"] for request in requests]
    originals = [label for label, body in zip(labels, bodies, strict=True) if body[:2] == b"\xff\xd8"]
    scaled = [label for label, body in zip(labels, bodies, strict=True) if body[:4] == b"\x89PNG"]
    assert sorted(originals) == ["Chi", "Chi", "Mu", "Mu", "NoCat", "NoCat"]
    assert sorted(scaled) == ["Chi", "Mu", "NoCat"]


def test_progress_and_metrics_are_in_the_log(trained: Trained) -> None:
    log = trained[1].stdout
    definitions = {definition["Name"]: definition["Regex"] for definition in metric_definitions(["val_loss", "epoch"])}
    epochs = re.findall(definitions["epoch"], log, re.MULTILINE)
    assert epochs == [str(number) for number in range(1, len(epochs) + 1)]
    assert len(re.findall(definitions["val_loss"], log, re.MULTILINE)) == len(epochs)


def test_tensorboard_and_mlflow_tell_the_same(trained: Trained) -> None:
    base, _ = trained
    events = EventAccumulator(str(base / "checkpoints" / "tensorboard" / "cats-tiny")).Reload()
    losses = [event.value for event in events.Scalars("val_loss")]
    client = mlflow.MlflowClient(f"sqlite:///{base}/mlflow.db")
    (run,) = client.search_runs([client.get_experiment_by_name("cats").experiment_id])
    assert (run.info.run_name, run.info.status, run.data.params["seed"]) == ("cats-tiny", "FINISHED", "3")
    history = sorted(client.get_metric_history(run.info.run_id, "val_loss"), key=lambda metric: metric.step)
    assert [metric.value for metric in history] == pytest.approx(losses)


def test_two_processes_train_one_model(job, train) -> None:
    base = job(**FROM_WEIGHTS, frozen_epochs="1", epochs="1", batch_size="4")
    result = train(base, VIGIL_PROCESSES_PER_HOST="2", OMP_NUM_THREADS="1")
    assert result.returncode == 0, result.stderr
    assert load_manifest(base / "model").classes == ("Chi", "Mu", "NoCat")
    # One line an epoch although two processes run.
    assert result.stdout.count("val_loss=") == 2


def test_a_champion_is_measured_on_the_same_test_split(job, run_here, trained: Trained) -> None:
    base = job(epochs="1")
    channel = base / "input" / "data" / "champion"
    channel.mkdir()
    subprocess.run(["tar", "-czf", channel / "model.tar.gz", "-C", trained[0] / "model", "."], check=True)
    run_here(base, CHAMPION_MODEL_DATA_URL="s3://artifacts/champion/model.tar.gz")
    champion = json.loads((base / "model" / "evaluation.json").read_text())["champion"]
    own = json.loads((trained[0] / "model" / "evaluation.json").read_text())["metrics"]
    assert champion["model_data_url"] == "s3://artifacts/champion/model.tar.gz"
    measured = ("accuracy", "macro_f1", "min_recall", "reviewed_accuracy", "reviewed_macro_f1")
    assert champion["metrics"] == {name: own[name] for name in measured}
    assert champion["shared_classes"] == ["Chi", "Mu", "NoCat"]
    assert "reviewed_macro_f1" in champion["differences"].keys() & champion["challenger"].keys()
    assert champion["differences"]["macro_f1"]["low"] < 0  # one epoch against fifteen


def test_a_frozen_network_changes_in_its_last_layer_only(job, run_here, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged: list[PictureNetwork] = []
    monkeypatch.setattr(program, "package", lambda *given: packaged.append(given[1].network))
    monkeypatch.setattr(program, "write_results", lambda *given: None)
    base = job(frozen_epochs="2", train_only_top_layer="true", width_multiplier="0.1")
    weights = MobileNetV2(1000, width_multiplier=0.1).state_dict()
    channel = base / "input" / "data" / "pretrained"
    channel.mkdir()
    torch.save(weights, channel / "model.pt")
    run_here(base)
    network = packaged[0].state_dict()
    changed = [name for name in weights if not torch.equal(weights[name], network[name])]
    assert changed == ["classifier.1.weight", "classifier.1.bias"]


def test_the_image_s_own_weights_teach_colours_in_seconds(job, run_here) -> None:
    base = job(**FROM_WEIGHTS, train_only_top_layer="true", frozen_epochs="60")
    run_here(base)
    baseline = Baseline.model_validate_json((base / "model" / "baseline.json").read_bytes())
    assert {f"embedding_{number}" for number in range(8)} < set(baseline.features)
    evaluation = Evaluation.model_validate_json((base / "model" / "evaluation.json").read_bytes())
    assert evaluation.metrics["macro_f1"] > 0.8
    assert load_manifest(base / "model").input == {"size": 64, "fit": "squash"}


def test_all_layers_learn_after_the_last_one_and_only_what_is_better_is_kept(
    job, run_here, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    packaged: list[PictureNetwork] = []
    monkeypatch.setattr(program, "package", lambda *given: packaged.append(given[1].network))
    monkeypatch.setattr(program, "write_results", lambda *given: None)
    base = job(**FROM_WEIGHTS, frozen_epochs="3", epochs="2", learning_rate="0.001")
    run_here(base)
    log = capsys.readouterr().out
    assert re.findall(r"^epoch=(\d+) ", log, re.MULTILINE) == ["1", "2", "3", "4", "5"]
    progress = [float(value) for value in re.findall(r"^epoch=.* progress=(\S+)", log, re.MULTILINE)]
    assert progress == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    before = EfficientNetLite0(3)
    load_start(before, None)
    changed = [
        name for name, value in before.state_dict().items() if not torch.equal(value, packaged[0].state_dict()[name])
    ]
    losses = [float(value) for value in re.findall(r"val_loss=(\S+)", log)]
    assert ("features.0.weight" in changed) == (min(losses[3:]) < min(losses[:3]) - 0.001)
    assert not any("running_mean" in name for name in changed)  # what came with the weights stays
