"""What a training job may do: read its data, write its run, nothing else."""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_iam as iam
from constructs import Construct

from lambdas.common.artifacts import datasets_folder, runs_folder
from stacks.pipeline.domain_context import DomainContext
from stacks.pipeline.pretrained import PretrainedWeights
from stacks.pipeline.raw_data import RawData
from stacks.pipeline.tracking import Tracking
from stacks.shared import key_permissions, permissions
from stacks.shared.acknowledge import acknowledge_star


class TrainingRole(iam.Role):
    """Used by the SageMaker platform on the container's behalf; network isolation keeps it from the container."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        domain: DomainContext,
        raw_data: RawData,
        images: Sequence[assets.DockerImageAsset],
    ) -> None:
        super().__init__(scope, construct_id, assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
        name, platform = domain.definition.name, domain.platform
        permissions.allow_objects(self, permissions.READ_OBJECT, platform.artifacts, datasets_folder(name))
        permissions.allow_objects(self, permissions.WRITE_OBJECT, platform.artifacts, runs_folder(name))
        permissions.allow_objects(self, permissions.READ_OBJECT, raw_data.bucket, raw_data.prefix)
        key_permissions.allow_job_key(self, platform.key)
        for image in images:
            image.repository.grant_pull(self)
        group = permissions.arn_of("logs", "log-group:/aws/sagemaker/TrainingJobs")
        permissions.allow(self, permissions.MAKE_LOGS, [group, f"{group}:*"])
        permissions.allow(self, ("logs:PutLogEvents",), [f"{group}:log-stream:{domain.names.prefix}-*"])
        permissions.allow_metrics(self, "/aws/sagemaker/TrainingJobs")
        acknowledge_star(self, "ecr:GetAuthorizationToken", "cloudwatch:PutMetricData")

    def allow_pretrained(self, weights: PretrainedWeights) -> None:
        """Reads the weights that a run may start from."""
        self._allow_folder(weights.uri, permissions.READ_OBJECT)
        if weights.key_arn is not None:
            key_permissions.allow_foreign_key(self, weights.key_arn, "kms:Decrypt")

    def allow_tracking(self, tracking: Tracking) -> None:
        """Logs to a SageMaker MLflow server; other servers ask for credentials of their own."""
        if tracking.uri.startswith("arn:"):
            permissions.allow(self, permissions.TRACK_EXPERIMENTS, [tracking.uri])
        if tracking.artifacts is not None:
            self._allow_folder(tracking.artifacts, permissions.WRITE_OBJECT)
        if tracking.key_arn is not None:
            key_permissions.allow_foreign_key(self, tracking.key_arn, "kms:Decrypt", "kms:GenerateDataKey")

    def _allow_folder(self, uri: str, actions: Sequence[str]) -> None:
        """Of a bucket that is somebody else's. Raises ValueError for what is no address of S3."""
        bucket, _, folder = uri.removeprefix("s3://").rstrip("/").partition("/")
        if not (uri.startswith("s3://") and bucket):
            raise ValueError(f"{uri!r}: s3://<bucket>/<folder>/ is expected")
        arn = f"arn:{Aws.PARTITION}:s3:::{bucket}"
        permissions.allow(self, actions, [f"{arn}/{folder}/*" if folder else f"{arn}/*"])
        permissions.allow(self, ("s3:ListBucket",), [arn])
