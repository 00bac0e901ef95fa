"""Media types that a model is registered with are those it is served with."""

import pytest

from inference.contracts.tasks import task_of
from lambdas.model_gate.logic import refuse
from lambdas.model_gate.models import GateSpec, ModelGateEvent, ModelGateVariables, Requirement
from lambdas.model_gate.package import model_package

EVENT = ModelGateEvent(run="vigil-any-0123456789ab", dataset={"version": "v"}, model_data_url="s3://a/model.tar.gz")


@pytest.mark.parametrize(
    ("task", "read"),
    [
        ("image_classification", {"image/jpeg", "image/png", "application/x-image"}),
        ("object_detection", {"image/jpeg", "image/png", "application/x-image"}),
        ("tabular", {"application/json"}),
    ],
)
def test_a_package_is_registered_with_what_its_model_reads(task, read):
    environment = ModelGateVariables(
        domain="any",
        task=task,
        artifacts_bucket="artifacts",
        package_group="vigil-any",
        releases_table="releases",
        approval="automatic",
        serving_image_uri="image",
        gate=GateSpec(requirements=(Requirement(metric="any", at_least=0),)),
    )

    specification = model_package(EVENT, environment, refuse("no reason"), "s3://a/b")["InferenceSpecification"]

    assert set(specification["SupportedContentTypes"]) == read == set(task_of(task).reads)
    assert specification["SupportedResponseMIMETypes"] == ["application/json"]
