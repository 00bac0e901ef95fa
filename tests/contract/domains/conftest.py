"""Every candidate is synthesized, prepared and trained once; the tests of this folder look at what came of it."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from inference.contracts import Capture, GoldenRequest
from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Task
from lambdas.common.function_variables import IN_S3_VARIABLE
from lambdas.router.captures import capture_lines
from lambdas.router.http import Request
from lambdas.router.outcome import Outcome
from lambdas.router.question import question
from lambdas.router.serve import Served
from lambdas.training_trigger.models import TrainingTriggerVariables
from stacks.pipeline.definition import DomainDefinition
from stacks.shared.rules.template import text
from tests.contract.domains.candidates import CANDIDATES, Candidate
from tests.contract.domains.toy_run import ToyRun, run
from tests.contract.domains.toys import HYPERPARAMETERS, TOYS
from tests.synth.conftest import Templates, synthesize

Template = Mapping[str, Any]


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("candidates")


@pytest.fixture(scope="session")
def templates(assembly: Path) -> Templates:
    """Of an app with all candidates; no rule finds anything in it."""
    constructs = {name: candidate.construct for name, candidate in CANDIDATES.items()}
    return synthesize(assembly, {"environment": "development"}, constructs)


@pytest.fixture(scope="session", params=CANDIDATES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def candidate(name: str) -> Candidate:
    return CANDIDATES[name]


@pytest.fixture(scope="session")
def definition(candidate: Candidate) -> DomainDefinition:
    return candidate.construct(cdk.Stack(), "Domain").definition


@pytest.fixture(scope="session")
def task(definition: DomainDefinition) -> Task:
    return task_of(definition.task)


@pytest.fixture(scope="session")
def template(templates: Templates, name: str) -> Template:
    return templates[f"VigilDevelopment{name.title()}"]


@pytest.fixture(scope="session")
def functions(template: Template, name: str) -> dict[str, dict[str, Any]]:
    """Name without the domain's -> properties, of every function that has a name."""
    found = [one["Properties"] for one in template["Resources"].values() if one["Type"] == "AWS::Lambda::Function"]
    return {one["FunctionName"].removeprefix(f"vigil-{name}-"): one for one in found if "FunctionName" in one}


@pytest.fixture(scope="session")
def variables(functions: dict[str, dict[str, Any]], assembly: Path) -> dict[str, dict[str, str]]:
    """Function -> its environment variables, with what of their specs lies in S3."""
    return {name: _whole(function["Environment"]["Variables"], assembly) for name, function in functions.items()}


def _whole(variables: dict[str, Any], assembly: Path) -> dict[str, str]:
    found = {key: text(value) for key, value in variables.items() if key != IN_S3_VARIABLE}
    if IN_S3_VARIABLE in variables:
        (key,) = re.findall(r"[0-9a-f]{64}\.json", json.dumps(variables[IN_S3_VARIABLE]))
        for name, parts in json.loads((assembly / f"asset.{key}").read_bytes()).items():
            found[name.upper()] = json.dumps(json.loads(found[name.upper()]) | parts)
    return found


@pytest.fixture(scope="session")
def toy_runs() -> dict[str, ToyRun]:
    """Those that have ended, so that no order of the tests trains twice."""
    return {}


@pytest.fixture(scope="session")
def toy_run(
    name: str,
    candidate: Candidate,
    definition: DomainDefinition,
    variables: dict[str, dict[str, str]],
    toy_runs: dict[str, ToyRun],
    tmp_path_factory: pytest.TempPathFactory,
) -> ToyRun:
    if name not in toy_runs:
        with pytest.MonkeyPatch.context() as patch:
            for variable, value in variables["trigger-training"].items():
                patch.setenv(variable, value)
            spec = TrainingTriggerVariables.load().training
        toy = candidate.toy or TOYS[definition.data.kind](definition.data)
        hyperparameters = candidate.hyperparameters or HYPERPARAMETERS[definition.training.container]
        toy_runs[name] = run(definition, spec, toy, hyperparameters, tmp_path_factory.mktemp(name) / "ml")
    return toy_runs[name]


@pytest.fixture(scope="session")
def golden(toy_run: ToyRun) -> list[GoldenRequest]:
    return [GoldenRequest.model_validate_json(line) for line in toy_run.read("golden.jsonl").splitlines()]


@pytest.fixture(scope="session")
def captures(toy_run: ToyRun, golden: list[GoldenRequest], task: Task) -> list[Capture]:
    """What the router records when callers send the golden requests."""
    lines = ""
    for number, one in enumerate(golden):
        body = base64.b64decode(one.body_base64)
        asked = question(Request(f"request-{number}", "POST", "/", one.content_type, body, None), task, _no_s3)
        answer = toy_run.predictor.predict(asked.body, asked.content_type)
        served = Served(Outcome("r1", answer, None, 1.0), None, None)
        domain = toy_run.definition.name
        lines += capture_lines(task, served, answer, asked, domain, f"request-{number}", datetime.now(UTC), 1.0)
    return [Capture.model_validate_json(line) for line in lines.splitlines()]


def _no_s3(uri: str) -> bytes:
    raise AssertionError(f"{uri} was read")
