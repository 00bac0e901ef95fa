"""Metrics in log lines."""

import json

import pytest

from sandbox.aws.emf import Metric, metrics_in

DIRECTIVE = {"Namespace": "Vigil", "Dimensions": [["Domain"]], "Metrics": [{"Name": "Latency", "Unit": "Milliseconds"}]}
LINE = {"_aws": {"CloudWatchMetrics": [DIRECTIVE]}, "Domain": "cats", "Latency": 12}


@pytest.mark.parametrize(
    "log",
    [
        "",
        "no metrics here",
        '{"_aws": broken',
        '{"_aws": {}}',
        json.dumps({key: value for key, value in LINE.items() if key != "Latency"}),
        json.dumps(LINE | {"Latency": "twelve"}),
    ],
)
def test_a_line_that_breaks_the_specification_carries_no_metric(log: str) -> None:
    assert list(metrics_in(log)) == []


def test_each_value_under_each_set_of_dimensions_is_a_metric() -> None:
    directive = DIRECTIVE | {"Dimensions": [["Domain"], ["Domain", "Release"]]}
    line = LINE | {"_aws": {"CloudWatchMetrics": [directive]}, "Release": "r1", "Latency": [1, 2]}

    found = list(metrics_in(f"START\n{json.dumps(line)}\nEND"))

    assert [(metric.value, metric.dimensions) for metric in found] == [
        (1, {"Domain": "cats"}),
        (2, {"Domain": "cats"}),
        (1, {"Domain": "cats", "Release": "r1"}),
        (2, {"Domain": "cats", "Release": "r1"}),
    ]
    assert found[0] == Metric("Vigil", "Latency", 1.0, "Milliseconds", {"Domain": "cats"})
