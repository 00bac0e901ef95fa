"""Time and cost of a run, told from what was measured before it starts."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from lambdas.training_trigger import clients
from lambdas.training_trigger.expectation import TimeLimitError
from lambdas.training_trigger.models import RawSize
from tests.unit.strategy_plans import MEASURED, plan


def test_time_and_cost_are_told_from_what_was_measured() -> None:
    expected = plan({}, raw_bytes=144_000_000).expected  # 7.2 million rows, at 1000 rows/s on half the vCPUs

    assert expected is not None
    assert (expected.seconds, expected.usd) == (3600, 0.23)
    assert plan({}, raw_bytes=144_000_000).cost_usd == 2.3  # at most, of the strategy that the size picks
    for word in ("7,200,000 rows", "1.0 h and 0.23 USD on 1 x ml.m5.xlarge", "two cores, 2026-11-21", "2 times"):
        assert word in expected.in_words


def test_a_row_of_text_takes_more_bytes() -> None:
    measured = MEASURED | {"text_bytes_per_row": 100}
    expected = plan({}, raw_bytes=144_000_000, text_bytes=144_000_000, throughput=measured).expected

    assert expected is not None
    assert expected.seconds == 720


def test_what_any_run_takes_is_counted_and_vcpus_only_as_far_as_they_were_found_to_help() -> None:
    measured = MEASURED | {"overhead_s": 1800, "most_vcpus": 3}
    expected = plan({}, raw_bytes=144_000_000, throughput=measured).expected

    assert expected is not None
    assert expected.seconds == (1800 + 7200) / 1.5
    assert "1,000 rows/s and 1,800 s a run" in expected.in_words
    assert "taken 1.5 times for 3 of its 4 vCPUs" in expected.in_words


def test_a_larger_instance_takes_less_time() -> None:
    expected = plan({"strategy": "small", "instanceType": "ml.m5.4xlarge"}, raw_bytes=144_000_000).expected

    assert expected is not None
    assert expected.seconds == 900


@pytest.mark.parametrize(
    ("payload", "raw_bytes", "small"),
    [
        ({}, None, {}),  # of unknown size
        ({}, 6 * 10**9, {}),  # goes to `hosts`, which nobody measured
        ({}, 10**9, {"instance_type": "ml.m5.xlarge", "throughput": None}),
    ],
)
def test_nothing_is_told_that_nobody_measured(payload: dict[str, Any], raw_bytes: int | None, small: Any) -> None:
    assert plan(payload, raw_bytes, **small).expected is None


def test_a_run_that_would_be_stopped_before_its_end_is_refused_with_the_numbers() -> None:
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html: then it ends as Stopped
    with pytest.raises(
        TimeLimitError, match=r"not end in the 10 h .* 1.80 GB, about 90,000,000 rows, take about 12.5 h"
    ):
        plan({}, raw_bytes=1_800_000_000)


def test_the_size_of_raw_data_is_read_off_its_listing() -> None:
    s3 = boto3.client("s3", region_name="eu-central-1")
    with Stubber(s3) as stub:
        asked = {"Bucket": "raw", "Prefix": "readings/"}
        more = {"IsTruncated": True, "NextContinuationToken": "2"}
        stub.add_response("list_objects_v2", {"Contents": [{"Key": "readings/a.CSV", "Size": 3}], **more}, asked)
        last = {"Contents": [{"Key": "readings/b", "Size": 4}], "IsTruncated": False}
        stub.add_response("list_objects_v2", last, asked | {"ContinuationToken": "2"})
        assert clients.raw_data_size("raw", "readings/", s3) == RawSize(total=7, text=3)


def test_a_listing_without_end_is_an_unknown_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "MOST_PAGES", 1)
    s3 = boto3.client("s3", region_name="eu-central-1")
    with Stubber(s3) as stub:
        more = {"IsTruncated": True, "NextContinuationToken": "2"}
        stub.add_response("list_objects_v2", {"Contents": [{"Key": "a", "Size": 3}], **more})
        assert clients.raw_data_size("raw", "", s3) is None
