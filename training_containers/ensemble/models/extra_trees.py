"""Tier 2: extremely randomized trees."""

from sklearn.ensemble import ExtraTreesClassifier

from training_containers.ensemble.models.forests import train_forest
from training_containers.ensemble.models.member import Fit, Member, Source


def train(source: Source, fit: Fit) -> None:
    train_forest(ExtraTreesClassifier, source, fit, bootstrap=True)


MEMBER = Member("extra_trees", 2, "features", train)
