"""How long one prediction takes and how large the model is."""

import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from inference.predictor import Predictor

WARM_UP = 10
REPETITIONS = 200


def measure_latency(predictor: Predictor, requests: Sequence[tuple[bytes, str]]) -> dict[str, float]:
    """Milliseconds of one prediction from the request's bytes to the answer: one request at a time, one thread.

    Of processor time, which is the wall clock's on an idle core (nothing is waited for, and the graph runs in this
    thread): a job that shares its machine would else measure its neighbours. The router measures by the wall clock.

    Args:
        requests: (body, content type) pairs, taken in turn until `REPETITIONS` are measured.

    Returns:
        `p50_ms`, `p95_ms` and `p99_ms`.
    """
    for body, content_type in islice(cycle(requests), WARM_UP):
        predictor.predict(body, content_type)
    durations = []
    for body, content_type in islice(cycle(requests), REPETITIONS):
        start = time.thread_time()
        predictor.predict(body, content_type)
        durations.append(1000 * (time.thread_time() - start))
    return {f"p{percent}_ms": float(np.percentile(durations, percent)) for percent in (50, 95, 99)}


def size_mb(directory: Path) -> float:
    """Size of the model files in a package's folder, in megabytes of 10^6 bytes."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file()) / 1e6
