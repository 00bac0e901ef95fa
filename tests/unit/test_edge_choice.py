"""Which edge format ships, and how answers to pictures are counted."""

import pytest

from inference.contracts import Interval, Item, Split
from inference.contracts.edge import EdgeCandidate
from inference.contracts.tasks.image_classification import ClassPrediction
from training_containers.image_classification.answers import Answered
from training_containers.image_classification.edge.choice import choose
from training_containers.image_classification.quality import quality, roc_auc


def candidate(model_format, p50_ms: float, accuracy: float = 0.95, size_mb: float = 4.0) -> EdgeCandidate:
    return EdgeCandidate(format=model_format, size_mb=size_mb, metrics={"p50_ms": p50_ms, "accuracy": accuracy})


FLOAT = candidate("float32", 10.0, size_mb=13.0)
SAME = Interval(low=-0.01, high=0.01)


@pytest.mark.parametrize(
    ("small", "difference", "ships", "told"),
    [
        (candidate("int8", 5.0), SAME, "int8", "5.00 ms against 10.00 ms"),
        (candidate("int8", 10.9), SAME, "int8", "4.00 MB against 13.00 MB"),
        (candidate("int8", 11.5), SAME, "float32", "slower: 11.50 ms against 10.00 ms"),
        (candidate("int8", 5.0, 0.9), Interval(low=-0.08, high=-0.01), "float32", "0.900 against 0.950"),
        (candidate("int8", 5.0), Interval(low=-0.021, high=0.05), "float32", "-0.021 to +0.050"),
        (candidate("int8", 5.0), Interval(low=-0.02, high=0.0), "int8", "answers as well"),
    ],
)
def test_the_faster_ships_of_those_that_are_surely_no_worse(small, difference, ships: str, told: str) -> None:
    choice = choose(FLOAT, small, difference, "accuracy", 0.02)
    assert choice.ships.format == ships
    assert choice.why.startswith(f"{ships} ships")
    assert told in choice.why


def test_another_task_is_judged_on_its_own_metric() -> None:
    plain, small = (
        EdgeCandidate(format=name, size_mb=1, metrics={"p50_ms": 1, "ap": ap})
        for name, ap in (("float32", 0.5), ("int8", 0.47))
    )
    worse = Interval(low=-0.04, high=-0.02)
    assert choose(plain, small, worse, "ap", 0.05).why.startswith("int8 ships: it answers as well (ap 0.470 against")
    assert choose(plain, small, worse, "ap", 0.03).ships is plain


def answered(label: str, ad: float, name: str) -> Answered:
    answer = "ad" if ad >= 0.5 else "content"
    scores = {"ad": ad, "content": 1 - ad}
    item = Item(path=name, label=label, split=Split.TEST, group=name)
    return Answered(item, ClassPrediction(label=answer, confidence=max(scores.values()), scores=scores))


ANSWERS = [
    answered(label, ad, f"{number}.jpg")
    for number, (label, ad) in enumerate(
        [("ad", 0.9), ("ad", 0.8), ("ad", 0.4), ("content", 0.6), ("content", 0.2), ("content", 0.1), ("content", 0.3)]
    )
]


def test_of_two_classes_the_first_is_looked_for() -> None:
    metrics, intervals = quality(ANSWERS, ("ad", "content"))
    assert metrics["precision"] == pytest.approx(2 / 3)
    assert metrics["recall"] == pytest.approx(2 / 3)
    assert metrics["f1"] == pytest.approx(2 / 3)
    assert metrics["accuracy"] == pytest.approx(5 / 7)
    assert metrics["roc_auc"] == pytest.approx(11 / 12)  # of 12 pairs one is the wrong way round
    assert intervals["f1"].low < metrics["f1"] < intervals["f1"].high
    assert quality(ANSWERS, ("content", "ad"))[0]["f1"] == pytest.approx(3 / 4)


def test_without_a_mistake_the_interval_still_says_how_few_pictures_there_were() -> None:
    right = [answered(label, ad, f"{label}{n}") for n in range(20) for label, ad in (("ad", 0.9), ("content", 0.1))]
    metrics, intervals = quality(right, ("ad", "content"))
    assert metrics["f1"] == 1
    assert intervals["f1"].low == pytest.approx(0.912, abs=0.001)  # Clopper and Pearson, 40 of 40


def test_of_more_classes_the_mean_is_told() -> None:
    answers = [
        *(answered(one.item.label, one.answer.scores["ad"], one.item.path) for one in ANSWERS[:2]),
        *ANSWERS[3:],
    ]
    metrics, _ = quality([Answered(one.item, with_other(one.answer)) for one in answers], ("ad", "content", "other"))
    assert metrics["f1"] == pytest.approx(metrics["macro_f1"])
    assert "roc_auc" not in metrics  # no picture is of the class `other`


def with_other(answer: ClassPrediction) -> ClassPrediction:
    return answer.model_copy(update={"scores": {**answer.scores, "other": 0.0}})


@pytest.mark.parametrize(
    ("positive", "scores", "area"),
    [
        ([True, False], [0.9, 0.1], 1.0),
        ([True, False], [0.1, 0.9], 0.0),
        ([True, False, True, False], [0.5, 0.5, 0.5, 0.5], 0.5),
        ([True, True], [0.5, 0.6], None),
        ([False], [0.5], None),
    ],
)
def test_roc_auc_counts_pairs(positive, scores, area) -> None:
    assert roc_auc(positive, scores) == area
