"""What we plan, held against SageMaker's own model: enumerations, patterns and limits, all the way down.

botocore sends what breaks them, and the service refuses it at run time.
"""

import re
from typing import Any

import boto3
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.validate import ParamValidator

from lambdas.common.release_state import Release
from lambdas.endpoint_release.requests import Package, endpoint_config, model
from lambdas.training_trigger.models import MetricDefinition, TrainingSpec
from lambdas.training_trigger.options import choose
from lambdas.training_trigger.plan import training_job
from lambdas.training_trigger.tuning import tuning_job
from stacks.domains.battery import BATTERY
from stacks.domains.cats import CATS
from stacks.pipeline.definition import Training
from stacks.shared.base_image import families
from training_containers.contract.metric_definitions import metric_definitions

IMAGE = "123456789012.dkr.ecr.us-west-2.amazonaws.com/cdk-assets:0f0e"
ROLE = "arn:aws:iam::123456789012:role/VigilCats-Role"
MODEL = "s3://artifacts/runs/cats/vigil-cats-0123456789ab/output/model.tar.gz"
CHAMPION = Release(
    release="r1-abcdef",
    endpoint="vigil-cats-r1-abcdef",
    model_package_arn="arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-cats/1",
    model_data_url=MODEL,
    manifest_sha256="5e" * 32,
    since="2026-11-20T17:00:14Z",
)


@pytest.fixture(scope="module")
def service():
    return boto3.client("sagemaker", region_name="us-west-2").meta.service_model


def faults(value: Any, shape: Shape, where: str = "request") -> list[str]:
    """Where a value is none of an enumeration, fits no pattern or is too long."""
    match shape:
        case StructureShape():
            unknown = [f"{where}.{name} is unknown" for name in value if name not in shape.members]
            known = {name: one for name, one in value.items() if name in shape.members}
            return unknown + [
                fault for name, one in known.items() for fault in faults(one, shape.members[name], f"{where}.{name}")
            ]
        case ListShape():
            return _limits(value, shape, where) + [
                fault for index, one in enumerate(value) for fault in faults(one, shape.member, f"{where}[{index}]")
            ]
        case MapShape():
            return _limits(value, shape, where) + [
                fault for name, one in value.items() for fault in faults(one, shape.value, f"{where}.{name}")
            ]
        case _ if isinstance(value, str):
            return _limits(value, shape, where) + _text(value, shape, where)
        case _:
            return []


def _limits(value: Any, shape: Shape, where: str) -> list[str]:
    longest = shape.metadata.get("max")
    return [f"{where} has {len(value)}, {longest} at most"] if longest is not None and len(value) > longest else []


def _text(value: str, shape: Shape, where: str) -> list[str]:
    allowed = getattr(shape, "enum", [])
    found = [f"{where} is {value!r}, none of the enumeration"] if allowed and value not in allowed else []
    pattern = shape.metadata.get("pattern")
    if pattern is not None and not re.fullmatch(_in_python(pattern), value):
        found.append(f"{where} is {value!r}, not {pattern}")
    return found


def _in_python(pattern: str) -> str:
    """Java's classes of letters, digits and spaces are unknown to `re`."""
    return re.sub(r"\\p\{[LN]\}", r"\\w", pattern).replace(r"\p{Z}", r"\s")


def _spec(training: Training = CATS.training) -> TrainingSpec:
    return TrainingSpec(
        image_uri=IMAGE,
        role_arn=ROLE,
        kms_key_id="arn:aws:kms:us-west-2:123456789012:key/0f0e",
        instance_type=training.instance,
        allowed_instance_types=(training.instance, *training.or_instances),
        max_runtime_s=training.max_runtime_s,
        max_wait_s=training.max_wait_s,
        spot=training.spot,
        cost_limit_usd=training.cost_limit_usd,
        options=training.options,
        tuning=training.tuning,
        metric_definitions=tuple(
            MetricDefinition(name=entry["Name"], regex=entry["Regex"]) for entry in metric_definitions(training.metrics)
        ),
    )


@pytest.mark.parametrize("instance", [CATS.training.instance, *CATS.training.or_instances])
@pytest.mark.parametrize("spot", [True, False])
def test_a_training_job(service, instance, spot):
    choices = choose({"instanceType": instance, "spot": spot}, _spec(), "vigil-cats")
    request = training_job("vigil-cats-0123456789ab", "cats", _spec(), choices, "artifacts", CHAMPION)

    assert faults(request, service.operation_model("CreateTrainingJob").input_shape) == []


@pytest.mark.parametrize("spot", [True, False])
def test_a_tuning_job(service, spot):
    spec = _spec(BATTERY.training)
    choices = choose({"tuningJobs": 12, "spot": spot}, spec, "vigil-battery")
    training = training_job("vigil-battery-0123456789ab", "battery", spec, choices, "artifacts", CHAMPION)
    request = tuning_job(training, spec.tuning, choices.tuning_jobs)
    shape = service.operation_model("CreateHyperParameterTuningJob").input_shape

    assert faults(request, shape) == []
    request["TrainingJobDefinition"]["InputDataConfig"] = training["InputDataConfig"]  # the dataset's come in the run
    report = ParamValidator().validate(request, shape)
    assert not report.has_errors(), report.generate_report()


def test_a_serverless_endpoint(service):
    package = Package("arn", "Approved", IMAGE, MODEL, {})
    name = "vigil-cats-r7-3f2a1c"
    model_shape = service.operation_model("CreateModel").input_shape
    config_shape = service.operation_model("CreateEndpointConfig").input_shape

    assert faults(model(name, package, ROLE), model_shape) == []
    assert faults(endpoint_config(name, CATS.endpoint), config_shape) == []


def test_every_family_that_has_a_base_image_trains(service):
    offered = {instance.split(".")[1] for instance in service.shape_for("TrainingInstanceType").enum}

    assert families() <= offered


def test_a_request_with_faults_is_found_out(service):
    request = {"TrainingJobName": "-cats", "ResourceConfig": {"InstanceType": "ml.m99.xlarge"}, "Colour": "red"}

    found = faults(request, service.operation_model("CreateTrainingJob").input_shape)

    assert len(found) == 3
