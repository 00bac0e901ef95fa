"""Exceptions of Lambda functions under the names that AWS reports."""

import pytest

from sandbox.aws.lambda_functions import name_exception

BODY = {"errorType": "Runtime.HandlerError", "errorMessage": "no such cat"}
FRAME = '  File "/var/task/handler.py", line 3, in lambda_handler\n    raise ValueError("no such cat")\n'


def test_a_log_without_a_traceback_changes_nothing() -> None:
    assert name_exception(BODY, "Traceback of a kind\nValueError: x") == BODY


@pytest.mark.parametrize(
    ("last_line", "name"),
    [
        ("ValueError: no such cat", "ValueError"),
        ("lambdas.common.errors.InvalidOptionError: epochs: 0 is\nnot allowed: at least 1", "InvalidOptionError"),
        ("KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_the_type_is_the_class_without_its_module(last_line: str, name: str) -> None:
    named = name_exception(BODY, f"a line\nTraceback (most recent call last):\n{FRAME}{last_line}\n")

    assert named["errorType"] == name
    assert named["stackTrace"] == [FRAME]
    assert named["errorMessage"] == "no such cat"


def test_of_chained_exceptions_the_last_counts() -> None:
    log = (
        f"Traceback (most recent call last):\n{FRAME}KeyError: 'cat'\n\nDuring handling of the above exception, another"
        f" exception occurred:\n\nTraceback (most recent call last):\n{FRAME}LookupError: no such cat\n"
    )

    assert name_exception(BODY, log)["errorType"] == "LookupError"
