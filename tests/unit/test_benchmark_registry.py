"""The monthly bill of polling devices: each line is what was asked, times its price."""

from typing import Any

import pytest

from benchmarks.registry import bill
from benchmarks.registry.prices import PRICES, cost

POLL = {"cpu_ms": 1.0, "aws_calls_per_request": 1.0, "log_bytes_per_request": 1000}
POLLS = dict.fromkeys(("authorizer", *bill.KNOWN, "report"), POLL)
UPDATE: dict[str, Any] = {
    "first update": {"api_requests": 6, "s3_requests": 2, "bytes_down": 4_000_000},
    "look without news": {"api_requests": 2, "s3_requests": 0, "bytes_down": 800},
    "report": {"api_requests": 1, "s3_requests": 0, "bytes_down": 200},
    "record_bytes": 1025,
}


def test_ten_thousand_devices_that_look_and_report_each_hour() -> None:
    month = bill.month(3600, POLLS, UPDATE)
    usd = month["usd_per_month"]
    assert month["requests_per_s"] == 8.3  # 10,000 * 3 / 3,600
    assert usd["HTTP API requests"] == 21.9  # 7.3 million * 3, 1 USD a million
    assert usd["Lambda requests"] == pytest.approx(7.3, abs=0.01)  # 3 requests and 2 tokens a device and hour
    assert usd["DynamoDB writes"] == pytest.approx(7.3 * 2 * 0.625, abs=0.01)  # 1,025 bytes are two units
    assert usd["DynamoDB reads"] == pytest.approx(0.91, abs=0.01)  # half a unit a token
    assert month["usd_per_month_in_all"] == pytest.approx(sum(usd.values()), abs=0.05)


def test_looks_cost_what_they_are_and_reports_stay() -> None:
    often, seldom = bill.month(600, POLLS, UPDATE), bill.month(3600, POLLS, UPDATE)
    assert often["usd_per_month"]["HTTP API requests"] == pytest.approx(7.3 * (6 * 2 + 1))
    assert often["usd_per_month"]["DynamoDB writes"] == seldom["usd_per_month"]["DynamoDB writes"]


def test_an_invocation_takes_longer_on_a_share_of_a_core() -> None:
    """512 MB have 512/1769 of a core; then the wait for one call."""
    assert bill.on_lambda(POLL) == pytest.approx(1769 / 512 + 6.0)


def test_a_release_is_mostly_data_out() -> None:
    """Three notes a device, of two units each, are 4 cents."""
    usd = pytest.approx(3.6 + 0.04 + 0.008 + 0.008 + 0.0375, abs=0.01)
    assert bill.release(UPDATE) == {"gigabytes": 40.0, "usd": usd}


def test_every_price_says_where_it_is_from() -> None:
    assert all(price.usd > 0 and price.source for price in PRICES.values())
    assert cost("transfer", 10) == pytest.approx(0.9)
    assert cost("http_api", 2e6) == pytest.approx(2.0)
