"""How often a rollout's judgement errs, simulated: good releases that are rolled back, bad ones that are promoted.

Beside it the rule that a bare share of failures, timeouts among them, must not be above 1 % of at least 50 requests.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lambdas.endpoint_release import judgement
from lambdas.endpoint_release.judgement import WindowMetrics, judge
from lambdas.endpoint_release.models import RolloutSpec

RESULT = Path(__file__).parent / "results" / "rollout_judgement.json"
ROLLOUTS = 4000
REQUESTS = (6, 30, 200)
"""Of the challenger, in one bake of the first step (10 %); five and ten times as many in the steps after it."""
RELEASES = {
    "0.1 % errors, 1 % cold starts": (0.001, 0.01, 0.02),
    "0.1 % errors, 2 % cold starts": (0.001, 0.02, 0.02),
    "3 % errors": (0.03, 0.0, 0.02),
    "10 % errors": (0.10, 0.0, 0.02),
    "10 % time out": (0.001, 0.10, 0.02),
    "50 % differ from the champion": (0.001, 0.0, 0.5),
}
"""Shares of errors, of answers that do not come in time, and of answers unlike the champion's."""
ROLLOUT = RolloutSpec()
judgement.proportion = cache(judgement.proportion)
Judge = Callable[[WindowMetrics, bool], str]


def by_interval(window: WindowMetrics, last: bool) -> str:
    status = judge(window, ROLLOUT, last=last).status
    return "passed" if last and status == "quiet" else status


def by_bare_share(window: WindowMetrics, last: bool) -> str:
    failures = window.errors + window.timeouts
    if failures > 0.01 * max(window.requests, 50) or window.disagreements > 0.2 * max(window.compared, 50):
        return "failed"
    return "passed" if last or window.requests >= 50 else "quiet"


def rollout(
    shares: tuple[float, float, float], requests: int, rule: Judge, rng: np.random.Generator
) -> tuple[str, int]:
    """How one ends, and how many requests had met the challenger by then."""
    met = 0
    for step in ROLLOUT.steps:
        seen = np.zeros(4, int)
        for bake in range(1, ROLLOUT.max_bakes + 1):
            count = requests * step // ROLLOUT.steps[0]
            errors, late = rng.binomial(count, shares[0]), rng.binomial(count, shares[1])
            seen += (count, errors, late, rng.binomial(max(count - errors - late, 0), shares[2]))
            met += count
            total, errors, late, differ = (int(number) for number in seen)
            window = WindowMetrics(total, errors, late, 0, late, None, max(total - errors - late, 0), differ)
            status = rule(window, bake == ROLLOUT.max_bakes)
            if status == "failed":
                return "rolled back", met
            if status == "passed":
                break
    return "promoted", met


def figures(shares: tuple[float, float, float], requests: int, rule: Judge) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    ends = [rollout(shares, requests, rule, rng) for _ in range(ROLLOUTS)]
    back = [met for end, met in ends if end == "rolled back"]
    return {
        "rolled back": round(len(back) / ROLLOUTS, 4),
        "after requests, median": int(np.median(back)) if back else None,
    }


def main() -> None:
    found = {
        name: {
            f"{requests} a bake": {
                "interval": figures(shares, requests, by_interval),
                "bare share": figures(shares, requests, by_bare_share),
            }
            for requests in REQUESTS
        }
        for name, shares in RELEASES.items()
    }
    for name, rows in found.items():
        for requests, row in rows.items():
            print(f"{name}, {requests}: {row}", flush=True)
    RESULT.write_text(json.dumps({"trials": ROLLOUTS, "releases": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
