"""A domain whose releases also run on devices: the key that signs for them, who may use it, and what keeps it fresh."""

from dataclasses import replace

import pytest

from lambdas.endpoint_release.targets.devices.spec import DevicesSpec
from lambdas.endpoint_release.targets.serverless.spec import ServerlessSpec
from lambdas.endpoint_release.targets.several.spec import SeveralSpec
from stacks.domains.cats import CATS
from stacks.pipeline.ml_domain import MlDomain
from tests.synth.conftest import synthesize

ON_DEVICES = replace(CATS, target=SeveralSpec(targets=(ServerlessSpec(), DevicesSpec())))


class CatsOnDevices(MlDomain):
    def __init__(self, scope, construct_id, **options):
        super().__init__(scope, construct_id, definition=ON_DEVICES, **options)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Raises when cdk-nag or our own rules find something."""
    out = tmp_path_factory.mktemp("devices")
    return synthesize(out, {"environment": "development"}, {"cats": CatsOnDevices})["VigilDevelopmentCats"]


@pytest.fixture(scope="module")
def function(template, of_type):
    (found,) = (
        one["Properties"]
        for one in of_type(template, "AWS::Lambda::Function").values()
        if one["Properties"].get("FunctionName") == "vigil-cats-endpoint-release"
    )
    return found


def test_the_key_signs_by_ecdsa_on_p256_and_does_nothing_else(template, of_type):
    """https://docs.aws.amazon.com/kms/latest/developerguide/asymmetric-key-specs.html: signs with ECDSA_SHA_256."""
    ((_, key),) = of_type(template, "AWS::KMS::Key").items()
    assert (key["Properties"]["KeySpec"], key["Properties"]["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")


def test_only_the_release_function_signs_and_only_with_that_key(template, of_type):
    ((key, _),) = of_type(template, "AWS::KMS::Key").items()
    found = []
    for name, policy in of_type(template, "AWS::IAM::Policy").items():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if "kms:Sign" in statement["Action"]:
                found.append((name, statement["Action"], statement["Resource"]))
    ((name, actions, resource),) = found
    assert "ReleaseFunctionRole" in name
    assert (set(actions), resource) == ({"kms:Sign", "kms:GetPublicKey"}, {"Fn::GetAtt": [key, "Arn"]})


def test_the_function_has_the_table_the_key_and_the_libraries(function):
    assert {"DEVICES_TABLE", "DEVICES_KEY"} <= set(function["Environment"]["Variables"])
    assert len(function["Layers"]) == 2


def test_updates_are_signed_anew_every_day_and_failures_are_told(template, of_type):
    (rule,) = (
        one["Properties"]
        for one in of_type(template, "AWS::Events::Rule").values()
        if "Signs updates" in one["Properties"].get("Description", "")
    )
    assert rule["ScheduleExpression"] == "rate(1 day)"
    assert [target["Input"] for target in rule["Targets"]] == ['{"action":"refresh"}']
    failed = [one["Properties"] for one in of_type(template, "AWS::Lambda::EventInvokeConfig").values()]
    kept = [one for one in failed if "OnFailure" in one["DestinationConfig"]]
    assert len(kept) == 3  # and the training trigger's, the drift monitor's
    alarms = {one["Properties"]["AlarmName"] for one in of_type(template, "AWS::CloudWatch::Alarm").values()}
    assert "vigil-cats-DeviceUpdatesStale" in alarms


def test_a_domain_without_devices_pays_for_no_key_and_has_no_layer(development, of_type):
    template = development["VigilDevelopmentCats"]
    assert of_type(template, "AWS::KMS::Key") == {}
    (function,) = (
        one["Properties"]
        for one in of_type(template, "AWS::Lambda::Function").values()
        if one["Properties"].get("FunctionName") == "vigil-cats-endpoint-release"
    )
    assert not [name for name in function["Environment"]["Variables"] if name.startswith("DEVICES")]
    assert len(function["Layers"]) == 1


def test_devices_alone_are_refused_since_nothing_could_answer_golden_requests():
    with pytest.raises(ValueError, match="'devices', which answers no golden request; put one that does before it"):
        replace(CATS, target=DevicesSpec())
    with pytest.raises(ValueError, match="the first target is devices"):
        SeveralSpec(targets=(DevicesSpec(), ServerlessSpec()))
