"""The evidence in a package: bins, metrics, latency, and a folder that serving accepts or refuses."""

import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

from inference.contracts import Baseline, Bins, Evaluation
from inference.errors import PackageError
from inference.tabular.predictor import HazardDetector
from training_containers.contract import ConfigurationFault, OptMl
from training_containers.packaging import (
    PackageDraft,
    champion,
    champion_of,
    classification_metrics,
    golden_request,
    make_baseline,
    measure_latency,
    most_frequent_dummy,
    open_champion,
    quantile_bins,
    size_mb,
    write_package,
)
from training_containers.packaging.code_version import code_version
from training_containers.packaging.latency import REPETITIONS, WARM_UP

CLASSES = ("Cat", "NoCat")
DRAFT = PackageDraft(
    domain="cats",
    task="image_classification",
    classes=CLASSES,
    input={"size": 64},
    dataset_version="v1",
    libraries=("numpy",),
)
EVALUATION = Evaluation(task="image_classification", dataset_version="v1", test_items=1, metrics={}, dummy={})
BASELINE = make_baseline(["Cat"], {"Cat": [0.9], "NoCat": [0.1]})
GOLDEN = golden_request(b"picture", "image/jpeg", {"label": "Cat", "scores": {"Cat": 0.9, "NoCat": 0.1}})


def test_quantile_bins_hold_equal_shares() -> None:
    bins = quantile_bins(np.arange(1000))
    assert len(bins.edges) == 9
    assert bins.fractions == pytest.approx([0.1] * 10)


def test_tied_values_merge_bins_and_lose_no_item() -> None:
    bins = quantile_bins([0.0] * 90 + [1.0] * 10)
    assert len(set(bins.edges)) == len(bins.edges)
    assert sum(bins.fractions) == pytest.approx(1)


def test_values_that_are_not_finite_are_left_out_and_none_at_all_is_an_error() -> None:
    assert quantile_bins([1.0, float("nan"), float("inf")]) == quantile_bins([1.0])
    with pytest.raises(ValueError, match="at least one finite value"):
        quantile_bins([float("nan")])


def test_bins_whose_numbers_disagree_are_refused() -> None:
    with pytest.raises(ValueError, match="1 inner edges make 2 bins, not 3"):
        Bins(edges=(0.5,), fractions=(0.2, 0.3, 0.5))


def test_a_baseline_counts_labels_scores_and_features() -> None:
    baseline = make_baseline(["Cat", "Cat", "NoCat"], {"Cat": [0.9, 0.8, 0.1]}, {"bytes": [100, 200, 300]})
    assert isinstance(baseline, Baseline)
    assert baseline.labels == {"Cat": pytest.approx(2 / 3), "NoCat": pytest.approx(1 / 3)}
    assert (baseline.items, set(baseline.scores), set(baseline.features)) == (3, {"Cat"}, {"bytes"})


def test_metrics_of_a_known_confusion() -> None:
    truth = ["Cat"] * 4 + ["NoCat"] * 4
    answers = ["Cat", "Cat", "Cat", "NoCat", "NoCat", "NoCat", "Cat", "Cat"]
    measured = classification_metrics(truth, answers, CLASSES)
    assert measured.confusion == ((3, 1), (2, 2))
    assert measured.metrics["accuracy"] == pytest.approx(5 / 8)
    assert measured.metrics["min_recall"] == pytest.approx(0.5)
    assert measured.metrics["macro_f1"] == pytest.approx((2 / 3 + 4 / 7) / 2)
    assert measured.per_class["Cat"].support == 4


def test_metrics_are_scikit_learns() -> None:
    classes = tuple("ABCD")
    generator = np.random.default_rng(2)
    truth = [str(name) for name in generator.choice(classes[:3], 60)]  # no D is shown, some are answered
    answers = [str(name) for name in generator.choice(classes, 60)]
    measured = classification_metrics(truth, answers, classes)
    precision, recall, f1, support = precision_recall_fscore_support(truth, answers, labels=classes, zero_division=0)
    for i, name in enumerate(classes):
        found = measured.per_class[name]
        assert (found.precision, found.recall, found.f1) == pytest.approx((precision[i], recall[i], f1[i]))
        assert found.support == support[i]
    assert measured.metrics["macro_f1"] == pytest.approx(f1.mean())
    assert measured.metrics["accuracy"] == pytest.approx(accuracy_score(truth, answers))
    assert np.array_equal(measured.confusion, confusion_matrix(truth, answers, labels=classes))


def test_a_class_that_was_not_tested_counts_as_missed() -> None:
    measured = classification_metrics(["Cat"], ["Cat"], CLASSES)
    assert measured.metrics["accuracy"] == 1
    assert measured.metrics["min_recall"] == 0


def test_an_answer_of_another_class_is_wrong() -> None:
    measured = classification_metrics(["Cat", "NoCat"], ["Dog", "NoCat"], CLASSES)
    assert measured.metrics["accuracy"] == 0.5
    assert measured.confusion == ((0, 0), (0, 1))


