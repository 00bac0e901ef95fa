"""Every action that a policy allows is one that IAM knows: a misspelt one allows nothing and nobody says so."""

import json
from importlib.metadata import distribution

import pytest

from stacks.shared.rules.template import as_list, resources, statements


@pytest.fixture(scope="module")
def known():
    """Service prefix -> its actions in small letters, as cfn-lint has them from AWS's reference."""
    path = distribution("cfn-lint").locate_file("cfnlint/data/AdditionalSpecs/Policies.json")
    return {prefix: set(one["Actions"]) for prefix, one in json.loads(path.read_text()).items()}


def unknown(known, actions):
    """A `*` at an action's end stands for at least one that exists."""
    for action in sorted(actions):
        prefix, _, name = action.lower().partition(":")
        of_service = known.get(prefix, set())
        fits = any(one.startswith(name[:-1]) for one in of_service) if name.endswith("*") else name in of_service
        if not fits:
            yield action


def test_roles_are_allowed_actions_that_exist(deployed, known):
    actions = {
        action
        for template in deployed.values()
        for _, statement in statements(template)
        for action in as_list(statement["Action"])
    }

    assert len(actions) > 50
    assert list(unknown(known, actions)) == []


def test_keys_queues_topics_and_buckets_allow_actions_that_exist(deployed, known):
    kinds = {"AWS::KMS::Key": "KeyPolicy", "AWS::SQS::QueuePolicy": "PolicyDocument"} | {
        "AWS::SNS::TopicPolicy": "PolicyDocument",
        "AWS::S3::BucketPolicy": "PolicyDocument",
    }
    actions = {
        action
        for template in deployed.values()
        for kind, document in kinds.items()
        for _, properties in resources(template, kind)
        for statement in properties[document]["Statement"]
        for action in as_list(statement["Action"])
    } - {"kms:*", "s3:*"}

    assert {"kms:GenerateDataKey*", "sqs:SendMessage", "sns:Publish"} <= actions
    assert list(unknown(known, actions)) == []


def test_a_misspelt_action_is_found(known):
    assert list(unknown(known, {"s3:GetObject", "s3:GetObjects", "kms:GenerateDataKey*", "kms:Bake*"})) == [
        "kms:Bake*",
        "s3:GetObjects",
    ]
