"""Pin and unpin, destroy and deploy again, in both environments: what stays is found again, nothing is in the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lambdas.model_gate.clients import Registry
from sandbox import Sandbox
from sandbox.deployment import synthesize
from tests.integration.loop.graphs import brightness_graph
from tests.integration.loop.packages import package

BUCKET, KEY = "models-made-by-hand", "cats/model.tar.gz"
PINNED = {"cats:modelDataUrl": f"s3://{BUCKET}/{KEY}"}
CHAMPION = "/vigil/cats/champion-endpoint"


class Home(NamedTuple):
    """One embedded AWS, and the templates of one environment."""

    aws: Sandbox
    free: Path
    pinned: Path

    def deploy(self, assembly: Path) -> None:
        self.aws.assembly = assembly
        self.aws.deploy()

    def destroy(self) -> None:
        for name in self.stacks():
            self.aws.client("cloudformation").update_termination_protection(
                StackName=name, EnableTerminationProtection=False
            )
        self.aws.destroy()

    def stacks(self) -> set[str]:
        stacks = self.aws.client("cloudformation").describe_stacks()["Stacks"]
        return {stack["StackName"] for stack in stacks if stack["StackName"].startswith("Vigil")}

    def register(self) -> str:
        """A package, as the gate registers one; answers its version."""
        container = {"Image": "serving", "ModelDataUrl": f"s3://{BUCKET}/{KEY}"}
        specification = {"Containers": [container], "SupportedContentTypes": [], "SupportedResponseMIMETypes": []}
        request: dict[str, Any] = {"ModelPackageGroupName": "vigil-cats", "InferenceSpecification": specification}
        return Registry(self.aws.client("sagemaker")).create(request).rpartition("/")[2]

    def champion(self) -> str:
        return self.aws.client("ssm").get_parameter(Name=CHAMPION)["Parameter"]["Value"]

    def endpoints(self) -> list[str]:
        return [one["EndpointName"] for one in self.aws.client("sagemaker").list_endpoints()["Endpoints"]]


@pytest.fixture(params=["development", "production"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    free, pinned = tmp_path / "free", tmp_path / "pinned"
    for assembly, context in ((free, {}), (pinned, PINNED)):
        synthesize(["cats"], {"environment": request.param, **context}, assembly)
    with Sandbox(assembly=free, state=tmp_path / "aws") as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": aws.settings.region})
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=package(tmp_path / "package", brightness_graph()))
        aws.bootstrap()
        yield Home(aws, free, pinned)


def test_a_domain_is_pinned_unpinned_destroyed_and_deployed_again(home: Home) -> None:
    home.deploy(home.free)
    assert home.register() == "1"
    home.aws.client("ssm").put_parameter(Name=CHAMPION, Value="vigil-cats-r1", Type="String", Overwrite=True)

    home.deploy(home.pinned)
    assert home.endpoints() == ["vigil-cats-pinned"]
    assert home.champion() == "vigil-cats-r1"

    home.deploy(home.free)
    assert home.endpoints() == []
    assert home.champion() == "vigil-cats-r1"
    assert home.register() == "2"

    home.destroy()
    assert home.stacks() == set()
    home.deploy(home.free)
    assert home.champion() == "none"
    assert home.register() == "3"
