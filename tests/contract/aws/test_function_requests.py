"""Every call of every function: AWS's model takes it, and the function's role may make it."""

from typing import Any

import pytest

from inference.contracts import GoldenRequest
from inference.contracts.tasks import task_of
from inference.contracts.tasks.base import Question
from lambdas.common.release_state import Release, ReleaseState
from lambdas.common.releases_table import ReleasesTable
from lambdas.data_prep.clients import Bucket, LabelTable
from lambdas.endpoint_release import clients as releasing
from lambdas.endpoint_release.targets.serverless.clients import Endpoints
from lambdas.endpoint_release.targets.serverless.target import ServerlessTarget
from lambdas.endpoint_release.window_metrics import WindowMetricsReader
from lambdas.model_gate.clients import Artifacts, Registry
from lambdas.model_gate.logic import refuse
from lambdas.model_gate.models import ModelGateEvent, ModelGateVariables
from lambdas.model_gate.package import approval, model_package
from lambdas.router import clients as routing
from lambdas.router.deadline import Deadline
from lambdas.training_trigger.clients import Executions
from lambdas.training_trigger.models import RunInput
from stacks.domains.cats import CATS
from tests.contract.aws.sagemaker_sdk import CREATED, sdk_faults
from tests.contract.aws.sent import ARN, GROUP, IMAGE, MACHINE, MODEL, NOW
from tests.contract.aws.service_model import faults

ROLE = "arn:aws:iam::123456789012:role/VigilProductionCats-EndpointRole"
NAME = "vigil-cats-r7-3f2a1c"
RELEASE = Release(release="r7-3f2a1c", address=NAME, model_package_arn=ARN, model_data_url=MODEL, since=NOW)

# Operation -> what IAM calls it, where that is not `<service>:<operation>`:
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
IN_IAM = {
    "HeadObject": {"s3:GetObject"},
    "ListObjectsV2": {"s3:ListBucket"},
    "StartExecution": {"states:StartExecution"},
    "InvokeEndpoint": {"sagemaker:InvokeEndpoint"},
    # Tags in a request are an action of their own, and so is handing over a role.
    "CreateModel": {"sagemaker:CreateModel", "sagemaker:AddTags", "iam:PassRole"},
    "CreateEndpointConfig": {"sagemaker:CreateEndpointConfig", "sagemaker:AddTags"},
    "CreateEndpoint": {"sagemaker:CreateEndpoint", "sagemaker:AddTags"},
}


def train() -> None:
    run = RunInput(run="vigil-cats-0123456789ab", domain="cats", reuse_latest=False, request={})
    Executions(MACHINE).start(run)
    ReleasesTable("releases").read("cats")


def prepare_data() -> None:
    bucket = Bucket("artifacts")
    bucket.sizes("datasets/cats/")
    bucket.read("datasets/cats/version/dataset.json")
    bucket.write("datasets/cats/version/dataset.json", b"{}")
    bucket.delete("runs/cats/vigil-cats-0123456789ab/batches/1.json")
    list(LabelTable("labels", CATS.data.label_columns).rows())


def gate() -> None:
    environment = ModelGateVariables(
        domain="cats",
        task="image_classification",
        artifacts_bucket="artifacts",
        package_group=GROUP,
        releases_table="releases",
        approval="automatic",
        serving_image_uri=IMAGE,
        gate=CATS.gate,
    )
    event = ModelGateEvent(run="vigil-cats-0123456789ab", dataset={"version": "0f0e"}, model_data_url=MODEL)
    artifacts = Artifacts("artifacts")
    artifacts.read("runs/cats/vigil-cats-0123456789ab/gate.json")
    artifacts.write("runs/cats/vigil-cats-0123456789ab/gate.json", b"{}")
    artifacts.attempt("cats", "0f0e", event.run)
    decision = refuse("much too long a reason " * 100)
    arn = Registry().create(model_package(event, environment, decision, "s3://artifacts/runs/cats/evaluation.json"))
    Registry().set_approval(approval(arn, "rejected", decision))
    ReleasesTable("releases").read("cats")


