"""Milliseconds an answer: taken in turns, told as quantiles."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def in_turns(
    contenders: Mapping[str, Callable[[bytes], Any]], body: bytes, warm_up: int, requests: int
) -> dict[str, list[float]]:
    """Milliseconds of each contender's answers to the body; they alternate, so that a busy machine slows all alike."""
    milliseconds: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(warm_up + requests):
        for name, predict in contenders.items():
            began = time.perf_counter()
            predict(body)
            if number >= warm_up:
                milliseconds[name].append(1000 * (time.perf_counter() - began))
    return milliseconds


def quantiles(milliseconds: Sequence[float], digits: int = 3) -> dict[str, float]:
    return {f"p{percent}_ms": round(float(np.percentile(milliseconds, percent)), digits) for percent in (50, 95, 99)}
