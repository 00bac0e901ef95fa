"""The evidence of a package: what its model, its champion and plainer rivals reach on the test split."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.contracts import ChampionEvaluation, Evaluation
from inference.contracts.telemetry import Signals
from inference.tabular.predictor import HazardDetector
from training_containers.contract import ConfigurationFault
from training_containers.packaging import Champion, two_classes
from training_containers.tabular.data import Series
from training_containers.tabular.metrics import Judged, judge, probability_metrics
from training_containers.tabular.references import ThresholdRule, dummy
from training_containers.tabular.threshold import Scored
from training_containers.tabular.windows import make_windows

TASK = "tabular"
RULE = "threshold_rule"


@dataclass(frozen=True)
class MeasuredChampion:
    """With its own preparation and threshold, on the same test split."""

    model_data_url: str
    judged: Judged
    probabilities: dict[str, float]


def require_comparable(champion: Champion[HazardDetector], signals: Signals) -> None:
    """Raises ConfigurationFault: the champion reads other channels, or on another grid, than the dataset has."""
    theirs = champion.predictor.signals
    if (theirs.channel_names, theirs.step_s) != (signals.channel_names, signals.step_s):
        raise ConfigurationFault(
            f"the champion reads {', '.join(theirs.channel_names)} every {theirs.step_s} s, and the dataset has "
            f"{', '.join(signals.channel_names)} every {signals.step_s} s; leave the channel 'champion' out."
        )


def measure_champion(
    champion: Champion[HazardDetector], series: Sequence[Series], signals: Signals
) -> MeasuredChampion:
    windows = make_windows(series, champion.predictor.features, signals.horizon_s, signals)
    scores = champion.predictor.probabilities(windows.features).astype(np.float64)
    judged = judge(windows, scores, champion.predictor.threshold)
    return MeasuredChampion(champion.model_data_url, judged, probability_metrics(windows, scores))


def evaluate(
    detector: HazardDetector, test: Scored, dataset_version: str, rule: ThresholdRule, champion: MeasuredChampion | None
) -> Evaluation:
    """Metrics of the packaged model, their intervals, and how far it leads what it is measured beside."""
    windows, scores = test.windows, test.scores
    judged = judge(windows, scores, detector.threshold)
    rivals = {"dummy": dummy(windows), RULE: rule.judged(windows, detector.contract.preparation)}
    per_class, confusion = two_classes(windows.hazard, scores >= detector.threshold, windows.signals.classes)
    return Evaluation(
        task=TASK,
        dataset_version=dataset_version,
        test_items=len(windows.lead),
        metrics={**judged.metrics(), **probability_metrics(windows, scores)},
        intervals=judged.intervals(),
        per_class=per_class,
        confusion=confusion,
        dummy=rivals["dummy"].metrics(),
        references={RULE: {**rivals[RULE].metrics(), **rule.told()}},
        leads={name: judged.differences(rival) for name, rival in rivals.items()},
        champion=None if champion is None else _compared(judged, champion),
    )


def _compared(judged: Judged, champion: MeasuredChampion) -> ChampionEvaluation:
    return ChampionEvaluation(
        model_data_url=champion.model_data_url,
        metrics={**champion.judged.metrics(), **champion.probabilities},
        differences=judged.differences(champion.judged),
    )
