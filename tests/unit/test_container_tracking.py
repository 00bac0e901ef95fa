"""Metrics are parsed by SageMaker, and a tracking server that is away costs no run."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from mlflow import MlflowClient
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from training_containers.contract import OptMl
from training_containers.contract.metric_definitions import metric_definitions, metric_line
from training_containers.contract.mlflow_runs import FinishedRuns
from training_containers.contract.tracking import LogLines, TensorBoard, Tracker


@pytest.mark.parametrize("value", [0.0, 0.81, 1e-7, -3.5, 12345678.0, 3])
def test_a_definition_finds_its_own_value_in_the_line(value: float) -> None:
    line = metric_line({"epoch": 3, "val_loss": 0.5, "loss": value})
    (definition,) = metric_definitions(["loss"])
    (found,) = re.findall(definition["Regex"], line)
    assert float(found) == pytest.approx(value, rel=1e-5)


def test_the_line_reads_as_documented() -> None:
    assert metric_line({"epoch": 3, "train_loss": 0.123456, "val_macro_f1": 0.81}) == (
        "epoch=3 train_loss=0.123456 val_macro_f1=0.81"
    )


class Broken:
    def log(self, step: int, metrics: Mapping[str, float]) -> None:
        raise ConnectionError("no route to the tracking server")

    def close(self, *, succeeded: bool) -> None:
        raise AssertionError("a sink that failed is not asked again")


def test_a_sink_that_fails_is_left_out_and_the_others_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    with Tracker(Broken(), LogLines()) as tracker:
        tracker.log(1, {"loss": 0.5})
        tracker.log(2, {"loss": 0.25})
    output = capsys.readouterr()
    assert output.out == "epoch=1 loss=0.5\nepoch=2 loss=0.25\n"
    assert output.err.count("no route to the tracking server") == 1


def test_tensorboard_reads_what_was_logged(tmp_path: Path) -> None:
    opt_ml = OptMl(tmp_path)
    with Tracker(TensorBoard(opt_ml)) as tracker:
        tracker.log(1, {"val_loss": 0.5})
    events = EventAccumulator(str(opt_ml.tensorboard)).Reload()
    assert [(event.step, event.value) for event in events.Scalars("val_loss")] == [(1, 0.5)]


def test_a_finished_run_is_recorded_with_its_artifacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    runs = FinishedRuns(OptMl(tmp_path), {"seed": 7})
    runs.record("Tuning", "first", {"depth": 3}, {"score": 0.5})
    runs.record("Tuning", "best", {"depth": 4}, {"score": 0.75}, lambda folder: (folder / "a.txt").write_text("curve"))

    found = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db")
    experiment = found.get_experiment_by_name("Tuning")
    by_name = {one.info.run_name: one for one in found.search_runs([experiment.experiment_id])}
    assert by_name["first"].data.params == {"seed": "7", "depth": "3"}
    assert by_name["best"].data.metrics == {"score": 0.75}
    assert {one.info.status for one in by_name.values()} == {"FINISHED"}
    assert [one.path for one in found.list_artifacts(by_name["best"].info.run_id)] == ["a.txt"]


def test_a_tracking_server_that_is_away_costs_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no folder, so that no database can be made in it")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/file/mlflow.db")
    runs = FinishedRuns(OptMl(tmp_path), {})
    runs.record("Tuning", "first", {}, {})
    runs.record("Tuning", "second", {}, {})

    assert capsys.readouterr().err.count("MLflow is left out from here") == 1
