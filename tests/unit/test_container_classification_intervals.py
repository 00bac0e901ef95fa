"""Intervals of a classifier's metrics, and of its differences to the champion."""

import time

import numpy as np
import pytest

from training_containers.packaging import (
    classification_differences,
    classification_intervals,
    classification_metrics,
)

CLASSES = ("Cat", "NoCat")


def answered(items: int, right: float, seed: int, classes: tuple[str, ...] = CLASSES) -> tuple[list[str], list[str]]:
    """Truth in turn, and answers of which a share is right."""
    generator = np.random.default_rng(seed)
    truth = [classes[i % len(classes)] for i in range(items)]
    answers = [t if generator.random() < right else str(generator.choice(classes)) for t in truth]
    return truth, answers


def alone(items: int) -> list[str]:
    return [f"picture-{i}" for i in range(items)]


def test_every_interval_holds_its_metric() -> None:
    truth, answers = answered(200, 0.8, seed=1)
    measured = classification_metrics(truth, answers, CLASSES).metrics
    for name, interval in classification_intervals(truth, answers, alone(200), CLASSES).items():
        assert interval.low < measured[name] < interval.high, name
        assert interval.high - interval.low < 0.2


def test_the_worst_class_makes_the_recall_whatever_the_others_show() -> None:
    truth = ["Cat"] * 26 + ["NoCat"] * 1000
    found = classification_intervals(truth, truth, alone(1026), CLASSES)["min_recall"]
    assert found.low == pytest.approx(0.868, abs=1e-3)  # 26 of 26 by Clopper and Pearson
    assert found.high == 1


def test_faultless_answers_to_few_pictures_are_not_surely_faultless() -> None:
    truth = ["Cat", "NoCat"] * 29
    found = classification_intervals(truth, truth, alone(58), CLASSES)["macro_f1"]
    assert (found.low, found.high) == (pytest.approx(0.938, abs=1e-3), 1.0)  # 58 of 58 by Clopper and Pearson


def test_a_class_without_items_shows_nothing() -> None:
    found = classification_intervals(["Cat"] * 50, ["Cat"] * 50, alone(50), CLASSES)
    assert found["min_recall"].low == 0
    assert found["macro_f1"].high == 0.5


def test_thirty_pictures_of_one_burst_show_as_much_as_one() -> None:
    truth = ["Cat", "NoCat"] * 30
    bursts = ["a", "b"] * 30
    alike = classification_intervals(truth, truth, bursts, CLASSES)
    assert alike["min_recall"].low == pytest.approx(0.025)  # 1 of 1
    assert alike["accuracy"].low == pytest.approx(0.158, abs=1e-3)  # 2 of 2
    assert classification_intervals(truth, truth, alone(60), CLASSES)["min_recall"].low > 0.88


def test_burst_after_burst_wrong_is_less_sure_than_picture_after_picture() -> None:
    truth = ["Cat", "NoCat"] * 100
    wrong = {3, 17, 60}
    answers = ["Cat" if i // 4 in wrong else t for i, t in enumerate(truth)]
    bursts = [str(i // 4) for i in range(200)]
    grouped = classification_intervals(truth, answers, bursts, CLASSES)
    single = classification_intervals(truth, answers, alone(200), CLASSES)
    for name in ("macro_f1", "accuracy", "min_recall"):
        assert grouped[name].low < single[name].low, name


def test_a_challenger_that_is_right_more_often_differs_by_what_it_mends() -> None:
    truth, champion = answered(300, 0.6, seed=4)
    challenger = [t if i % 5 == 0 else a for i, (t, a) in enumerate(zip(truth, champion, strict=True))]
    found = classification_differences(truth, challenger, champion, alone(300), CLASSES)
    gained = np.mean([a == t for a, t in zip(challenger, truth, strict=True)]) - np.mean(
        [a == t for a, t in zip(champion, truth, strict=True)]
    )
    assert found["accuracy"].low <= gained <= found["accuracy"].high
    assert found["accuracy"].low > 0
    assert found["macro_f1"].low > 0


def test_the_same_answers_do_not_differ() -> None:
    truth, answers = answered(90, 0.7, seed=5)
    for interval in classification_differences(truth, answers, answers, alone(90), CLASSES).values():
        assert (interval.low, interval.high) == (0, 0)


def test_an_answer_of_a_class_that_is_not_compared_is_wrong() -> None:
    truth = ["Cat", "NoCat"] * 20
    found = classification_differences(truth, truth, ["Dog"] * 40, alone(40), CLASSES)
    assert found["accuracy"].low == found["accuracy"].high == 1


def test_a_thousand_draws_of_a_thousand_pictures_take_less_than_a_second() -> None:
    classes = tuple("ABCDEFG")
    truth, answers = answered(1000, 0.9, seed=6, classes=classes)
    start = time.process_time()
    classification_intervals(truth, answers, alone(1000), classes)
    assert time.process_time() - start < 1
