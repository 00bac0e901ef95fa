"""One promise about how often a module is read: data prep, training and serving keep the same."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from inference.contracts import Split
from inference.contracts.telemetry_item import TelemetryItem
from inference.errors import BadRequest
from inference.tabular.features import Preparation, series_features
from inference.tabular.input import WindowReader, due_decisions
from lambdas.data_prep.telemetry.check import check
from lambdas.data_prep.telemetry.reading import Unusable
from lambdas.data_prep.telemetry.reasons import Reason
from lambdas.data_prep.telemetry.schema import TelemetrySchema
from stacks.domains.battery.signals import SIGNALS
from training_containers.contract import DataFault
from training_containers.tabular.data import Series
from training_containers.tabular.golden import request_of
from training_containers.tabular.windows import fit_preparation, make_windows

BEGINS = datetime(2026, 1, 5, 6, tzinfo=UTC)
COARSEST_S = 30
READER = WindowReader(SIGNALS)
VALUES = np.array([46.0, 10.0, 27.0, 28.0, 22.0, 120.0, 4.0])
PREPARATION = Preparation(
    low=(-1e6,) * len(SIGNALS.channel_names),
    high=(1e6,) * len(SIGNALS.channel_names),
    typical=(0.0,) * len(SIGNALS.feature_names),
)


def series(read: np.ndarray, *, onset: float = np.inf) -> Series:
    """A module with values at the steps that are read."""
    first = int(BEGINS.timestamp()) // SIGNALS.step_s
    grid = np.where(read[:, None], VALUES, np.nan).astype(np.float32)
    ends = (first + len(read)) * SIGNALS.step_s
    item = TelemetryItem(
        path="t",
        label="healthy",
        split=Split.TEST,
        group="s",
        entity="m",
        starts=BEGINS,
        ends=BEGINS + timedelta(days=1),
    )
    return Series(item, first, grid, onset, ends + 600.0 + SIGNALS.step_s)


def features_of(grid: np.ndarray, ends: np.ndarray) -> np.ndarray:
    return series_features(grid, ends, PREPARATION, SIGNALS)


def table(step: float) -> pd.DataFrame:
    times = pd.date_range(BEGINS, periods=60, freq=f"{step}s")
    frame = pd.DataFrame({"timestamp": times, "module_id": "m", "runaway": 0})
    frame[list(SIGNALS.channel_names)] = VALUES
    return frame


@pytest.mark.parametrize("step", [1, 10, COARSEST_S])
def test_data_prep_takes_what_serving_answers(step: float) -> None:
    assert len(check("a.csv", table(step), TelemetrySchema(SIGNALS)).table) == 60
    seconds = np.arange(0, 661, step)
    rows = [{"timestamp": (BEGINS + timedelta(seconds=float(at))).isoformat(), "gas_ppm": 4.0} for at in seconds]
    body = json.dumps({"windows": [{"module_id": "m", "readings": rows}]}).encode()
    assert len(READER.read(body)) == 1


@pytest.mark.parametrize("step", [COARSEST_S + 1, 60])
def test_data_prep_refuses_what_is_coarser(step: float) -> None:
    with pytest.raises(Unusable, match=f"every {step} s .*at least every 30 s") as refused:
        check("a.csv", table(step), TelemetrySchema(SIGNALS))
    assert refused.value.reason is Reason.TOO_COARSE


@pytest.mark.parametrize("phase", [0, 1, 2])
def test_readings_every_half_minute_are_judged_each_minute(phase: int) -> None:
    """Whatever step of the minute they fall on; decisions wait for no reading."""
    read = np.arange(600) % 3 == phase
    read[0] = True
    judged = make_windows([series(read)], features_of, 600.0, SIGNALS)
    assert judged.refused == 0
    assert len(judged.lead) == len(range(SIGNALS.history_steps - 1, 600, 6))


def test_a_module_that_falls_silent_is_not_judged_and_counted() -> None:
    read = np.ones(300, bool)
    read[120:180] = False
    judged = make_windows([series(read)], features_of, 600.0, SIGNALS)
    due = len(range(SIGNALS.history_steps - 1, 300, 6))
    assert judged.refused > 0
    assert len(judged.lead) + judged.refused == due


def test_a_runaway_in_silence_is_an_event_that_nothing_could_see() -> None:
    read = np.zeros(200, bool)
    read[:10] = True
    one = series(read, onset=BEGINS.timestamp() + 1990.0)
    judged = make_windows([one, series(np.ones(200, bool))], features_of, 600.0, SIGNALS)
    assert judged.blind.tolist() == [0]


def test_a_training_split_without_a_sound_module_is_refused() -> None:
    read = np.ones(400, bool)
    runs_away = series(read, onset=BEGINS.timestamp() + 3900.0)
    faulty = series(read)
    faulty = replace(faulty, item=faulty.item.model_copy(update={"faulty": True}))
    with pytest.raises(DataFault, match="none of the 2 training modules is sound"):
        fit_preparation([runs_away, faulty], 600.0, SIGNALS)
    two = [runs_away, at_site(runs_away, "another"), series(read)]
    assert fit_preparation(two, 600.0, SIGNALS)[1].sound.any()


def at_site(one: Series, site: str) -> Series:
    return replace(one, item=one.item.model_copy(update={"group": site}))


def test_runaways_of_a_single_site_are_refused_before_anything_is_trained() -> None:
    """Also where another site's runaway happened in silence: cross-validation has nothing of it to learn from."""
    read = np.ones(400, bool)
    runs_away = series(read, onset=BEGINS.timestamp() + 3900.0)
    silent = at_site(series(np.arange(400) < 10, onset=BEGINS.timestamp() + 3900.0), "silent")
    train = [runs_away, runs_away, silent, at_site(series(read), "sound")]
    with pytest.raises(DataFault, match=r"1 of the 3 training groups .* before it: s; at least 2 must") as refused:
        fit_preparation(train, 600.0, SIGNALS)
    assert "Give recordings of more sites with a runaway" in str(refused.value)


def random_silence(rng: np.random.Generator) -> np.ndarray:
    """Steps read: a sampling step of 10 to 70 s, random losses and pauses."""
    read = np.arange(400) % rng.integers(1, 8) == 0
    read &= rng.random(400) > rng.choice([0.0, 0.1, 0.5])
    for start in rng.integers(0, 400, rng.integers(0, 4)):
        read[start : start + rng.integers(1, 30)] = False
    read[0] = True
    return read


@pytest.mark.parametrize("seed", range(8))
def test_training_judges_the_windows_that_serving_accepts(seed: int) -> None:
    """Every decision that is due, asked as a caller would: the same ones are refused, the others have the features."""
    one = series(random_silence(np.random.default_rng(seed)))
    due = np.arange(SIGNALS.history_steps - 1, len(one.grid), 6)
    latest, accepted = due_decisions(one.grid.astype(np.float64), due, SIGNALS)
    for end, last, fine in zip(due, latest, accepted, strict=True):
        stale = end - last >= 6
        assert fine == (not stale and answered(lambda last=last: READER.read(request_of(one, int(last), SIGNALS))))
        if fine:
            (window,) = READER.read(request_of(one, int(last), SIGNALS))
            served = features_of(window.grid(SIGNALS), np.array([SIGNALS.history_steps - 1]))
            np.testing.assert_allclose(served, features_of(one.grid, np.array([last])), rtol=1e-6, atol=1e-6)


def answered(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except BadRequest:
        return False
    return True
