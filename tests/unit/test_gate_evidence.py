"""Detectors that must never be released, through the evaluation that the battery container does and the domain's gate.

The fleet is made here: thirty sites, what shows before a runaway, and sound modules that get warm for other reasons.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.gate_champion_rule import share_accepted
from inference.contracts import ChampionEvaluation, Evaluation
from inference.tabular_features import FEATURE_NAMES, Preparation
from lambdas.common.release_state import Quality, Release
from lambdas.model_gate.logic import Decision, decide
from lambdas.model_gate.models import GateSpec
from stacks.domains.battery.definition import BATTERY
from training_containers.tabular.metrics import Judged, judge
from training_containers.tabular.references import dummy_metrics, rule_scores, threshold_rule_metrics
from training_containers.tabular.windows import Windows

SITES, MODULES, MINUTES = 30, 40, 240
EVENTS = 75
PREPARATION = Preparation(low=(), high=(), typical=(3.8,) * len(FEATURE_NAMES))
FAST = {"p95_ms": 2.0, "size_mb": 0.1}
CHAMPION = Release(
    release="r1-abcdef",
    endpoint="vigil-battery-r1-abcdef",
    model_package_arn="arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-battery/1",
    model_data_url="s3://artifacts/champion/model.tar.gz",
    since="2026-11-20T17:00:14Z",
    quality=Quality(metric="average_precision"),
)


@dataclass(frozen=True)
class Fleet:
    windows: Windows
    warning: NDArray[np.float64]
    """What can be seen of a coming runaway, in log odds; rises over its last ten minutes."""
    dummy: dict[str, float]
    rule: dict[str, float]

    def judged(self, scores: NDArray[np.float64], threshold: float) -> Judged:
        return judge(self.windows, scores, threshold)


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    rng = np.random.default_rng(8)
    modules = SITES * MODULES
    onset = np.full(modules, np.inf)
    onset[rng.choice(modules, EVENTS, replace=False)] = rng.uniform(60, MINUTES, EVENTS) * 60
    time, series = np.tile(np.arange(MINUTES) * 60.0, modules), np.repeat(np.arange(modules), MINUTES)
    lead = onset[series] - time
    seen = lead > 0
    time, series, lead = time[seen], series[seen], lead[seen]
    warning = rng.normal(-8, 1, len(lead)) + np.where(lead <= 600, 18 * (1 - lead / 600), 0.0)
    features = np.zeros((len(lead), len(FEATURE_NAMES)), np.float32)
    features[:, FEATURE_NAMES.index("voltage_v:now")] = 3.8
    warm = rng.random(modules) < 0.05  # a fan stands still: above 60 C for an hour, and nothing comes of it
    hot = warm[series] & (time > 3600) & (time < 7200)
    features[:, FEATURE_NAMES.index("temperature_max_c:now")] = np.where((lead <= 400) | hot, 75.0, 30.0)
    windows = Windows(
        features=features,
        lead=lead,
        series=series,
        group=series // MODULES,
        time=time,
        faulty=np.zeros(len(lead), bool),
        horizon=600.0,
        groups=SITES,
    )
    return Fleet(windows, warning, dummy_metrics(windows), threshold_rule_metrics(windows, PREPARATION))


def probabilities(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-log_odds))


def gate(fleet: Fleet, challenger: Judged, champion: Judged | None, spec: GateSpec = BATTERY.gate) -> Decision:
    """The domain's gate on what the container would have written into evaluation.json."""
    compared = None
    if champion is not None:
        compared = ChampionEvaluation(
            model_data_url=CHAMPION.model_data_url,
            metrics=champion.metrics(),
            differences=challenger.differences(champion),
        )
    evaluation = Evaluation(
        task="tabular",
        dataset_version="v1",
        test_items=len(fleet.windows.lead),
        metrics=challenger.metrics() | FAST,
        intervals=challenger.intervals(),
        dummy=fleet.dummy,
        references={"threshold_rule": fleet.rule},
        champion=compared,
    )
    return decide(evaluation.model_dump_json().encode(), "v1", spec, None if champion is None else CHAMPION)


def failed(decision: Decision) -> set[str]:
    return {verdict.metric for verdict in decision.verdicts if not verdict.passed}


@pytest.fixture(scope="module")
def champion(fleet: Fleet) -> Judged:
    """A good detector: it warns of every runaway, and ranks the earliest windows before it no better than it can."""
    return fleet.judged(probabilities(fleet.warning), 0.5)


def test_a_good_detector_is_released(fleet: Fleet, champion: Judged) -> None:
    """Or the refusals below would say nothing."""
    decision = gate(fleet, champion, champion=None)
    assert decision.passed, decision.reasons


def test_a_detector_that_always_alarms_is_refused(fleet: Fleet) -> None:
    always = fleet.judged(np.ones(len(fleet.warning)), 0.5)
    assert always.metrics()["hazard_recall"] == 1
    refused = failed(gate(fleet, always, champion=None))
    assert {"false_alarms_per_1000_module_hours", "average_precision"} <= refused


@pytest.mark.parametrize("alarms", [0.5, 0.9, 0.1, 0.001])
def test_a_detector_that_flips_a_coin_is_refused(fleet: Fleet, alarms: float) -> None:
    coin = fleet.judged(np.random.default_rng(1).random(len(fleet.warning)), 1 - alarms)
    refused = failed(gate(fleet, coin, champion=None))
    assert "average_precision" in refused
    assert {"false_alarms_per_1000_module_hours", "hazard_recall"} & refused


def test_a_detector_that_repeats_the_threshold_rule_is_refused(fleet: Fleet) -> None:
    """Also where its alarms alone would do: what everybody has already is no reason for a release."""
    rule = fleet.judged(rule_scores(fleet.windows.features, PREPARATION), 1.0)
    assert {"false_alarms_per_1000_module_hours", "average_precision"} <= failed(gate(fleet, rule, champion=None))
    beats = GateSpec(requirements=(BATTERY.gate.requirements[0],), beats_references_on=BATTERY.gate.beats_references_on)
    decision = gate(fleet, rule, champion=None, spec=beats)
    assert failed(decision) == {"average_precision"}
    assert "above the threshold_rule's" in decision.reasons[0]


def test_fifty_challengers_each_a_little_worse_than_the_last_are_all_refused(fleet: Fleet) -> None:
    """Each sees a little less of what the one before it saw; all keep every requirement but the champion's."""
    blur = np.random.default_rng(9).normal(0, 1, len(fleet.warning))
    line = [fleet.judged(probabilities(fleet.warning * (1 - 0.004 * n) + blur), 0.5) for n in range(51)]
    best, *challengers = line
    scores = [one.metrics()["average_precision"] for one in line]
    assert all(later < earlier for earlier, later in zip(scores, scores[1:], strict=False))
    for number, challenger in enumerate(challengers, start=1):
        refused = failed(gate(fleet, challenger, best))
        assert "average_precision_behind_best" in refused, (number, scores[number])
        assert refused <= {"average_precision_behind_best", "average_precision_difference"}
    assert gate(fleet, best, challengers[-1]).passed


def test_equally_good_and_better_challengers_mostly_pass_and_worse_ones_mostly_not() -> None:
    """On 2,000 test items on which retrained models disagree; benchmarks/results has more."""
    passed = {by: share_accepted(2000, by, repeats=200)["paired"] for by in (0.01, 0.0, -0.01, -0.02)}
    assert passed[0.01] > 0.95
    assert passed[0.0] > 0.6
    assert passed[-0.01] < 0.25
    assert passed[-0.02] < 0.05
