"""What each role needs by AWS's own pages; every action and rule name is written out here, never taken from ours."""

import re

import pytest

TRAINING_JOBS_RULE = "rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"
TUNING_JOBS_RULE = "rule/StepFunctionsGetEventsForSageMakerTuningJobsRule"
FOR_AWS_ONLY = {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def actions(granted):
    return {action for action, _, _ in granted}


@pytest.mark.parametrize(
    ("domain", "rules"), [("Cats", {TRAINING_JOBS_RULE}), ("Battery", {TRAINING_JOBS_RULE, TUNING_JOBS_RULE})]
)
def test_a_run_learns_by_the_rules_that_step_functions_manages(grants, domain, rules):
    """Without them CreateStateMachine is refused.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html, "IAM policies"; the tuning jobs' rule
    in the policy of https://aws-step-functions-data-science-sdk.readthedocs.io.
    """
    watching = [(action, arn) for action, arn, _ in grants(domain, "TrainingRunStateMachine") if "rule/" in arn]

    for rule in rules:
        allowed = {action for action, arn in watching if arn.endswith(f":{rule}")}
        assert allowed == {"events:PutTargets", "events:PutRule", "events:DescribeRule"}
    assert {re.sub(".*:", "", arn) for _, arn in watching} == rules


@pytest.mark.parametrize("domain", ["Cats", "Battery"])
def test_a_job_that_names_keys_may_use_them(grants, domain):
    """Volume key: CreateGrant. Output key: Encrypt, GenerateDataKey. Encrypted input: Decrypt.

    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, "CreateTrainingJob API".
    """
    role = grants(domain, "TrainingRole")

    needed = {"kms:CreateGrant", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"}
    assert needed <= actions(role)
    assert [condition for action, _, condition in role if action == "kms:CreateGrant"] == [FOR_AWS_ONLY]


@pytest.mark.parametrize("domain", ["Cats", "Battery"])
def test_a_job_may_do_what_the_execution_role_needs(grants, domain):
    """https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, "CreateTrainingJob API"."""
    assert {
        "cloudwatch:PutMetricData",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "logs:CreateLogGroup",
        "logs:DescribeLogStreams",
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
    } <= actions(grants(domain, "TrainingRole"))
