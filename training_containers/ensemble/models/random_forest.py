"""Tier 2: a random forest, each of its trees grown on a bounded part of the sample so that its size is bounded too."""

from sklearn.ensemble import RandomForestClassifier

from training_containers.ensemble.models.forests import train_forest
from training_containers.ensemble.models.member import Fit, Member, Source


def train(source: Source, fit: Fit) -> None:
    train_forest(RandomForestClassifier, source, fit, bootstrap=True)


MEMBER = Member("random_forest", 2, "features", train)
