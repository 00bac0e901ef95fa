"""Media types that a model is registered with are those it is served with."""

import pytest

from inference.image_classification.predictor import ImageClassifier
from inference.tabular.predictor import HazardDetector
from lambdas.model_gate.logic import refuse
from lambdas.model_gate.models import GateSpec, ModelGateEnvironment, ModelGateEvent, Requirement
from lambdas.model_gate.package import model_package

EVENT = ModelGateEvent(run="vigil-any-0123456789ab", dataset={"version": "v"}, model_data_url="s3://a/model.tar.gz")


@pytest.mark.parametrize(
    ("task", "served", "read"),
    [
        ("image_classification", ImageClassifier, {"image/jpeg", "image/png", "application/x-image"}),
        ("tabular", HazardDetector, {"application/json"}),
    ],
)
def test_a_package_is_registered_with_what_its_model_reads(task, served, read):
    environment = ModelGateEnvironment(
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

    assert set(specification["SupportedContentTypes"]) == read == served.content_types
    assert specification["SupportedResponseMIMETypes"] == ["application/json"]
