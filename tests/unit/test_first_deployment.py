"""docs/first-deployment.md: commands that exist, with options that they take, on names that a deployment has."""

import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name

from lambdas.training_trigger.spec import RESERVED_OPTIONS
from stacks.domains.cats import CATS
from stacks.settings import PRODUCTION
from stacks.shared.names import Names
from stacks.shared.pandas_layer import PANDAS_LAYERS
from tests.unit.documents import blocks

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "first-deployment.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line)
    for block in blocks(PAGE, "sh")
    for line in block.replace("\\\n", " ").splitlines()
    if line.strip()
]
AWS = [words[1:] for words in COMMANDS if words[0] == "aws"]
EVERYWHERE = {"query", "output", "region", "cli-binary-format"}
SERVICES = {"s3api": "s3"}


@cache
def operations(service: str) -> dict[str, Any]:
    """The AWS CLI's name of an operation -> its model."""
    client = boto3.session.Session().client(SERVICES.get(service, service), region_name="us-west-2")
    model = client.meta.service_model
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


def value(option: str) -> set[str]:
    """What the page gives for an option of any command, variables left out."""
    found = {words[words.index(option) + 1] for words in COMMANDS if option in words}
    return {word for word in found if not word.startswith("$")}


@pytest.mark.parametrize("words", AWS, ids=lambda words: "-".join(words[:2]))
def test_an_aws_command_exists_and_takes_its_options(words: list[str]) -> None:
    service, operation, *rest = words
    shape = operations(service)[operation].input_shape
    members = {xform_name(name, "-") for name in shape.members} if shape is not None else set()
    given = {word.removeprefix("--").removeprefix("no-") for word in rest if word.startswith("--")}
    required = {xform_name(name, "-") for name in shape.required_members} if shape is not None else set()
    assert given - EVERYWHERE <= members
    assert required <= given


def test_the_steps_are_numbered_in_order() -> None:
    numbers = [int(number) for number in re.findall(r"^\*\*(\d+)\.", PAGE, re.MULTILINE)]
    assert numbers == list(range(1, 21))


def test_every_cdk_command_names_the_environment() -> None:
    told = [words for words in COMMANDS if words[:2] == ["npx", "cdk"]]
    assert {words[2] for words in told} == {"bootstrap", "diff", "deploy", "destroy"}
    assert [words for words in told if words[-2:] != ["-c", "environment=production"]] == []


def test_names_are_those_of_a_deployment() -> None:
    names = Names("vigil", "cats")
    assert value("--stack-name") == {PRODUCTION.stack(word) for word in ("api", "operations", "cats")}
    assert value("--function-name") == {names.of("trigger-training")}
    assert value("--model-package-group-name") == {names.prefix}
    assert {names.champion_parameter, "/vigil/environment"} <= value("--name")
    assert value("--alarm-name") == {names.of("Errors")}
    assert value("--arn") > {PANDAS_LAYERS["us-west-2"]}


def test_the_payload_is_taken() -> None:
    (payload,) = value("--payload")
    assert set(json.loads(payload)) <= {option.name for option in CATS.training.options} | set(RESERVED_OPTIONS)
