"""Environments: what production keeps, how long a step bakes, and where the sandbox may be deployed."""

import aws_cdk as cdk
import pytest

from app import build
from sandbox.aws.settings import DEFAULT_ACCOUNT
from stacks.context import read_settings
from stacks.settings import DEVELOPMENT, PRODUCTION
from tests.synth.accepted_context import ACCEPTED, SECTIONS


def test_development_is_thrown_away_and_production_is_kept():
    assert (DEVELOPMENT.retain, DEVELOPMENT.approval) == (False, "automatic")
    assert (PRODUCTION.retain, PRODUCTION.approval) == (True, "manual")


@pytest.mark.parametrize("environment", [DEVELOPMENT, PRODUCTION])
def test_no_environment_on_aws_bakes_less_than_five_minutes(environment):
    """A metric is found in CloudWatch a minute or two after it was measured, so a bake must be longer than that."""
    assert environment.shortest_bake_s == 300
    assert environment.longest_bake_s is None or environment.longest_bake_s >= 300


def test_the_sandbox_bakes_seconds_and_can_be_deployed_to_the_embedded_aws_only():
    app = cdk.App(context={"environment": "development", "sandbox": "true", "domains": "cats"})
    build(app)

    stacks = [child for child in app.node.children if isinstance(child, cdk.Stack)]
    assert len(stacks) == 4
    assert {stack.account for stack in stacks} == {DEFAULT_ACCOUNT}
    assert read_settings({"environment": "development", "sandbox": "true"}, ACCEPTED).environment.longest_bake_s == 4


def test_the_sandbox_takes_nothing_from_cdk_json():
    settings = read_settings({"environment": "development", "sandbox": "true", **SECTIONS}, ACCEPTED)

    assert settings.domains == ("cats", "fire")


@pytest.mark.parametrize("value", ["yes", "false", ""])
def test_the_sandbox_is_asked_for_in_one_way(value):
    with pytest.raises(ValueError, match="sandbox=.*only 'true' is allowed"):
        read_settings({"environment": "development", "sandbox": value}, ACCEPTED)
