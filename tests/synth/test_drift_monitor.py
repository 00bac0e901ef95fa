"""Every domain's captures are held against its champion's baseline."""

import json

import pytest

from stacks.shared.rules.template import as_list, statements


@pytest.fixture(scope="module")
def template(development):
    return development["VigilDevelopmentCats"]


def test_it_runs_by_the_hour_and_a_report_has_its_events_time(template, of_type):
    """`time` is the same in every delivery of an event.

    https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
    """
    rules = [one["Properties"] for one in of_type(template, "AWS::Events::Rule").values()]
    (rule,) = (one for one in rules if "drift" in one.get("Description", "") and "ScheduleExpression" in one)
    assert rule["ScheduleExpression"] == "rate(1 hour)"
    (target,) = rule["Targets"]
    assert target["InputTransformer"] == {"InputPathsMap": {"time": "$.time"}, "InputTemplate": '{"at":<time>}'}
    assert "DeadLetterConfig" in target


def test_the_alarm_stays_as_it_is_between_reports(template, of_type):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html."""
    alarms = {
        one["Properties"]["AlarmName"]: one["Properties"]
        for one in of_type(template, "AWS::CloudWatch::Alarm").values()
    }
    drift = alarms["vigil-cats-Drift"]
    assert (drift["TreatMissingData"], drift["Threshold"], drift["MetricName"]) == ("ignore", 1, "DriftedMeasures")
    assert drift["AlarmActions"]
    assert "vigil-cats-DriftReportsLost" in alarms


def test_it_reads_this_domains_captures_and_packages_and_writes_reports_only(template):
    allowed = {
        (action, json.dumps(resource))
        for logical_id, statement in statements(template)
        if "DriftMonitorFunctionRole" in logical_id
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
    objects = {action: {resource for found, resource in allowed if found == action} for action, _ in allowed}
    assert {resource.rsplit('"', 2)[1] for resource in objects["s3:PutObject"]} == {"/drift/cats/*"}
    assert {resource.rsplit('"', 2)[1] for resource in objects["s3:GetObject"]} == {
        "/captures/cats/*", "/runs/cats/*", "/drift/cats/*",
    }  # fmt: skip
    assert {action for action, _ in allowed if action.startswith("dynamodb:")} == {"dynamodb:GetItem"}
