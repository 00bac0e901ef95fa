"""What a training job may do: read its data, write its run, nothing else."""

from aws_cdk import Aws
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.platform import Platform
from stacks.shared import permissions
from stacks.shared.acknowledge import acknowledge


class TrainingRole(iam.Role):
    """Used by the SageMaker platform on the container's behalf; network isolation keeps it from the container."""

    def __init__(
        self, scope: Construct, construct_id: str, *, domain: str, platform: Platform, image: assets.DockerImageAsset
    ) -> None:
        super().__init__(scope, construct_id, assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
        platform.artifacts.grant_read(self, f"datasets/{domain}/*")
        platform.artifacts.grant_read_write(self, f"runs/{domain}/*")
        image.repository.grant_pull(self)
        group = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:/aws/sagemaker/TrainingJobs"
        permissions.allow(self, permissions.WRITE_LOGS, [group, f"{group}:*"])
        self.add_to_policy(
            iam.PolicyStatement(
                actions=list(permissions.WRITE_METRICS),
                resources=["*"],
                conditions={"StringEquals": {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}},
            )
        )
        acknowledge(
            self,
            {
                "AwsSolutions-IAM5[Resource::*]": "ecr:GetAuthorizationToken and cloudwatch:PutMetricData know no "
                "resources; metrics are limited to their namespace",
            },
        )
