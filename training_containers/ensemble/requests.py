"""Requests as a caller would send them, cut from the readings of a table: for golden answers and for latency."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from inference.contracts.zones import ZoneSignals
from training_containers.ensemble.panels import Panel

CONTENT_TYPE = "application/json"


def request_for(
    panel: Panel, zone: int, end: int, adjacent: Mapping[str, Sequence[str]], signals: ZoneSignals
) -> bytes:
    """What was read of a zone, and of those beside it, in the steps that a decision at step `end` can make use of."""
    name = panel.zones[zone]
    beside = [one for one in adjacent.get(name, ()) if one in panel.zones][: signals.neighbours]
    window = {
        "zone_id": name,
        "sensors": _sensors(panel, zone, end, signals),
        "adjacent": {one: _sensors(panel, panel.zones.index(one), end, signals) for one in beside},
    }
    return json.dumps({"windows": [window]}).encode()


def _sensors(panel: Panel, zone: int, end: int, signals: ZoneSignals) -> dict[str, list[dict[str, Any]]]:
    first = max(0, end + 1 - signals.history_steps)
    return {
        panel.sensors[column]: [
            {"timestamp": _time(panel, step, signals), **_known(panel.values[step, column], signals)}
            for step in range(first, end + 1)
            if not np.isnan(panel.values[step, column]).all()
        ]
        for column in panel.columns[zone]
    }


def _time(panel: Panel, step: int, signals: ZoneSignals) -> str:
    return datetime.fromtimestamp(panel.start_s + step * signals.step_s, UTC).isoformat()


def _known(values: np.ndarray, signals: ZoneSignals) -> dict[str, float]:
    """Each as short as it can be written without being another one."""
    return {name: float(str(value)) for name, value in zip(signals.names, values, strict=True) if not np.isnan(value)}
