"""Drift reports of deer and the health of domains, as documents."""

from typing import Any

from inference.contracts.drift import DriftReport
from lambdas.operations_api.views import Health
from tests.e2e.console.operations import summary, told


def report(number: int) -> dict[str, Any]:
    """The newer, the further from the baseline: the brightness of pictures has moved."""
    names = [("deer", "score", 0.02), ("brightness", "feature", 0.015 * number), ("contrast", "feature", 0.03)]
    edges = (0.2, 0.4, 0.6, 0.8)
    shifts = [
        {
            "name": name,
            "kind": kind,
            "values": 640,
            "psi": psi,
            "limit": 0.2,
            "drifted": psi > 0.2,
            "edges": edges,
            "expected": (0.2, 0.2, 0.2, 0.2, 0.2),
            "actual": (0.2 - psi / 4, 0.2 - psi / 4, 0.2, 0.2, 0.2 + psi / 2),
        }
        for name, kind, psi in names
    ]
    shifts.sort(key=lambda one: -one["psi"])
    drifted = any(one["drifted"] for one in shifts)
    found = {
        "domain": "deer",
        "at": f"2026-11-20T{number:02}:00:00Z",
        "since": f"2026-11-19T{number:02}:00:00Z",
        "release": "r3-aa11bb",
        "status": "drifted" if drifted else "stable",
        "why": "brightness has moved beyond its bound" if drifted else "nothing is beyond its bound",
        "captures": 640,
        "needed": 500,
        "unread": 0,
        "complete": True,
        "baseline_items": 1200,
        "labels": {"deer": (0.4, 0.44), "empty": (0.6, 0.56)},
        "shifts": shifts,
    }
    return told(DriftReport, found)


REPORTS = [report(number) for number in range(18, 0, -1)]


def alarm(name: str, state: str) -> dict[str, Any]:
    meaning = "captures are lost: drift and reviews see less"
    since = "2026-11-21T05:00:00Z"
    return {"name": name, "state": state, "since": since, "meaning": meaning, "reason": "Threshold Crossed"}


def health(names: tuple[str, ...]) -> dict[str, Any]:
    domains = [
        {
            **{key: value for key, value in summary(name).items() if key != "revision"},
            "step": 0,
            "rolled_back": [],
            "alarms": [
                alarm(f"vigil-{name}-CapturesLost", "ALARM" if at == 0 else "OK"),
                alarm(f"vigil-{name}-Errors", "OK"),
            ],
        }
        for at, name in enumerate(names)
    ]
    return told(Health, {"domains": domains, "alarms": [alarm("vigil-ApiErrors", "INSUFFICIENT_DATA")]})
