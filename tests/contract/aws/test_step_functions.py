"""Step Functions' integration with SageMaker takes a list of fields; others end an execution with `States.Runtime`."""

import pytest

from lambdas.common.release_state import Release
from lambdas.training_trigger.options import choose
from lambdas.training_trigger.plan import training_job
from lambdas.training_trigger.spec import TrainingSpec
from lambdas.training_trigger.tuning import tuning_job
from sandbox.aws import step_functions
from stacks.domains.battery import BATTERY

RUN = "vigil-battery-0123456789ab"
TRAINING = {
    # https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html, "Supported parameters" (to 2023)
    *("AlgorithmSpecification", "HyperParameters", "InputDataConfig", "OutputDataConfig", "ResourceConfig"),
    *("RoleArn", "StoppingCondition", "Tags", "TrainingJobName", "VpcConfig"),
    # https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_stepfunctions_tasks.SageMakerCreateTrainingJob.html
    *("EnableNetworkIsolation", "Environment"),
    # https://github.com/aws/aws-step-functions-data-science-sdk-python: TrainingStep
    *("CheckpointConfig", "EnableManagedSpotTraining"),
}
# https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html, "Supported parameters" (to 2023)
TUNING = {"HyperParameterTuningJobConfig", "HyperParameterTuningJobName", "Tags", "TrainingJobDefinition"} | {
    "WarmStartConfig"
}
# Members that SageMaker's API had when the integration came, in November 2019
TUNING_DEFINITION = {
    *("AlgorithmSpecification", "CheckpointConfig", "EnableManagedSpotTraining", "EnableNetworkIsolation"),
    *("EnableInterContainerTrafficEncryption", "InputDataConfig", "OutputDataConfig", "ResourceConfig", "RoleArn"),
    *("StaticHyperParameters", "StoppingCondition", "VpcConfig"),
}


@pytest.fixture(scope="module", params=["ml.m5.xlarge", "ml.g5.xlarge"])
def planned(request):
    """A run with all that can be asked for at once: spot, weights, a champion, a tracking server, a search."""
    spec = TrainingSpec(
        image_uri="123456789012.dkr.ecr.us-west-2.amazonaws.com/training:1",
        role_arn="arn:aws:iam::123456789012:role/training",
        kms_key_id="arn:aws:kms:us-west-2:123456789012:key/0f0e",
        instance_type=request.param,
        allowed_instance_types=(request.param,),
        max_runtime_s=3600,
        cost_limit_usd=5,
        options=BATTERY.training.options,
        tuning=BATTERY.training.tuning,
        metric_definitions=[{"name": "val_average_precision", "regex": "x=(.+)"}],
        pretrained_uri="s3://weights/mobilenet/",
        network_isolation=False,
        tracking_uri="https://mlflow.example.com",
    )
    champion = Release(
        release="r1-abcdef",
        address="vigil-battery-r1-abcdef",
        model_package_arn="arn:aws:sagemaker:eu-central-1:123456789012:model-package/vigil-battery/1",
        model_data_url="s3://a/model.tar.gz",
        manifest_sha256="5e" * 32,
        since="2026-11-20T17:00:14Z",
    )
    choices = choose({"spot": True, "tuningJobs": 2, "continueRun": RUN}, spec, "vigil-battery")
    return training_job(RUN, "battery", spec, choices, "artifacts", champion), spec


def test_a_training_job_asks_for_nothing_that_the_integration_does_not_take(planned):
    request, _ = planned

    assert set(request) <= TRAINING


def test_a_tuning_job_neither(planned):
    request, spec = planned
    tuning = tuning_job(request, spec.tuning, 2)

    assert set(tuning) <= TUNING
    assert set(tuning["TrainingJobDefinition"]) <= TUNING_DEFINITION


def test_the_embedded_aws_takes_the_same():
    assert step_functions._TAKES["CreateTrainingJob"] == TRAINING
    assert step_functions._TAKES["CreateHyperParameterTuningJob"] == TUNING


def test_the_embedded_aws_refuses_the_rest_with_awss_sentence():
    """As in https://github.com/aws/aws-step-functions-data-science-sdk-python/issues/15"""
    with pytest.raises(Exception, match='The field "RetryStrategy" is not supported by Step Functions') as raised:
        step_functions._refuse_unknown("CreateTrainingJob", {"TrainingJobName": "x", "RetryStrategy": {}})

    assert raised.value.error == "States.Runtime"
