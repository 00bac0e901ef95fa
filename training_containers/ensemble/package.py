"""What an ensemble's package holds and shows: one graph of all members, and what each of them is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from inference.captured import captured
from inference.contracts import Baseline, ChampionEvaluation, Compressed, Evaluation, GoldenRequest, Searched, Split
from inference.sensor_zones.features import feature_names
from inference.sensor_zones.predictor import ZoneDetector
from training_containers.contract import ConfigurationFault
from training_containers.ensemble.answers import CHUNK, Answers, answers_of, spread
from training_containers.ensemble.choice import Choice
from training_containers.ensemble.compress import Combined, compressed
from training_containers.ensemble.data import Dataset
from training_containers.ensemble.graph import merge
from training_containers.ensemble.judged import Judged
from training_containers.ensemble.members import Trained
from training_containers.ensemble.requests import CONTENT_TYPE
from training_containers.ensemble.rule import ThresholdRule
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.typical import typical_requests
from training_containers.packaging import Champion, PackageDraft, Packager, golden_request, make_baseline, two_classes

TASK, GRAPH = "sensor_zones", "model.onnx"
LIBRARIES = ("catboost", "lightgbm", "numpy", "onnx", "onnxruntime", "scikit-learn", "skl2onnx", "torch", "xgboost")
RULE, DUMMY = "threshold_rule", "dummy"
GOLDEN, TIMED = 12, 50
ENOUGH = 20_000
"""Decisions that a baseline is made of."""


@dataclass(frozen=True, kw_only=True)
class EnsemblePackager(Packager[ZoneDetector, Answers]):
    dataset: Dataset
    sources: Mapping[Split, ShardSource]
    trained: Sequence[Trained]
    choice: Choice
    rule: ThresholdRule
    judge_every: int
    searched: Mapping[str, Searched]
    whole: Combined | None = None
    """All members, where the package has some of them only."""
    kind = ZoneDetector

    def export(self, directory: Path) -> PackageDraft:
        merge(self.trained, directory / GRAPH)
        signals = self.choice.contract.signals
        return PackageDraft(
            domain=self.dataset.summary.domain,
            task=TASK,
            classes=(signals.calm, signals.hazard),
            input=self.choice.contract.model_dump(mode="json"),
            dataset_version=self.dataset.summary.version,
            libraries=LIBRARIES,
            thresholds={signals.hazard: self.choice.threshold},
        )

    def answers(self, predictor: ZoneDetector, split: Split) -> Answers:
        """To all of the test split; of validation, the baseline alone wants to know what is usual."""
        source = self.sources[split]
        most = source.decisions if split is Split.TEST else min(ENOUGH // 2, source.decisions)
        return answers_of(predictor, source, self.judge_every, spread(source.decisions, most))

    def evaluate(self, predictor: ZoneDetector, test: Answers, champion: Champion[ZoneDetector] | None) -> Evaluation:
        contract, decisions = predictor.ensemble.contract, test.decisions
        judged = Judged.at(decisions, test.probability, predictor.ensemble.threshold)
        rule = Judged.at(decisions, self._rule_scores(test.source), self.rule.threshold)
        constant = Judged.at(decisions, np.zeros(len(decisions.hazard)), 1.0)
        members = {
            member.name: Judged.at(decisions, test.members[:, number], member.threshold).metrics()
            for number, member in enumerate(contract.members)
        }
        ways = {
            way.name: Judged.at(decisions, way.combiner.apply(test.members), way.threshold).metrics()
            for way in self.choice.ways
        }
        best = contract.members[self.choice.best_member].name
        per_class, confusion = two_classes(
            decisions.hazard, judged.alarm, (contract.signals.calm, contract.signals.hazard)
        )
        return Evaluation(
            task=TASK,
            dataset_version=self.dataset.summary.version,
            test_items=len(decisions.hazard),
            metrics=judged.metrics(),
            intervals=judged.intervals(),
            per_class=per_class,
            confusion=confusion,
            dummy=constant.metrics(),
            references={RULE: rule.metrics()},
            components={**members, **ways, **self._tiers(predictor, test), "best_member": members[best]},
            leads={DUMMY: judged.differences(constant), RULE: judged.differences(rule)},
            searched=dict(self.searched),
            compressed=None if self.whole is None else self._compressed(self.whole, judged),
            champion=None if champion is None else self._compared(judged, champion),
        )

    def timed(self, predictor: ZoneDetector, test: Answers) -> list[tuple[bytes, str]]:
        return [(body, CONTENT_TYPE) for body in self._requests(predictor, test, TIMED)]

    def baseline(self, predictor: ZoneDetector, validation: Answers, test: Answers) -> Baseline:
        signals = predictor.ensemble.signals
        inputs, probability = [], []
        for answers in (validation, test):
            chosen = spread(len(answers.rows), min(ENOUGH // 2, len(answers.rows)))
            inputs.append(answers.source.at("features", answers.rows[chosen]))
            probability.append(answers.probability[chosen])
        hazard = np.concatenate(probability)
        columns = dict(zip(feature_names(signals), captured(np.concatenate(inputs)).T, strict=True))
        return make_baseline(
            labels=np.where(hazard >= predictor.ensemble.threshold, signals.hazard, signals.calm).tolist(),
            scores={signals.calm: 1 - hazard, signals.hazard: hazard},
            features={name: column for name, column in columns.items() if np.isfinite(column).any()},
        )

    def golden(self, predictor: ZoneDetector, test: Answers) -> list[GoldenRequest]:
        return [
            golden_request(body, CONTENT_TYPE, predictor.predict(body, CONTENT_TYPE))
            for body in self._requests(predictor, test, GOLDEN)
        ]

    def _requests(self, predictor: ZoneDetector, test: Answers, count: int) -> list[bytes]:
        return typical_requests(predictor, test, self.dataset, self.choice.threshold, count)

    def _rule_scores(self, source: ShardSource) -> NDArray[np.float64]:
        return np.concatenate([self.rule.scores(inputs) for inputs in source.in_order("features", CHUNK)])

    def _tiers(self, predictor: ZoneDetector, test: Answers) -> dict[str, dict[str, float]]:
        """The mean of a tier's members, which an answer shows, at the package's threshold."""
        found = {}
        for tier in (1, 2):
            of_tier = predictor.ensemble.contract.of_tier(tier)
            if of_tier:
                mean = test.members[:, of_tier].mean(axis=1)
                found[f"tier_{tier}"] = Judged.at(test.decisions, mean, self.choice.threshold).metrics()
        return found

    def _compressed(self, whole: Combined, judged: Judged) -> Compressed:
        """Beside the whole ensemble, opened and asked as the package is."""
        packager = replace(self, trained=whole.trained, choice=whole.choice, whole=None)
        with TemporaryDirectory() as one, TemporaryDirectory() as other:
            folders = Path(one), Path(other)
            predictor = packager.export(folders[0]).open(folders[0])
            self.export(folders[1])
            graphs = folders[0] / GRAPH, folders[1] / GRAPH
            assert isinstance(predictor, ZoneDetector), "it is of the same task"
            answers = self.answers(predictor, Split.TEST)
            before = Judged.at(answers.decisions, answers.probability, predictor.ensemble.threshold)
            ours = {one.member.name for one in self.trained}
            left_out = [one.member.name for one in whole.trained if one.member.name not in ours]
            return compressed(left_out, graphs, before, judged)

    def _compared(self, judged: Judged, champion: Champion[ZoneDetector]) -> ChampionEvaluation:
        theirs = champion.predictor.ensemble
        if theirs.signals != self.dataset.layout.signals:
            raise ConfigurationFault(
                "the champion reads other channels, or on another grid, than the dataset has; "
                "leave the channel 'champion' out."
            )
        answers = self.answers(champion.predictor, Split.TEST)
        other = Judged.at(answers.decisions, answers.probability, theirs.threshold)
        return ChampionEvaluation(
            model_data_url=champion.model_data_url, metrics=other.metrics(), differences=judged.differences(other)
        )
