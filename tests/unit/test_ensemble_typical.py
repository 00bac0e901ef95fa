"""A package's golden requests: whatever the model and the readings are like, they are ones that the server answers."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from inference.contracts import DatasetSummary, Split
from inference.contracts.zones import ZoneItem, ZoneLayout
from tests.toys.zones import SIGNALS, detector
from training_containers.contract import DataFault
from training_containers.ensemble.answers import Answers
from training_containers.ensemble.data import Dataset
from training_containers.ensemble.judged import decisions_of
from training_containers.ensemble.package import GOLDEN, EnsemblePackager
from training_containers.ensemble.panels import read_panel
from training_containers.ensemble.source import ShardSource
from training_containers.ensemble.store import write_shard

STEPS = 120


@pytest.fixture
def golden(tmp_path):
    """Golden requests of one zone that was read in some steps, of a model that answered `probability` at each."""

    def make(is_read, probability, threshold):
        step = np.arange(STEPS)
        heat = np.where(is_read(step), 20.0, np.nan).astype(np.float32)
        columns = {
            "timestamp": pa.array(step * SIGNALS.step_s * 1_000_000, pa.timestamp("us", tz="UTC")),
            "zone_id": ["a"] * STEPS,
            "sensor_id": ["a0"] * STEPS,
            "heat_c": heat,
            "smoke_pct": heat,
            "hazard": np.zeros(STEPS, np.int8),
        }
        pq.write_table(pa.table(columns), tmp_path / "t.parquet")
        read = partial(read_panel, tmp_path / "t.parquet", SIGNALS)
        source = ShardSource([write_shard(tmp_path / "shard", read, "site", "day", {}, SIGNALS)], SIGNALS)
        item = ZoneItem(path="t.parquet", label="normal", split=Split.TEST, group="site", block="day")
        summary = DatasetSummary(domain="fire", version="v1", classes=("normal", "fire"), counts={}, duplicates=0)
        dataset = Dataset(summary, ZoneLayout(signals=SIGNALS), (item,), tmp_path)
        said = probability(source.shards[0].end).astype(float)
        decisions = decisions_of(source.shards, SIGNALS.step_s)
        answers = Answers(source, np.arange(len(said)), decisions, said[:, None], said)
        packager = EnsemblePackager(
            dataset=dataset,
            sources={Split.TEST: source},
            trained=(),
            choice=SimpleNamespace(threshold=threshold),
            rule=None,
            searched={},
            judge_every=1,
        )
        return packager.golden(detector(tmp_path), answers)

    return make


def test_a_model_that_answers_alike_everywhere_has_golden_requests(golden):
    """It learned nothing; the gate is to say so, which it cannot of a training that failed."""
    found = golden(lambda step: step >= 0, lambda end: np.full(len(end), 0.1), float(np.nextafter(0.1, 1)))

    assert 0 < len(found) <= GOLDEN


def test_a_window_that_the_server_would_refuse_is_no_golden_request(golden):
    """The model alarmed as soon as a sensor that had been silent spoke again."""
    found = golden(lambda step: (step < 20) | (step >= 60), lambda end: (end >= 60) & (end <= 61), 0.5)

    assert len(found) == GOLDEN
    assert all(one.answer["predictions"] for one in found)


def test_readings_too_far_apart_for_any_answer_are_a_fault_of_the_data(golden):
    with pytest.raises(DataFault, match="none has readings in half of its 6 steps of 10 s.*make step_s as long"):
        golden(lambda step: step % 5 == 0, lambda end: end % 2, 0.5)
