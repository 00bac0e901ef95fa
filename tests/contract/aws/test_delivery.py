"""Who may deploy from GitHub: subjects as GitHub writes them, and the one provider that an account can have."""

import json

import aws_cdk as cdk
import pytest

from stacks.delivery_stack import DeliveryStack
from stacks.settings import PRODUCTION, Settings

# https://docs.github.com/actions/reference/openid-connect-reference#immutable-subject-claims: repositories made since
# 15 July 2026 (github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens).
SUBJECTS = {
    "octo-org/octo-repo": "repo:octo-org/octo-repo:ref:refs/heads/main",
    "octo-org@123456/octo-repo@456789": "repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main",
}
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


def template(tmp_path, github, provider=None):
    app = cdk.App(outdir=str(tmp_path))
    settings = Settings(environment=PRODUCTION, github=github, github_provider=provider)
    stack = DeliveryStack(app, "Delivery", settings=settings)
    app.synth()
    return json.loads((tmp_path / stack.template_file).read_text())["Resources"]


def trust(resources):
    (role,) = (one["Properties"] for one in resources.values() if one["Type"] == "AWS::IAM::Role")
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    return statement


@pytest.mark.parametrize("github", SUBJECTS)
def test_the_subject_is_githubs_word_for_word(tmp_path, github):
    statement = trust(template(tmp_path, github))

    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": SUBJECTS[github],
        }
    }


@pytest.mark.parametrize(("provider", "made"), [(None, 1), (PROVIDER, 0)])
def test_a_provider_that_is_there_is_not_made_again(tmp_path, provider, made):
    """IAM: "EntityAlreadyExists", for one provider an address is all that an account can have."""
    resources = template(tmp_path, "octo-org/octo-repo", provider)

    assert len([one for one in resources.values() if one["Type"] == "AWS::IAM::OIDCProvider"]) == made
    trusted = trust(resources)["Principal"]["Federated"]
    assert (trusted == PROVIDER) is (provider is not None)
