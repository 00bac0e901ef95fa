"""Signals say whether they fit together, and all that follows from them follows for any domain."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from inference.contracts.tasks import task_of
from inference.contracts.telemetry import Signals
from inference.tabular.features import Preparation, series_features
from inference.tabular.input import WindowReader
from lambdas.data_prep.telemetry.check import check
from lambdas.data_prep.telemetry.reading import Unusable
from lambdas.data_prep.telemetry.reasons import Reason
from lambdas.data_prep.telemetry.schema import SchemaError, TelemetrySchema
from stacks.domains.battery.signals import SIGNALS as BATTERY
from tests.toys import pumps

Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s.update(fill_s=12), r"fill_s is 12; it must be a multiple of step_s \(5\)"),
        (lambda s: s.update(spans_s=(20, 70)), r"spans_s are \(20, 70\); they must rise, and be multiples"),
        (lambda s: s.update(spans_s=(60, 20)), "they must rise"),
        (lambda s: s.update(coarsest_step_s=90), "coarsest_step_s is 90; 5 to 60 are possible"),
        (lambda s: s.update(horizon_s=900), r"horizon_s is 900, outside horizon_range_s \(60 to 300\)"),
        (lambda s: s.update(fault="burst"), "the name 'burst' stands 2 times"),
        (lambda s: s["channels"][0].update(name="copy"), "'copy' cannot be a column's name"),
        (lambda s: s["channels"][0].update(name="Flow"), "should match pattern"),
        (lambda s: s.update(classes=("leaking", "leaking")), "the classes are both 'leaking'"),
        (
            lambda s: s.update(derived=[{"name": "d", "minuend": "flow_lpm", "subtrahend": "heat"}]),
            "made of 'heat', which is no channel",
        ),
        (lambda s: s["rule"][0].update(feature="vibration_mm_s:mean_1h"), "which is no feature"),
    ],
)
def test_signals_that_do_not_fit_together_are_refused(change: Change, says: str) -> None:
    signals = pumps.SIGNALS.model_dump()
    signals["channels"], signals["rule"] = list(signals["channels"]), list(signals["rule"])
    change(signals)
    with pytest.raises(ValidationError, match=says):
        Signals.model_validate(signals)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ValidationError, match="fill_s is 12.*the classes are both"):
        Signals.model_validate({**pumps.SIGNALS.model_dump(), "fill_s": 12, "classes": ("x", "x")})


def test_they_travel_as_json() -> None:
    assert Signals.model_validate_json(BATTERY.model_dump_json()) == BATTERY


def test_batterys_features_keep_the_names_that_packages_captures_and_baselines_have() -> None:
    statistics = ["now", *(f"{kind}_{m}" for kind, of in WINDOWS for m in of)]
    assert {name.split(":")[1] for name in BATTERY.feature_names} == set(statistics)
    assert len(BATTERY.feature_names) == 9 * len(statistics)
    assert BATTERY.history_steps == 68


WINDOWS = (
    ("delta", ("1m", "5m", "9m")),
    ("mean", ("1m", "5m", "10m")),
    ("std", ("1m", "5m", "10m")),
)


def test_statistics_of_any_spans_are_those_of_pandas() -> None:
    signals, steps = pumps.SIGNALS, 200
    values = np.random.default_rng(2).normal(8, 1, (steps, 3))
    wide = Preparation(low=(-1e3,) * 3, high=(1e3,) * 3, typical=(0.0,) * len(signals.feature_names))
    end = 150
    (row,) = series_features(values, np.array([end]), wide, signals)
    ours = dict(zip(signals.feature_names, row, strict=True))
    series = pd.Series(values[:, 1]).rolling(3).median()
    for span, told in ((20, "20s"), (60, "1m"), (120, "2m")):
        rolled = series.rolling(span // 5)
        assert ours[f"pressure_bar:mean_{told}"] == pytest.approx(rolled.mean()[end], rel=1e-5)
        assert ours[f"pressure_bar:std_{told}"] == pytest.approx(rolled.std(ddof=0)[end], rel=1e-5)
    shortest = series.rolling(4).mean()
    assert ours["pressure_bar:delta_100s"] == pytest.approx(shortest[end] - shortest[end - 20], rel=1e-4)


def asked(**window: Any) -> Any:
    body = json.dumps({"windows": [window]}).encode()
    request = SimpleNamespace(id="r", content_type="application/json", body=body, entity_id=None)
    return task_of("tabular").question(request, lambda _: b"")


def test_the_router_passes_on_whatever_entities_a_domain_has() -> None:
    question = asked(pump_id="p1", readings=pumps.readings())
    (window,) = WindowReader(pumps.SIGNALS).read(question.body)
    assert (question.entity_id, question.summary["pumps"], window.entity_id) == ("p1", ["p1"], "p1")


@pytest.mark.parametrize("names", [{}, {"pump_id": "p", "module_id": "m"}, {"pump": "p"}, {"Pump_id": "p"}])
def test_the_router_wants_one_identifier(names: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="a window has one identifier"):
        asked(readings=pumps.readings(), **names)


def test_a_schema_names_the_domains_entities_and_columns() -> None:
    schema = TelemetrySchema.parse(b'{"columns": {"pressure_bar": {"column": "P"}}, "pumps": ["p1"]}', pumps.SIGNALS)
    assert (schema.entities, schema.source("pressure_bar").column) == (("p1",), "P")
    with pytest.raises(SchemaError, match="modules"):
        TelemetrySchema.parse(b'{"modules": ["p1"]}', pumps.SIGNALS)
    with pytest.raises(SchemaError, match=r"'voltage_v' is no column.*flow_lpm.*plant_id, burst, worn"):
        TelemetrySchema.parse(b'{"columns": {"voltage_v": {"column": "U"}}}', pumps.SIGNALS)
    with pytest.raises(SchemaError, match="'pressure_bar' has the unit 'kPa'; known are bar"):
        TelemetrySchema.parse(b'{"columns": {"pressure_bar": {"column": "P", "unit": "kPa"}}}', pumps.SIGNALS)


@pytest.mark.parametrize(
    ("change", "reason", "says"),
    [
        (lambda t: t.drop(columns="pump_id"), Reason.MISSING_COLUMNS, "the columns pump_id are missing"),
        (lambda t: t.assign(burst=7), Reason.BAD_VALUES, "1 from the pump's burst on"),
        (lambda t: t.iloc[::4], Reason.TOO_COARSE, "a pump is read every 20 s .*at least every 10 s"),
    ],
)
def test_tables_are_refused_in_the_domains_words(change: Any, reason: Reason, says: str) -> None:
    table = pd.DataFrame(pumps.readings()).assign(pump_id="p1", burst=0)
    with pytest.raises(Unusable, match=says) as refused:
        check("a.csv", change(table), TelemetrySchema(pumps.SIGNALS))
    assert refused.value.reason is reason