def release() -> None:
    package = releasing.Packages().describe(ARN)
    whose: dict[str, Any] = {"app": "vigil", "domain": "cats", "role_arn": ROLE}
    ServerlessTarget(CATS.target, endpoints=_WithoutEndpoints(), **whose).create(RELEASE.release, package)
    target = ServerlessTarget(CATS.target, **whose)
    target.status(RELEASE.release)
    target.retire(RELEASE.release)
    target.ask(RELEASE.release, GoldenRequest(content_type="image/png", body_base64="MA==", answer={}))
    releasing.Packages()._s3.get_object(Bucket="artifacts", Key="runs/cats/x/output/model.tar.gz")
    releasing.ChampionParameter("/vigil/cats/champion-endpoint").set(NAME)
    WindowMetricsReader("Vigil", "cats").read(RELEASE.release, NOW, NOW)
    ReleasesTable("releases").read("cats")
    ReleasesTable("releases").write(ReleaseState(domain="cats", champion=RELEASE))


class _WithoutEndpoints(Endpoints):
    def _describe(self, kind: str, **name: str) -> None:
        return None


def route() -> None:
    deadline = Deadline(20)
    question = Question(b"0", "image/png", "entity", {})
    routing.Endpoints(task_of("image_classification"), timeout_s=2, attempts=1).ask(RELEASE, question, deadline)
    routing.RawBuckets(("raw",)).read("s3://raw/catcam-training/1.jpg", deadline)
    routing.Table("releases", "cats").read(deadline)
    routing.CaptureStream("vigil-cats-captures").put("{}\n", deadline)


FUNCTIONS = {
    "TrainingTriggerFunctionRole": (train, {"StartExecution", "GetItem"}),
    "DataPrepFunctionRole": (
        prepare_data,
        {"ListObjectsV2", "GetObject", "HeadObject", "PutObject", "DeleteObject", "Scan"},
    ),
    "ModelGateFunctionRole": (
        gate,
        {"GetObject", "PutObject", "ListObjectsV2", "GetItem"}
        | {"DescribeModelPackageGroup", "CreateModelPackageGroup"}
        | {"CreateModelPackage", "DescribeModelPackage", "UpdateModelPackage"},
    ),
    "ReleaseFunctionRole": (
        release,
        {"DescribeModelPackage", "CreateModel", "CreateEndpointConfig", "CreateEndpoint", "InvokeEndpoint"}
        | {"DescribeModel", "DescribeEndpointConfig", "DescribeEndpoint"}
        | {"DeleteModel", "DeleteEndpointConfig", "DeleteEndpoint"}
        | {"GetObject", "PutParameter", "GetMetricData", "GetItem", "PutItem"},
    ),
    "RouterFunctionRole": (route, {"InvokeEndpoint", "GetObject", "GetItem", "PutRecord"}),
}


@pytest.mark.parametrize("role", FUNCTIONS)
def test_the_services_take_every_request(sent, role):
    ask, operations = FUNCTIONS[role]

    ask()

    assert {operation for _, operation, _ in sent.requests} == operations
    assert [fault for name, operation, one in sent.requests for fault in faults(name, operation, one)] == []


@pytest.mark.parametrize(
    ("role", "operations"),
    [
        ("ModelGateFunctionRole", {"CreateModelPackageGroup", "CreateModelPackage"}),
        ("ReleaseFunctionRole", {"CreateModel", "CreateEndpointConfig", "CreateEndpoint"}),
    ],
)
def test_the_sdk_takes_what_is_created(sent, role, operations):
    FUNCTIONS[role][0]()
    created = {operation: request for _, operation, request in sent.requests if operation in CREATED}

    assert set(created) == operations
    assert [fault for operation, request in created.items() for fault in sdk_faults(operation, request)] == []


@pytest.mark.parametrize("role", FUNCTIONS)
def test_the_role_may_make_every_request(sent, grants, role):
    FUNCTIONS[role][0]()
    granted = {action for action, _, _ in grants("Cats", role)}

    needed = set().union(*(IN_IAM.get(name, {f"{service}:{name}"}) for service, name, _ in sent.requests))
    assert needed - granted == set()
