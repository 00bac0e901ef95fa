"""Serves detectors of zones: recent readings of a zone's sensors in, a decision with every member's vote out."""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.captured import captured
from inference.contracts import PackageManifest
from inference.contracts.tasks.sensor_zones import ZoneDecision
from inference.sensor_zones.detector import Ensemble, open_ensemble
from inference.sensor_zones.input import Asked, ZoneReader

TIERS = {"networks": 1, "trees": 2}


class ZoneDetector:
    """A loaded model."""

    def __init__(self, ensemble: Ensemble) -> None:
        self.ensemble = ensemble
        members = ensemble.contract.members
        self._reader = ZoneReader(ensemble.signals)
        self._names = [member.name for member in members]
        self._thresholds = np.array([member.threshold for member in members])
        of_tier = {name: ensemble.contract.of_tier(number) for name, number in TIERS.items()}
        self._tiers = {name: numbers for name, numbers in of_tier.items() if numbers}

    def predict(self, body: bytes, content_type: str) -> dict[str, Any]:
        """Answer with `predictions` as JSON, one a window.

        Raises:
            BadRequest: the body is no request, or a window cannot be judged.
        """
        asked = self._reader.read(body)
        features = np.concatenate([one.features for one in asked])
        judged = self.ensemble.judge(features, np.concatenate([one.window for one in asked]))
        told = captured(features)
        answers = [self._answer(*row) for row in zip(asked, judged.members, judged.probability, told, strict=True)]
        return {"predictions": answers}

    def _answer(
        self, asked: Asked, members: NDArray[np.float64], probability: float, features: NDArray[np.float64]
    ) -> dict[str, Any]:
        signals = self.ensemble.signals
        alarmed = bool(probability >= self.ensemble.threshold)
        means = {name: members[numbers].mean() for name, numbers in self._tiers.items()}
        named = zip(self.ensemble.contract.features, features.tolist(), strict=True)
        decision = ZoneDecision(
            zone_id=asked.zone_id,
            at=asked.at,
            label=signals.hazard if alarmed else signals.calm,
            scores={signals.calm: 1 - probability, signals.hazard: probability},
            probability=probability,
            tiers={**means, "ensemble": probability},
            votes=dict(zip(self._names, members.tolist(), strict=True)),
            agreement=float(((members >= self._thresholds) == alarmed).mean()),
            features={name: value for name, value in named if not math.isnan(value)},
        )
        return decision.model_dump(mode="json")


def load(directory: Path, manifest: PackageManifest) -> ZoneDetector:
    """Raises PackageError: the package's input contract, its threshold or its graph does not fit this code."""
    return ZoneDetector(open_ensemble(directory, manifest))
