"""The operations API: runs, health and drift as operators see them, and a run that a person wants."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from inference.contracts import ChampionEvaluation, Evaluation
from inference.contracts.drift import DriftReport
from lambdas.common.artifacts import drift_report
from lambdas.common.http_answers import HttpError
from lambdas.common.release_state import Release, ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.operations_api import handler
from lambdas.operations_api.clients import RetrainingTriggers
from tests.unit.api_harness import ADA, Answer, answer_of, event, make_table

MACHINES = "arn:aws:states:eu-central-1:123456789012:stateMachine:"
NOW = datetime.now(UTC)
REPORT = DriftReport(
    domain="cats", at=NOW, since=NOW, release="r1-abcdef", status="stable", why="stable", captures=500, needed=500,
    baseline_items=100,
)  # fmt: skip
EVALUATION = Evaluation(
    task="image_classification", dataset_version="v1", test_items=9, metrics={"macro_f1": 0.9}, dummy={},
    champion=ChampionEvaluation(model_data_url="s3://a/b", metrics={"macro_f1": 0.8}),
)  # fmt: skip
Send = Callable[..., Answer]


@pytest.fixture
def send(aws: None, context: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Send]:
    """Two runs of cats, the first of which was measured and then stopped."""
    variables = {"APP": "vigil", "ARTIFACTS_BUCKET": "artifacts", "RELEASES_TABLE": "releases"}
    for name, value in {**variables, "STATE_MACHINES": MACHINES}.items():
        monkeypatch.setenv(name, value)
    make_table("releases", "domain")
    s3, states = boto3.client("s3"), boto3.client("stepfunctions")
    s3.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    machine = states.create_state_machine(
        name="vigil-cats-training",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn="arn:aws:iam::123456789012:role/training",
    )["stateMachineArn"]
    for run, reason in (("vigil-cats-1", "50 new reviews"), ("vigil-cats-2", "")):
        states.start_execution(stateMachineArn=machine, name=run, input=json.dumps({"reason": reason}))
    states.stop_execution(executionArn=f"{machine.replace('stateMachine', 'execution')}:vigil-cats-1")
    s3.put_object(Bucket="artifacts", Key="runs/cats/vigil-cats-1/evaluation.json", Body=EVALUATION.model_dump_json())
    handler.operations.cache_clear()

    def one(
        method: str, path: str, body: Any = None, query: dict[str, str] | None = None, groups: str | None = None
    ) -> Answer:
        claims = {"username": "ann", "cognito:groups": groups}
        who = {"iam": {"userArn": ADA}} if groups is None else {"jwt": {"claims": claims}}
        below = "" if groups is None else "/console"
        found = event(method, f"{below}/api/v1{path}", authorizer=who, body=body, query=query)
        return answer_of(handler.lambda_handler(found, context))

    yield one
    handler.operations.cache_clear()


def test_what_there_is_not_is_a_404_and_what_is_no_name_is_refused(send: Send) -> None:
    assert send("GET", "/runs/dogs").body["error"]["code"] == "no_such_domain"
    assert send("POST", "/runs/cats", {"reason": "now"}).body["error"]["code"] == "no_retraining"
    assert send("GET", "/runs/No-Name").status == 422
    assert send("POST", "/runs/cats", {"reason": ""}).status == 422
    assert send("GET", "/runs/cats", query={"limit": "26"}).status == 422


def test_runs_have_their_reason_their_metrics_and_the_champions(send: Send) -> None:
    runs = {one["run"]: one for one in send("GET", "/runs/cats").body["runs"]}
    first = runs["vigil-cats-1"]
    assert (first["status"], first["reason"]) == ("aborted", "50 new reviews")
    assert (first["metrics"], first["champion"]) == ({"macro_f1": 0.9}, {"macro_f1": 0.8})
    assert (runs["vigil-cats-2"]["reason"], runs["vigil-cats-2"]["metrics"]) == ("", {})


def test_runs_come_in_pages(send: Send) -> None:
    first = send("GET", "/runs/cats", query={"limit": "1"}).body
    second = send("GET", "/runs/cats", query={"limit": "1", "after": first["next"]}).body
    assert {first["runs"][0]["run"], second["runs"][0]["run"]} == {"vigil-cats-1", "vigil-cats-2"}
    assert second["next"] is None


def test_a_person_starts_a_run_by_name_and_reason(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def ask(_: RetrainingTriggers, domain: str, reason: str, who: str) -> dict[str, Any]:
        asked.append((domain, reason, who))
        return {"status": "started", "why": reason, "run": "vigil-cats-3"}

    monkeypatch.setattr(RetrainingTriggers, "ask", ask)
    assert send("POST", "/runs/cats", {"reason": "a new camera"}).body["run"] == "vigil-cats-3"
    assert asked == [("cats", "a new camera", ADA)]
    assert send("POST", "/runs/cats", {"reason": "x"}, groups="[reviewers operators]").status == 200
    assert asked[1:] == [("cats", "x", "ann")]


def test_a_person_who_is_no_operator_looks_and_starts_nothing(send: Send) -> None:
    assert send("POST", "/runs/cats", {"reason": "x"}, groups="[reviewers]").status == 403
    assert send("GET", "/runs/cats", groups="[reviewers]").status == 200


def test_while_a_run_is_under_way_a_person_is_told_so(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = {"status": "waits", "why": "Run vigil-cats-2 is under way.", "run": "vigil-cats-2"}
    monkeypatch.setattr(RetrainingTriggers, "ask", lambda *_: waits)
    answer = send("POST", "/runs/cats", {"reason": "now"})
    assert (answer.status, answer.body["error"]["message"]) == (409, "Run vigil-cats-2 is under way.")


def test_a_trigger_that_fails_is_no_fault_of_ours_that_nobody_can_read(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> dict[str, Any]:
        raise HttpError(503, "retraining_failed", "it costs too much")

    monkeypatch.setattr(RetrainingTriggers, "ask", refuse)
    assert send("POST", "/runs/cats", {"reason": "now"}).body["error"]["message"] == "it costs too much"


def test_every_domain_tells_what_serves_and_what_is_wrong(send: Send) -> None:
    champion = Release(
        release="r1-abcdef", address="a", model_package_arn="arn:aws:sagemaker:r:1:model-package/vigil-cats/7",
        model_data_url="s3://a/b", since=NOW,
    )  # fmt: skip
    ReleasesTable("releases").write(ReleaseState(domain="cats", champion=champion, percentage=10, step=1))
    cloudwatch = boto3.client("cloudwatch")
    names = ("vigil-cats-CapturesLost", "vigil-cats-Errors", "vigil-new-CapturesLost", "vigil-registry-Failures")
    for name in (*names, "somebody-elses"):
        cloudwatch.put_metric_alarm(
            AlarmName=name, MetricName="m", Namespace="n", Period=60, EvaluationPeriods=1, Statistic="Sum",
            Threshold=1, ComparisonOperator="GreaterThanThreshold", AlarmDescription=f"{name} tells",
        )  # fmt: skip
    cloudwatch.set_alarm_state(AlarmName="vigil-cats-Errors", StateValue="ALARM", StateReason="7 above 5")
    found = send("GET", "/health").body
    cats, new = found["domains"]
    assert (cats["name"], cats["champion"]["version"], cats["percentage"], cats["step"]) == ("cats", 7, 10, 1)
    assert [(one["name"], one["state"]) for one in cats["alarms"]][0] == ("vigil-cats-Errors", "ALARM")
    assert cats["alarms"][0]["reason"] == "7 above 5"
    assert (new["name"], new["champion"], len(new["alarms"])) == ("new", None, 1)
    assert [one["name"] for one in found["alarms"]] == ["vigil-registry-Failures"]


def test_the_newest_drift_reports_come_first_and_none_is_no_error(send: Send) -> None:
    assert send("GET", "/drift/cats").body["reports"] == []
    for hours in range(30):
        at = NOW - timedelta(hours=hours)
        report = REPORT.model_copy(update={"at": at, "captures": hours})
        boto3.client("s3").put_object(Bucket="artifacts", Key=drift_report("cats", at), Body=report.model_dump_json())
    assert [one["captures"] for one in send("GET", "/drift/cats", query={"limit": "3"}).body["reports"]] == [0, 1, 2]
    assert len(send("GET", "/drift/cats").body["reports"]) == 24
