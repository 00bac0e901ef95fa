"""Who may do what; the rules bare_star, full_access and pass_role have held every statement already."""

import json

import pytest

from stacks.shared.rules.template import as_list, statements, text


@pytest.fixture(scope="module")
def allowed(development):
    """Policy's logical id, action, resource: of the cats stack."""
    return [
        (logical_id, action, text(resource))
        for logical_id, statement in statements(development["VigilDevelopmentCats"])
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def _of(allowed, word):
    return {(action, resource) for policy, action, resource in allowed if word in policy}


def test_the_training_run_may_do_all_that_its_integration_needs(allowed):
    """Step Functions refuses to create a state machine that lacks one of these."""
    actions = {action for action, _ in _of(allowed, "TrainingRunStateMachine")}

    assert actions >= {
        "sagemaker:CreateTrainingJob",
        "sagemaker:DescribeTrainingJob",
        "sagemaker:StopTrainingJob",
        "sagemaker:ListTags",
        "sagemaker:AddTags",
        "iam:PassRole",
        "events:PutTargets",
        "events:PutRule",
        "events:DescribeRule",
    }


def test_a_run_that_may_search_may_do_all_that_its_integration_needs(development):
    searching = [
        (action, text(resource))
        for logical_id, statement in statements(development["VigilDevelopmentBattery"])
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
        if "TrainingRunStateMachine" in logical_id and "TuningJob" in action + text(resource)
    ]

    assert {action for action, _ in searching} == {
        "sagemaker:CreateHyperParameterTuningJob",
        "sagemaker:DescribeHyperParameterTuningJob",
        "sagemaker:StopHyperParameterTuningJob",
        "events:PutTargets",
        "events:PutRule",
        "events:DescribeRule",
    }
    jobs = {resource for action, resource in searching if action.startswith("sagemaker:")}
    assert [resource.rpartition(":")[2] for resource in jobs] == ["hyper-parameter-tuning-job/vigil-battery-*"]


def test_only_the_release_function_changes_endpoints(allowed):
    policies = {policy for policy, action, _ in allowed if action == "sagemaker:CreateEndpoint"}

    assert len(policies) == 1
    assert "ReleaseFunction" in policies.pop()


def test_nobody_deletes_models_or_captures(development):
    """Only data prep replaces what it wrote; deletion is left to lifecycle rules and people."""
    deleting = {
        logical_id
        for logical_id, statement in statements(development["VigilDevelopmentCats"])
        if "s3:DeleteObject" in as_list(statement["Action"])
    }

    assert len(deleting) == 1
    assert "DataPrep" in deleting.pop()


def test_no_role_has_a_managed_policy_but_cdks_own(development, of_type):
    for name, role in of_type(development["VigilDevelopmentCats"], "AWS::IAM::Role").items():
        managed = json.dumps(role["Properties"].get("ManagedPolicyArns", []))
        assert managed == "[]" or "CustomS3AutoDeleteObjects" in name, name


def test_the_training_role_reads_only_this_domains_pictures(allowed):
    reads = {resource for action, resource in _of(allowed, "TrainingRole") if action == "s3:GetObject"}

    assert all(resource.endswith(("/datasets/cats/*", "/runs/cats/*", "/catcam-training/*")) for resource in reads)
    assert len(reads) == 3
