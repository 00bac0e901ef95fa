"""The stock CDK CLI against the embedded AWS: bootstrap, deploy, deploy again, change, destroy. No Docker."""

import subprocess
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sagemaker as sagemaker
from botocore.exceptions import ClientError

from sandbox import Sandbox, SandboxError
from sandbox.aws.environment_variables import DOCKER_SHIM
from tests.integration.conftest import TOY_IMAGE


@pytest.fixture(scope="module")
def outdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesize(tmp_path_factory.mktemp("cdk") / "cdk.out", "first")


def synthesize(outdir: Path, colour: str) -> Path:
    app = cdk.App(outdir=str(outdir), analytics_reporting=False)
    stack = cdk.Stack(app, "Toy", env=cdk.Environment(account="123456789012", region="us-west-2"))
    image = ecr_assets.DockerImageAsset(stack, "Image", directory=str(TOY_IMAGE))
    s3.Bucket(
        stack, "Bucket", bucket_name="toy-bucket", auto_delete_objects=True, removal_policy=cdk.RemovalPolicy.DESTROY
    )
    lambda_.Function(
        stack,
        "Function",
        function_name="toy-function",
        runtime=lambda_.Runtime.PYTHON_3_11,
        handler="index.handler",
        code=lambda_.Code.from_inline("import os\ndef handler(event, context):\n    return dict(os.environ)"),
        environment={"COLOUR": colour, "IMAGE": image.image_uri},
    )
    sagemaker.CfnModelPackageGroup(stack, "Group", model_package_group_name="toy-group")
    app.synth()
    return outdir


def test_the_stock_cli_deploys_changes_and_destroys(outdir: Path, tmp_path: Path) -> None:
    with Sandbox(assembly=outdir, state=tmp_path / "state") as sandbox:
        sandbox.bootstrap()
        sandbox.deploy()
        variables = sandbox.client("lambda").get_function_configuration(FunctionName="toy-function")["Environment"]
        assert variables["Variables"]["COLOUR"] == "first"
        train_with(sandbox, variables["Variables"]["IMAGE"])

        assert "no changes" in sandbox.deploy("Toy")
        synthesize(outdir, "second")
        sandbox.deploy("Toy")
        changed = sandbox.client("lambda").get_function_configuration(FunctionName="toy-function")["Environment"]
        assert changed["Variables"]["COLOUR"] == "second"

        sandbox.client("s3").put_object(Bucket="toy-bucket", Key="left-behind", Body=b"x")
        sandbox.destroy("Toy")
        for call, arguments in (
            (sandbox.client("s3").head_bucket, {"Bucket": "toy-bucket"}),
            (sandbox.client("lambda").get_function, {"FunctionName": "toy-function"}),
            (sandbox.client("sagemaker").describe_model_package_group, {"ModelPackageGroupName": "toy-group"}),
        ):
            with pytest.raises(ClientError):
                call(**arguments)


def train_with(sandbox: Sandbox, image: str) -> None:
    """The image that was never built runs."""
    sagemaker_client = sandbox.client("sagemaker")
    sagemaker_client.create_training_job(
        TrainingJobName="from-cdk",
        RoleArn="arn:aws:iam::123456789012:role/training",
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
        OutputDataConfig={"S3OutputPath": "s3://toy-bucket/runs"},
        ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
    )
    sagemaker_client.get_waiter("training_job_completed_or_stopped").wait(
        TrainingJobName="from-cdk", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    assert sagemaker_client.describe_training_job(TrainingJobName="from-cdk")["TrainingJobStatus"] == "Completed"


def test_a_cli_that_fails_shows_what_it_said(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="failed with status"):
        sandbox.deploy("NoSuchStack")


def test_the_docker_shim_tells_ecr_of_a_pushed_image(sandbox: Sandbox) -> None:
    sandbox.client("ecr").create_repository(repositoryName="pushed")
    uri = f"123456789012.dkr.ecr.us-west-2.amazonaws.com/pushed:{'a' * 64}"

    def docker(*arguments: str) -> int:
        return subprocess.run([DOCKER_SHIM, *arguments], env=sandbox.env(), input="", text=True, check=False).returncode

    # The order in which the CDK CLI publishes a container-image asset.
    assert docker("inspect", "cdkasset-aaa") != 0
    for command in (
        ["login", "--username", "AWS"],
        ["build", "--tag", "cdkasset-aaa", "."],
        ["tag", "cdkasset-aaa", uri],
        ["push", uri],
    ):
        assert docker(*command) == 0
    assert docker("run", "cdkasset-aaa") != 0

    images = sandbox.client("ecr").describe_images(repositoryName="pushed", imageIds=[{"imageTag": "a" * 64}])
    assert len(images["imageDetails"]) == 1
