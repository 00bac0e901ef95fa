"""Detectors that must never be released, through the evaluation that the battery container does and the domain's gate.

The fleet is made here: thirty sites, what shows before a runaway, and sound modules that get warm for other reasons.
"""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.gate_champion_rule import share_accepted
from inference.tabular.features import Preparation
from lambdas.common.release_state import Quality, Release
from lambdas.model_gate.logic import Decision, decide
from lambdas.model_gate.models import GateSpec
from stacks.domains.battery.definition import BATTERY
from stacks.domains.battery.signals import SIGNALS
from training_containers.packaging import with_costs
from training_containers.packaging.intervals import bootstrap, paired_bootstrap
from training_containers.tabular import metrics
from training_containers.tabular.evaluation import MeasuredChampion, evaluate
from training_containers.tabular.metrics import judge
from training_containers.tabular.references import ThresholdRule
from training_containers.tabular.threshold import Scored
from training_containers.tabular.windows import Windows

SITES, MODULES, MINUTES = 30, 40, 240
EVENTS = 75
URL = "s3://artifacts/champion/model.tar.gz"
CHAMPION = Release(
    release="r1-abcdef",
    address="vigil-battery-r1-abcdef",
    model_package_arn="arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-battery/1",
    model_data_url=URL,
    since="2026-11-20T17:00:14Z",
    quality=Quality(metric="average_precision"),
)
RULE = ThresholdRule(signals=SIGNALS, normal=(30.0, 0.0, 0.0, 0.0), limits=(60.0, np.inf, 0.15, np.inf))
PREPARATION = Preparation(low=(), high=(), typical=(3.8,) * len(SIGNALS.feature_names))


@dataclass(frozen=True)
class Detector:
    """Answers at once; what it makes of the windows is in `scores`."""

    scores: NDArray[np.float64]
    threshold: float = 0.5
    contract: Any = field(default_factory=lambda: SimpleNamespace(preparation=PREPARATION))

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class Fleet:
    windows: Windows
    warning: NDArray[np.float64]
    """What can be seen of a coming runaway, in log odds; rises over its last ten minutes."""
    folder: Path

    def gate(self, challenger: Detector, champion: Detector | None, spec: GateSpec = BATTERY.gate) -> Decision:
        """What the domain's gate makes of the evaluation that the container would have written."""
        compared = None
        if champion is not None:
            compared = MeasuredChampion(URL, judge(self.windows, champion.scores, champion.threshold), {})
        evaluation = evaluate(challenger, Scored(self.windows, challenger.scores), "v1", RULE, compared)
        evaluation = with_costs(evaluation, challenger, [(b"{}", "application/json")], self.folder)
        return decide(evaluation.model_dump_json().encode(), "v1", spec, None if champion is None else CHAMPION)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    rng = np.random.default_rng(8)
    modules = SITES * MODULES
    onset = np.full(modules, np.inf)
    onset[rng.choice(modules, EVENTS, replace=False)] = rng.uniform(60, MINUTES, EVENTS) * 60
    time, series = np.tile(np.arange(MINUTES) * 60.0, modules), np.repeat(np.arange(modules), MINUTES)
    lead = onset[series] - time
    seen = lead > 0
    time, series, lead = time[seen], series[seen], lead[seen]
    warning = rng.normal(-8, 1, len(lead)) + np.where(lead <= 600, 18 * (1 - lead / 600), 0.0)
    warm = rng.random(modules) < 0.05  # a fan stands still: above 60 C for an hour, and nothing comes of it
    hot = warm[series] & (time > 3600) & (time < 7200)
    features = np.zeros((len(lead), len(SIGNALS.feature_names)), np.float32)
    features[:, SIGNALS.feature_names.index("voltage_v:mean_1m")] = 3.8
    features[:, SIGNALS.feature_names.index("temperature_max_c:mean_1m")] = np.where((lead <= 400) | hot, 75.0, 30.0)
    windows = Windows(
        features=features,
        lead=lead,
        series=series,
        group=series // MODULES,
        time=time,
        faulty=np.zeros(len(lead), bool),
        horizon=600.0,
        groups=SITES,
        signals=SIGNALS,
    )
    return Fleet(windows, warning, tmp_path_factory.mktemp("package"))


