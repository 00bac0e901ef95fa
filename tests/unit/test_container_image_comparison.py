"""The champion is compared on the pictures whose classes both packages know."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inference.contracts import DatasetSummary, Item, Split
from inference.contracts.tasks.image_classification import ClassPrediction
from training_containers.image_classification.answers import Answered
from training_containers.image_classification.comparison import compare
from training_containers.image_classification.data import Dataset
from training_containers.packaging import Champion


class Always:
    """Answers one class, whatever it is shown."""

    def __init__(self, label: str) -> None:
        self.label = label

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        return prediction(self.label).model_dump()


def prediction(label: str) -> ClassPrediction:
    return ClassPrediction(label=label, confidence=1.0, scores={label: 1.0})


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Ten test pictures a class; their bytes are never decoded here."""
    items = tuple(
        Item(path=f"{label}-{i}.jpg", label=label, split=Split.TEST, group=f"{label}-{i}")
        for label in ("Chi", "Mu", "NoCat")
        for i in range(10)
    )
    for item in items:
        (tmp_path / item.path).write_bytes(b"picture")
    summary = DatasetSummary(domain="cats", version="v1", classes=("Chi", "Mu", "NoCat"), counts={}, duplicates=0)
    return Dataset(summary, items, tmp_path)


def faultless(dataset: Dataset) -> list[Answered]:
    return [Answered(item, prediction(item.label)) for item in dataset.of(Split.TEST)]


def champion(label: str, *classes: str) -> Champion:
    return Champion(Always(label), "s3://artifacts/model.tar.gz", classes)


def test_a_class_that_the_champion_never_learned_is_not_held_against_it(dataset: Dataset) -> None:
    found = compare(champion("Chi", "Tau", "Chi", "NoCat"), dataset, faultless(dataset), [])
    assert found.shared_classes == ("Chi", "NoCat")
    assert found.metrics["accuracy"] == 0.5
    assert found.challenger["accuracy"] == found.challenger["macro_f1"] == 1
    assert found.differences["accuracy"].low < 0.5 < found.differences["accuracy"].high
    assert found.differences["macro_f1"].low > 0


def test_without_a_shared_class_nothing_is_claimed(dataset: Dataset) -> None:
    found = compare(champion("Tau", "Tau", "Wolf"), dataset, faultless(dataset), [])
    assert (found.metrics, found.differences, found.shared_classes) == ({}, {}, ())


def test_a_picture_that_either_could_not_read_is_left_out(dataset: Dataset) -> None:
    (dataset.images / "Mu-0.jpg").unlink()
    found = compare(champion("Mu", "Chi", "Mu", "NoCat"), dataset, faultless(dataset)[1:], [])
    assert found.metrics["accuracy"] == pytest.approx(9 / 28)


def with_reviews(dataset: Dataset, *labels: str) -> tuple[Dataset, list[Answered]]:
    """A reviewed picture of each label, and answers that are all wrong."""
    items = [
        Item(path=f"reviewed/{number}.jpg", label=label, split=Split.REVIEWED, group=f"reviewed/{number}")
        for number, label in enumerate(labels)
    ]
    (dataset.images / "reviewed").mkdir()
    for item in items:
        (dataset.images / item.path).write_bytes(b"picture")
    wrong = {"Chi": "Mu", "Mu": "Chi", "NoCat": "Mu"}
    return replace(dataset, items=(*dataset.items, *items)), [
        Answered(one, prediction(wrong[one.label])) for one in items
    ]


def test_reviews_of_no_class_that_both_know_tell_nothing_and_lose_nothing(dataset: Dataset) -> None:
    before = compare(champion("Chi", "Chi", "NoCat"), dataset, faultless(dataset), [])
    more, answers = with_reviews(dataset, "Mu", "Mu")
    assert compare(champion("Chi", "Chi", "NoCat"), more, faultless(dataset), answers) == before
    other = champion("Tau", "Tau", "Wolf")
    assert compare(other, more, faultless(dataset), answers).metrics == {}


def test_both_are_measured_on_reviews_over_the_classes_that_these_show(dataset: Dataset) -> None:
    before = compare(champion("Chi", "Chi", "Mu", "NoCat"), dataset, faultless(dataset), [])
    more, answers = with_reviews(dataset, *["Chi"] * 9, "Mu")
    found = compare(champion("Chi", "Chi", "Mu", "NoCat"), more, faultless(dataset), answers)
    added = {"reviewed_accuracy": 0.9, "reviewed_macro_f1": pytest.approx(18 / 19 / 2)}
    assert found.metrics == before.metrics | added
    assert found.challenger == before.challenger | dict.fromkeys(added, 0)
    assert found.differences["reviewed_accuracy"].high < 0 < found.differences["accuracy"].low
    assert (found.shared_classes, found.metrics["accuracy"]) == (before.shared_classes, before.metrics["accuracy"])
