"""What operators look at, as deployed: runs, health, drift, and what an alarm tells."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from rich.progress import Progress

from clients.predict import PredictClient
from sandbox import Sandbox
from sandbox.demo.domain import Question
from sandbox.demo.follow import follow_training
from sandbox.deployment import Deployment
from tests.integration.loop.releases import EndedRelease

WITHIN_S = 60


def get(client: PredictClient, path: str) -> Any:
    status, text = client.send("GET", f"/api/v1{path}")
    assert status == 200, text
    return json.loads(text)


def eventually(found: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + WITHIN_S
    while not (value := found()):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    return value


def test_a_failed_run_says_why_there_was_one_and_why_it_failed(deployment: Deployment, client: PredictClient) -> None:
    """Nobody has any data of ads here."""
    name = deployment.start_training("ads", {"runToken": "looked at", "reason": "operators look"})
    follow_training(deployment, "ads", name, Progress(disable=True))
    (run,) = (one for one in get(client, "/runs/ads?limit=25")["runs"] if one["run"] == name)
    assert (run["reason"], run["status"], run["verdict"]) == ("operators look", "failed", None)
    assert "no pictures" in run["fault"]


def test_captures_are_reported_against_the_champions_baseline(
    deployment: Deployment, client: PredictClient, champion: EndedRelease, questions: list[Question]
) -> None:
    for question in questions:
        client.predict("cats", question.body, question.content_type, question.entity_id)

    def reported() -> Any:
        answer = deployment.lambda_.invoke(FunctionName="vigil-cats-drift-monitor", Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()
        newest = get(client, "/drift/cats?limit=1")["reports"][0]
        return newest if newest["captures"] >= len(questions) else None

    found = eventually(reported)
    assert (found["status"], found["needed"], found["unread"]) == ("too_few", 500, 0)
    assert found["shifts"]


@pytest.mark.usefixtures("champion")
def test_an_alarm_that_goes_off_is_seen_and_told_on_the_bus(
    aws: Sandbox, deployment: Deployment, client: PredictClient
) -> None:
    events, queue = aws.client("events"), deployment.sqs.create_queue(QueueName="told")["QueueUrl"]
    pattern = {"source": ["aws.cloudwatch"], "detail": {"alarmName": ["vigil-cats-Drift"]}}
    events.put_rule(Name="told", EventPattern=json.dumps(pattern))
    arn = deployment.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_targets(Rule="told", Targets=[{"Id": "queue", "Arn": arn}])
    dimensions = [{"Name": "Domain", "Value": "cats"}]
    data = {"MetricName": "DriftedMeasures", "Dimensions": dimensions, "Value": 3.0, "Unit": "Count"}
    deployment.cloudwatch.put_metric_data(Namespace="Vigil", MetricData=[data])

    def told() -> Any:
        found = deployment.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", [])
        events_ = [json.loads(one["Body"]) for one in found]
        return [one for one in events_ if one["detail"]["state"]["value"] == "ALARM"]

    (event,) = eventually(told)
    assert (event["detail-type"], event["detail"]["alarmName"]) == ("CloudWatch Alarm State Change", "vigil-cats-Drift")
    cats = next(one for one in get(client, "/health")["domains"] if one["name"] == "cats")
    assert cats["champion"]
    assert (cats["alarms"][0]["name"], cats["alarms"][0]["state"]) == ("vigil-cats-Drift", "ALARM")
