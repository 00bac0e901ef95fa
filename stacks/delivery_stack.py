"""Lets one GitHub repository's main branch deploy, with no stored credentials."""

from aws_cdk import Aws, CfnOutput, Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.settings import Settings
from stacks.shared.environment_stack import EnvironmentStack

_ISSUER = "token.actions.githubusercontent.com"
_BRANCH = "main"


class DeliveryStack(EnvironmentStack):
    """The role may only assume the roles that `cdk bootstrap` made, which do the deploying.

    A token's subject names the repository, and the ids of owner and repository where it was made since July 2026, so
    that nobody who takes a name over is trusted: https://docs.github.com/actions/reference/openid-connect-reference
    https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id, environment=settings.environment)
        subject = f"repo:{settings.github}:ref:refs/heads/{_BRANCH}"
        role = iam.Role(
            self,
            "DeployRole",
            description=f"cdk deploy from {subject}",
            max_session_duration=Duration.hours(1),
            assumed_by=iam.WebIdentityPrincipal(
                _provider(self, settings.github_provider),
                {
                    "StringEquals": {
                        f"{_ISSUER}:aud": "sts.amazonaws.com",
                        f"{_ISSUER}:sub": subject,
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


def _provider(scope: Construct, existing: str | None) -> str:
    """An account has one provider for an address: the one that somebody made already, or ours."""
    if existing is not None:
        return existing
    made = iam.OidcProviderNative(scope, "GitHub", url=f"https://{_ISSUER}", client_ids=["sts.amazonaws.com"])
    return made.oidc_provider_arn
