"""The retraining trigger from an event to the training trigger, and what it makes of refusals."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError

from lambdas.common.errors import PayloadError
from lambdas.common.http_answers import HttpError
from lambdas.operations_api.clients import RetrainingTriggers
from lambdas.retraining_trigger import handler
from lambdas.retraining_trigger.clients import RefusedError, Runs
from lambdas.retraining_trigger.models import RetrainingSpec, RetrainingTriggerVariables
from tests.unit.api_harness import make_table


class FakeLambda:
    """Answers every invocation alike, and remembers what it was sent."""

    def __init__(self, answer: dict[str, Any], **more: str) -> None:
        self.sent: list[dict[str, Any]] = []
        self._answer, self._more = answer, more
        self.exceptions = boto3.client("lambda").exceptions

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:
        self.sent.append({"function": FunctionName, **json.loads(Payload)})
        return {"Payload": io.BytesIO(json.dumps(self._answer).encode()), **self._more}


class SlowLambda(FakeLambda):
    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:
        raise ReadTimeoutError(endpoint_url="https://lambda")


@pytest.fixture
def machine(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    make_table("detections", "domain", "detection_id")
    arn = boto3.client("stepfunctions").create_state_machine(
        name="vigil-deer-training",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn="arn:aws:iam::123456789012:role/training",
    )["stateMachineArn"]
    env = RetrainingTriggerVariables(
        domain="deer",
        detections_table="detections",
        training_trigger="vigil-deer-trigger-training",
        state_machine_arn=arn,
        retraining=RetrainingSpec(),
    )
    for name, value in env.variables().items():
        monkeypatch.setenv(name, value)
    handler.retrainer.cache_clear()
    yield arn
    handler.retrainer.cache_clear()


PERSON = {"action": "person", "reason": "a new camera", "by": "ann"}


def test_a_strange_event_is_refused_with_what_is_wrong(machine: str, context: Any) -> None:
    with pytest.raises(PayloadError, match=r"no event of the retraining trigger: .*'guess'"):
        handler.lambda_handler({"action": "guess"}, context)


def test_a_persons_wish_reaches_the_training_trigger(
    machine: str, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, training = Runs(machine, "vigil-deer-trigger-training"), FakeLambda({"run": "vigil-deer-1"})
    monkeypatch.setattr(runs, "_lambda", training)
    monkeypatch.setattr(handler, "Runs", lambda *_: runs)
    answer = handler.lambda_handler(PERSON, context)
    assert (answer["status"], answer["run"]) == ("started", "vigil-deer-1")
    (sent,) = training.sent
    assert (sent["function"], sent["reason"]) == ("vigil-deer-trigger-training", "a new camera (ann)")


def test_an_execution_that_somebody_else_started_is_under_way(machine: str, context: Any) -> None:
    boto3.client("stepfunctions").start_execution(stateMachineArn=machine, name="vigil-deer-by-hand")
    answer = handler.lambda_handler(PERSON, context)
    assert (answer["status"], answer["run"]) == ("waits", "vigil-deer-by-hand")


def test_a_refusal_of_the_training_trigger_is_told_as_it_is(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = Runs(machine, "vigil-deer-trigger-training")
    monkeypatch.setattr(runs, "_lambda", FakeLambda({"errorMessage": "it costs too much"}, FunctionError="Unhandled"))
    with pytest.raises(RefusedError, match="it costs too much"):
        runs.start({"runToken": "one"})


def test_a_person_is_told_what_failed_and_what_is_too_late(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    triggers = RetrainingTriggers("vigil")
    failing = FakeLambda({"errorMessage": "it costs too much"}, FunctionError="Unhandled")
    for fake, code in ((failing, "retraining_failed"), (SlowLambda({}), "late")):
        monkeypatch.setattr(triggers, "_lambda", fake)
        with pytest.raises(HttpError) as raised:
            triggers.ask("deer", "now", "ann")
        assert (raised.value.status, raised.value.code) == (503, code)
    assert failing.sent == [
        {"function": "vigil-deer-retraining-trigger", "action": "person", "reason": "now", "by": "ann"}
    ]
