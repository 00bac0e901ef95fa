"""The champion measured on the same pictures, and how the challenger differs from it."""

from collections.abc import Sequence

from inference.contracts import ChampionEvaluation, Split
from inference.image_classification.predictor import ImageClassifier
from training_containers.image_classification.answers import Answered, answers_to
from training_containers.image_classification.data import Dataset
from training_containers.packaging import Champion, classification_differences, classification_metrics, with_reviews

OF_REVIEWS = ("accuracy", "macro_f1")
"""Metrics that the split `reviewed` has too, over the classes that it shows: reviews are of few."""


def compare(
    champion: Champion[ImageClassifier], dataset: Dataset, test: Sequence[Answered], reviewed: Sequence[Answered]
) -> ChampionEvaluation:
    """On the pictures of the classes that both know; where they share none, there is nothing to measure.

    Args:
        test: the challenger's answers to the test split.
        reviewed: those to the split `reviewed`, if it has items.
    """
    found = _compare(champion, dataset, test, Split.TEST, dataset.summary.classes)
    if not found.shared_classes or not reviewed:
        return found
    return with_reviews(
        found, _compare(champion, dataset, reviewed, Split.REVIEWED, shown(reviewed, dataset)), OF_REVIEWS
    )


def shown(answers: Sequence[Answered], dataset: Dataset) -> tuple[str, ...]:
    """The classes that the pictures show."""
    labels = {one.item.label for one in answers}
    return tuple(name for name in dataset.summary.classes if name in labels)


def _compare(
    champion: Champion[ImageClassifier],
    dataset: Dataset,
    answers: Sequence[Answered],
    split: Split,
    classes: Sequence[str],
) -> ChampionEvaluation:
    shared = tuple(name for name in classes if name in champion.classes)
    theirs = {one.item.path: one.answer.label for one in answers_to(champion.predictor, dataset, split)}
    both = [one for one in answers if one.item.label in shared and one.item.path in theirs]
    if not both:
        return ChampionEvaluation(model_data_url=champion.model_data_url, metrics={})
    truth, groups = [one.item.label for one in both], [one.item.group for one in both]
    ours, others = [one.answer.label for one in both], [theirs[one.item.path] for one in both]
    return ChampionEvaluation(
        model_data_url=champion.model_data_url,
        metrics=classification_metrics(truth, others, shared).metrics,
        challenger=classification_metrics(truth, ours, shared).metrics,
        differences=classification_differences(truth, ours, others, groups, shared),
        shared_classes=shared,
    )
