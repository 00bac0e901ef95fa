"""Which state an alarm gets for which values."""

import pytest

from sandbox.aws.alarms import next_state

ALARM = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 5, "EvaluationPeriods": 3, "StateValue": "OK"}


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ([6, 6, 6], "ALARM"),
        ([6, 6, 5], "OK"),
        ([None, 6, 6], "OK"),
        ([None, None, None], "INSUFFICIENT_DATA"),
    ],
)
def test_all_periods_must_breach_unless_told_otherwise(values: list, state: str) -> None:
    assert next_state(ALARM, values) == state


def test_m_out_of_n_periods_are_enough() -> None:
    assert next_state(ALARM | {"DatapointsToAlarm": 2}, [6, 1, 6]) == "ALARM"


@pytest.mark.parametrize(
    ("treatment", "state"),
    [("notBreaching", "OK"), ("breaching", "ALARM"), ("ignore", "OK"), ("missing", "INSUFFICIENT_DATA")],
)
def test_missing_data_is_treated_as_the_alarm_says(treatment: str, state: str) -> None:
    assert next_state(ALARM | {"TreatMissingData": treatment}, [None, None, None]) == state


def test_zero_is_a_value() -> None:
    assert next_state(ALARM | {"ComparisonOperator": "LessThanThreshold", "Threshold": 1}, [0, 0, 0]) == "ALARM"
