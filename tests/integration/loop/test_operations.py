"""What operators look at, as deployed: runs, health, drift, and what an alarm tells."""

import json
import time
from collections.abc import Callable
from typing import Any

from rich.progress import Progress

from clients.predict import PredictClient
from sandbox.demo.domain import Question
from sandbox.demo.follow import follow_training
from sandbox.deployment import Deployment
from tests.integration.loop.releases import EndedRelease

WITHIN_S = 180


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
        # Each prediction is an object here: after thousands of them a report reads a sample of the objects.
        return newest if newest["captures"] >= (len(questions) if newest["complete"] else 1) else None

    found = eventually(reported)
    assert (found["status"], found["needed"], found["unread"]) == ("too_few", 500, 0)
    scores = [one for one in found["shifts"] if one["kind"] == "score"]
    assert {one["values"] for one in scores} == {found["captures"]}


def test_a_drift_alarm_starts_one_run_and_a_person_waits_for_its_end(
    deployment: Deployment, client: PredictClient
) -> None:
    """Nobody has any data of deer here: the run fails, and quiet follows."""
    dimensions = [{"Name": "Domain", "Value": "deer"}]
    data = {"MetricName": "DriftedMeasures", "Dimensions": dimensions, "Value": 3.0, "Unit": "Count"}
    deployment.cloudwatch.put_metric_data(Namespace="Vigil", MetricData=[data])
    (run,) = eventually(lambda: get(client, "/runs/deer")["runs"])
    assert run["reason"].startswith("drift: Threshold 1.0")
    deer = next(one for one in get(client, "/health")["domains"] if one["name"] == "deer")
    ringing = [one["name"] for one in deer["alarms"] if one["state"] == "ALARM"]
    assert "vigil-deer-Drift" in ringing
    assert [one["name"] for one in deer["alarms"]][: len(ringing)] == ringing, "those that went off come first"

    status, text = client.send("POST", "/api/v1/runs/deer", b'{"reason": "now"}', {"Content-Type": "application/json"})
    assert (status, json.loads(text)["error"]["code"]) == (409, "run_under_way")
    for _ in range(3):
        answer = deployment.lambda_.invoke(FunctionName="vigil-deer-retraining-trigger", Payload=b'{"action": "look"}')
        assert json.loads(answer["Payload"].read())["status"] == "not_due"
    assert len(get(client, "/runs/deer")["runs"]) == 1
