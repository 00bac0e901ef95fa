"""A domain deployed with a pinned model: CloudFormation owns its endpoint, and the router asks nobody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from sandbox.demo.domain import Question
from sandbox.deployment import Deployment, synthesize
from tests.integration.loop.graphs import CLASSES, brightness_graph
from tests.integration.loop.packages import package

BUCKET, KEY = "models-made-by-hand", "cats/model.tar.gz"


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory, workshop: Path) -> Iterator[Sandbox]:
    home = tmp_path_factory.mktemp("pinned")
    synthesize(["cats"], {"cats:modelDataUrl": f"s3://{BUCKET}/{KEY}"}, home / "cdk.out")
    with Sandbox(assembly=home / "cdk.out", state=home / "aws") as running:
        s3 = running.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": running.settings.region})
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=package(workshop / "pinned", brightness_graph()))
        running.bootstrap()
        running.deploy()
        yield running


def test_a_pinned_model_answers_through_the_router(pinned: Sandbox, questions: list[Question]) -> None:
    client = Deployment(pinned).predict_client()
    for question, label in zip(questions, CLASSES, strict=False):
        answer = client.predict("cats", question.body, question.content_type, question.entity_id)
        assert (answer["release"], answer["label"]) == ("pinned", label)


def test_the_model_route_tells_that_it_is_pinned(pinned: Sandbox) -> None:
    told = Deployment(pinned).predict_client().model("cats")
    assert (told["champion"]["release"], told["challenger"]) == ("pinned", None)


def test_cloudformation_owns_the_endpoint_and_nothing_releases(pinned: Sandbox) -> None:
    resources = pinned.client("cloudformation").describe_stack_resources(StackName="VigilDevelopmentCats")[
        "StackResources"
    ]
    owned = {resource["ResourceType"] for resource in resources}
    assert "AWS::SageMaker::Endpoint" in owned
    assert "AWS::StepFunctions::StateMachine" not in owned
    (endpoint,) = pinned.client("sagemaker").list_endpoints()["Endpoints"]
    assert (endpoint["EndpointName"], endpoint["EndpointStatus"]) == ("vigil-cats-pinned", "InService")
