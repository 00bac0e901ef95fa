"""A run as people see it, from what Step Functions and S3 know of it. Pure."""

import json
from typing import Any

from pydantic import ValidationError

from inference.contracts import Evaluation
from lambdas.operations_api.views import RunView, Verdict


def run_view(described: dict[str, Any], evaluation: bytes | None) -> RunView:
    """`described`: DescribeExecution. `evaluation`: the run's evaluation.json; None: there is none (yet)."""
    asked = _object(described.get("input"))
    measured = _evaluation(evaluation)
    champion = None if measured is None else measured.champion
    return RunView(
        run=described["name"],
        status=described["status"].lower(),
        started=described["startDate"],
        ended=described.get("stopDate"),
        reason=str(asked.get("reason", "")),
        fault=": ".join(described[name] for name in ("error", "cause") if described.get(name)),
        dry_run=bool(asked.get("dry_run", False)),
        verdict=_verdict(described.get("output")),
        dataset_version=None if measured is None else measured.dataset_version,
        metrics={} if measured is None else measured.metrics,
        champion={} if champion is None else champion.metrics,
    )


def _object(text: str | None) -> dict[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}


def _verdict(output: str | None) -> Verdict | None:
    """None for a run that ended without the gate, e.g. after its inspection of raw data."""
    try:
        return Verdict.model_validate(_object(output))
    except ValidationError:
        return None


def _evaluation(content: bytes | None) -> Evaluation | None:
    """None where an earlier version of Vigil wrote another one."""
    try:
        return None if content is None else Evaluation.model_validate_json(content)
    except ValidationError:
        return None
