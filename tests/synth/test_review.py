"""The review stage of a domain that has one: what it may do, and what becomes of what it cannot do."""

import json
from pathlib import Path
from typing import Any

import pytest

from stacks.shared.rules.template import as_list, statements, text
from tests.synth.conftest import synthesize

REVIEW = '{"share": 0.25, "retention_days": 30}'


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("reviewed")
    return synthesize(folder, {"environment": "development", "domains": "cats", "cats:review": REVIEW})


@pytest.fixture(scope="module")
def cats(templates: Any) -> Any:
    return templates["VigilDevelopmentCats"]


@pytest.fixture(scope="module")
def function(cats: Any, of_type: Any) -> Any:
    return next(
        one["Properties"]
        for one in of_type(cats, "AWS::Lambda::Function").values()
        if one["Properties"].get("FunctionName") == "vigil-cats-review"
    )


def allowed(template: Any, role: str) -> list[tuple[str, str, Any]]:
    return [
        (action, text(resource), statement.get("Condition"))
        for logical_id, statement in statements(template)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
        if role in logical_id
    ]


def test_a_domain_without_reviews_has_no_review_stage(development: Any) -> None:
    assert "vigil-cats-review" not in json.dumps(development["VigilDevelopmentCats"])


def test_the_review_function_reaches_items_of_its_domain_and_reviewed_rows_alone(cats: Any) -> None:
    """LeadingKeys is the partition key, of an index the index's own:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """
    of_tables = [one for one in allowed(cats, "ReviewFunctionRole") if one[0].startswith("dynamodb:")]
    keys = {
        (action, condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"][0]) for action, _, condition in of_tables
    }
    assert keys == {
        *((f"dynamodb:{verb}", "cats") for verb in ("GetItem", "PutItem", "UpdateItem", "Query")),
        ("dynamodb:PutItem", "reviewed/*"),
        ("dynamodb:DeleteItem", "reviewed/*"),
    }
    assert [resource for action, resource, _ in of_tables if action == "dynamodb:Query"][0].endswith("/index/untaught")


def test_the_review_function_writes_its_domains_pictures_and_reviewed_raw_data_alone(cats: Any) -> None:
    """A write with tags needs PutObjectTagging: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"""
    writes = {
        (action, resource[resource.index("/") + 1 :])
        for action, resource, _ in allowed(cats, "ReviewFunctionRole")
        if action in ("s3:PutObject", "s3:PutObjectTagging", "s3:DeleteObject")
    }
    assert writes == {
        ("s3:PutObject", "detections/cats/pictures/*"),
        ("s3:PutObjectTagging", "detections/cats/pictures/*"),
        ("s3:PutObject", "detections/cats/quarantine/*"),
        ("s3:PutObjectTagging", "detections/cats/quarantine/*"),
        ("s3:DeleteObject", "detections/cats/incoming/*"),
        ("s3:PutObject", "catcam-training/reviewed/*"),
        ("s3:DeleteObject", "catcam-training/reviewed/*"),
    }


def test_the_router_adds_incoming_pictures_and_reads_none(cats: Any) -> None:
    router = allowed(cats, "RouterFunctionRole")
    writes = {(action, resource[resource.index("/") + 1 :]) for action, resource, _ in router if "s3:Put" in action}
    assert writes == {(f"s3:{verb}", "detections/cats/incoming/*") for verb in ("PutObject", "PutObjectTagging")}
    reads = [resource for action, resource, _ in router if action == "s3:GetObject"]
    assert not any("detections" in resource for resource in reads)
    assert [resource for action, resource, _ in router if action == "lambda:InvokeFunction"] != []


def test_the_router_knows_which_predictions_are_wanted(cats: Any, of_type: Any) -> None:
    (router,) = (
        one["Properties"]["Environment"]["Variables"]
        for one in of_type(cats, "AWS::Lambda::Function").values()
        if one["Properties"].get("FunctionName") == "vigil-cats-router"
    )
    told = json.dumps(router["DETECTIONS"])
    assert '\\"share\\":0.25' in told


def test_an_event_that_fails_is_tried_twice_more_and_kept(cats: Any, of_type: Any) -> None:
    """Lambda keeps an asynchronous event six hours at most and tries it two more times at most:
    https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
    """
    (async_,) = (
        one["Properties"]
        for name, one in of_type(cats, "AWS::Lambda::EventInvokeConfig").items()
        if "ReviewAsync" in name
    )
    assert async_["MaximumRetryAttempts"] == 2
    assert async_["MaximumEventAgeInSeconds"] == 21_600
    assert "ReviewFailures" in json.dumps(async_["DestinationConfig"]["OnFailure"])


def test_what_was_lost_is_swept_and_alarms_tell_of_it(cats: Any, of_type: Any) -> None:
    rules = [one["Properties"] for one in of_type(cats, "AWS::Events::Rule").values()]
    assert any('"action":"sweep"' in json.dumps(rule["Targets"]).replace("\\", "") for rule in rules)
    alarms = {one["Properties"]["AlarmName"] for one in of_type(cats, "AWS::CloudWatch::Alarm").values()}
    assert {"vigil-cats-DetectionsLost", "vigil-cats-ReviewEventsLost"} <= alarms


def test_the_bucket_forgets_detections_when_their_retention_is_over(templates: Any, of_type: Any) -> None:
    """The artifacts bucket is versioned, so an expired object is a noncurrent version first:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    """
    (rules,) = (
        one["Properties"]["LifecycleConfiguration"]["Rules"]
        for name, one in of_type(templates["VigilDevelopmentData"], "AWS::S3::Bucket").items()
        if "Artifacts" in name
    )
    ours = [rule for rule in rules if rule.get("Prefix") == "detections/"]
    days = {rule["TagFilters"][0]["Value"]: rule["ExpirationInDays"] for rule in ours if "TagFilters" in rule}
    assert days == {"1": 1, "7": 7, "30": 30, "90": 90, "180": 180, "365": 365}
    (last,) = [rule for rule in ours if "TagFilters" not in rule]
    assert last["NoncurrentVersionExpiration"]["NoncurrentDays"] == 1
    assert last["ExpiredObjectDeleteMarker"] is True


def test_the_function_has_what_decodes_pictures_and_memory_for_the_largest(function: Any) -> None:
    assert len(function["Layers"]) == 2
    assert function["MemorySize"] >= 1024
