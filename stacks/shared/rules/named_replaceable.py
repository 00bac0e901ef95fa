"""Models and endpoint configurations are replaced on any change: a name of ours would stop the second deployment."""

from collections.abc import Iterator

from stacks.shared.rules.template import Finding, Template, resources

_NAMES = {"AWS::SageMaker::Model": "ModelName", "AWS::SageMaker::EndpointConfig": "EndpointConfigName"}


def check(template: Template) -> Iterator[Finding]:
    for kind, name in _NAMES.items():
        for logical_id, properties in resources(template, kind):
            if name in properties:
                yield Finding(logical_id, f"{name} is {properties[name]!r}: leave it to CloudFormation")
