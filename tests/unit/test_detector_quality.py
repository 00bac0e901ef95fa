"""What is measured of a detector, on cases that can be counted by hand, and against pycocotools."""

import numpy as np
import pytest

from tests.unit.detector_answers import Place, answered
from training_containers.object_detection.coco import evaluate
from training_containers.object_detection.quality import Quality, mean_precision
from training_containers.object_detection.threshold import choose_threshold

DEER = ("deer",)
HERE: Place = (10, 10, 40, 40)
THERE: Place = (100, 10, 40, 40)
SMALL: Place = (150, 60, 20, 20)
LARGE: Place = (0, 0, 150, 100)


def test_ten_right_boxes_have_an_average_precision_of_one() -> None:
    metrics = Quality([answered([HERE], [(HERE, 0.9)]) for _ in range(10)], DEER).metrics
    assert (metrics["ap"], metrics["ap50"], metrics["recall"], metrics["precision"]) == (1, 1, 1, 1)
    assert "false_positives_per_empty" not in metrics  # there is no empty picture
    assert "recall_small" not in metrics


def test_a_box_counts_at_the_overlaps_that_it_reaches() -> None:
    shifted = (20, 10, 40, 40)  # an overlap of 0.6: at 0.5, 0.55 and 0.6 of COCO's ten
    metrics = Quality([answered([HERE], [(shifted, 0.9)])], DEER).metrics
    assert metrics["ap50"] == 1
    assert metrics["ap"] == pytest.approx(0.3)


def test_recall_and_precision_are_at_the_threshold() -> None:
    pictures = [
        answered([HERE, THERE], [(HERE, 0.9), (THERE, 0.4)]),  # one too faint to be told
        answered([SMALL], [(SMALL, 0.8), (HERE, 0.7)]),  # and one that is nothing
        answered([LARGE], []),
    ]
    metrics = Quality(pictures, DEER).metrics
    assert (metrics["recall"], metrics["precision"]) == (0.5, pytest.approx(2 / 3))
    assert (metrics["recall_small"], metrics["recall_medium"], metrics["recall_large"]) == (1, 0.5, 0)


def test_a_second_box_on_the_same_deer_is_wrong() -> None:
    metrics = Quality([answered([HERE], [(HERE, 0.9), ((12, 10, 40, 40), 0.8)])], DEER).metrics
    assert (metrics["recall"], metrics["precision"]) == (1, 0.5)


def test_false_positives_are_counted_per_empty_picture() -> None:
    pictures = [answered([], [(HERE, 0.9), (THERE, 0.6), (SMALL, 0.3)]), answered([], []), answered([HERE], [])]
    assert Quality(pictures, DEER).metrics["false_positives_per_empty"] == 1


def test_classes_that_are_not_compared_count_nowhere() -> None:
    boar = answered([HERE], [(HERE, 0.9)], label="boar")
    metrics = Quality([boar, answered([THERE], [(THERE, 0.9)])], DEER).metrics
    assert metrics["ap"] == 1
    assert metrics["false_positives_per_empty"] == 0


def test_pictures_drawn_once_measure_what_pycocotools_measures() -> None:
    rng = np.random.default_rng(0)
    pictures = []
    for number in range(40):
        true = [tuple(rng.uniform((0, 0, 20, 20), (120, 40, 70, 50))) for _ in range(number % 4)]
        near = [(tuple(np.array(box) + rng.normal(0, 4, 4)), float(rng.uniform(0.1, 1))) for box in true]
        wrong = [(tuple(rng.uniform((0, 0, 20, 20), (120, 40, 70, 50))), 0.6 * float(rng.random()))]
        pictures.append(answered(true, sorted(near + wrong, key=lambda one: -one[1]), camera=f"c{number % 5}"))
    evaluated = evaluate([p.item.boxes for p in pictures], [p.answer.boxes for p in pictures], DEER)
    once = np.ones(len(pictures), np.int64)
    assert 0.2 < evaluated.ap < evaluated.ap50 < 1
    assert mean_precision(evaluated.matches, once) == pytest.approx(evaluated.ap, abs=1e-9)
    assert mean_precision(evaluated.matches, once, overlaps=1) == pytest.approx(evaluated.ap50, abs=1e-9)
    twice = pictures + pictures[:10]
    drawn = np.where(np.arange(len(pictures)) < 10, 2, 1)
    again = evaluate([p.item.boxes for p in twice], [p.answer.boxes for p in twice], DEER)
    assert mean_precision(evaluated.matches, drawn) == pytest.approx(again.ap, abs=1e-9)


def test_intervals_are_over_cameras_and_never_surer_than_few_of_them_allow() -> None:
    right = [answered([HERE], [(HERE, 0.9)], camera=f"c{n}") for n in range(3)]
    empty = [answered([], [], camera=f"c{n}") for n in range(3)]
    intervals = Quality(right + empty, DEER).intervals()
    assert intervals["recall"].low < 0.3
    assert intervals["false_positives_per_empty"].high > 1
    mixed = [answered([HERE], [(HERE, 0.9)] if n else [], camera=f"c{n}") for n in range(4) for _ in range(50)]
    interval = Quality(mixed, DEER).intervals()["recall"]
    assert interval.low < 0.5 < 0.75 < interval.high  # 200 pictures of four cameras are four


def test_a_champion_is_compared_on_the_same_draws() -> None:
    ours = Quality([answered([HERE], [(HERE, 0.9)], camera=f"c{n}") for n in range(6)], DEER)
    theirs = Quality([answered([HERE], [(HERE, 0.9)] if n % 2 else [], camera=f"c{n}") for n in range(6)], DEER)
    difference = ours.differences(theirs)["recall"]
    assert 0 < difference.low <= 0.5 <= difference.high
    assert (ours.differences(ours)["ap50"].low, ours.differences(ours)["ap50"].high) == (0, 0)


def test_the_threshold_keeps_the_bound_on_empty_pictures() -> None:
    empties = [answered([], [(HERE, 0.6)])] + [answered([], []) for _ in range(9)]
    pictures = [answered([HERE], [(HERE, score)]) for score in (0.9, 0.8, 0.5, 0.4)] + empties
    assert choose_threshold(pictures, DEER, most_per_empty=0.1) == pytest.approx(0.2)  # below the faintest right box
    assert choose_threshold(pictures, DEER, most_per_empty=0.05) == pytest.approx(0.7)  # between 0.8 and 0.6


def test_where_no_score_keeps_the_bound_nothing_is_told() -> None:
    pictures = [answered([], [(HERE, 0.9)]), answered([HERE], [(HERE, 0.8)])]
    assert choose_threshold(pictures, DEER, most_per_empty=0) > 0.9


def test_the_threshold_is_of_best_f1_where_no_picture_is_empty() -> None:
    faint = [(THERE, 0.3), (SMALL, 0.2), (LARGE, 0.1)]
    assert choose_threshold([answered([HERE], [(HERE, 0.8), *faint])], DEER, 0.1) == pytest.approx(0.55)
    assert choose_threshold([answered([HERE], [])], DEER, 0.1) == 0.5
