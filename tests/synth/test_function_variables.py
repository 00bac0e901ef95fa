"""Lambda takes 4 KB of variables: longer specs lie in S3, where their function finds them again."""

import dataclasses
import json
import re
from pathlib import Path

import aws_cdk as cdk
import boto3
import pytest
from moto import mock_aws

from inference.contracts.base import Contract
from lambdas.common.function_variables import FunctionVariables
from lambdas.training_trigger.models import TrainingTriggerVariables
from lambdas.training_trigger.spec import Option
from stacks.domains.cats import CATS
from stacks.pipeline.ml_domain import MlDomain
from stacks.platform import Platform
from stacks.shared.function_variables import size
from stacks.shared.python_function import PythonFunction

FOUR_KB = 4096  # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
OPTIONS = tuple(
    Option(name=f"option{i}", hyperparameter=f"option_{i}", kind="float", default=0.5, minimum=0, maximum=1)
    for i in range(40)
)


def deployed(value) -> str:
    """What a template's value becomes, for an account with names as long as they come."""
    match value:
        case str():
            return value
        case {"Fn::Join": [separator, parts]}:
            return separator.join(deployed(part) for part in parts)
        case {"Fn::Sub": str(text)}:
            for name, meant in {"AccountId": "1" * 12, "Region": "ap-southeast-1", "Partition": "aws-us-gov"}.items():
                text = text.replace(f"${{AWS::{name}}}", meant)
            return text.replace("${AWS::URLSuffix}", "amazonaws.com.cn")
        case _:
            return "arn:aws:x:ap-southeast-1:123456789012:".ljust(110, "x")


def functions(template) -> dict[str, dict[str, str]]:
    """Logical id -> variables as deployed, of every function of ours."""
    return {
        name: {key: deployed(value) for key, value in one["Properties"]["Environment"]["Variables"].items()}
        for name, one in template["Resources"].items()
        if one["Type"] == "AWS::Lambda::Function" and "Environment" in one["Properties"]
    }


@pytest.mark.parametrize("environment", ["development", "production"])
def test_every_function_of_every_stack_is_within_the_limit(environment, request):
    sizes = {
        name: len(json.dumps(variables, separators=(",", ":")))
        for template in request.getfixturevalue(environment).values()
        for name, variables in functions(template).items()
    }

    assert sizes
    assert {name: bytes_ for name, bytes_ in sizes.items() if bytes_ > FOUR_KB} == {}


@mock_aws
def test_a_spec_of_forty_options_is_found_in_s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags):
    app = cdk.App(context=flags, outdir=str(tmp_path))
    stack = cdk.Stack(app, "Large")
    training = dataclasses.replace(CATS.training, options=OPTIONS)
    MlDomain(stack, "Cats", definition=dataclasses.replace(CATS, training=training))
    template = app.synth().get_stack_by_name("Large").template
    ((_, variables),) = [(name, one) for name, one in functions(template).items() if "TRAINING" in one]
    assert len(json.dumps(variables, separators=(",", ":"))) <= FOUR_KB

    (key,) = re.findall(r"[0-9a-f]{64}\.json", variables["SPECS_IN_S3"])
    policies = json.dumps([one for one in template["Resources"].values() if one["Type"] == "AWS::IAM::Policy"])
    assert re.search(rf'"s3:GetObject", "Effect": "Allow", "Resource": [^=]*?/{re.escape(key)}"', policies)

    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="assets")
    s3.put_object(Bucket="assets", Key=key, Body=(tmp_path / f"asset.{key}").read_bytes())
    for name, value in (variables | {"SPECS_IN_S3": f"s3://assets/{key}"}).items():
        monkeypatch.setenv(name, value)
    found = TrainingTriggerVariables.load().training
    assert found.options == OPTIONS
    assert found.cost_limit_usd == CATS.training.cost_limit_usd
    assert len(found.metric_definitions) == len(CATS.training.metrics)


class Wordy(Contract):
    text: str


class WordyVariables(FunctionVariables):
    spec: Wordy


def test_what_does_not_fit_without_its_long_fields_is_refused():
    stack = cdk.Stack()
    with pytest.raises(ValueError, match=r"Function.*without the lists and objects.*allows 4096 in all.*SPEC"):
        PythonFunction(
            stack,
            "Function",
            name="wordy",
            package="router",
            description="",
            variables=WordyVariables(spec=Wordy(text="x" * 5000)),
            platform=Platform.create(stack),
            timeout=cdk.Duration.seconds(1),
        )


def test_the_size_is_of_the_json_with_escaped_quotes():
    assert size({"A": '"'}) == len('{"A":"\\""}')
