"""The operator's command line reads the embedded AWS as it reads AWS: through the SageMaker SDK."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clients.operator.__main__ import main
from sandbox import Sandbox
from tests.integration.conftest import TOY_URI
from tests.integration.waiting import PATIENCE_S

RUNS = ("vigil-toys-1", "vigil-toys-2", "vigil-toyshop-1")
ENDPOINT = "vigil-toys-r1-0f0e0d"
GROUP = "vigil-toys"
Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Ask:
    """Answers `python -m clients.operator <words> --json`."""
    for name, value in sandbox.aws_variables().items():
        monkeypatch.setenv(name, value)

    def answer(*words: str) -> list[dict[str, Any]]:
        assert main([*words, "--json"]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    return answer


@pytest.fixture(scope="module")
def sagemaker(sandbox: Sandbox) -> Any:
    return sandbox.client("sagemaker")


def until(describe: Callable[[], str], *ends: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while (status := describe()) not in ends:
        assert time.monotonic() < deadline, status
        time.sleep(0.05)


@pytest.fixture(scope="module")
def runs(sagemaker: Any, bucket: str) -> None:
    """One that ends well, one that fails, and one of a domain whose name begins alike."""
    for name, options in zip(RUNS, ({"epochs": "2"}, {"fail": "the labels name no picture"}, {}), strict=True):
        sagemaker.create_training_job(
            TrainingJobName=name,
            AlgorithmSpecification={
                "TrainingImage": TOY_URI,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "loss", "Regex": r"loss=([0-9.]+)"}],
            },
            RoleArn="arn:aws:iam::123456789012:role/training",
            OutputDataConfig={"S3OutputPath": f"s3://{bucket}/runs"},
            ResourceConfig={"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 10},
            StoppingCondition={"MaxRuntimeInSeconds": 60},
            HyperParameters=options,
        )
        until(
            lambda name=name: sagemaker.describe_training_job(TrainingJobName=name)["TrainingJobStatus"],
            "Completed",
            "Failed",
        )


@pytest.fixture(scope="module")
def packages(sagemaker: Any) -> None:
    sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
    for version, approval in ((1, "Approved"), (2, "PendingManualApproval")):
        sagemaker.create_model_package(
            ModelPackageGroupName=GROUP,
            ModelPackageDescription=f"reason {version}",
            ModelApprovalStatus=approval,
            InferenceSpecification={
                "Containers": [{"Image": TOY_URI, "ModelDataUrl": "s3://toys/model.tar.gz"}],
                "SupportedContentTypes": ["image/png"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
            ModelMetrics={
                "ModelQuality": {
                    "Statistics": {"ContentType": "application/json", "S3Uri": f"s3://toys/{version}.json"}
                }
            },
            CustomerMetadataProperties={
                "run": f"{GROUP}-{version}",
                "dataset_version": "0f0e",
                "attempt": str(version),
                "macro_f1": "0.9",
                "macro_f1.interval": "0.8 to 1",
            },
        )


@pytest.fixture(scope="module")
def endpoint(sandbox: Sandbox, sagemaker: Any) -> Iterator[None]:
    """A champion whose model was lost, so that its endpoint says why it failed."""
    container = {"Image": TOY_URI, "ModelDataUrl": "s3://toys/lost/model.tar.gz"}
    role = "arn:aws:iam::123456789012:role/serving"
    variant = {"VariantName": "all", "ModelName": ENDPOINT}
    variant |= {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}}
    sagemaker.create_model(ModelName=ENDPOINT, PrimaryContainer=container, ExecutionRoleArn=role)
    sagemaker.create_endpoint_config(EndpointConfigName=ENDPOINT, ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName=ENDPOINT, EndpointConfigName=ENDPOINT)
    until(lambda: sagemaker.describe_endpoint(EndpointName=ENDPOINT)["EndpointStatus"], "Failed")
    sandbox.client("ssm").put_parameter(Name="/vigil/toys/champion-endpoint", Value=ENDPOINT, Type="String")
    yield
    sagemaker.delete_endpoint(EndpointName=ENDPOINT)


@pytest.mark.usefixtures("runs")
def test_runs_are_those_of_the_domain_newest_first(ask: Ask) -> None:
    failed, completed = ask("runs", "toys")

    assert [failed["run"], completed["run"]] == ["vigil-toys-2", "vigil-toys-1"]
    assert (completed["status"], completed["metrics"], completed["why"]) == ("Completed", {"loss": 0.5}, "")
    assert (completed["instance"], completed["instances"], completed["spot"]) == ("ml.m5.xlarge", 1, False)
    assert completed["billable_s"] == completed["training_s"] >= 0
    assert (failed["status"], failed["metrics"]) == ("Failed", {})
    assert "the labels name no picture" in failed["why"]


@pytest.mark.usefixtures("runs")
def test_no_more_than_asked_for(ask: Ask) -> None:
    assert [run["run"] for run in ask("runs", "toys", "--newest", "1")] == ["vigil-toys-2"]


@pytest.mark.usefixtures("runs")
def test_a_table_for_people(ask: Ask, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["runs", "toys"]) == 0
    shown = capsys.readouterr().out
    assert "vigil-toys-1" in shown
    assert "loss 0.5" in shown
    assert "of ml.m5.xlarge" in shown


@pytest.mark.usefixtures("packages")
def test_packages_tell_their_approval_and_evaluation(ask: Ask) -> None:
    second, first = ask("packages", "toys")

    assert (first["version"], first["approval"]) == (1, "Approved")
    assert (second["version"], second["approval"]) == (2, "PendingManualApproval")
    assert (second["run"], second["dataset"], second["attempt"]) == ("vigil-toys-2", "0f0e", 2)
    assert second["evaluation"] == {"macro_f1": "0.9 (0.8 to 1)"}
    assert (second["reasons"], second["report"]) == ("reason 2", "s3://toys/2.json")


@pytest.mark.usefixtures("endpoint")
def test_endpoints_tell_the_champion_and_what_went_wrong(ask: Ask) -> None:
    (release,) = ask("endpoints", "toys")

    assert (release["release"], release["champion"], release["status"]) == ("r1-0f0e0d", True, "Failed")
    assert (release["memory_mb"], release["max_concurrency"]) == (2048, 5)
    assert release["model_data_url"] == "s3://toys/lost/model.tar.gz"
    assert release["why"]


def test_a_domain_without_a_release_has_no_endpoints_and_no_error(ask: Ask, capsys: pytest.CaptureFixture) -> None:
    assert ask("endpoints", "nothing") == []
    assert main(["runs", "nothing"]) == 0
    assert capsys.readouterr().out == "vigil-nothing has no runs in us-west-2\n"


@pytest.mark.usefixtures("ask")
def test_a_group_that_is_not_there_is_named(capsys: pytest.CaptureFixture) -> None:
    assert main(["packages", "nothing"]) == 1
    assert "model-package-group/vigil-nothing does not exist" in capsys.readouterr().err
