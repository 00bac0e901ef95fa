"""A domain's stack: its functions read what it wrote, and nothing in it reaches into another domain.

No star that nobody has acknowledged, no full access: rules of the synthesis see to that.
"""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from lambdas.data_prep.models import DataPrepVariables
from lambdas.endpoint_release.models import EndpointReleaseVariables
from lambdas.model_gate.models import ModelGateVariables
from lambdas.router.models import RouterVariables
from lambdas.training_trigger.models import TrainingTriggerVariables
from stacks.pipeline.definition import DomainDefinition
from stacks.shared.rules.template import as_list, statements, text
from stacks.shared.source_tree import ROOT

READERS: dict[str, type[BaseModel]] = {
    "data-prep": DataPrepVariables,
    "trigger-training": TrainingTriggerVariables,
    "model-gate": ModelGateVariables,
    "endpoint-release": EndpointReleaseVariables,
    "router": RouterVariables,
}
OURS = re.compile(r"vigil[-/]([a-z0-9]+)|(?:datasets|quarantine|runs)/([a-z0-9]+)/")
"""Names and keys that carry a domain's name."""


@pytest.mark.parametrize("function", READERS)
def test_a_function_reads_what_the_stack_wrote(
    variables: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch, name: str, function: str
) -> None:
    for variable, value in variables[function].items():
        monkeypatch.setenv(variable, value)
    assert READERS[function].load().domain == name


def test_functions_are_told_the_definition(
    variables: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch, definition: DomainDefinition
) -> None:
    told = {}
    for function in READERS:
        with monkeypatch.context() as patch:
            for variable, value in variables[function].items():
                patch.setenv(variable, value)
            told[function] = READERS[function].load()
    assert told["data-prep"].data == definition.data
    assert told["trigger-training"].training.options == definition.training.options
    assert told["model-gate"].gate == definition.gate
    rollout = told["endpoint-release"].rollout  # its bakes are cut by the environment
    assert rollout.steps == definition.rollout.steps
    assert told["endpoint-release"].target == definition.target.within(rollout.bake_s)
    assert {told[function].task for function in ("model-gate", "endpoint-release", "router")} == {definition.task}


@pytest.mark.parametrize("function", READERS)
def test_the_handler_is_there(functions: dict[str, dict[str, Any]], function: str) -> None:
    module, _, attribute = functions[function]["Handler"].rpartition(".")
    assert (ROOT / f"{module.replace('.', '/')}.py").exists()
    assert attribute == "lambda_handler"


def test_what_roles_may_touch_is_the_domains_own(template: Mapping[str, Any], name: str) -> None:
    found = {
        named
        for _, statement in statements(template)
        for resource in as_list(statement["Resource"])
        for match in OURS.finditer(text(resource))
        for named in match.groups()
        if named is not None
    }
    assert found == {name}


def test_raw_data_is_read_below_its_prefix_only(template: Mapping[str, Any], definition: DomainDefinition) -> None:
    objects = {
        text(resource)
        for logical_id, statement in statements(template)
        if "DataPrep" in logical_id and "s3:GetObject" in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
    own = (f"/datasets/{definition.name}/*", f"/quarantine/{definition.name}/*", f"/runs/{definition.name}/*")
    assert {one for one in objects if not one.endswith(own)} == {f"<...>/{definition.data.prefix}*"}
