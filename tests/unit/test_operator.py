"""The operator's command line: arguments, errors, and what it makes of AWS's answers. The embedded AWS has the rest."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from sagemaker.core.utils.utils import Unassigned

from clients.operator.__main__ import main
from clients.operator.packages import evaluation
from clients.operator.runs import Run, cells
from clients.operator.sdk import given
from clients.operator.show import as_json, as_table
from lambdas.common.release_state import Quality
from lambdas.model_gate.logic import decide
from tests.unit.gate_evaluations import evaluation as evaluated
from tests.unit.test_model_gate_package import SPEC, leads, properties

ROOT = Path(__file__).parents[2]
RUN = Run(
    run="vigil-cats-0123456789ab",
    status="Completed",
    stage="Completed",
    why="",
    created=datetime(2026, 11, 21, 12, tzinfo=UTC),
    instance="ml.m5.xlarge",
    instances=2,
    spot=True,
    training_s=3600,
    billable_s=900,
    metrics={"val_loss": 0.25},
)


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials, and an AWS that does not answer: nothing listens on port 9 here."""
    for name, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("subcommand", ["runs", "packages", "endpoints"])
def test_an_aws_that_does_not_answer_is_an_error_of_one_line(nobody, capsys, subcommand) -> None:
    assert main([subcommand, "cats"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"error: cannot read the {subcommand} of cats: ")
    assert "http://127.0.0.1:9" in said.err
    assert said.err.count("\n") == 1


def test_without_a_region_it_says_what_to_set(monkeypatch, capsys) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "nowhere")
    assert main(["runs", "cats"]) == 1
    assert "AWS_DEFAULT_REGION" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "required"),
        (["jobs", "cats"], "'jobs'"),
        (["runs"], "domain"),
        (["runs", "cats", "--newest", "0"], "'0' is no count"),
        (["packages", "cats", "--trials"], "--trials"),
    ],
)
def test_a_wrong_command_is_told_apart(capsys, arguments, said) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_help_does_not_wait_for_the_sdk() -> None:
    program = (
        "import contextlib, sys; from clients.operator.__main__ import main\n"
        "with contextlib.suppress(SystemExit): main(['runs', '--help'])\n"
        "print('sagemaker' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: python -m clients.operator runs")
    assert done.stdout.splitlines()[-1] == "False"


def test_what_aws_left_out_is_none_however_deep() -> None:
    resource = SimpleNamespace(left_out=Unassigned(), zero=0, one=SimpleNamespace(two=None))
    assert given(resource, "left_out") is None
    assert given(resource, "left_out.further", "x") == "x"
    assert given(resource, "one.two.three") is None
    assert given(resource, "zero", 7) == 0


def test_a_run_says_what_is_billed_and_what_spot_saved() -> None:
    """(1 - billable / training) * 100: https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html"""
    assert (RUN.billed_hours, RUN.saved) == (0.5, 0.75)
    assert cells(RUN)["billed"] == "0.50 h of ml.m5.xlarge, spot saved 75%"
    assert cells(replace(RUN, spot=False))["billed"] == "0.50 h of ml.m5.xlarge"
    assert cells(replace(RUN, training_s=None, billable_s=None))["billed"] == ""


def test_a_run_that_failed_says_why_and_one_under_way_where_it_is() -> None:
    assert cells(replace(RUN, status="Failed", stage="Failed", why="no data"))["status"] == "Failed: no data"
    assert cells(replace(RUN, status="InProgress", stage="Training"))["status"] == "InProgress: Training"
    assert cells(RUN)["status"] == "Completed"


def test_the_evaluation_is_what_the_gate_compared() -> None:
    decision = decide(evaluated(leads=leads(dummy=(0.7, 0.9))), "v1", SPEC, champion=None)
    registered = properties(decision._replace(attempt=7, quality=Quality(metric="macro_f1", total=0.5)))
    assert set(evaluation(registered)) == {verdict.metric for verdict in decision.verdicts}
    assert evaluation(registered)["macro_f1_lead_over_dummy"].endswith(" (0.7 to 0.9)")


def test_json_has_times_and_numbers_as_they_are() -> None:
    (document,) = json.loads(as_json([RUN]))
    assert document["created"] == "2026-11-21T12:00:00+00:00"
    assert (document["billable_s"], document["metrics"]) == (900, {"val_loss": 0.25})


def test_a_table_shows_brackets_as_they_are(capsys) -> None:
    as_table([RUN], lambda run: {"run": run.run, "why": "[red]expected[/] one of [a]"}, Console(width=100))
    assert "[red]expected[/] one of [a]" in capsys.readouterr().out
