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


@pytest.mark.parametrize("domain", ["Cats", "Battery"])
def test_firehose_may_deliver(grants, domain):
    """https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3"""
    role = grants(domain, "CapturesRole")

    assert {
        "s3:AbortMultipartUpload",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:PutObject",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "logs:PutLogEvents",
    } <= actions(role)
    for action, _, condition in role:
        if action.startswith("kms:"):
            assert set(condition["StringLike"]) == {"kms:EncryptionContext:aws:s3:arn"}
            assert "kms:ViaService" in condition["StringEquals"]


@pytest.mark.parametrize("domain", ["Cats", "Battery"])
def test_an_endpoint_may_do_what_the_execution_role_needs(grants, domain):
    """https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, "CreateModel API"."""
    assert {
        "cloudwatch:PutMetricData",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "logs:CreateLogGroup",
        "logs:DescribeLogStreams",
        "s3:GetObject",
        "s3:ListBucket",
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "kms:Decrypt",
    } <= actions(grants(domain, "EndpointRole"))


@pytest.mark.parametrize(
    ("role", "needed"),
    [
        ("ReleaseFunctionRole", {"kms:Decrypt", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"}),
        ("ModelGateFunctionRole", {"kms:Decrypt", "kms:DescribeKey"}),
        ("RouterFunctionRole", {"kms:Decrypt", "kms:DescribeKey"}),
        ("TrainingTriggerFunctionRole", {"kms:Decrypt", "kms:DescribeKey"}),
        ("DataPrepFunctionRole", {"kms:Decrypt", "kms:DescribeKey"}),
    ],
)
def test_who_uses_an_encrypted_table_may_use_its_key(grants, role, needed):
    """DynamoDB uses the key in the caller's name.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    """
    through_dynamodb = {
        action
        for action, _, condition in grants("Cats", role)
        if "dynamodb" in str((condition or {}).get("StringEquals", {}).get("kms:ViaService"))
    }

    assert needed <= through_dynamodb
