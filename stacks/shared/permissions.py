"""Actions by intent. A grant names the intent; the resource is the narrowest that the service knows."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from stacks.shared.acknowledge import acknowledge_wildcards, arn_as_seen_from

RUN_TRAINING_JOB = ("sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob")
RUN_TUNING_JOB = tuple(f"sagemaker:{verb}HyperParameterTuningJob" for verb in ("Create", "Describe", "Stop"))
TAG_JOB = ("sagemaker:AddTags", "sagemaker:ListTags")
WATCH_JOB = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
"""Step Functions learns by an EventBridge rule of its own that a job ended.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""
REGISTER_PACKAGE = (
    "sagemaker:CreateModelPackageGroup",
    "sagemaker:DescribeModelPackageGroup",
    "sagemaker:CreateModelPackage",
    "sagemaker:DescribeModelPackage",
    "sagemaker:UpdateModelPackage",
    "sagemaker:AddTags",
)
READ_PACKAGE = ("sagemaker:DescribeModelPackage",)
READ_GROUP = ("sagemaker:DescribeModelPackageGroup",)
LIST_PACKAGES = ("sagemaker:ListModelPackages",)
LIST_GROUPS = ("sagemaker:ListModelPackageGroups",)
"""On `*`: it knows no resources. https://docs.aws.amazon.com/service-authorization/latest/reference/list_sagemaker.html"""
MANAGE_ENDPOINT = (
    *(
        f"sagemaker:{verb}{noun}"
        for noun in ("Model", "EndpointConfig", "Endpoint")
        for verb in ("Create", "Describe", "Delete")
    ),
    "sagemaker:AddTags",
)
INVOKE_ENDPOINT = ("sagemaker:InvokeEndpoint",)
READ_METRICS = ("cloudwatch:GetMetricData",)
MAKE_LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams")
WRITE_LOGS = (*MAKE_LOGS, "logs:PutLogEvents")
READ_OBJECT = ("s3:GetObject",)
WRITE_OBJECT = ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload")
ADD_TAGGED_OBJECT = ("s3:PutObject", "s3:PutObjectTagging")
TAKE_OBJECT = ("s3:GetObject", "s3:DeleteObject")
REPLACE_OBJECT = (*WRITE_OBJECT, "s3:DeleteObject")
READ_IMAGE = ("ecr:BatchGetImage", "ecr:DescribeImages")
TRACK_EXPERIMENTS = tuple(
    f"sagemaker-mlflow:{action}"
    for action in ("CreateExperiment", "GetExperiment", "GetExperimentByName", "CreateRun", "GetRun", "UpdateRun")
    + ("LogBatch", "LogMetric", "LogParam", "SetTag", "LogInputs", "LogModel", "ListArtifacts")
)
"""MLflow's own calls; files go to the server's artifact store past it, straight from the job to S3.

https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow-create-tracking-server-iam.html
"""


def arn_of(service: str, resource: str) -> str:
    """Of one of this account's resources in this Region, e.g. `arn_of("lambda", "function:vigil-cats-review")`."""
    return f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"


def sagemaker_arns(kind: str, *names: str) -> list[str]:
    """ARNs of this account's SageMaker resources, e.g. `sagemaker_arns("endpoint", "vigil-cats-*")`."""
    return [arn_of("sagemaker", f"{kind}/{name}") for name in names]


def role_of(grantee: iam.IGrantable) -> iam.IRole:
    """What a role or a function is granted as; as a construct, so that a rule can be acknowledged on it."""
    return cast(iam.IRole, grantee.grant_principal)


def allow(
    grantee: iam.IGrantable,
    actions: Sequence[str],
    resources: Sequence[str],
    why: str = "below a name of the domain's own",
) -> None:
    """Resources may end in `*` below a name of the domain's own; anywhere else, `why` says the reason."""
    role = role_of(grantee)
    role.add_to_principal_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))
    acknowledge_wildcards(role, resources, why)


def allow_metrics(grantee: iam.IGrantable, namespace: str) -> None:
    """PutMetricData knows no resources; the namespace (which may end in `*`) is what can be limited."""
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["cloudwatch:PutMetricData"],
            resources=["*"],
            conditions={"StringLike": {"cloudwatch:namespace": namespace}},
        )
    )


def allow_pass_role(grantee: iam.IGrantable, role: iam.IRole, service: str) -> None:
    """Lets `grantee` hand `role` to that service and to no other."""
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": service}},
        )
    )


def allow_objects(grantee: iam.IGrantable, actions: Sequence[str], bucket: s3.IBucket, *folders: str) -> None:
    """`actions` (READ_OBJECT, WRITE_OBJECT, REPLACE_OBJECT) on everything below the folders, and listing them.

    Narrower than `grant_read_write`, which adds wildcards of actions. `IfExists`: S3 answers for an object that does
    not exist with 404 only to who may list, and such a request has no prefix.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    role = role_of(grantee)
    role.add_to_principal_policy(
        iam.PolicyStatement(
            actions=list(actions), resources=[bucket.arn_for_objects(f"{folder}*") for folder in folders]
        )
    )
    allow_listing(grantee, bucket, *folders)
    if bucket.encryption_key is not None:
        writes = "s3:PutObject" in actions
        bucket.encryption_key.grant(grantee, "kms:Decrypt", *(["kms:GenerateDataKey"] if writes else []))
    arn = arn_as_seen_from(role, bucket)
    acknowledge_wildcards(role, [f"{arn}/{folder}*" for folder in folders], "below a folder of the domain's own")


def allow_listing(grantee: iam.IGrantable, bucket: s3.IBucket, *folders: str) -> None:
    """Names and sizes of objects below the folders."""
    role_of(grantee).add_to_principal_policy(
        iam.PolicyStatement(
            actions=["s3:ListBucket"],
            resources=[bucket.bucket_arn],
            conditions={"StringLikeIfExists": {"s3:prefix": [f"{folder}*" for folder in folders]}},
        )
    )
