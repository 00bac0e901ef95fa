"""Actions by intent. A grant names the intent; the resource is always the narrowest that the service knows."""

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

RUN_TRAINING_JOB = ("sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob")
TAG_TRAINING_JOB = ("sagemaker:AddTags", "sagemaker:ListTags")
WATCH_TRAINING_JOB = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
"""Step Functions learns by an EventBridge rule of its own that a job ended.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""
REGISTER_PACKAGE = (
    "sagemaker:CreateModelPackage",
    "sagemaker:DescribeModelPackage",
    "sagemaker:UpdateModelPackage",
    "sagemaker:AddTags",
)
LIST_PACKAGES = ("sagemaker:ListModelPackages", "sagemaker:DescribeModelPackageGroup")
READ_PACKAGE = ("sagemaker:DescribeModelPackage",)
MANAGE_ENDPOINT = tuple(
    f"sagemaker:{verb}{noun}" for noun in ("Model", "EndpointConfig", "Endpoint") for verb in ("Create", "Describe", "Delete")
) + ("sagemaker:AddTags",)
INVOKE_ENDPOINT = ("sagemaker:InvokeEndpoint",)
READ_METRICS = ("cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics")
WRITE_METRICS = ("cloudwatch:PutMetricData",)
WRITE_LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams")


def sagemaker_arns(kind: str, *names: str) -> list[str]:
    """ARNs of this account's resources, e.g. `sagemaker_arns("endpoint", "vigil-cats-*")`."""
    return [f"arn:{Aws.PARTITION}:sagemaker:{Aws.REGION}:{Aws.ACCOUNT_ID}:{kind}/{name}" for name in names]


def allow(grantee: iam.IGrantable, actions: tuple[str, ...], resources: list[str]) -> None:
    grantee.grant_principal.add_to_principal_policy(iam.PolicyStatement(actions=list(actions), resources=resources))


def allow_pass_role(grantee: iam.IGrantable, role: iam.IRole, service: str) -> None:
    """Lets `grantee` hand `role` to that service and to no other."""
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": service}},
        )
    )
