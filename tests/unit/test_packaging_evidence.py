"""A package's evidence: bins, metrics, the dummy, latency and size."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

from inference.contracts import Baseline, Bins
from tests.unit.counting_predictor import CLASSES, Counting
from training_containers.packaging import (
    classification_metrics,
    make_baseline,
    measure_latency,
    most_frequent_dummy,
    quantile_bins,
    size_mb,
)
from training_containers.packaging.latency import REPETITIONS, WARM_UP


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