def detector(log_odds: NDArray[np.float64]) -> Detector:
    return Detector(1 / (1 + np.exp(-log_odds)))


def failed(decision: Decision) -> set[str]:
    return {verdict.metric for verdict in decision.verdicts if not verdict.passed}


def test_a_good_detector_is_released(fleet: Fleet) -> None:
    """Or the refusals below would say nothing."""
    decision = fleet.gate(detector(fleet.warning), None)
    assert decision.passed, decision.reasons


def test_a_detector_that_always_alarms_is_refused(fleet: Fleet) -> None:
    decision = fleet.gate(Detector(np.ones(len(fleet.warning))), None)
    assert decision.evaluation is not None
    assert decision.evaluation.metrics["hazard_recall"] == 1
    assert {"false_alarms_per_1000_sound_module_hours", "average_precision_lead_over_dummy"} <= failed(decision)


@pytest.mark.parametrize("alarms", [0.9, 0.5, 0.1, 0.001])
def test_a_detector_that_flips_a_coin_is_refused(fleet: Fleet, alarms: float) -> None:
    coin = Detector(np.random.default_rng(1).random(len(fleet.warning)), threshold=1 - alarms)
    refused = failed(fleet.gate(coin, None))
    assert "average_precision_lead_over_dummy" in refused
    assert {"false_alarms_per_1000_sound_module_hours", "hazard_recall"} & refused


def test_a_detector_that_repeats_the_threshold_rule_is_refused(fleet: Fleet) -> None:
    """Also where its alarms alone would do: what everybody has already is no reason for a release."""
    passed_limits = RULE.scores(fleet.windows, PREPARATION)
    rule = Detector(passed_limits / (1 + passed_limits))
    assert {"false_alarms_per_1000_sound_module_hours", "average_precision_lead_over_threshold_rule"} <= failed(
        fleet.gate(rule, None)
    )
    recall, *_ = BATTERY.gate.requirements
    decision = fleet.gate(rule, None, GateSpec(requirements=(recall,), beats_references_on="average_precision"))
    assert failed(decision) == {"average_precision_lead_over_threshold_rule"}
    assert "must be above 0 at its low end, over the threshold_rule's" in decision.reasons[0]


def test_fifty_challengers_each_a_little_worse_than_the_last_are_all_refused(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sees a little less of what the one before it saw; all keep every requirement but the champion's."""
    monkeypatch.setattr(metrics, "bootstrap", partial(bootstrap, draws=80))
    monkeypatch.setattr(metrics, "paired_bootstrap", partial(paired_bootstrap, draws=80))
    blur = np.random.default_rng(9).normal(0, 1, len(fleet.warning))
    best, *challengers = (detector(fleet.warning * (1 - 0.004 * n) + blur) for n in range(51))
    last = 1.0
    for challenger in challengers:
        decision = fleet.gate(challenger, best)
        assert decision.evaluation is not None
        score = decision.evaluation.metrics["average_precision"]
        assert score < last
        assert "average_precision_behind_best" in failed(decision), decision.reasons
        assert failed(decision) <= {"average_precision_behind_best", "average_precision_difference"}
        last = score
    assert fleet.gate(best, challengers[-1]).passed


def test_equally_good_and_better_challengers_mostly_pass_and_worse_ones_mostly_not() -> None:
    """On 2,000 test items; benchmarks/results/gate_champion_rule.json has more."""
    passed = {by: share_accepted(2000, by, repeats=200)["paired"] for by in (0.01, 0.0, -0.01, -0.02)}
    assert passed[0.01] > 0.95
    assert passed[0.0] > 0.6
    assert passed[-0.01] < 0.25
    assert passed[-0.02] < 0.05
