"""What the router, a release and reviews make of answers with boxes."""

from typing import Any

import pytest

from inference.contracts.tasks import TASKS, task_of

TASK = task_of("object_detection")
DEER = {"label": "deer", "score": 0.9, "x": 10.0, "y": 20.0, "width": 50.0, "height": 40.0}
FAINT = {"label": "deer", "score": 0.2, "x": 200.0, "y": 20.0, "width": 50.0, "height": 40.0}


def answer(*boxes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    found = {"width": 400, "height": 300, "classes": ["deer", "boar"], "threshold": 0.4, "boxes": list(boxes)}
    return {**found, "features": {"brightness": 0.5}, **changes}


@pytest.mark.parametrize(
    ("faulty", "says"),
    [
        ({"label": "deer", "scores": {}}, "Field required"),
        ([], "boxes with the picture's width"),
        (answer({**DEER, "score": 1.2}), "boxes.0.score"),
        (answer({**DEER, "label": "wolf"}), "labelled wolf; deer, boar are known"),
        (answer(FAINT, DEER), "the best box comes first"),
        (answer(width=0), "width"),
        (answer(DEER, DEER, FAINT), ""),
    ],
)
def test_an_answer_that_is_none_is_told(faulty: Any, says: str) -> None:
    told = TASK.validate(faulty)
    assert says in told
    assert bool(told) == bool(says)


def test_callers_get_boxes_at_the_threshold_and_no_features() -> None:
    told = TASK.for_caller(answer(DEER, FAINT))
    assert told["boxes"] == [DEER]
    assert set(told) == {"width", "height", "classes", "threshold", "boxes"}


@pytest.mark.parametrize(
    ("boxes", "label", "best"), [((DEER, FAINT), "deer", 0.9), ((FAINT,), "empty", 0.2), ((), "empty", 0.0)]
)
def test_a_capture_has_the_best_box_s_class_and_score(boxes: tuple[Any, ...], label: str, best: float) -> None:
    (item,) = TASK.items(answer(*boxes))
    assert (item.label, item.scores, item.features) == (label, {"deer": best, "boar": 0.0}, {"brightness": 0.5})


@pytest.mark.parametrize(
    ("boxes", "same"),
    [
        ((DEER,), True),
        ((DEER, FAINT), True),
        (({**DEER, "x": 20.0, "score": 0.5},), True),  # IoU 0.67
        (({**DEER, "x": 45.0},), False),  # IoU 0.18
        (({**DEER, "label": "boar"},), False),
        ((DEER, {**FAINT, "score": 0.8}), False),
        ((), False),
    ],
)
def test_two_models_agree_where_callers_get_the_same_objects(boxes: tuple[Any, ...], same: bool) -> None:
    assert TASK.agrees(answer(DEER), answer(*boxes)) is same


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (answer({**DEER, "x": 10.5, "score": 0.89}), ""),
        (answer(), "scores 0.900 is not found"),
        (answer({**DEER, "x": 45.0}), "scores 0.900 is not found"),
        (answer({**DEER, "score": 0.8}), "a score is off by 0.1000"),
        (answer(DEER, {**FAINT, "score": 0.8}), "scores 0.800 alone is found"),
        (answer(DEER, {**FAINT, "score": 0.41}), ""),  # as good as the threshold
        (answer(DEER, width=300), "400 x 300 pixels was read as 300 x 300"),
    ],
)
def test_a_golden_answer_is_compared_box_by_box(found: dict[str, Any], says: str) -> None:
    told = TASK.golden_fault(answer(DEER), found, 0.02)
    assert says in told
    assert bool(told) == bool(says)


@pytest.mark.parametrize(("score", "uncertainty"), [(0.4, 1.0), (0.2, 0.5), (0.7, 0.5), (1.0, 0.0)])
def test_a_picture_is_as_uncertain_as_its_box_nearest_to_the_threshold(score: float, uncertainty: float) -> None:
    assert TASK.uncertainty(answer({**DEER, "score": score})) == pytest.approx(uncertainty)
    assert TASK.uncertainty(answer()) == 0


def test_people_judge_the_boxes_that_callers_got() -> None:
    answered = TASK.answered(answer(DEER, FAINT))
    assert answered is not None
    assert (len(answered.boxes or ()), [box.score for box in answered.told]) == (2, [0.9])


def test_people_judge_a_picture_s_label() -> None:
    task = task_of("image_classification")
    sure = {"label": "cat", "confidence": 0.9, "scores": {"cat": 0.9, "dog": 0.1}}
    answered = task.answered(sure)
    assert answered is not None
    assert (answered.label, answered.boxes) == ("cat", None)
    assert task.uncertainty(sure) == pytest.approx(0.2)
    assert task.uncertainty({**sure, "scores": {"cat": 0.5, "dog": 0.5}}) == 1


@pytest.mark.parametrize("name", ["sensor_zones", "tabular"])
def test_windows_are_not_reviewed(name: str) -> None:
    assert TASKS[name].answered({"predictions": []}) is None
    assert TASKS[name].uncertainty({"predictions": []}) == 0
