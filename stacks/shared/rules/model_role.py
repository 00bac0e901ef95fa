"""A SageMaker model runs as a role that this template defines, without managed policies."""

from collections.abc import Iterator

from stacks.shared.rules.template import Finding, Template, resources


def check(template: Template) -> Iterator[Finding]:
    roles = dict(resources(template, "AWS::IAM::Role"))
    for logical_id, properties in resources(template, "AWS::SageMaker::Model"):
        match properties.get("ExecutionRoleArn"):
            case {"Fn::GetAtt": [role, "Arn"]} if role in roles:
                if roles[role].get("ManagedPolicyArns"):
                    yield Finding(logical_id, f"its role {role} has managed policies: use EndpointRole")
            case other:
                yield Finding(logical_id, f"its role is {other!r}: pass an EndpointRole, for one domain")
