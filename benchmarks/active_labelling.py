"""How many labels the review API's order needs against a random one, for the same average precision.

A release that learned from drawn camera traps without look-alikes comes to other cameras, where there are some. It
judges what they took; pictures are labelled in rounds, and after each the heads of the detector learn again, from
the release's weights, on its first pictures and all labelled ones. What is labelled next goes by the newest model's
answers: `first_of_burst` is the order of `lambdas/review_api/order.py` (the least certain, those of a burst behind its
first, a tenth at random), `whole_bursts` the least certain with all of their burst, `random` any. Test pictures are of
another week at the same cameras, one of each event. Everything is repeated with other cameras, pictures and weights.
A quarter of an hour of one core. Writes benchmarks/results/active_labelling.json and active_labelling.md.
"""

import argparse
import json
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch

from benchmarks.shared.labelling import Sizes, draw
from benchmarks.shared.labelling_learner import Learner
from benchmarks.shared.labelling_order import api_order, whole_bursts
from benchmarks.shared.labelling_summary import RANDOM, summary
from benchmarks.shared.labelling_table import page

RESULT = Path(__file__).parent / "results" / "active_labelling.json"
MEASURES = ("ap", "ap50")
"""COCO's, of overlaps from 0.5 to 0.95, and of 0.5 alone."""
Curves = dict[str, dict[str, list[float]]]
"""Measure -> order -> on the test pictures, before any label and after each round."""
ORDERS = {"first_of_burst": api_order, "whole_bursts": whole_bursts}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.active_labelling", description=__doc__)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--first", type=int, default=80, help="pictures that the release learned from")
    parser.add_argument("--pool", type=int, default=400, help="pictures that wait for labels")
    parser.add_argument("--test", type=int, default=300)
    parser.add_argument("--labels", type=int, nargs="+", default=[60, 120], help="after each round")
    parser.add_argument("--steps", type=int, default=400, help="of the release's training")
    parser.add_argument("--steps-again", type=int, default=200, help="of each training after a round")
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    began, started, cpu = datetime.now(UTC), time.monotonic(), time.process_time()
    curves: list[Curves] = []
    for seed in range(asked.seeds):
        curves.append(one_seed(seed, asked))
        result = {
            "at": f"{began:%Y-%m-%d %H:%M} UTC",
            "machine": f"{os.cpu_count()} cores, one thread; load average {os.getloadavg()[0]:.1f}",
            "took_s": {"clock": round(time.monotonic() - started), "processor": round(time.process_time() - cpu)},
            **{name: value for name, value in vars(asked).items() if name not in ("seeds", "out")},
            "seeds": len(curves),
            **{measure: summary([one[measure] for one in curves], [0, *asked.labels]) for measure in MEASURES},
            "curves": curves,
        }
        asked.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        asked.out.with_suffix(".md").write_text(page(result), encoding="utf-8")


def one_seed(seed: int, asked: argparse.Namespace) -> Curves:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(draw(Path(folder), Sizes(asked.first, asked.pool, asked.test), seed), seed)
    release = learner.learned([], asked.steps)
    at_first = learner.measured(release)
    any_order = np.random.default_rng([seed, 57]).permutation(asked.pool).tolist()
    found: Curves = {measure: {} for measure in MEASURES}
    for order in (*ORDERS, RANDOM):
        heads, rounds, labelled = release, [at_first], []
        for count in asked.labels:
            if order == RANDOM:
                labelled = any_order[:count]
            else:
                waiting = learner.judged(heads, sorted(set(any_order) - set(labelled)))
                labelled = labelled + ORDERS[order](waiting, count - len(labelled))
            heads = learner.learned(labelled, asked.steps_again, release)
            rounds.append(learner.measured(heads))
        for measure, curve in zip(MEASURES, zip(*rounds, strict=True), strict=True):
            found[measure][order] = [round(value, 4) for value in curve]
        told = ", ".join(f"{value:.3f}" for value in found[MEASURES[0]][order])
        print(f"seed {seed}, {order}: AP {told} ({time.monotonic() - began:.0f} s)", flush=True)
    return found


if __name__ == "__main__":
    main()
