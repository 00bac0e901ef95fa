"""How many labels the review API's order needs against a random one, for the same average precision.

Pictures of camera traps are drawn; a detector's heads learn from the first labels and judge the rest, and the next
labels are those that `lambdas/review_api/order.py` shows first (the least certain, a tenth at random, bursts together),
or any. Each round trains anew, for as many steps, on a frozen backbone. The test pictures are of another week at the
same cameras. Everything is repeated with other pictures and starts. Half an hour of one core. Writes
benchmarks/results/active_labelling.json.
"""

import argparse
import json
import math
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import stats

from benchmarks.shared.labelling import Learner, draw
from benchmarks.shared.labelling_order import api_order

RESULT = Path(__file__).parent / "results" / "active_labelling.json"
ORDERS = ("uncertain", "random")
DIGITS = 4


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.active_labelling", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--pool", type=int, default=480, help="pictures that wait for labels")
    parser.add_argument("--test", type=int, default=240)
    parser.add_argument("--labels", type=int, nargs="+", default=[60, 120, 180, 240], help="at each measurement")
    parser.add_argument(
        "--steps", type=int, default=400, help="of each training: with 80 the AP is below 0.1 and tells little"
    )
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    started, cpu = time.monotonic(), time.process_time()
    curves = [one_seed(seed, asked) for seed in range(asked.seeds)]
    result = {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "machine": f"{os.cpu_count()} cores, one thread; load average {os.getloadavg()[0]:.1f}",
        "took_s": {"clock": round(time.monotonic() - started), "processor": round(time.process_time() - cpu)},
        "pool": asked.pool,
        "test": asked.test,
        "steps": asked.steps,
        **summary(curves, asked.labels),
    }
    asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


def one_seed(seed: int, asked: argparse.Namespace) -> dict[str, list[float]]:
    """Order -> test AP at each number of labels."""
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(draw(Path(folder), asked.pool, asked.test, seed), seed, asked.steps)
    rng = np.random.default_rng([seed, 57])
    any_order = rng.permutation(asked.pool).tolist()
    found = {}
    for order in ORDERS:
        labelled, measured = any_order[: asked.labels[0]], []
        for count in asked.labels:
            if order == "random":
                labelled = any_order[:count]
            elif count > len(labelled):
                labelled = labelled + api_order(learner.judged(set(labelled)), count - len(labelled))
            learner.learn(labelled)
            measured.append(learner.test_ap())
            print(f"seed {seed}, {order}: {len(labelled)} labels, AP {measured[-1]:.3f}", flush=True)
        found[order] = measured
    return found


def summary(curves: Sequence[dict[str, list[float]]], labels: Sequence[int]) -> dict[str, Any]:
    """Means over seeds with intervals of 95 %, and what the order saves at the AP that random ends with."""
    aps = {
        order: {str(count): interval([curve[order][at] for curve in curves]) for at, count in enumerate(labels)}
        for order in ORDERS
    }
    differences = {
        str(count): interval([curve["uncertain"][at] - curve["random"][at] for curve in curves])
        for at, count in enumerate(labels)
    }
    needed = [reaches(curve["uncertain"], labels, curve["random"][-1]) for curve in curves]
    known = [one for one in needed if one is not None]
    return {
        "ap": aps,
        "ap_more_than_random": differences,
        "target": f"the AP that a random order has with {labels[-1]} labels",
        "labels_needed_by_seed": [None if one is None else round(one) for one in needed],
        "seeds_that_did_not_reach_it": needed.count(None),
        "share_of_labels_needed": interval([one / labels[-1] for one in known]) if len(known) == len(needed) else None,
    }


def reaches(measured: Sequence[float], labels: Sequence[int], target: float) -> float | None:
    """Labels at which the curve first is as high, on straight lines between measurements; None: never."""
    if measured[0] >= target:
        return float(labels[0])
    steps = zip(measured, measured[1:], labels, labels[1:], strict=False)
    for before, after, fewer, more in steps:
        if before < target <= after:
            return fewer + (more - fewer) * (target - before) / (after - before)
    return None


def interval(values: Sequence[float]) -> dict[str, float]:
    """Student's t over seeds."""
    mean = statistics.fmean(values)
    if len(values) < 2:
        return {"mean": round(mean, DIGITS)}
    half = float(stats.t.ppf(0.975, len(values) - 1)) * statistics.stdev(values) / math.sqrt(len(values))
    return {"mean": round(mean, DIGITS), "low": round(mean - half, DIGITS), "high": round(mean + half, DIGITS)}


if __name__ == "__main__":
    main()
