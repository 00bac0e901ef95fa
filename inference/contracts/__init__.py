"""What crosses a boundary: datasets, model packages, evaluations, requests, answers and captures.

Shared by the serving image, the training containers, the router and the gate, so that a word means one thing.
"""

from inference.contracts.baseline import Baseline, Bins
from inference.contracts.capture import Capture
from inference.contracts.dataset import SPLITS, DatasetSummary, Finding, Item, Split
from inference.contracts.evaluation import (
    ChampionEvaluation,
    ClassMetrics,
    Compressed,
    Evaluation,
    Interval,
    Searched,
)
from inference.contracts.package import GoldenRequest, PackageManifest

__all__ = [
    "SPLITS",
    "Baseline",
    "Bins",
    "Capture",
    "ChampionEvaluation",
    "ClassMetrics",
    "Compressed",
    "DatasetSummary",
    "Evaluation",
    "Finding",
    "GoldenRequest",
    "Interval",
    "Item",
    "PackageManifest",
    "Searched",
    "Split",
]