def test_the_dummy_answers_what_training_saw_most() -> None:
    dummy = most_frequent_dummy(["NoCat", "NoCat", "Cat"], ["Cat", "NoCat", "NoCat"], CLASSES)
    assert dummy["accuracy"] == pytest.approx(2 / 3)
    assert dummy["min_recall"] == 0


class Counting:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        self.bodies.append(body)
        return {}


def test_latency_takes_the_requests_in_turn() -> None:
    predictor = Counting()
    latency = measure_latency(predictor, [(b"a", "image/jpeg"), (b"b", "image/jpeg")])
    assert 0 < latency["p50_ms"] <= latency["p95_ms"] <= latency["p99_ms"]
    assert len(predictor.bodies) == WARM_UP + REPETITIONS
    assert predictor.bodies.count(b"a") == predictor.bodies.count(b"b")


def test_size_is_in_millions_of_bytes(tmp_path: Path) -> None:
    (tmp_path / "edge").mkdir()
    (tmp_path / "model.onnx").write_bytes(b"x" * 1_500_000)
    (tmp_path / "edge" / "model.tflite").write_bytes(b"x" * 500_000)
    assert size_mb(tmp_path) == 2.0


def test_a_written_package_is_loaded_and_has_every_file(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"graph")
    manifest = write_package(tmp_path, DRAFT, evaluation=EVALUATION, baseline=BASELINE, golden=[GOLDEN])
    assert set(manifest.files) == {"model.onnx", "evaluation.json", "baseline.json", "golden.jsonl"}
    assert manifest.libraries == {"numpy": np.__version__}
    assert manifest.code_version == code_version()


def test_a_package_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"'model\.onnx' is required"):
        write_package(tmp_path, DRAFT, evaluation=EVALUATION, baseline=BASELINE, golden=[GOLDEN])


def test_a_package_that_could_not_be_checked_before_its_traffic_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"graph")
    with pytest.raises(ValueError, match="at least one golden request"):
        write_package(tmp_path, DRAFT, evaluation=EVALUATION, baseline=BASELINE, golden=[])


def test_an_archive_that_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    channel, scratch = tmp_path / "channel", tmp_path / "scratch"
    channel.mkdir()
    (tmp_path / "file").write_text("x")
    with tarfile.open(channel / "model.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "file", arcname="../escaped")
    with pytest.raises(ConfigurationFault, match="'champion' holds no model package"):
        open_champion(channel, scratch)
    assert not (tmp_path / "escaped").exists()


def test_a_champion_that_was_changed_since_it_was_registered_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, package = tmp_path / "channel", tmp_path / "package"
    channel.mkdir()
    package.mkdir()
    (package / "model.onnx").write_bytes(b"graph")
    write_package(package, DRAFT, evaluation=EVALUATION, baseline=BASELINE, golden=[GOLDEN])
    with tarfile.open(channel / "model.tar.gz", "w:gz") as tar:
        tar.add(package, arcname=".")
    monkeypatch.setenv("CHAMPION_MANIFEST_SHA256", "0" * 64)
    with pytest.raises(ConfigurationFault, match="the package was registered with 0000"):
        open_champion(channel, tmp_path / "scratch")


def test_a_champion_of_another_task_is_refused_before_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = tmp_path / "input" / "data" / "champion"
    channel.mkdir(parents=True)
    (channel / "model.tar.gz").write_bytes(b"opened below")
    opened = (object(), DRAFT.manifest(files={}), "s3://artifacts/model.tar.gz")
    monkeypatch.setattr(champion, "open_champion", lambda channel, scratch: opened)

    with pytest.raises(ConfigurationFault, match="the champion's task is 'image_classification'"):
        champion_of(OptMl(tmp_path), HazardDetector)


def test_an_opened_champion_leaves_nothing_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, temporary = tmp_path / "input" / "data" / "champion", tmp_path / "tmp"
    channel.mkdir(parents=True)
    temporary.mkdir()
    (channel / "model.tar.gz").write_bytes(b"no archive")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with pytest.raises(ConfigurationFault, match="'champion' holds no model package"):
        champion_of(OptMl(tmp_path), Counting)
    assert list(temporary.iterdir()) == []

    def unpack(channel: Path, scratch: Path) -> tuple[object, object, str]:
        (scratch / "model.onnx").write_bytes(b"graph")
        return Counting(), DRAFT.manifest(files={}), "s3://artifacts/model.tar.gz"

    monkeypatch.setattr(champion, "open_champion", unpack)
    opened = champion_of(OptMl(tmp_path), Counting)
    assert opened is not None
    assert opened.classes == CLASSES
    assert list(temporary.iterdir()) == []


def test_without_a_channel_there_is_no_champion(tmp_path: Path) -> None:
    assert champion_of(OptMl(tmp_path), HazardDetector) is None
