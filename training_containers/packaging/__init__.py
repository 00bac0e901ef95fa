"""Writes a model package with its evidence, measured through the serving code on the packaged artifact.

Read `package` first: a container fills in a `Packager`.
"""

from training_containers.packaging.baseline import feature_columns, make_baseline, quantile_bins
from training_containers.packaging.champion import Champion, champion_of, open_champion
from training_containers.packaging.classification import classification_metrics, most_frequent_dummy
from training_containers.packaging.classification_intervals import (
    classification_differences,
    classification_intervals,
    f1_interval,
)
from training_containers.packaging.draft import PackageDraft, emptied
from training_containers.packaging.golden import golden_request
from training_containers.packaging.intervals import bootstrap, paired_bootstrap, rate_interval, share_interval
from training_containers.packaging.latency import measure_latency, size_mb
from training_containers.packaging.packager import Packager, package, with_costs
from training_containers.packaging.projection import embedding_projection
from training_containers.packaging.reviews import of_reviews, with_reviews
from training_containers.packaging.two_classes import two_classes
from training_containers.packaging.writer import write_package

__all__ = [
    "Champion",
    "PackageDraft",
    "Packager",
    "bootstrap",
    "champion_of",
    "classification_differences",
    "classification_intervals",
    "classification_metrics",
    "embedding_projection",
    "emptied",
    "f1_interval",
    "feature_columns",
    "golden_request",
    "make_baseline",
    "measure_latency",
    "most_frequent_dummy",
    "of_reviews",
    "open_champion",
    "package",
    "paired_bootstrap",
    "quantile_bins",
    "rate_interval",
    "share_interval",
    "size_mb",
    "two_classes",
    "with_costs",
    "with_reviews",
    "write_package",
]
