"""Each rule of our own: a template that keeps it, and one that breaks it."""

import json

import pytest

from stacks.shared.rules import RULES


def _template(kind: str, **properties):
    return {"Resources": {"It": {"Type": kind, "Properties": properties}}}


def _policy(action, resource, **statement):
    document = {"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **statement}]}
    return _template("AWS::IAM::Policy", PolicyDocument=document)


def _model(managed_policies):
    role = {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": managed_policies}}
    model = _template("AWS::SageMaker::Model", ExecutionRoleArn={"Fn::GetAtt": ["Role", "Arn"]})
    return {"Resources": {**model["Resources"], "Role": role}}


def _endpoint_config(**variant):
    return _template("AWS::SageMaker::EndpointConfig", ProductionVariants=[{"VariantName": "all", **variant}])


def _trigger(**changes):
    spec = {"kms_key_id": "k", "max_runtime_s": 60, "cost_limit_usd": 1, "network_isolation": True, **changes}
    kept = {name: value for name, value in spec.items() if value is not None}
    joined = {"Fn::Join": ["", [json.dumps(kept)[:-1], ', "role_arn": "', {"Ref": "Role"}, '"}']]}
    return _template("AWS::Lambda::Function", Environment={"Variables": {"TRAINING": joined}})


PASSED = {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
ADMINISTRATOR = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/AdministratorAccess"]]}

KEPT = [
    ("bare_star", _policy("xray:PutTraceSegments", "*")),
    ("bare_star", _policy("s3:GetObject", ["arn:aws:s3:::raw/*"])),
    ("full_access", _template("AWS::IAM::Role", ManagedPolicyArns=[])),
    ("model_role", _model([])),
    ("named_replaceable", _template("AWS::SageMaker::Model", PrimaryContainer={})),
    ("pass_role", _policy("iam:PassRole", {"Fn::GetAtt": ["Role", "Arn"]}, Condition=PASSED)),
    ("serverless_endpoint", _endpoint_config(ServerlessConfig={"MemorySizeInMB": 2048, "MaxConcurrency": 5})),
    ("training_job", _trigger()),
    ("training_job", _trigger(network_isolation=False, tracking_uri="https://mlflow.example")),
]
BROKEN = [
    ("bare_star", _policy(["xray:PutTraceSegments", "s3:GetObject"], "*"), "s3:GetObject"),
    ("full_access", _template("AWS::IAM::Role", ManagedPolicyArns=[ADMINISTRATOR]), "AdministratorAccess"),
    ("full_access", _policy("sagemaker:*", "arn:aws:sagemaker:::x"), "sagemaker:*"),
    ("model_role", _model(["arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"]), "managed policies"),
    ("model_role", _template("AWS::SageMaker::Model", ExecutionRoleArn="arn:aws:iam::1:role/any"), "role/any"),
    ("named_replaceable", _template("AWS::SageMaker::EndpointConfig", EndpointConfigName="mine"), "mine"),
    ("pass_role", _policy("iam:PassRole", {"Fn::GetAtt": ["Role", "Arn"]}), "PassedToService"),
    ("pass_role", _policy("iam:PassRole", "*", Condition=PASSED), "any role"),
    ("serverless_endpoint", _endpoint_config(InstanceType="ml.m5.large"), "ServerlessConfig"),
    ("serverless_endpoint", _endpoint_config(ServerlessConfig={"MemorySizeInMB": 2048}), "MaxConcurrency"),
    ("training_job", _trigger(kms_key_id=None), "kms_key_id"),
    ("training_job", _trigger(network_isolation=False), "network"),
    ("training_job", _trigger(cost_limit_usd=None), "cost_limit_usd"),
]


@pytest.mark.parametrize(("rule", "template"), KEPT)
def test_a_template_that_keeps_the_rule_passes(rule, template):
    assert list(RULES[rule](template)) == []


@pytest.mark.parametrize(("rule", "template", "named"), BROKEN)
def test_a_template_that_breaks_the_rule_is_found(rule, template, named):
    (finding,) = RULES[rule](template)

    assert finding.logical_id == "It"
    assert named in finding.what


def test_every_rule_has_both_examples():
    assert {rule for rule, _ in KEPT} == {rule for rule, *_ in BROKEN} == set(RULES)
