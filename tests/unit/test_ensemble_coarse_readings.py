"""Instruments that repeat themselves: a member's graph in single precision still answers what its model does."""

from pathlib import Path

import numpy as np
import pytest

from inference.sensor_zones.features import feature_names
from tests.unit.ensemble_toys import SETTINGS, SIGNALS
from training_containers.ensemble.models import one_class_svm, statistical
from training_containers.ensemble.models.member import Batch, Fit, Member
from training_containers.ensemble.scoring import OnnxMember

ROWS, HAZARDS = 3000, 20
VARIED = np.random.default_rng(0).normal(size=(ROWS, len(feature_names(SIGNALS)))).astype(np.float32)


def silent() -> np.ndarray:
    """Half of the decisions are about one reading that was repeated."""
    rows = VARIED.copy()
    rows[HAZARDS : ROWS // 2] = rows[HAZARDS]
    return rows


def coarse() -> np.ndarray:
    """Everything but one channel's features stands still, and that one moves in steps."""
    return np.round(VARIED * (np.arange(VARIED.shape[1]) == 0)).astype(np.float32)


def between() -> np.ndarray:
    """A pressure that is as often one number of single precision as the next: its median lies between the two."""
    low = np.float32(1013.2)
    rows = VARIED.copy()
    rows[:, 0] = np.where(np.arange(ROWS) % 2, low, np.nextafter(low, np.float32(2000)))
    return rows


class Rows:
    """A source of these decisions."""

    def __init__(self, rows: np.ndarray) -> None:
        hazard = np.arange(ROWS) < HAZARDS
        self._batch = Batch(rows, hazard, np.ones(ROWS, np.float32), np.zeros(ROWS, np.int64))
        self.decisions, self.hazards = ROWS, HAZARDS

    def sample(self, reads, most, seed):
        return self._batch

    def batches(self, reads, rows, seed):
        yield self._batch


@pytest.mark.parametrize("member", [one_class_svm.MEMBER, statistical.MEMBER], ids=lambda member: member.name)
@pytest.mark.parametrize("rows", [silent, coarse, between], ids=lambda rows: rows.__name__)
def test_its_graph_answers_what_it_learned(member: Member, rows, tmp_path: Path) -> None:
    path, given = tmp_path / "member.onnx", rows()
    member.train(Rows(given), Fit(SIGNALS, SETTINGS, 3, tmp_path, path, lambda share, done: None))

    assert np.isfinite(OnnxMember(path, "features").scores(given)).all()
