"""The champion measured on the same test pictures, and how the challenger differs from it."""

from collections.abc import Sequence

from inference.contracts import ChampionEvaluation, Split
from inference.image_classification.predictor import ImageClassifier
from training_containers.image_classification.answers import Answered, answers_to
from training_containers.image_classification.data import Dataset
from training_containers.packaging import Champion, classification_differences, classification_metrics


def compare(champion: Champion[ImageClassifier], dataset: Dataset, test: Sequence[Answered]) -> ChampionEvaluation:
    """On the pictures of the classes that both know; where they share none, there is nothing to measure.

    Args:
        test: the challenger's answers to the test split.
    """
    shared = tuple(name for name in dataset.summary.classes if name in champion.classes)
    theirs = {
        answered.item.path: answered.answer.label for answered in answers_to(champion.predictor, dataset, Split.TEST)
    }
    both = [one for one in test if one.item.label in shared and one.item.path in theirs]
    if not both:
        return ChampionEvaluation(model_data_url=champion.model_data_url, metrics={})
    truth, groups = [one.item.label for one in both], [one.item.group for one in both]
    ours, answers = [one.answer.label for one in both], [theirs[one.item.path] for one in both]
    return ChampionEvaluation(
        model_data_url=champion.model_data_url,
        metrics=classification_metrics(truth, answers, shared).metrics,
        challenger=classification_metrics(truth, ours, shared).metrics,
        differences=classification_differences(truth, ours, answers, groups, shared),
        shared_classes=shared,
    )
