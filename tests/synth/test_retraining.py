"""A domain that trains again by itself: what starts its trigger, and what the trigger may do."""

import json
from dataclasses import replace

import pytest

from lambdas.retraining_trigger.models import RetrainingSpec
from stacks.domains.cats import CATS
from stacks.pipeline.ml_domain import MlDomain
from stacks.shared.rules.template import as_list, statements
from tests.synth.conftest import synthesize

RETRAINED = replace(CATS, retraining=RetrainingSpec(look_every_s=1800, on_drift=True, options={"epochs": 3}))


class CatsThatRetrain(MlDomain):
    def __init__(self, scope, construct_id, **options):
        super().__init__(scope, construct_id, definition=RETRAINED, **options)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Raises when cdk-nag or our own rules find something."""
    out = tmp_path_factory.mktemp("retraining")
    return synthesize(out, {"environment": "development"}, {"cats": CatsThatRetrain})["VigilDevelopmentCats"]


def test_an_option_that_training_does_not_know_is_refused():
    with pytest.raises(ValueError, match="retraining: options epoch, runToken are unknown; known: .*epochs"):
        replace(CATS, retraining=RetrainingSpec(options={"epoch": 3, "runToken": "x"}))


def test_the_drift_alarms_event_starts_it_and_no_other_state(template, of_type):
    """The event's shape: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html."""
    rules = [one["Properties"] for one in of_type(template, "AWS::Events::Rule").values()]
    (drifted,) = (rule for rule in rules if "aws.cloudwatch" in rule.get("EventPattern", {}).get("source", ()))
    assert drifted["EventPattern"] == {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {"alarmName": ["vigil-cats-Drift"], "state": {"value": ["ALARM"]}},
    }
    transformed = drifted["Targets"][0]["InputTransformer"]
    assert sorted(transformed["InputPathsMap"].values()) == ["$.detail.alarmName", "$.detail.state.reason"]


def test_a_schedule_looks_for_what_was_missed(template, of_type):
    rules = [one["Properties"] for one in of_type(template, "AWS::Events::Rule").values()]
    (look,) = (rule for rule in rules if rule.get("ScheduleExpression") == "rate(30 minutes)")
    assert look["Targets"][0]["Input"] == '{"action":"look"}'
    assert "DeadLetterConfig" in look["Targets"][0]


def test_it_may_start_this_domains_runs_and_nothing_else(template):
    """ListExecutions is granted on a state machine.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
    """
    allowed = {
        (action, json.dumps(resource))
        for logical_id, statement in statements(template)
        if logical_id.startswith("CatsThatRetrainRetrainingFunctionRole")
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
        if not action.startswith(("kms:", "logs:", "xray:", "sqs:"))
    }
    by_action = dict(allowed)
    assert set(by_action) == {
        "lambda:InvokeFunction",
        "states:ListExecutions",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
    }
    assert len(allowed) == len(by_action)
    assert "TrainingTriggerFunction" in by_action["lambda:InvokeFunction"]
    assert "TrainingRunStateMachine" in by_action["states:ListExecutions"]


def test_lost_events_are_kept_and_told(template, of_type):
    alarms = {one["Properties"]["AlarmName"] for one in of_type(template, "AWS::CloudWatch::Alarm").values()}
    assert "vigil-cats-RetrainingEventsLost" in alarms
    assert template["Outputs"]["RetrainingFunction"]


def test_a_domain_that_does_not_retrain_has_nothing_of_it(development):
    assert "Retraining" not in "".join(development["VigilDevelopmentCats"]["Resources"])
