"""What Step Functions says of an execution, as people see it.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.operations_api.runs import run_view

AT = datetime(2026, 11, 22, tzinfo=UTC)
RUN = {"name": "vigil-cats-1", "status": "RUNNING", "startDate": AT, "input": '{"reason": "because", "dry_run": true}'}


@pytest.mark.parametrize(("field", "value"), [("error", "States.TaskFailed"), ("cause", "no labels")])
def test_a_failed_run_says_why(field: str, value: str) -> None:
    assert run_view({**RUN, "status": "FAILED", "stopDate": AT, field: value}, None).fault == value


def test_a_run_that_is_under_way_has_no_verdict_and_no_end() -> None:
    found = run_view(RUN, None)
    assert (found.status, found.ended, found.verdict, found.reason, found.dry_run) == (
        "running", None, None, "because", True,
    )  # fmt: skip


def test_the_gates_decision_is_the_runs_output() -> None:
    decided = {"status": "rejected", "version": 3, "reasons": ["recall 0.5; at least 0.8"], "requirements": []}
    ended = {**RUN, "status": "SUCCEEDED", "stopDate": AT, "output": json.dumps(decided)}
    verdict = run_view(ended, None).verdict
    assert verdict is not None
    assert (verdict.status, verdict.version, verdict.reasons) == ("rejected", 3, ("recall 0.5; at least 0.8",))


@pytest.mark.parametrize("output", ["[]", '"text"', "{}", '{"status": "inspected"}'])
def test_a_run_that_ended_without_the_gate_has_no_verdict(output: str) -> None:
    ended: dict[str, Any] = {**RUN, "status": "SUCCEEDED", "output": output}
    assert run_view(ended, None).verdict is None


def test_a_state_that_step_functions_may_tell_is_known() -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionListItem.html"""
    for status in ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"):
        assert run_view({**RUN, "status": status}, None).status == status.lower()


def test_an_evaluation_of_another_version_hides_no_run() -> None:
    assert run_view(RUN, b'{"of": "long ago"}').metrics == {}
