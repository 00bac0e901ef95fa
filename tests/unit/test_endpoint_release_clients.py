"""The release's calls against AWS in memory."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.validate import ParamValidator

from lambdas.common.release_state import ReleaseState
from lambdas.common.releases_table import ReleasesTable, StateChangedError
from lambdas.endpoint_release.judgement import WindowMetrics
from lambdas.endpoint_release.package import Package
from lambdas.endpoint_release.targets.base import NoAnswerError, Target, TargetPlace
from lambdas.endpoint_release.targets.serverless.clients import Endpoints
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.endpoint_release.window_metrics import WindowMetricsReader
from tests.unit.release_doubles import GOLDEN

RELEASE = "r7-3f2a1c"
NAME = f"vigil-cats-{RELEASE}"
PACKAGE = Package("arn", "Approved", "image", "s3://artifacts/model.tar.gz", {})


@pytest.fixture
def target(aws: None) -> Target:
    target = ServerlessSpec().open(TargetPlace("vigil", "cats", "arn:aws:iam::123456789012:role/endpoint"))
    for _ in range(2):  # a retry
        target.create(RELEASE, PACKAGE)
    return target


def test_an_endpoint_is_made_once_and_serverless(target: Target) -> None:
    client = boto3.client("sagemaker")
    assert target.address(RELEASE) == NAME
    assert [one["EndpointName"] for one in client.list_endpoints()["Endpoints"]] == [NAME]
    [variant] = client.describe_endpoint_config(EndpointConfigName=NAME)["ProductionVariants"]
    assert variant["ServerlessConfig"] == {"MemorySizeInMB": 2048, "MaxConcurrency": 5}


def test_an_endpoint_is_deleted_with_all_it_is_made_of_and_twice_is_fine(target: Target) -> None:
    assert [target.retire(RELEASE), target.retire(RELEASE)] == [True, True]
    assert target.status(RELEASE) == ("failed", f"endpoint {NAME} does not exist")
    client = boto3.client("sagemaker")
    assert client.list_endpoint_configs()["EndpointConfigs"] == client.list_models()["Models"] == []


def test_an_endpoint_that_hangs_has_no_answer(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://runtime.sagemaker")

    endpoints = Endpoints()
    monkeypatch.setattr(endpoints._runtime, "invoke_endpoint", hangs)
    with pytest.raises(NoAnswerError, match=f"{NAME} does not answer"):
        endpoints.ask(NAME, GOLDEN)


class CloudWatch:
    """Answers one page with the values of each metric; moto knows no percentiles."""

    def __init__(self, values: dict[str, list[float]]) -> None:
        self.values = values
        self.asked: dict[str, Any] = {}

    def get_paginator(self, _: str) -> "CloudWatch":
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.asked = asked
        return [
            {
                "MetricDataResults": [
                    {"Id": query["Id"], "Values": self.values.get(query["MetricStat"]["Metric"]["MetricName"], [])}
                    for query in asked["MetricDataQueries"]
                ]
            }
        ]


def test_readings_are_those_of_one_release_since_its_step() -> None:
    cloudwatch = CloudWatch(
        {"Requests": [3, 4], "Errors": [1], "Timeouts": [1], "Slow": [2], "Latency": [40.0, 35.0], "Compared": [7]}
    )
    since = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)
    window = WindowMetricsReader("Vigil", "cats", cloudwatch).read("r7", since, since + timedelta(seconds=100))
    assert window == WindowMetrics(
        requests=7, errors=1, timeouts=1, throttles=0, slow=2, p95_ms=40.0, compared=7, disagreements=0
    )
    asked = cloudwatch.asked
    assert (asked["StartTime"].second, asked["EndTime"] - asked["StartTime"]) == (0, timedelta(minutes=3))
    of_release = [{"Name": "Domain", "Value": "cats"}, {"Name": "Release", "Value": "r7"}]
    assert all(query["MetricStat"]["Metric"]["Dimensions"] == of_release for query in asked["MetricDataQueries"])
    shape = boto3.client("cloudwatch", region_name="eu-central-1").meta.service_model.operation_model("GetMetricData")
    assert not ParamValidator().validate(asked, shape.input_shape).has_errors()


def test_no_requests_have_no_latency() -> None:
    now = datetime.now(UTC)
    assert WindowMetricsReader("Vigil", "cats", CloudWatch({})).read("r8", now, now).p95_ms is None


def test_of_two_writes_from_one_revision_the_second_is_refused(aws: None) -> None:
    boto3.client("dynamodb").create_table(
        TableName="releases",
        KeySchema=[{"AttributeName": "domain", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "domain", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table = ReleasesTable("releases")
    first = table.write(ReleaseState(domain="cats"))
    table.write(first)
    with pytest.raises(StateChangedError, match="no longer revision 1"):
        table.write(first)
    assert table.read("cats").revision == 2
