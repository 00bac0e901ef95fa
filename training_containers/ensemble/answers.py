"""What a loaded ensemble answers to a split's decisions, through the code that serves."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.sensor_zones.predictor import ZoneDetector
from training_containers.ensemble.judged import Decisions, decisions_of
from training_containers.ensemble.scoring import TOGETHER
from training_containers.ensemble.source import ShardSource

CHUNK = 2048
"""Decisions that are read at a time."""


@dataclass(frozen=True)
class Answers:
    """Of a split, or of some of it, in the order of its source."""

    source: ShardSource
    rows: NDArray[np.int64]
    """Which of the source's decisions these are."""
    decisions: Decisions
    """All of the source's."""
    members: NDArray[np.float64]  # (n, members), calibrated
    probability: NDArray[np.float64]


def answers_of(predictor: ZoneDetector, source: ShardSource, every: int, rows: NDArray[np.int64]) -> Answers:
    """To these decisions, through the code that serves."""
    members, probability = [], []
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        features, windows = source.at("features", part), source.at("windows", part)
        for first in range(0, len(part), TOGETHER):
            few = slice(first, first + TOGETHER)
            judged = predictor.ensemble.judge(features[few], windows[few])
            members.append(judged.members)
            probability.append(judged.probability)
    decisions = decisions_of(source.shards, source.signals.step_s, every)
    return Answers(source, rows, decisions, np.concatenate(members), np.concatenate(probability))


def spread(count: int, chosen: int) -> NDArray[np.int64]:
    """So many of the numbers below `count`, evenly."""
    return np.linspace(0, count - 1, chosen).astype(np.int64)
