"""Lets one GitHub repository's main branch deploy, with no stored credentials."""

from aws_cdk import Aws, CfnOutput, Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.settings import Settings
from stacks.shared.environment_stack import EnvironmentStack

_ISSUER = "token.actions.githubusercontent.com"


class DeliveryStack(EnvironmentStack):
    """The role may only assume the roles that `cdk bootstrap` made, which do the deploying.

    https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, repository: str, branch: str = "main"
    ) -> None:
        super().__init__(scope, construct_id, environment=settings.environment)
        provider = iam.OidcProviderNative(self, "GitHub", url=f"https://{_ISSUER}", client_ids=["sts.amazonaws.com"])
        role = iam.Role(
            self,
            "DeployRole",
            description=f"cdk deploy from {repository}@{branch}",
            max_session_duration=Duration.hours(1),
            assumed_by=iam.WebIdentityPrincipal(
                provider.oidc_provider_arn,
                {
                    "StringEquals": {
                        f"{_ISSUER}:aud": "sts.amazonaws.com",
                        f"{_ISSUER}:sub": f"repo:{repository}:ref:refs/heads/{branch}",
                    }
                },
            ),
        )
        kinds = ("deploy", "file-publishing", "image-publishing", "lookup")
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["sts:AssumeRole"],
                resources=[
                    f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:role/"
                    f"cdk-hnb659fds-{kind}-role-{Aws.ACCOUNT_ID}-{Aws.REGION}"
                    for kind in kinds
                ],
            )
        )
        CfnOutput(self, "DeployRoleArn", value=role.role_arn)
