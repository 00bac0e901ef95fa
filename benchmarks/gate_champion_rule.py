"""What the gate's champion rule lets pass, beside the rule "the score is at most 0.02 below the champion's".

Models answer simulated test items: most are easy, some can go either way, a few no model gets right. Two models of
equal quality, as a retraining gives, disagree on 4 to 8 % of the items; a worse one is wrong on more of the easy ones.
Every decision is the gate's own, on an evaluation with the paired bootstrap's interval. Writes
benchmarks/results/gate_champion_rule.json.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.contracts import ChampionEvaluation, Evaluation, Interval
from lambdas.common.release_state import Quality, Release
from lambdas.model_gate.champion_rule import compare
from lambdas.model_gate.models import GateSpec, Requirement

METRIC = "accuracy"
MARGIN, OLDER_TOLERANCE = 0.05, 0.02
EASY, EITHER_WAY = 0.91, 0.08  # an accuracy of 0.95
ITEMS = (125, 500, 2000)
BETTER_BY = (0.02, 0.01, 0.0, -0.01, -0.02, -0.05)
REPEATS, DRAWS = 1500, 1000
CHAIN, CHAINS, A_LITTLE = 50, 150, 0.005
RESULT = Path(__file__).parent / "results" / "gate_champion_rule.json"
SPEC = GateSpec(
    requirements=(Requirement(metric=METRIC, at_least=0),), not_worse_than_champion_on=METRIC, champion_tolerance=MARGIN
)
START = Quality(metric=METRIC)
Right = NDArray[np.bool_]


def answers(rng: np.random.Generator, items: int, lost: float) -> Right:
    """Which items a model gets right that has lost so much accuracy against 0.95."""
    kind, luck = np.arange(items) / items, rng.random(items)
    return np.where(kind < EASY, luck >= lost / EASY, (kind < EASY + EITHER_WAY) & (luck < 0.5))


def champion(quality: Quality) -> Release:
    package = {"release": "r", "address": "e", "model_package_arn": "a", "model_data_url": "s3://a/b"}
    return Release(**package, since=datetime.now(UTC), quality=quality)


def accepted(rng: np.random.Generator, of_champion: Quality, ours: Right, theirs: Right) -> Quality | None:
    """How the challenger then stands as the champion; None: refused."""
    seen = np.array([(ours & ~theirs).mean(), (theirs & ~ours).mean(), (ours == theirs).mean()])
    drawn = rng.multinomial(len(ours), seen, size=DRAWS) / len(ours)
    low, high = np.quantile(drawn[:, 0] - drawn[:, 1], [0.025, 0.975])
    measured = ChampionEvaluation(
        model_data_url="s3://a/b",
        metrics={METRIC: theirs.mean()},
        differences={METRIC: Interval(low=float(low), high=float(high))},
    )
    evaluation = Evaluation(
        task="-", dataset_version="-", test_items=1, metrics={METRIC: ours.mean()}, dummy={}, champion=measured
    )
    verdicts, quality = compare(evaluation, SPEC, champion(of_champion))
    if quality is None or not all(verdict.passed for verdict in verdicts):
        return None
    return quality.as_champion_after(of_champion)


def accepted_by_score(ours: Right, theirs: Right) -> bool:
    return bool(ours.mean() >= theirs.mean() - OLDER_TOLERANCE)


def share_accepted(items: int, better_by: float, repeats: int = REPEATS) -> dict[str, float]:
    rng = np.random.default_rng(items)
    base = 0.02  # so that there is room for better ones
    pairs = [(answers(rng, items, base - better_by), answers(rng, items, base)) for _ in range(repeats)]
    return {
        "paired": float(np.mean([accepted(rng, START, *pair) is not None for pair in pairs])),
        "score": float(np.mean([accepted_by_score(*pair) for pair in pairs])),
    }


def walk(items: int, seed: int, *, paired: bool, renewed: bool) -> float:
    """Accuracy truly lost when fifty challengers come, each a little worse than the champion that it meets.

    `renewed`: each meets it on a test split of its own, else all on one.
    """
    rng, of_champion, lost = np.random.default_rng(seed), START, 0.0
    theirs = answers(rng, items, lost)
    for _ in range(CHAIN):
        theirs = answers(rng, items, lost) if renewed else theirs
        ours = answers(rng, items, lost + A_LITTLE)
        after = (
            accepted(rng, of_champion, ours, theirs) if paired else START if accepted_by_score(ours, theirs) else None
        )
        if after is not None:
            of_champion, lost, theirs = after, lost + A_LITTLE, ours
    return lost


def main() -> None:
    found = {}
    for items in ITEMS:
        shares = {f"{better_by:+g}": share_accepted(items, better_by) for better_by in BETTER_BY}
        walks = {
            f"{rule}, {split}": float(
                np.mean([walk(items, n, paired=rule == "paired", renewed=split == "renewed") for n in range(CHAINS)])
            )
            for rule in ("paired", "score")
            for split in ("one test split", "renewed")
        }
        found[str(items)] = {"accepted": shares, "lost_after_50": walks}
        print(f"{items} items: lost after {CHAIN} challengers, each {A_LITTLE} worse than the champion:")
        print("  " + ", ".join(f"{name} {value:.3f}" for name, value in walks.items()))
        for better_by, share in shares.items():
            print(f"  {better_by:>6}: " + ", ".join(f"{name} {value:.3f}" for name, value in share.items()))
    RESULT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
